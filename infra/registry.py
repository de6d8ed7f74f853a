"""The released schemas over the REST API of the Confluent Schema Registry, for reading only.

``python -m infra.registry --port 8081`` runs it. It knows no server and no secret: schemas are part of the program.
"""

import argparse
import logging
import socket
import sys
from functools import partial
from http import HTTPStatus
from typing import Annotated, Any, Final

import msgspec
import uvicorn
from litestar import Controller, Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.params import Parameter

from infra import released
from infra.ports import HOST
from infra.released import READ_ONLY, Refusal
from schemas import Registered
from schemas.canonical import schema_text

MEDIA_TYPE: Final = "application/vnd.schemaregistry.v1+json"
COMPATIBILITY: Final = "FULL_TRANSITIVE"
WRITES: Final = ("POST", "PUT", "PATCH", "DELETE")
ALL_CONTEXTS: Final = ":*:"

Answer = dict[str, Any]
Prefix = Annotated[str, Parameter(query="subjectPrefix")]
_get = partial(get, media_type=MEDIA_TYPE)
_log = logging.getLogger(__name__)


class Asked(msgspec.Struct):
    """A schema that a client sends."""

    schema: str
    schemaType: str | None = None


class Ids(Controller):
    """Schemas by the id that stands in front of their bytes; ids are the same under every subject and context."""

    path = "/schemas"

    @_get("/types")
    async def types(self) -> list[str]:
        return ["AVRO"]

    @_get("/ids/{schema_id:int}")
    async def by_id(self, schema_id: int) -> Answer:
        return {"schema": schema_text(released.of_id(schema_id).source)}

    @_get("/ids/{schema_id:int}/schema")
    async def text_by_id(self, schema_id: int) -> Answer:
        return released.of_id(schema_id).source

    @_get("/ids/{schema_id:int}/subjects")
    async def subjects_of(self, schema_id: int) -> list[str]:
        return [released.of_id(schema_id).subject]

    @_get("/ids/{schema_id:int}/versions")
    async def versions_of(self, schema_id: int) -> list[Answer]:
        found = released.of_id(schema_id)
        return [{"subject": found.subject, "version": found.version}]


class Subjects(Controller):
    """Schemas by subject (TopicRecordNameStrategy) and version."""

    path = "/subjects"

    @_get("/")
    async def subjects(self, prefix: Prefix = ALL_CONTEXTS) -> list[str]:
        wanted = prefix.removeprefix(ALL_CONTEXTS)
        return [subject for subject in released.by_subject() if subject.startswith(wanted)]

    @_get("/{subject:str}/versions")
    async def versions(self, subject: str) -> list[int]:
        return [schema.version for schema in released.versions(subject)]

    @_get("/{subject:str}/versions/{version:str}")
    async def version(self, subject: str, version: str) -> Answer:
        return _whole(released.version(subject, version))

    @_get("/{subject:str}/versions/{version:str}/schema")
    async def version_text(self, subject: str, version: str) -> Answer:
        return released.version(subject, version).source

    @_get("/{subject:str}/versions/{version:str}/referencedby")
    async def referenced_by(self, subject: str, version: str) -> list[int]:
        released.version(subject, version)
        return []

    @post("/{subject:str}", media_type=MEDIA_TYPE, status_code=HTTPStatus.OK)
    async def look_up(self, subject: str, data: Asked) -> Answer:
        return _whole(released.look_up(subject, data.schema, data.schemaType))

    @post("/{subject:str}/versions", media_type=MEDIA_TYPE, status_code=HTTPStatus.OK)
    async def register(self, subject: str, data: Asked) -> Answer:
        return {"id": released.register(subject, data.schema, data.schemaType).id}


@_get("/")
async def root() -> Answer:
    return {}


@_get(["/config", "/config/{subject:str}"])
async def config() -> Answer:
    return {"compatibilityLevel": COMPATIBILITY}


@_get(["/mode", "/mode/{subject:str}"])
async def mode() -> Answer:
    return {"mode": "READONLY"}


@_get("/contexts")
async def contexts() -> list[str]:
    return ["."]


@get("/livez")
async def live() -> Answer:
    return {"status": "ok"}


@get("/readyz")
async def ready() -> Answer:
    return {"status": "ok", "subjects": len(released.by_subject())}


def application() -> Litestar:
    """The endpoint; what it serves is read from the files once, so that a broken release ends it at the start."""
    released.by_subject()
    return Litestar(
        [Ids, Subjects, root, config, mode, contexts, live, ready],
        exception_handlers={Refusal: _refuse, HTTPException: _refuse_http, Exception: _fail},
        openapi_config=None,
        logging_config=None,
    )


def _whole(schema: Registered) -> Answer:
    text = schema_text(schema.source)
    return {"subject": schema.subject, "version": schema.version, "id": schema.id, "schema": text}


def _refuse(_: Request[Any, Any, Any], refusal: Refusal) -> Response[Answer]:
    answer = {"error_code": refusal.code, "message": refusal.message}
    return Response(answer, status_code=refusal.status, media_type=MEDIA_TYPE)


def _refuse_http(request: Request[Any, Any, Any], error: HTTPException) -> Response[Answer]:
    """Whatever would be a write is refused as a registry in mode READONLY does it."""
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED and request.method in WRITES:
        return _refuse(request, Refusal(422, 42205, READ_ONLY))
    status = HTTPStatus(error.status_code)
    return _refuse(request, Refusal(status, status, f"HTTP {status.value} {status.phrase}"))


def _fail(request: Request[Any, Any, Any], error: Exception) -> Response[Answer]:
    _log.error("an answer failed", exc_info=error)
    return _refuse(request, Refusal(500, 50001, "The registry failed to answer; its log says why"))


def serve(host: str, port: int) -> None:
    """Answer until a signal; OSError when somebody else listens there."""
    listening = socket.create_server((host, port))
    print(f"schema registry at http://{host}:{listening.getsockname()[1]}", flush=True)
    config = uvicorn.Config(application(), log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listening])


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m infra.registry", description=__doc__.splitlines()[0])
    parser.add_argument("--port", type=int, required=True, help="port to listen at; 0: a free one, which is printed")
    parser.add_argument("--host", default=HOST, help="address to listen at (default: %(default)s)")
    asked = parser.parse_args()
    try:
        serve(asked.host, asked.port)
    except (OSError, OverflowError) as error:
        sys.exit(f"cannot listen at {asked.host}:{asked.port}: {error}. Choose another --port or --host.")


if __name__ == "__main__":
    main()
