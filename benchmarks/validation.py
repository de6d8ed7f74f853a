"""How quickly JSON lines of all types are checked on one core, beside JSON Schema made from the same schemas."""

import io
import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from jsonschema import Draft202012Validator

from kartoteka.publishing.jsonlines import Reader
from kartoteka.publishing.numbers import pesel_of
from kartoteka.publishing.validation import publishable
from schemas import event_type
from schemas.catalogue import item_parts
from schemas.derive import Json, bare, is_nullable
from schemas.shape import TEXT_LIMIT
from tests.statements import EXAMPLES, NOW

PERSONS = 20_000
SPOILED_EVERY = 20
# The peer is so much slower that it reads a part of the lines.
PEER_SHARE = 10
FORMS = {
    "uuid": "^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$",
    "timestamp-micros": r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d:\d\d)$",
    "date": r"^\d{4}-\d\d-\d\d$",
}
TYPES = {"string": "string", "boolean": "boolean", "int": "integer", "long": "integer"}


@dataclass(frozen=True)
class ValidationResult:
    """Lines a second of both, and whether they accepted the same lines."""

    lines: int
    bytes_each: float
    rate: float
    peer_rate: float
    refused: int
    equal: bool

    @property
    def ratio(self) -> float:
        return self.rate / self.peer_rate


def validation(count: int) -> ValidationResult:
    """So many lines, all types in turn, one in twenty with a mistake that both can see."""
    lines = [_line(number) for number in range(count)]
    started = time.process_time()
    ours = [line.statement is not None for line in Reader(NOW).lines(io.BytesIO(b"\n".join(lines)))]
    seconds = time.process_time() - started
    part = lines[: count // PEER_SHARE]
    validators = {name: Draft202012Validator(json_schema(name)) for name in publishable()}
    started = time.process_time()
    peers = [_peer_accepts(validators, line) for line in part]
    peer_seconds = time.process_time() - started
    equal = ours[: len(part)] == peers and len(ours) == count
    bytes_each = sum(map(len, lines)) / count
    return ValidationResult(count, bytes_each, count / seconds, len(part) / peer_seconds, ours.count(False), equal)


def json_schema(name: str) -> Json:
    """What JSON Schema can say of an event type: types, forms, codes, lengths, ranges; not rules and check digits."""
    return _object({"type": {"const": name}}, event_type(name).fields)


def _object(besides: Json, fields: Sequence[Json]) -> Json:
    return {
        "type": "object",
        "properties": besides | {field["name"]: _property(field) for field in fields},
        "required": [*besides, *(field["name"] for field in fields if "default" not in field)],
        "additionalProperties": False,
    }


def _property(field: Json) -> Json:
    found = _bare_property(field, bare(field["type"]))
    return {"anyOf": [{"type": "null"}, found]} if is_nullable(field["type"]) else found


def _bare_property(field: Json, avro_type: Any) -> Json:
    if parts := item_parts(field):
        return {"type": "array", "items": _object({}, parts), "maxItems": field["max_items"]}
    logical = avro_type.get("logicalType") if isinstance(avro_type, dict) else None
    if logical is not None:
        return {"type": "string", "pattern": FORMS[logical]}
    if "codes" in field:
        return {"enum": field["codes"]}
    limits = {"minimum": "minimum", "maximum": "maximum", "pattern": "pattern"}
    said = {ours: field[theirs] for theirs, ours in limits.items() if theirs in field}
    length = {"minLength": 1, "maxLength": field.get("max_length", TEXT_LIMIT)} if avro_type == "string" else {}
    return {"type": TYPES[avro_type], **length, **said}


def _peer_accepts(validators: dict[str, Draft202012Validator], line: bytes) -> bool:
    try:
        said = json.loads(line)
    except ValueError:
        return False
    return isinstance(said, dict) and said.get("type") in validators and validators[said["type"]].is_valid(said)


def _line(number: int) -> bytes:
    name = sorted(EXAMPLES)[number % len(EXAMPLES)]
    person = pesel_of(date(1950 + number % 50, 1 + number % 12, 1 + number % 28), "female", number % PERSONS // 5)
    event_id = uuid5(NAMESPACE_URL, str(number))
    said = {"type": name, "event_id": event_id, "occurred_at": NOW, **EXAMPLES[name]}
    said[event_type(name).subject or ""] = person
    text = json.dumps(said, default=_as_text, ensure_ascii=False).encode()
    return _spoiled(text, number // SPOILED_EVERY) if number % SPOILED_EVERY == 0 else text


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime | date) else str(value)


def _spoiled(text: bytes, which: int) -> bytes:
    """A line cut off, with an unknown field, without its id, with a time that is none, or of an unknown type."""
    mistakes = (
        text[:-20],
        text[:-1] + b', "unknown": 1}',
        text.replace(b'"event_id"', b'"event"'),
        text.replace(b'"occurred_at": "', b'"occurred_at": "x'),
        text.replace(b'"type": "', b'"type": "X'),
    )
    return mistakes[which % len(mistakes)]
