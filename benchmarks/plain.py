"""The peer: the plain way, one eventsourcing aggregate loaded and saved per event, on the same PostgreSQL."""

import hashlib
import io
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import fastavro
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

import schemas


class PatientRecord(Aggregate):
    """A patient's record that only remembers which statements it has."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.statements: list[str] = []

    @staticmethod
    def create_id(number: str) -> UUID:
        return uuid5(NAMESPACE_URL, number)

    @event("Recorded")
    def record(self, event_id: str, name: str, content: str) -> None:
        self.statements.append(event_id)


class PlainLedger(Application):
    """Loads the aggregate, lets it record, saves it: as the library's tutorial does."""

    def take(self, number: str, event_id: str, name: str, content: str) -> None:
        try:
            record: PatientRecord = self.repository.get(PatientRecord.create_id(number))
        except AggregateNotFoundError:
            record = PatientRecord(number)
        record.record(event_id, name, content)
        self.save(record)


@dataclass(frozen=True)
class PlainResult:
    events: int
    seconds: float
    checksum: str

    @property
    def rate(self) -> float:
        return self.events / self.seconds


def plain_way(url: str, wire: Sequence[tuple[bytes, bytes]]) -> PlainResult:
    """Decode and save each event by itself; same server, same fsync."""
    ledger = PlainLedger(env=environment(url))
    said: dict[str, list[str]] = {}
    started = time.perf_counter()
    for key, value in wire:
        event_id, name = decoded(value)
        ledger.take(key.decode(), event_id, name, value.hex())
        said.setdefault(key.decode(), []).append(event_id)
    seconds = time.perf_counter() - started
    stored = {n: ledger.repository.get(PatientRecord.create_id(n)).statements for n in said}
    ledger.close()
    return PlainResult(len(wire), seconds, checksum(stored))


def environment(url: str) -> dict[str, str]:
    """The library's settings for a database."""
    where: dict[str, Any] = conninfo_to_dict(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": where["dbname"],
        "POSTGRES_HOST": where["host"],
        "POSTGRES_PORT": str(where["port"]),
        "POSTGRES_USER": where["user"],
        "POSTGRES_PASSWORD": where["password"],
    }


def decoded(value: bytes) -> tuple[str, str]:
    """Event id and type of a framed value."""
    schema_id, body = schemas.split_frame(value)
    schema = schemas.registered()[schema_id]
    content: Any = fastavro.schemaless_reader(io.BytesIO(body), schema.parsed, None)
    return str(content["event_id"]), schema.name


def checksum(statements: dict[str, list[str]]) -> str:
    """One digest over which patient has which statements, order within a patient apart."""
    text = "\n".join(f"{number} {' '.join(sorted(ids))}" for number, ids in sorted(statements.items()))
    return hashlib.sha256(text.encode()).hexdigest()
