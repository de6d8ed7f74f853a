"""Ingest of a backlog, all guarantees on: how many events a second, in how much memory, against the plain way."""

import hashlib
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice

import psycopg

import schemas
from benchmarks.corridor import ask, complete_to, ledger_end, moved_at, publish, taken_in
from benchmarks.plain import checksum, decoded, plain_way
from benchmarks.workers import PeakMemory, assigned_at, opened_house, running, until
from kartoteka.publishing.statement import Record
from kartoteka.simulation import population
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.operations.house import House
from services.records.read_model import table_name
from services.records.replay.versions import reader_name

UNTIL = date(2026, 11, 1)
PLAIN_EVENTS = 2000
PROJECTION = reader_name("records_v1")
# The corridor's first types, whose figure the full mix is compared with.
EIGHT_TYPES = frozenset(
    {
        "PersonRegistered", "InsuranceTitleOpened", "FamilyMemberRegistered", "PrescriptionIssued",
        "PrescriptionDispensed", "PrescriptionCancelled", "VaccinationDoseRecorded", "VaccinationDoseClosed",
    }
)  # fmt: skip


@dataclass(frozen=True)
class IngestResult:
    """One run; seconds from the first partition assigned to the last event appended."""

    events: int
    seconds: float
    payload_bytes: float
    megabytes: float
    whole_corridor_seconds: float
    plain_rate: float
    plain_events: int
    equal: bool

    @property
    def rate(self) -> float:
        return self.events / self.seconds

    @property
    def ratio(self) -> float:
        return self.rate / self.plain_rate


def backlog(events: int, whole_corridor: bool, types: frozenset[str] | None = None) -> IngestResult:
    """Publish a backlog, then start ingest (and with it relay and projection) and wait until nothing is left."""
    with opened_house() as house:
        sent = list(islice(_records(events // 10, types), events))
        publish(house, sent)
        names = ["records.ingest", *(["records.relay", "records.projection"] if whole_corridor else [])]
        with running(house, names) as children, PeakMemory([child.pid for child in children]) as memory:
            until(lambda: taken_in(house) >= len(sent))
            ended = moved_at(house, "records.ingest")
            if whole_corridor:
                until(lambda: complete_to(house, PROJECTION) >= ledger_end(house))
            projected = time.time()
        began = assigned_at(house, "records.ingest")
        wire = [(record.key, record.value) for record in sent[:PLAIN_EVENTS]]
        plain = plain_way(house.addresses().database, wire)
        equal = _ledger_checksum(house, wire) == plain.checksum and _all_there(house, sent)
        equal = equal and (not whole_corridor or _all_readable(house))
        size = sum(len(record.value) for record in sent) / len(sent)
        return IngestResult(
            len(sent), ended - began, size, memory.megabytes, projected - began, plain.rate, plain.events, equal
        )


def _records(patients: int, types: frozenset[str] | None) -> Iterator[Record]:
    """What a simulated population publishes, all of it or of these types only."""
    said = population(patients, 1, 7, UNTIL)
    return (one.record("") for one in said if types is None or one.type in types)


def _ledger_checksum(house: House, wire: Sequence[tuple[bytes, bytes]]) -> str:
    """What the ledger has of these statements, by the number under which they were sent."""
    index = IndexKey(read_key_file(house.keys_folder / "index.key"))
    sent = {decoded(value)[0]: key for key, value in wire}
    with psycopg.connect(house.addresses().database) as connection:
        people = dict(connection.execute("SELECT digest, patient_id FROM records.person").fetchall())
        rows = connection.execute(
            """
            SELECT i.event_id::text, e.originator_id FROM records.inbox i
            JOIN records.event e ON e.notification_id = i.position
            WHERE i.event_id = ANY(%s::uuid[])
            """,
            (list(sent),),
        ).fetchall()
    found: dict[str, list[str]] = {}
    for event_id, patient in rows:
        key = sent[event_id]
        if people[index.number_digest(key)] == patient:
            found.setdefault(key.decode(), []).append(event_id)
    return checksum(found)


def _all_there(house: House, sent: Sequence[object]) -> bool:
    """Whether the ledger has exactly the event ids that were sent."""
    ids = sorted(decoded(record.value)[0] for record in sent)  # type: ignore[attr-defined]
    with psycopg.connect(house.addresses().database) as connection:
        found = [str(row[0]) for row in connection.execute("SELECT event_id FROM records.inbox ORDER BY event_id")]
    return _digest(ids) == _digest(found)


def _all_readable(house: House) -> bool:
    """Whether the read model has a row for every event of the ledger, and none besides."""
    tables = " UNION ALL ".join(
        f"SELECT position, version, patient_id FROM records_v1.{table_name(name)}" for name in schemas.event_types()
    )
    question = f"""
        SELECT count(*) FROM ({tables}) r
        FULL JOIN records.event e ON (e.notification_id, e.originator_version, e.originator_id)
            = (r.position, r.version, r.patient_id)
        WHERE e.notification_id IS NULL OR r.position IS NULL
    """
    return ask(house, question) == 0


def _digest(ids: Sequence[str]) -> str:
    return hashlib.sha256("\n".join(ids).encode()).hexdigest()
