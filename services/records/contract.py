"""Wire → types: decode one record and check it; whatever is wrong becomes its reason."""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from uuid import UUID

import fastavro

import schemas
from schemas.shape import CLOCK_TOLERANCE, VALUE_LIMIT_BYTES, Problem, broken_text, problems
from services.kernel.partition import Partition
from services.records.reasons import SENTENCES, Reason

PUBLISHER_LIMIT: Final = 200
_UUID_CHARACTERS: Final = 36


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
    def where(self) -> Partition:
        return Partition(self.topic, self.partition)

    @property
    def place(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


@dataclass(frozen=True, slots=True)
class Statement:
    """What a record says, once it was understood; ``numbers`` are those of everybody whom it names."""

    record: Record
    publisher: str
    kind: schemas.EventType
    event_id: UUID
    value: Mapping[str, Any]
    subject: str
    numbers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Refused:
    """A record that was not understood, with its reason; publisher and event id where they could be read."""

    record: Record
    publisher: str | None
    reason: Reason
    detail: str
    event_id: UUID | None = None


class _Unfit(Exception):
    def __init__(self, reason: Reason, detail: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.detail = detail or SENTENCES[reason]
        self.event_id: UUID | None = None


def read(record: Record) -> Statement | Refused:
    """Decode and validate one record; whatever is wrong with it becomes its reason."""
    publisher = _publisher(record)
    if publisher is None:
        return Refused(record, None, Reason.NO_PUBLISHER, SENTENCES[Reason.NO_PUBLISHER])
    try:
        return _statement(record, publisher)
    except _Unfit as unfit:
        return Refused(record, publisher, unfit.reason, unfit.detail, unfit.event_id or _said_in_header(record))


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


def _said_in_header(record: Record) -> UUID | None:
    """The event id that the CloudEvents headers name, which can be read whatever the body."""
    for name, value in record.headers:
        if name == "ce_id" and len(value) == _UUID_CHARACTERS:
            try:
                return UUID(value.decode("ascii"))
            except ValueError:
                return None
    return None


def _statement(record: Record, publisher: str) -> Statement:
    kind, value = _decode(record)
    try:
        return _checked(record, publisher, kind, value)
    except _Unfit as unfit:
        unfit.event_id = value["event_id"]
        raise


def _checked(record: Record, publisher: str, kind: schemas.EventType, value: Mapping[str, Any]) -> Statement:
    if record.topic != kind.topic:
        raise _Unfit(Reason.WRONG_TOPIC)
    wrong = problems(kind, value)
    if wrong:
        raise _Unfit(Reason.BROKEN_TEXT) if broken_text(value) else _Unfit(Reason.SHAPE, _sentence(wrong[0]))
    if _micros(value["occurred_at"]) > record.published_at + CLOCK_TOLERANCE // timedelta(microseconds=1):
        raise _Unfit(Reason.CLOCK)
    subject: str = value[kind.subject or ""]
    if record.key != subject.encode():
        raise _Unfit(Reason.KEY_MISMATCH)
    others = [number for name in _person_fields(kind.name) if (number := value[name]) is not None]
    return Statement(record, publisher, kind, value["event_id"], value, subject, (subject, *others))


def _sentence(problem: Problem) -> str:
    return f"{problem.path}: {problem.says}"


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


def _micros(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(microseconds=1)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
