"""Wire ↔ types: the only module of ingest that knows field names and bytes on the wire."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

import fastavro
import msgspec

import schemas
from schemas.derive import Json, column_name, item_fields
from schemas.shape import broken_text, problems
from services.kernel.index_key import IndexKey
from services.kernel.sealing import PatientKey, seal
from services.records.reasons import SENTENCES, Reason

VALUE_LIMIT_BYTES: Final = 1024 * 1024
CLOCK_TOLERANCE: Final = timedelta(hours=24)
PUBLISHER_LIMIT: Final = 200


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a publishers' topic as Kafka gave it; ``published_at`` is the broker's time, µs."""

    topic: str
    partition: int
    offset: int
    published_at: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]

    @property
    def place(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a record says, once it was understood."""

    record: Record
    publisher: str
    kind: schemas.EventType
    event_id: UUID
    value: Mapping[str, Any]
    subject: str
    others: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that was not understood, with its reason; ``publisher`` where its header could be read."""

    record: Record
    publisher: str | None
    reason: Reason
    detail: str


class _Unfit(Exception):
    def __init__(self, reason: Reason, detail: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail or SENTENCES[reason]


def read(record: Record) -> Statement | Refused:
    """Decode and validate one record; whatever is wrong with it becomes its reason."""
    publisher = _publisher(record)
    if publisher is None:
        return Refused(record, None, Reason.NO_PUBLISHER, SENTENCES[Reason.NO_PUBLISHER])
    try:
        return _statement(record, publisher)
    except _Unfit as unfit:
        return Refused(record, publisher, unfit.reason, unfit.detail)


def _publisher(record: Record) -> str | None:
    """The first publisher header, if it is text that can be stored."""
    for name, value in record.headers:
        if name == "publisher" and value and len(value) <= PUBLISHER_LIMIT:
            try:
                text = value.decode()
            except UnicodeDecodeError:
                return None
            return text if text.isprintable() and text.strip() else None
    return None


def _statement(record: Record, publisher: str) -> Statement:
    kind, value = _decode(record)
    if record.topic != kind.topic:
        raise _Unfit(Reason.WRONG_TOPIC)
    if broken_text(value):
        raise _Unfit(Reason.BROKEN_TEXT)
    wrong = problems(kind, value)
    if wrong:
        raise _Unfit(Reason.SHAPE, f"{wrong[0].path}: {wrong[0].says}")
    if _micros(value["occurred_at"]) > record.published_at + CLOCK_TOLERANCE // timedelta(microseconds=1):
        raise _Unfit(Reason.CLOCK)
    subject: str = value[kind.subject or ""]
    if record.key != subject.encode():
        raise _Unfit(Reason.KEY_MISMATCH)
    others = tuple(number for name in _person_fields(kind.name) if (number := value[name]) is not None)
    return Statement(record, publisher, kind, value["event_id"], value, subject, others)


def _decode(record: Record) -> tuple[schemas.EventType, Mapping[str, Any]]:
    value = record.value
    if value is None:
        raise _Unfit(Reason.UNREADABLE)
    if len(value) > VALUE_LIMIT_BYTES:
        raise _Unfit(Reason.OVERSIZE)
    try:
        schema_id, body = schemas.split_frame(value)
    except ValueError as error:
        raise _Unfit(Reason.UNREADABLE) from error
    found = _published(schema_id)
    if found is None:
        raise _Unfit(Reason.UNKNOWN_SCHEMA)
    writer, kind = found
    source = io.BytesIO(body)
    decoded = _read_avro(source, writer, kind)
    if source.tell() != len(body):
        raise _Unfit(Reason.TRAILING_BYTES)
    return kind, decoded


def _read_avro(source: io.BytesIO, writer: schemas.Registered, kind: schemas.EventType) -> Mapping[str, Any]:
    assert kind.published is not None
    reader = None if writer.id == kind.published.id else kind.published.parsed
    try:
        decoded: Any = fastavro.schemaless_reader(source, writer.parsed, reader)
    except UnicodeDecodeError as error:
        raise _Unfit(Reason.BROKEN_TEXT) from error
    # Broken Avro surfaces as almost any type of exception, and all of them mean the same.
    except Exception as error:
        raise _Unfit(Reason.UNREADABLE) from error
    return dict(decoded)


@cache
def _published(schema_id: int) -> tuple[schemas.Registered, schemas.EventType] | None:
    """The publishers' schema with this id and its event type; None for any other id."""
    schema = schemas.registered().get(schema_id)
    kind = None if schema is None else schemas.event_types().get(schema.name)
    if schema is None or kind is None or kind.published is None or schema.subject != kind.published.subject:
        return None
    return schema, kind


@cache
def _person_fields(name: str) -> tuple[str, ...]:
    return tuple(field["name"] for field in schemas.event_type(name).named("person"))


def content_digest_source(statement: Statement) -> bytes:
    """The bytes that are the same for the same content: without defaults, without ``occurred_at``."""
    said = _without_defaults(statement.kind.fields, statement.value)
    said.pop("occurred_at", None)
    said["type"] = statement.kind.name
    return msgspec.json.encode(said, order="deterministic")


def _without_defaults(fields: list[Json], value: Mapping[str, Any]) -> dict[str, Any]:
    said: dict[str, Any] = {}
    for field in fields:
        part = value[field["name"]]
        if "default" in field and part == field["default"]:
            continue
        group = item_fields(field)
        said[field["name"]] = part if group is None else [_without_defaults(group, element) for element in part]
    return said


def entry_id(statement: Statement, patient_id: UUID, ids: Mapping[str, UUID], index: IndexKey) -> UUID:
    """The entry that the statement is about: the patient, one number, or several fields together."""
    names = statement.kind.entry_fields
    if not names:
        return patient_id
    if len(names) == 1 and names[0] in ids:
        return ids[names[0]]
    parts = [patient_id.bytes, *(_entry_part(name, statement.value, ids) for name in names)]
    return index.derived_id(f"entry:{statement.kind.entry_kind}", *parts)


def _entry_part(name: str, value: Mapping[str, Any], ids: Mapping[str, UUID]) -> bytes:
    return ids[name].bytes if name in ids else str(value[name]).encode()


def ledger_value(
    statement: Statement, patient_id: UUID, people: Mapping[str, UUID], key: PatientKey, index: IndexKey
) -> bytes:
    """The ledger's bytes for a statement: clear columns, ids in place of numbers, the rest sealed."""
    kind, value = statement.kind, statement.value
    ids = _ids(kind, value, people, index)
    entry = entry_id(statement, patient_id, ids, index)
    fields: dict[str, Any] = {
        "event_id": statement.event_id.bytes,
        "publisher": statement.publisher,
        "occurred_at": value["occurred_at"],
        "entry_id": entry.bytes,
    }
    for field in kind.fields:
        _fill(fields, field, value, ids)
        if "check" in field:
            fields[field["check"]] = index.surname_check(patient_id, value[field["name"]])
    if kind.sealed is not None:
        place = patient_id.bytes + entry.bytes + statement.event_id.bytes
        fields["sealed"] = seal(key, kind.sealed, value, place)
    return _encode(kind.ledger, fields)


def own_value(kind_name: str, event_id: UUID, entry: UUID, occurred_at: int, fields: Mapping[str, Any]) -> bytes:
    """The ledger's bytes for what the ledger says itself."""
    said = {
        "event_id": event_id.bytes,
        "publisher": OURSELVES,
        "occurred_at": occurred_at,
        "entry_id": entry.bytes,
        **fields,
    }
    return _encode(schemas.event_type(kind_name).ledger, said)


OURSELVES: Final = "kartoteka"


def _ids(
    kind: schemas.EventType, value: Mapping[str, Any], people: Mapping[str, UUID], index: IndexKey
) -> dict[str, UUID]:
    ids: dict[str, UUID] = {}
    for field in kind.fields:
        said = value[field["name"]]
        if said is None:
            continue
        if field["privacy"] == "number":
            ids[field["name"]] = index.derived_id(field["number"], said.encode())
        elif field["privacy"] == "person":
            ids[field["name"]] = people[said]
    return ids


def _fill(fields: dict[str, Any], field: Json, value: Mapping[str, Any], ids: Mapping[str, UUID]) -> None:
    name = field["name"]
    parts = item_fields(field)
    if parts is not None:
        for part in parts:
            if part["privacy"] == "clear":
                fields[column_name(field, part)] = [element[part["name"]] for element in value[name]]
    elif field["privacy"] in ("person", "number"):
        fields[name] = ids[name].bytes if name in ids else None
    elif field["privacy"] == "clear" and name not in fields:
        fields[name] = value[name]


def _encode(schema: schemas.Registered, fields: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema.parsed, fields)
    return schemas.frame(schema.id, out.getvalue())


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
