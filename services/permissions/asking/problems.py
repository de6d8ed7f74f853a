"""What the server says when it does not do what it was asked: problem details (RFC 9457), without anybody's data."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Final, get_args

import psycopg
from litestar import Request, Response
from litestar.exceptions import HTTPException, NotAuthorizedException, SerializationException, ValidationException
from psycopg_pool import PoolTimeout

from services.permissions.asking.forms import AnyForm, ExplainForm, FormWrong
from services.permissions.asking.idempotency import KeyUsed
from services.permissions.asking.refusals import BEING_CHECKED, KEY_USED, LANGUAGES, says
from services.permissions.why.explaining import BeingChecked

MEDIA_TYPE: Final = "application/problem+json"
TYPE: Final = "urn:kartoteka:problem:"
WAIT_SECONDS: Final = 30
AGAIN_SECONDS: Final = 5
_FORMS: Final = (*get_args(AnyForm), ExplainForm)
_FIELDS: Final = frozenset({"key", *(name for form in _FORMS for name in form.__struct_fields__)})
_log = logging.getLogger(__name__)

Asked = Request[Any, Any, Any]
Problem = dict[str, Any]


def problem(
    status: HTTPStatus, code: str, detail: str, headers: Mapping[str, str] | None = None, **more: Any
) -> Response[Problem]:
    """One problem."""
    body = {"type": TYPE + code, "title": code.replace("_", " "), "status": status.value, "detail": detail}
    kept = {"Cache-Control": "no-store", **(headers or {})}
    return Response({**body, "code": code, **more}, status_code=status, media_type=MEDIA_TYPE, headers=kept)


def refused(request: Asked, code: str) -> Response[Problem]:
    """A command was refused, and stands so in the asker's stream."""
    return problem(HTTPStatus.CONFLICT, code, says(code, language(request)))


def language(request: Asked) -> str:
    """The first language that the asker reads and we speak; else Polish."""
    wanted = (part.split(";")[0].strip().lower()[:2] for part in request.headers.get("accept-language", "").split(","))
    return next((lang for lang in wanted if lang in LANGUAGES), LANGUAGES[0])


def _form_wrong(_: Asked, error: FormWrong) -> Response[Problem]:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, "form_wrong", f"{error.field}: {error}", field=error.field)


def _key_used(request: Asked, _: Exception) -> Response[Problem]:
    return problem(HTTPStatus.UNPROCESSABLE_ENTITY, KEY_USED, says(KEY_USED, language(request)))


def _being_checked(request: Asked, _: Exception) -> Response[Problem]:
    headers = {"Retry-After": str(WAIT_SECONDS)}
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, BEING_CHECKED, says(BEING_CHECKED, language(request)), headers)


def _database_away(_: Asked, error: Exception) -> Response[Problem]:
    """Whether it was done is known under the same key."""
    _log.error("a database did not answer", exc_info=error)
    detail = "A database does not answer. Send the same request again, with the same key."
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", detail, {"Retry-After": str(AGAIN_SECONDS)})


def _not_authorised(_: Asked, __: Exception) -> Response[Problem]:
    detail = "Send the token of this service as: Authorization: Bearer TOKEN."
    return problem(HTTPStatus.UNAUTHORIZED, "not_authorised", detail, {"WWW-Authenticate": "Bearer"})


def _body_wrong(_: Asked, error: ValidationException) -> Response[Problem]:
    """The fields that do not fit, as far as they are ours; neither values nor names that somebody made up."""
    said = error.extra if isinstance(error.extra, list) else []
    keys = {str(one.get("key")) for one in said if isinstance(one, dict)}
    fields = sorted("Idempotency-Key" if key == "key" else key for key in keys & _FIELDS)
    detail = f"These do not fit: {', '.join(fields)}." if fields else "A field is missing, unknown or does not fit."
    return problem(HTTPStatus.BAD_REQUEST, "body_wrong", f"{detail} The OpenAPI document names them all.")


def _no_json(_: Asked, __: Exception) -> Response[Problem]:
    return problem(HTTPStatus.BAD_REQUEST, "body_wrong", "The body must be one JSON object, in UTF-8.")


def _http(asked: Asked, error: HTTPException) -> Response[Problem]:
    status = HTTPStatus(error.status_code)
    if status is HTTPStatus.BAD_REQUEST:
        return _no_json(asked, error)
    return problem(status, status.phrase.lower().replace(" ", "_"), status.description or status.phrase)


def _failed(_: Asked, error: Exception) -> Response[Problem]:
    _log.error("an answer failed", exc_info=error)
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "failed", "The service failed to answer; its log says where.")


HANDLERS: Final[dict[Any, Callable[..., Response[Problem]]]] = {
    FormWrong: _form_wrong,
    KeyUsed: _key_used,
    BeingChecked: _being_checked,
    NotAuthorizedException: _not_authorised,
    ValidationException: _body_wrong,
    HTTPException: _http,
    SerializationException: _no_json,
    UnicodeDecodeError: _no_json,
    RecursionError: _no_json,
    psycopg.OperationalError: _database_away,
    psycopg.InterfaceError: _database_away,
    PoolTimeout: _database_away,
    Exception: _failed,
}
