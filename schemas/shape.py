"""What a value must look like beyond its Avro type: lengths, patterns, ranges, codes, numbers.

The limits stand in the schemas, beside the fields that they limit; the publishers' kit and ingest
read the same ones. A statement that is medically odd has a good shape: it is recorded.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from typing import Any, Final

from stdnum.pl import pesel

from schemas.catalogue import EventType, event_type, item_parts
from schemas.derive import Json, bare, is_nullable

PESEL_DIGITS: Final = re.compile(r"[0-9]{11}", re.ASCII)
TEXT_LIMIT: Final = 4000
EARLIEST: Final = datetime(1900, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
# How far occurred_at may lie ahead of the broker's clock, and how large a record's value may be.
CLOCK_TOLERANCE: Final = timedelta(hours=24)
VALUE_LIMIT_BYTES: Final = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (field path) and what, never with the value itself."""

    path: str
    says: str


Check = Callable[[Any], str | None]


def problems(kind: EventType, value: Mapping[str, Any]) -> list[Problem]:
    """Everything that is wrong with the shape of one decoded event; empty when nothing is."""
    return [Problem(path, says) for path, says in _problems(_checks(kind.name), value)]


def broken_text(value: Any) -> bool:
    """Whether any text in the value holds a NUL or half a surrogate pair, which PostgreSQL refuses.

    Nothing with a good shape does, so this is asked only about values that have a problem.
    """
    if isinstance(value, str):
        return "\x00" in value or not (value.isascii() or _encodes(value))
    if isinstance(value, Mapping):
        return any(broken_text(part) for part in value.values())
    if isinstance(value, list):
        return any(broken_text(part) for part in value)
    return False


def looks_like_pesel(number: str) -> bool:
    """Whether the text has the form of a PESEL: eleven ASCII digits."""
    return PESEL_DIGITS.fullmatch(number) is not None


@lru_cache(maxsize=200_000)
def possible_pesel(number: str) -> bool:
    """Whether date and check digit of the number agree (rejestr PESEL); an announced one may fail this."""
    return looks_like_pesel(number) and bool(pesel.is_valid(number))


def _encodes(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _problems(checks: "_Checks", value: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name, check in checks.fields:
        if (says := check(value[name])) is not None:
            yield prefix + name, says
    for name, parts in checks.groups:
        for index, part in enumerate(value[name]):
            yield from _problems(parts, part, f"{prefix}{name}[{index}].")


@dataclass(frozen=True, slots=True)
class _Checks:
    fields: list[tuple[str, Check]]
    groups: list[tuple[str, "_Checks"]]


@cache
def _checks(name: str) -> _Checks:
    return _compile(event_type(name).fields)


def _compile(fields: list[Json]) -> _Checks:
    checks = [(field["name"], check) for field in fields if (check := _check(field)) is not None]
    groups = [(field["name"], _compile(parts)) for field in fields if (parts := item_parts(field))]
    return _Checks(checks, groups)


def _check(field: Json) -> Check | None:
    found = _check_bare(field, bare(field["type"]))
    if found is None or not is_nullable(field["type"]):
        return found
    inner = found
    return lambda value: None if value is None else inner(value)


def _check_bare(field: Json, avro_type: Any) -> Check | None:
    if item_parts(field):
        return _group(field)
    if field["privacy"] == "person":
        return _person
    logical = avro_type.get("logicalType") if isinstance(avro_type, dict) else None
    match logical or avro_type:
        case "string":
            return _string(field)
        case "int" | "long" if "minimum" in field:
            return _number(field)
        case "date":
            return _date(field)
        case "timestamp-micros":
            return _time
    return None


def _person(value: str) -> str | None:
    return None if looks_like_pesel(value) else "must be a PESEL: 11 digits"


def _string(field: Json) -> Check:
    if "codes" in field:
        codes = frozenset(field["codes"])
        listed = ", ".join(field["codes"])
        return lambda value: None if value in codes else f"must be one of: {listed}"
    if "pattern" in field:
        pattern = re.compile(field["pattern"].removeprefix("^").removesuffix("$"), re.ASCII)
        form = field["pattern"]

        def form_check(value: str) -> str | None:
            # Some patterns say only what is excluded ([^@ ]), and nobody means control characters by that.
            fits = len(value) <= TEXT_LIMIT and pattern.fullmatch(value) is not None and value.isprintable()
            return None if fits else f"must have the form {form}"

        return form_check
    limit = field.get("max_length", TEXT_LIMIT)

    def check(value: str) -> str | None:
        if not value.strip():
            return "must not be empty"
        if "\x00" in value:
            return "must not hold a NUL character"
        return None if len(value) <= limit else f"must have at most {limit} characters"

    return check


def _number(field: Json) -> Check:
    low, high = field["minimum"], field["maximum"]
    return lambda value: None if low <= value <= high else f"must be from {low} to {high}"


def _date(field: Json) -> Check:
    low, high = date.fromisoformat(field.get("minimum", "1850-01-01")), LATEST.date()
    return lambda value: None if low <= value < high else f"must be a day from {low} and before {high}"


def _time(value: datetime) -> str | None:
    return None if EARLIEST <= value < LATEST else f"must be a time from {EARLIEST.date()} and before {LATEST.date()}"


def _group(field: Json) -> Check:
    low, high, unique = field.get("min_items", 0), field.get("max_items", 1000), field.get("unique")

    def check(value: list[Json]) -> str | None:
        if not low <= len(value) <= high:
            return f"must have from {low} to {high} elements"
        if unique and len({part[unique] for part in value}) < len(value):
            return f"must not have two elements with the same {unique}"
        return None

    return check
