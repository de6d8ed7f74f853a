"""All event types and all registered schemas, read once from the files beside this module.

``released/<id>.avsc`` holds every schema that was ever released, under its registry id, and
``released/index.json`` the subject and version of each id. They are never changed, only added to
(``python -m schemas.release``).
"""

import json
import struct
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import fastavro
from fastavro.types import Schema

from schemas.derive import Json, item_fields, ledger_schema, sealed_schema

HERE: Final = Path(__file__).parent
OWNERS: Final = ("registry", "zus", "nfz", "clinic", "patient", "ledger")
LEDGER_TOPIC: Final = "ledger.patient-record.v1"
DECISIONS_TOPIC: Final = "permissions.access.v1"
PAPERS: Final = "AccessPapers"

_FRAME: Final = struct.Struct(">BI")
ENVELOPE_BYTES: Final = _FRAME.size


@dataclass(frozen=True, slots=True)
class Registered:
    """One released schema: id and version in the registry, and its parsed form."""

    id: int
    subject: str
    version: int
    source: Json
    parsed: Schema

    @property
    def name(self) -> str:
        """Event type that the schema belongs to."""
        return str(self.source["name"])


@dataclass(frozen=True, slots=True)
class EventType:
    """One type of event: the publisher's schema and the two that the ledger derives from it."""

    name: str
    topic: str
    source: Json
    published: Registered | None
    ledger: Registered
    sealed: Registered | None

    @property
    def subject(self) -> str | None:
        """Name of the field with the subject's PESEL; None for what the ledger says itself."""
        return self.source.get("subject")

    @property
    def entry_kind(self) -> str:
        return str(self.source["entry"]["kind"])

    @property
    def entry_fields(self) -> tuple[str, ...]:
        """Fields that together name the entry; empty: the person is the entry."""
        return tuple(self.source["entry"]["of"])

    @property
    def fields(self) -> list[Json]:
        fields: list[Json] = self.source["fields"]
        return fields

    def named(self, privacy: str) -> list[Json]:
        """Top-level fields of one privacy, the subject apart."""
        return [f for f in self.fields if f["privacy"] == privacy and f["name"] != self.subject]


def frame(schema_id: int, body: bytes) -> bytes:
    """Confluent wire format: 0x00, schema id (4 bytes, big-endian), Avro."""
    return _FRAME.pack(0, schema_id) + body


def split_frame(value: bytes) -> tuple[int, memoryview]:
    """Schema id and Avro body of a framed value; ValueError when it is not framed."""
    if len(value) < ENVELOPE_BYTES or value[0] != 0:
        raise ValueError("the value does not begin with a zero byte and a schema id")
    return _FRAME.unpack_from(value)[1], memoryview(value)[ENVELOPE_BYTES:]


def subjects(source: Json) -> dict[str, Json]:
    """Registry subjects (TopicRecordNameStrategy) of one source schema and what stands under each."""
    found: dict[str, Json] = {}
    if source["topic"] == DECISIONS_TOPIC:
        return {_subject(DECISIONS_TOPIC, source): source}
    if source["topic"] != LEDGER_TOPIC:
        found[_subject(source["topic"], source)] = source
    ledger = ledger_schema(source)
    found[_subject(LEDGER_TOPIC, ledger)] = ledger
    sealed = sealed_schema(source)
    if sealed is not None:
        found[_subject(LEDGER_TOPIC, sealed)] = sealed
    return found


def sources() -> list[Json]:
    """The schemas as they stand in the owners' folders, released or not."""
    return [source for owner in OWNERS for source in _in_folder(owner)]


def decision_sources() -> list[Json]:
    """The schemas of what permissions decides, and of the papers within; no publisher and no record knows them."""
    return _in_folder("permissions")


@cache
def registered() -> dict[int, Registered]:
    """Every released schema by its registry id."""
    index: list[Json] = json.loads((HERE / "released" / "index.json").read_text())
    return {row["id"]: _load(row) for row in index}


@cache
def event_types() -> dict[str, EventType]:
    """Every event type by name, with its newest released schemas."""
    newest = {schema.subject: schema for schema in registered().values()}
    return {source["name"]: _event_type(source, newest) for source in sources()}


@cache
def decision_types() -> dict[str, Registered]:
    """Every type of event on the topic of permissions by name, in its newest released version."""
    return {name: schema for name, schema in _decisions().items() if name != PAPERS}


def access_papers() -> Registered:
    """The newest schema of the record that is sealed within a decision."""
    return _decisions()[PAPERS]


def event_type(name: str) -> EventType:
    return event_types()[name]


@cache
def topics() -> dict[str, tuple[EventType, ...]]:
    """The publishers' topics and the event types that each takes."""
    found: dict[str, tuple[EventType, ...]] = {}
    for kind in event_types().values():
        if kind.published is not None:
            found[kind.topic] = (*found.get(kind.topic, ()), kind)
    return found


def item_parts(field: Json) -> list[Json]:
    """The parts of a repeated group; empty for any other field."""
    return item_fields(field) or []


def _in_folder(owner: str) -> list[Json]:
    return [json.loads(path.read_text()) for path in sorted((HERE / owner).glob("*.avsc"))]


def _decisions() -> dict[str, Registered]:
    newest = {schema.subject: schema for schema in registered().values()}
    return {source["name"]: newest[_subject(DECISIONS_TOPIC, source)] for source in decision_sources()}


def _subject(topic: str, schema: Json) -> str:
    return f"{topic}-{schema['namespace']}.{schema['name']}"


def _event_type(source: Json, newest: dict[str, Registered]) -> EventType:
    names = list(subjects(source))
    own = source["topic"] == LEDGER_TOPIC
    published = None if own else newest[names.pop(0)]
    sealed = newest[names[1]] if len(names) > 1 else None
    return EventType(source["name"], source["topic"], source, published, newest[names[0]], sealed)


def _load(row: Json) -> Registered:
    source: Json = json.loads((HERE / "released" / f"{row['id']}.avsc").read_text())
    parsed: Any = fastavro.parse_schema(source)
    return Registered(row["id"], row["subject"], row["version"], source, parsed)
