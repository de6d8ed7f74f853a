"""Commands about access over HTTP, for the portal and the hotline's own programs.

``POST /commands/…`` carries one out under an Idempotency-Key: done or repeated 200, refused 409. Who is meant stands in
the body and nowhere else. Whoever has the token is believed about who asks.
"""

import asyncio
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from typing import Annotated, Any, Final

import msgspec
import psycopg
import structlog
from litestar import Controller, Litestar, MediaType, Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import NotAuthorizedException
from litestar.handlers.base import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme
from litestar.params import FromQuery, HeaderParameter, JSONBody
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from psycopg_pool import PoolTimeout

from services.kernel.checks import Checks
from services.kernel.metrics import CHECK, REGISTRY
from services.permissions.asking.forms import (
    AnyForm,
    AuthoriseForm,
    BlockForm,
    ConfirmForm,
    DelegateForm,
    DesignateForm,
    ExplainForm,
    FormWrong,
    Id,
    RemoveForm,
    UnauthoriseForm,
    UnblockForm,
    UnconfirmForm,
)
from services.permissions.asking.idempotency import Answer, key_problem
from services.permissions.asking.problems import HANDLERS, language, refused
from services.permissions.asking.workplace import Workplace

LOOK_SECONDS: Final = 10.0
LARGEST_BODY_BYTES: Final = 64 * 1024
KEY_HEADER: Final = "Idempotency-Key"

Key = Annotated[str, HeaderParameter(name=KEY_HEADER, description="A new one for each request, the same for a repeat.")]
Asked = Request[Any, Any, Any]
Said = Response[Any]
_post = partial(post, status_code=200, sync_to_thread=True)
_get = partial(get, sync_to_thread=True)


