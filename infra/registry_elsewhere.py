"""A schema registry that is already there: before we start it must hold every released schema under our id.

Ids stand in front of bytes that are kept for ever, so what has another schema under one of them is refused.
"""

import base64
import json
from dataclasses import dataclass, field
from http.client import HTTPException
from typing import Any, Final
from urllib.error import HTTPError
from urllib.parse import SplitResult, quote, unquote, urlsplit
from urllib.request import Request, urlopen

import schemas
from schemas import Registered
from schemas.canonical import canonical_form, schema_text

SETTING: Final = "SCHEMA_REGISTRY_URL"
MEDIA_TYPE: Final = "application/vnd.schemaregistry.v1+json"
ANSWER_SECONDS: Final = 10.0
LOOK_SECONDS: Final = 1.0
NO_SUCH_ID: Final = (404, 40403)


class RegistryWrong(ValueError):
    """The address is none."""


class RegistryAway(Exception):
    """Nobody answers at the registry's address."""


class RegistryDiffers(Exception):
    """The registry does not hold what was released, and we cannot or must not change that."""


@dataclass(frozen=True, slots=True)
class RegistryElsewhere:
    """A registry at an address, which may begin with user:password@."""

    url: str = field(repr=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname or "," in self.url:
            raise RegistryWrong(f"{SETTING} must be one address that begins with http:// or https://")

    @property
    def address(self) -> str:
        """Where it is, without who we are there."""
        return _bare(urlsplit(self.url))

    def answers(self) -> bool:
        """Whether anybody is there; a refusal is an answer too."""
        try:
            self._ask("GET", "/schemas/types", seconds=LOOK_SECONDS)
        except RegistryAway:
            return False
        return True

    def holds(self, schema: Registered) -> bool:
        """Whether it has this schema under this id; RegistryDiffers when it has another one there."""
        status, answer = self._ask("GET", f"/schemas/ids/{schema.id}")
        if (status, answer.get("error_code")) == NO_SUCH_ID:
            return False
        if status != 200 or "schema" not in answer:
            raise RegistryDiffers(f"{self._says(status, answer)} when asked for schema {schema.id}; see to that first")
        if canonical_form(answer["schema"]) != canonical_form(schema_text(schema.source)):
            raise RegistryDiffers(
                f"the schema registry at {self.address} has another schema under id {schema.id} than {schema.subject}: "
                "ids are fixed, so use a registry, or a context of it, in which they are free"
            )
        return True

    def register(self, schema: Registered, missing: int) -> None:
        """Put a schema under its id, which only a registry in mode IMPORT allows."""
        body = {"schema": schema_text(schema.source), "id": schema.id, "version": schema.version}
        status, answer = self._ask("POST", f"/subjects/{quote(schema.subject, safe='')}/versions", body)
        if (status, answer.get("id")) != (200, schema.id):
            raise RegistryDiffers(
                f"{self._says(status, answer)} when given schema {schema.id}. It lacks {missing} released schemas, "
                f"beginning with {schema.subject}. Set its mode to IMPORT (PUT /mode, its operator's act), "
                "run 'kartoteka up' again, then set the mode back"
            )

    def _says(self, status: int, answer: dict[str, Any]) -> str:
        said = answer.get("message") or answer
        return f"the schema registry at {self.address} answers {status} ({said})"

    def _ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, *, seconds: float = ANSWER_SECONDS
    ) -> tuple[int, dict[str, Any]]:
        content = None if body is None else json.dumps(body).encode()
        request = Request(self.address + path, content, self._headers(), method=method)  # noqa: S310 - http(s) alone
        try:
            with urlopen(request, timeout=seconds) as response:  # noqa: S310
                return response.status, _answer(response.read())
        except HTTPError as refusal:
            with refusal:
                return refusal.code, _answer(refusal.read())
        except (OSError, HTTPException) as error:
            raise RegistryAway(
                f"no schema registry answers at {self.address} ({type(error).__name__}); start it, or correct {SETTING}"
            ) from error

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": MEDIA_TYPE, "Accept": f"{MEDIA_TYPE}, application/json"}
        parts = urlsplit(self.url)
        if parts.username is not None:
            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            headers["Authorization"] = f"Basic {base64.b64encode(secret.encode()).decode()}"
        return headers


def ensure_released(registry: RegistryElsewhere) -> int:
    """Register what the registry has not, once it is clear that nothing in it differs; how many that were."""
    missing = [schema for schema in schemas.registered().values() if not registry.holds(schema)]
    for done, schema in enumerate(missing):
        registry.register(schema, len(missing) - done)
    return len(missing)


def _bare(parts: SplitResult) -> str:
    where = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{where}{parts.path}".rstrip("/")


def _answer(content: bytes) -> dict[str, Any]:
    """What it said; an empty one where that is no JSON object (a proxy's page, a list)."""
    try:
        said = json.loads(content)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}
