"""The stream of permissions: how a decision is written as bytes, and what stands around them.

Value = Confluent frame ‖ Avro, the same in stream and topic. state = recorded_at (8 bytes) ‖ value; the topic's header
= version ‖ position ‖ recorded_at (8 bytes each); all big-endian, times in µs since 1970. Whoever decides sees ids as
UUIDs and times as µs.
"""

import io
import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import fastavro

import schemas
from schemas.catalogue import DECISIONS_TOPIC
from schemas.derive import Json
from services.kernel.damage import Damage

TOPIC: Final = DECISIONS_TOPIC
HEADER_NAME: Final = "decision"

_STATE: Final = struct.Struct(">q")
_HEADER: Final = struct.Struct(">qqq")
HEADER_BYTES: Final = _HEADER.size
STATE_HEAD_BYTES: Final = _STATE.size


class Header(NamedTuple):
    """Where a decision stands: in its subject's stream, in the whole, in time."""

    version: int
    position: int
    recorded_at: int


def encode(kind: str, fields: Mapping[str, Any]) -> bytes:
    """The framed bytes of a decision; ValueError or TypeError where the fields are not those of its type."""
    schema = schemas.decision_types()[kind]
    form, out = _form(schema.id), io.BytesIO()
    said = {**fields, **{name: _packed(fields.get(name)) for name in form.ids}}
    fastavro.schemaless_writer(out, form.plain, said, strict_allow_default=True)
    return schemas.frame(schema.id, out.getvalue())


def decode(value: bytes) -> tuple[str, dict[str, Any]]:
    """Type and fields of a decision of any released version, as the newest has them; Damage for any other bytes."""
    try:
        schema_id, body = schemas.split_frame(value)
        name = schemas.registered()[schema_id].name
        written, newest = _form(schema_id), _form(schemas.decision_types()[name].id)
        source = io.BytesIO(body)
        said: Any = fastavro.schemaless_reader(source, written.plain, newest.plain)
        fields = said | {field: _unpacked(said[field]) for field in newest.ids}
    # The library's errors come as many types, and all mean the same: permissions never wrote this.
    except Exception as error:
        raise Damage(f"bytes that are no decision ({type(error).__name__})") from error
    if source.read(1):
        raise Damage(f"bytes are left behind a decision of type {name}")
    return name, fields


def pack_state(recorded_at: int, value: bytes) -> bytes:
    """What the stream keeps of a decision."""
    return _STATE.pack(recorded_at) + value


def split_state(state: bytes) -> tuple[int, bytes]:
    """recorded_at and value of what the stream keeps."""
    return _STATE.unpack_from(state)[0], state[STATE_HEAD_BYTES:]


def pack_header(header: Header) -> bytes:
    """The topic's one header."""
    return _HEADER.pack(*header)


def header_of(headers: Iterable[tuple[str, bytes]]) -> Header:
    """The header of a record of the topic; Damage for a record that our relay did not write."""
    match list(headers):
        case [(name, packed)] if name == HEADER_NAME and len(packed) == HEADER_BYTES:
            return Header(*_HEADER.unpack(packed))
    raise Damage(f"a record of {TOPIC} has no header of a decision")


@dataclass(frozen=True, slots=True)
class _Form:
    """How a version of a type is written: without logical types, and the names of its ids."""

    plain: Any
    ids: tuple[str, ...]


@cache
def _form(schema_id: int) -> _Form:
    source = schemas.registered()[schema_id].source
    ids = tuple(field["name"] for field in source["fields"] if field.get("holds") == "id")
    return _Form(fastavro.parse_schema(_plain(source)), ids)


def _plain(avro_type: Any) -> Any:
    """The type with times as the numbers that they are."""
    match avro_type:
        case [*branches]:
            return [_plain(branch) for branch in branches]
        case {"logicalType": _, "type": number}:
            return number
        case {"type": "array", "items": items}:
            return {**avro_type, "items": _plain(items)}
        case {"type": "record", "fields": fields}:
            return {**avro_type, "fields": [_plain_field(field) for field in fields]}
    return avro_type


def _plain_field(field: Json) -> Json:
    return {**field, "type": _plain(field["type"])}


def _packed(ids: Any) -> Any:
    """16 bytes for an id, also in a list; what is missing stays missing."""
    if isinstance(ids, list | tuple):
        return [_packed(one) for one in ids]
    return ids.bytes if isinstance(ids, UUID) else ids


def _unpacked(ids: Any) -> Any:
    if isinstance(ids, list):
        return [_unpacked(one) for one in ids]
    return None if ids is None else UUID(bytes=ids)
