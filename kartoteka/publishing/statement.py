"""A statement: one event that a publisher makes, and the Kafka record that carries it."""

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from typing import Any, Final, NamedTuple

from fastavro import schemaless_writer
from fastavro.types import Schema

from schemas import EventType, event_type, frame

CLOUDEVENTS_VERSION: Final = b"1.0"
PUBLISHER_FORM: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,62}", re.ASCII)
_LOOKS_PERSONAL: Final = re.compile(r"(?<!\d)\d{11}(?!\d)")

Headers = list[tuple[str, bytes]]


class Record(NamedTuple):
    """What goes to Kafka: topic, key (the subject's PESEL), value and headers (without any PESEL)."""

    topic: str
    key: bytes
    value: bytes
    headers: Headers


class _Form(NamedTuple):
    """What is the same for every statement of one type."""

    schema_id: int
    schema: Schema
    topic: str
    subject: str
    cloud_type: bytes


def looks_personal(text: str) -> bool:
    """Whether eleven digits stand in a row: text that is kept in the clear must not name a person so."""
    return _LOOKS_PERSONAL.search(text) is not None


def publisher_problem(name: str) -> str | None:
    """What is wrong with a publisher's name, which stands in a header that anybody may read."""
    if PUBLISHER_FORM.fullmatch(name) is None:
        return "must have 1 to 63 letters, digits, dots, underscores or hyphens, and begin with a letter or digit"
    return "must not hold 11 digits in a row: that looks like a PESEL" if looks_personal(name) else None


@dataclass(frozen=True, slots=True)
class Statement:
    """One event to publish; ``publisher`` is None where whoever sends it says who speaks."""

    type: str
    value: Mapping[str, Any] = field(repr=False)
    publisher: str | None = None
    traceparent: str | None = None

    @property
    def kind(self) -> EventType:
        return event_type(self.type)

    @property
    def topic(self) -> str:
        return _form(self.type).topic

    @property
    def key(self) -> bytes:
        """The subject's PESEL: one person's statements stay in one partition, in order."""
        subject: str = self.value[_form(self.type).subject]
        return subject.encode("ascii")

    def wire(self) -> bytes:
        """The value in Confluent's wire format; it must have been checked: Avro writes None as false, 1.5 as 1."""
        form = _form(self.type)
        body = io.BytesIO()
        schemaless_writer(body, form.schema, self.value, strict_allow_default=True)
        return frame(form.schema_id, body.getvalue())

    def headers(self, publisher: str) -> Headers:
        """Who speaks, and the CloudEvents attributes (binary mode)."""
        source = publisher.encode()
        headers = [
            ("publisher", source),
            ("ce_specversion", CLOUDEVENTS_VERSION),
            ("ce_id", str(self.value["event_id"]).encode()),
            ("ce_type", _form(self.type).cloud_type),
            ("ce_source", source),
            ("ce_time", rfc3339(self.value["occurred_at"]).encode()),
        ]
        if self.traceparent is not None:
            headers.append(("traceparent", self.traceparent.encode("ascii")))
        return headers

    def record(self, publisher: str) -> Record:
        """The Kafka record; ``publisher`` speaks where the statement does not say who does."""
        return Record(self.topic, self.key, self.wire(), self.headers(self.publisher or publisher))


def records(statements: Iterable[Statement], publisher: str) -> Iterator[Record]:
    """The Kafka records of statements that were checked."""
    return (statement.record(publisher) for statement in statements)


def rfc3339(time: datetime) -> str:
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


@cache
def _form(name: str) -> _Form:
    kind = event_type(name)
    if kind.published is None or kind.subject is None:
        raise ValueError(f"{name} is said by the ledger alone and cannot be published")
    source = kind.published.source
    cloud_type = f"{source['namespace']}.{source['name']}".encode()
    return _Form(kind.published.id, kind.published.parsed, kind.topic, kind.subject, cloud_type)