class WhoAsked(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose account it is, and who asks: the same person."""

    subject: Id

    def __repr__(self) -> str:
        return "WhoAsked(…)"


def application(workplace: Workplace, token: str) -> Litestar:
    """The server's application."""
    return Litestar(
        [_commands(workplace, token), _lists(workplace, token), *_health(workplace)],
        exception_handlers=HANDLERS,
        lifespan=[partial(_open, workplace)],
        request_max_body_size=LARGEST_BODY_BYTES,
        openapi_config=_openapi(),
        logging_config=None,
    )


def _commands(workplace: Workplace, token: str) -> type[Controller]:
    def carry_out(request: Asked, form: AnyForm, key: str) -> Said:
        if (says := key_problem(key)) is not None:
            raise FormWrong(says, KEY_HEADER)
        answer: Answer = workplace.carry_out(form, key)
        if answer.code is not None:
            return refused(request, answer.code)
        return Response(answer, headers={"Cache-Control": "no-store"})

    class Commands(Controller):
        """Commands, each carried out once under its key."""

        path = "/commands"
        guards = [_bearer(token)]  # noqa: RUF012 - as the library has it
        tags = ["commands"]  # noqa: RUF012
        security = [{"bearer": []}]  # noqa: RUF012

        @_post("/designate")
        def designate(self, request: Asked, data: JSONBody[DesignateForm], key: Key) -> Said:
            """Who insures a child adds another guardian."""
            return carry_out(request, data, key)

        @_post("/remove")
        def remove(self, request: Asked, data: JSONBody[RemoveForm], key: Key) -> Said:
            """A guardian or a delegate is removed, or gives it up."""
            return carry_out(request, data, key)

        @_post("/delegate")
        def delegate(self, request: Asked, data: JSONBody[DelegateForm], key: Key) -> Said:
            """An adult lets another one use the own account."""
            return carry_out(request, data, key)

        @_post("/authorise")
        def authorise(self, request: Asked, data: JSONBody[AuthoriseForm], key: Key) -> Said:
            """An adult lets a practitioner look."""
            return carry_out(request, data, key)

        @_post("/unauthorise")
        def unauthorise(self, request: Asked, data: JSONBody[UnauthoriseForm], key: Key) -> Said:
            """An adult takes that back."""
            return carry_out(request, data, key)

        @_post("/confirm")
        def confirm(self, request: Asked, data: JSONBody[ConfirmForm], key: Key) -> Said:
            """An operator has checked papers."""
            return carry_out(request, data, key)

        @_post("/unconfirm")
        def unconfirm(self, request: Asked, data: JSONBody[UnconfirmForm], key: Key) -> Said:
            """An operator withdraws that."""
            return carry_out(request, data, key)

        @_post("/block")
        def block(self, request: Asked, data: JSONBody[BlockForm], key: Key) -> Said:
            """An operator shuts somebody out, for a court."""
            return carry_out(request, data, key)

        @_post("/unblock")
        def unblock(self, request: Asked, data: JSONBody[UnblockForm], key: Key) -> Said:
            """An operator lifts that, for a court."""
            return carry_out(request, data, key)

    return Commands


def _lists(workplace: Workplace, token: str) -> type[Controller]:
    class Lists(Controller):
        """One's own lists, each look recorded; and why."""

        path = "/access"
        guards = [_bearer(token)]  # noqa: RUF012
        tags = ["access"]  # noqa: RUF012
        security = [{"bearer": []}]  # noqa: RUF012

        @_get("/whose")
        def whose(self, viewer: FromQuery[Id]) -> Said:
            """The accounts of others that the viewer, who asks, may see; by patient id or account identifier."""
            return _private({"accounts": workplace.whose(viewer)})

        @_post("/who")
        def who(self, data: JSONBody[WhoAsked]) -> Said:
            """Who may see the account of the subject, who asks, and who has looked at it."""
            return _private(workplace.who(data.subject))

        @_post("/explain")
        def explain(self, request: Asked, data: JSONBody[ExplainForm]) -> Said:
            """Why the viewer may see the subject's account, or may not, in the asker's language."""
            data.check()
            return _private(workplace.explain(data, language(request)))

    return Lists


def _private(said: Any) -> Said:
    return Response(said, media_type=MediaType.JSON, headers={"Cache-Control": "no-store"})


def _health(workplace: Workplace) -> list[Any]:
    def said(checks: Checks, well: bool) -> Said:
        body = {"status": "ok" if well else "failed", "checks": checks}
        return Response(body, status_code=200 if well else 503)

    @get("/livez", include_in_schema=False)
    async def live() -> Said:
        return said({}, True)

    @get("/readyz", include_in_schema=False)
    async def ready() -> Said:
        return said(workplace.checks(), workplace.ready())

    @get("/metrics", include_in_schema=False)
    async def metrics() -> Said:
        for name, says in workplace.checks().items():
            CHECK.labels(name).set(says == "ok")
        return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)

    return [live, ready, metrics]


def _bearer(token: str) -> Callable[[ASGIConnection[Any, Any, Any, Any], BaseRouteHandler], None]:
    """Let nobody in without the token; how long that takes tells nothing about it."""
    expected = f"Bearer {token}".encode()

    def guard(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
        if not hmac.compare_digest(connection.headers.get("authorization", "").encode(), expected):
            raise NotAuthorizedException

    return guard


@asynccontextmanager
async def _open(workplace: Workplace, _: Litestar) -> AsyncIterator[None]:
    workplace.open()
    looking = asyncio.create_task(_look(workplace))
    yield
    looking.cancel()
    with suppress(asyncio.CancelledError):
        await looking
    await asyncio.to_thread(workplace.close)


async def _look(workplace: Workplace) -> None:
    """See every few seconds whether the databases answer, for those who ask for our health."""
    while True:
        try:
            await asyncio.to_thread(workplace.look)
        except (psycopg.Error, PoolTimeout) as error:
            structlog.get_logger().warning("database_away", error=type(error).__name__)
        await asyncio.sleep(LOOK_SECONDS)


def _openapi() -> OpenAPIConfig:
    bearer = SecurityScheme(type="http", scheme="bearer", description="secrets/permissions-commands.token")
    return OpenAPIConfig(
        title="kartoteka: who may see whom",
        version="1.0.0",
        path="/schema",
        render_plugins=[JsonRenderPlugin()],
        components=Components(security_schemes={"bearer": bearer}),
    )
