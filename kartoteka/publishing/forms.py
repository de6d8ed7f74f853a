"""What a value of each type looks like, written as JSON or made in Python."""

import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple

from schemas.shape import broken_text

_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)", re.ASCII)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", re.ASCII)

Convert = Callable[[Any], Any]


class Unreadable(ValueError):
    """A value that is not of the field's type; says what it must be, never what it was."""


class Forms(NamedTuple):
    """One converter for each type of field; a whole number's depends on how many bits it may have."""

    uuid: Convert
    time: Convert
    day: Convert
    text: Convert
    truth: Convert
    whole: Callable[[int], Convert]


def _uuid(raw: Any) -> uuid.UUID:
    if type(raw) is not str or _UUID.fullmatch(raw) is None:
        raise Unreadable("must be a UUID such as 0f8fad5b-d9cb-469f-a165-70867728950e")
    return uuid.UUID(raw)


def _time(raw: Any) -> datetime:
    if type(raw) is not str or _TIME.fullmatch(raw) is None:
        raise Unreadable(
            "must be a time with seconds, at most microseconds, and an offset, such as 2026-03-01T09:30:00+01:00"
        )
    try:
        return datetime.fromisoformat(raw).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Unreadable("must be a time that exists: day, hour or offset is out of range") from error


def _date(raw: Any) -> date:
    if type(raw) is not str or _DATE.fullmatch(raw) is None:
        raise Unreadable("must be a day such as 2026-03-01")
    try:
        return date.fromisoformat(raw)
    except ValueError as error:
        raise Unreadable("must be a day that exists in the calendar") from error


def _text(raw: Any) -> str:
    if type(raw) is not str:
        raise Unreadable('must be text in quotation marks ("…")')
    if "\x00" in raw:
        raise Unreadable("must not hold the character NUL (\\u0000)")
    if not raw.isascii() and broken_text(raw):
        raise Unreadable("must not hold half of a character (a lone surrogate such as \\ud83d)")
    return raw


def _boolean(raw: Any) -> bool:
    if type(raw) is not bool:
        raise Unreadable("must be true or false")
    return raw


def _whole(bits: int) -> Convert:
    low, high = -(1 << bits), (1 << bits) - 1

    def whole(raw: Any) -> int:
        if type(raw) is not int:
            raise Unreadable("must be a whole number, written without quotation marks, point or exponent")
        if not low <= raw <= high:
            raise Unreadable(f"must be from {low} to {high}")
        return raw

    return whole


def _is_uuid(raw: Any) -> uuid.UUID:
    if not isinstance(raw, uuid.UUID):
        raise Unreadable("must be a uuid.UUID")
    return raw


def _is_time(raw: Any) -> datetime:
    if not isinstance(raw, datetime) or raw.utcoffset() is None:
        raise Unreadable("must be a datetime with a time zone, such as datetime.now(UTC)")
    try:
        return raw.astimezone(UTC)
    except OverflowError as error:
        raise Unreadable("must be a time that exists in UTC too") from error


def _is_day(raw: Any) -> date:
    if not isinstance(raw, date) or isinstance(raw, datetime):
        raise Unreadable("must be a date, not a datetime and not text")
    return raw


def _is_text(raw: Any) -> str:
    if not isinstance(raw, str):
        raise Unreadable("must be a str")
    if broken_text(raw):
        raise Unreadable("must not hold the character NUL or half of a character (a lone surrogate)")
    return raw


JSON: Final = Forms(_uuid, _time, _date, _text, _boolean, _whole)
PYTHON: Final = Forms(_is_uuid, _is_time, _is_day, _is_text, _boolean, _whole)
