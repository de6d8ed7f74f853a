"""From a parsed JSON object, or from Python values, to one event type; everything that does not fit is a problem.

A reader is compiled once per event type from its schema, for the forms that values come in. What could
not be read is filled with a blank of the right type, so that the fields that could be read are still checked.
"""

import itertools
import re
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from difflib import get_close_matches
from functools import cache
from typing import Any, Final

from kartoteka.publishing.forms import JSON, Convert, Forms, Unreadable
from schemas import event_type
from schemas.catalogue import item_parts
from schemas.derive import Json, bare, is_nullable
from schemas.shape import Problem

_PLAIN_NAME: Final = re.compile(r"[A-Za-z_]+[0-9]{0,3}", re.ASCII)
_LONGEST_NAME: Final = 60
_INT_BITS: Final = {"int": 31, "long": 63}
_MISSING: Final = object()
_UNLIKELY: Final = itertools.count(-1, -1)


@dataclass(slots=True)
class Read:
    """An event as far as it could be read; ``blanks`` are the paths of what was filled in."""

    value: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)
    blanks: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Field:
    name: str
    required: bool
    nullable: bool
    convert: Convert
    blank: Callable[[], Any]
    parts: "tuple[_Field, ...] | None" = None


def read(
    type_name: str, parsed: Mapping[str, Any], besides: Iterable[str] = ("type", "publisher"), forms: Forms = JSON
) -> Read:
    """Read one event; ``besides`` are keys that are not fields of the event."""
    found = Read({})
    fields = _fields(type_name, forms)
    found.value = _read_record(fields, parsed, "", found, besides)
    return found


def name_to_show(name: str) -> str:
    """A key as it may stand in a message: text that nobody checked could be personal."""
    return f"'{name}'" if len(name) <= _LONGEST_NAME and _PLAIN_NAME.fullmatch(name) else "with an odd name"


def did_you_mean(name: str, known: Iterable[str]) -> str:
    nearest = get_close_matches(name, list(known), n=1, cutoff=0.6)
    return f", did you mean '{nearest[0]}'?" if nearest else ""


def _read_record(
    fields: "tuple[_Field, ...]", parsed: Mapping[str, Any], prefix: str, found: Read, besides: Iterable[str] = ()
) -> Json:
    value: Json = {}
    seen = 0
    for one in fields:
        raw = parsed.get(one.name, _MISSING)
        if raw is not _MISSING:
            seen += 1
        value[one.name] = _read_field(one, raw, prefix, found)
    seen += sum(name in parsed for name in besides)
    if seen < len(parsed):
        _report_unknown(fields, parsed, prefix, found, besides)
    return value


def _read_field(one: _Field, raw: Any, prefix: str, found: Read) -> Any:
    if raw is None or raw is _MISSING:
        if one.nullable and (raw is None or not one.required):
            return None
        says = "is missing" if raw is _MISSING else "must not be null"
        return _fill(one, prefix, says, found)
    try:
        if one.parts is None:
            return one.convert(raw)
        return _read_group(one, raw, prefix, found)
    except Unreadable as unreadable:
        return _fill(one, prefix, str(unreadable), found)


def _read_group(one: _Field, raw: Any, prefix: str, found: Read) -> list[Json]:
    if not isinstance(raw, list | tuple):
        raise Unreadable("must be a list")
    parts: list[Json] = []
    for index, element in enumerate(raw):
        path = f"{prefix}{one.name}[{index}]"
        if type(element) is not dict:
            found.problems.append(Problem(path, "must be an object"))
            element = {}
            parts.append(_read_record(one.parts or (), element, f"{path}.", Read({}, [], found.blanks)))
        else:
            parts.append(_read_record(one.parts or (), element, f"{path}.", found))
    return parts


def _fill(one: _Field, prefix: str, says: str, found: Read) -> Any:
    path = prefix + one.name
    found.problems.append(Problem(path, says))
    found.blanks.append(path)
    return one.blank()


def _report_unknown(
    fields: "tuple[_Field, ...]", parsed: Mapping[str, Any], prefix: str, found: Read, besides: Iterable[str]
) -> None:
    known = [one.name for one in fields]
    for name in parsed:
        if name not in known and name not in besides:
            shown = name_to_show(name)
            path = f"{prefix}{name}" if shown.startswith("'") else prefix.removesuffix(".")
            says = f"unknown field {shown}{did_you_mean(name, known)}"
            found.problems.append(Problem(path, says if says.endswith("?") else f"{says}: take it out"))


@cache
def _fields(type_name: str, forms: Forms) -> "tuple[_Field, ...]":
    return tuple(_compile(source, forms) for source in event_type(type_name).fields)


def _compile(source: Json, forms: Forms) -> _Field:
    parts = item_parts(source)
    nullable = is_nullable(source["type"])
    required = "default" not in source
    if parts:
        compiled = tuple(_compile(part, forms) for part in parts)
        return _Field(source["name"], required, nullable, _refuse, list, compiled)
    convert, blank = _converter(bare(source["type"]), forms)
    return _Field(source["name"], required, nullable, convert, blank)


def _converter(avro_type: Any, forms: Forms) -> tuple[Convert, Callable[[], Any]]:
    logical = avro_type.get("logicalType") if isinstance(avro_type, dict) else None
    match logical or avro_type:
        case "uuid":
            return forms.uuid, lambda: uuid.UUID(int=0)
        case "timestamp-micros":
            return forms.time, lambda: datetime(2000, 1, 1, tzinfo=UTC)
        case "date":
            return forms.day, lambda: date(2000, 1, 1)
        case "string":
            return forms.text, str
        case "boolean":
            return forms.truth, bool
        case "int" | "long" as size:
            # Different each time, so that two unreadable numbers are not also "the same number".
            return forms.whole(_INT_BITS[size]), lambda: next(_UNLIKELY)
    raise NotImplementedError(f"nothing is read into the Avro type {avro_type!r}")


def _refuse(raw: Any) -> Any:
    raise Unreadable("must be a list")
