"""What must hold after any number of crashes, proven from the databases and topics alone.

The read model is compared with a fold of the whole ledger that shares no code with the projection: every value
is decoded one by one, and every column of every row is compared.
"""

import asyncio
import io
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, Final
from uuid import UUID

import fastavro
from psycopg import Connection

import schemas
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.partition import Partition
from services.records import consumer
from services.records.ledger import OURSELVES
from services.records.read_model import table_name
from services.records.verify import Report, verify_seals, verify_statements, verify_streams, verify_topic
from tests.chaos.sending import Acknowledged
from tests.chaos.told import receipts, untold

VERSION: Final = "records_v1"
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
SHOWN: Final = 5

Findings = dict[str, list[str]]
Row = tuple[Any, ...]


class Reach(IntEnum):
    """How far the proof goes: what holds at every moment, when ingest has done its work, when all have."""

    EVER = 0
    LEDGER = 1
    WHOLE = 2


class CheckFailed(AssertionError):
    """Something is not exact; ``checks`` names which of the checks say so."""

    def __init__(self, findings: Findings) -> None:
        shown = "\n".join(f"{name}: {sentence}" for name, found in findings.items() for sentence in found[:SHOWN])
        super().__init__(f"\n{shown}")
        self.checks = frozenset(findings)


def prove(
    connection: Connection[Any],
    kafka: KafkaSettings,
    acknowledged: Acknowledged,
    ends: Mapping[Partition, int],
    reach: Reach,
) -> Findings:
    """Everything that does not hold, by check, all of it seen at one moment of the database."""
    whole = reach is Reach.WHOLE
    with connection.transaction():
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        found = {
            "counts": list(_counts(connection, acknowledged, ends, reach)),
            "order": list(_order(connection)),
            "inbox": list(_inbox(connection, acknowledged, reach)),
            "verify": asyncio.run(_verify(connection, kafka if whole else None)),
            "read model": list(_read_model(connection)) if whole else [],
            "receipts": list(untold(connection, asyncio.run(receipts(kafka)), _placed(connection))) if whole else [],
        }
    return {name: sentences for name, sentences in found.items() if sentences}


def _counts(
    connection: Connection[Any], acknowledged: Acknowledged, ends: Mapping[Partition, int], reach: Reach
) -> Iterator[str]:
    """Acknowledged = appended + repeated + quarantined, in every partition, and each count is what is there."""
    totals: Counter[str] = Counter()
    for topic, number, next_offset, appended, repeated, quarantined in connection.execute(_COUNTS, (consumer.READER,)):
        partition = Partition(topic, number)
        if reach is not Reach.EVER:
            yield from _arrived(partition, ends[partition], next_offset, acknowledged)
        if appended + repeated + quarantined != next_offset:
            counts = f"appended {appended}, repeated {repeated}, quarantined {quarantined}"
            yield f"{topic}/{number}: {next_offset} records were read: {counts}"
        totals.update(appended=appended, quarantined=quarantined)
    redriven = _scalar(connection, "SELECT count(*) FROM records.quarantine_closing WHERE how = 'appended'")
    inbox = _scalar(connection, "SELECT count(*) FROM records.inbox")
    waiting = _scalar(connection, "SELECT count(*) FROM records.quarantined")
    yield from _same("appended and re-driven, rows of the inbox", totals["appended"] + redriven, inbox)
    yield from _same("quarantined, rows of the quarantine", totals["quarantined"], waiting)


_COUNTS: Final = """
    SELECT topic, partition, next_offset, appended, repeated, quarantined FROM kernel.bookmark WHERE reader = %s
"""


def _arrived(partition: Partition, end: int, next_offset: int, acknowledged: Acknowledged) -> Iterator[str]:
    """The topic holds what was acknowledged, besides it only what arrived unheard, and the bookmark stands behind."""
    place, known = f"{partition.topic}/{partition.number}", acknowledged.offsets.get(partition, set())
    if not 0 <= end - len(known) <= acknowledged.in_doubt[partition] or max(known, default=-1) >= end:
        yield f"{place} ends at {end}, acknowledged were {len(known)}"
    if next_offset != end:
        yield f"{place} ends at {end}, the bookmark stands at {next_offset}"


def _order(connection: Connection[Any]) -> Iterator[str]:
    """Versions 1 … n for every patient, positions 1 … n for the ledger."""
    holes = connection.execute(
        "SELECT originator_id FROM records.event GROUP BY originator_id"
        " HAVING min(originator_version) <> 1 OR max(originator_version) <> count(*)"
    )
    yield from (f"the versions of {patient} have holes" for (patient,) in holes)
    positions = connection.execute("SELECT count(*), min(notification_id), max(notification_id) FROM records.event")
    number, first, last = positions.fetchone() or (0, None, None)
    if number and (first, last) != (1, number):
        yield f"{number} events stand at positions {first} to {last}"


def _inbox(connection: Connection[Any], acknowledged: Acknowledged, reach: Reach) -> Iterator[str]:
    """Every acknowledged event is in the ledger exactly once, and the inbox knows exactly these, at their places."""
    placed = _placed(connection)
    times = Counter(placed.values())
    yield from (f"{key} stands {number} times in the ledger" for key, number in times.items() if number > 1)
    if reach is not Reach.EVER:
        yield from (f"{key} was acknowledged and is not in the ledger" for key in acknowledged.events - times.keys())
    yield from (f"{key} is in the ledger and nobody sent it" for key in times.keys() - acknowledged.events)
    rows = connection.execute("SELECT position, publisher, event_id FROM records.inbox")
    inbox = {position: (publisher, event_id) for position, publisher, event_id in rows}
    yield from (f"inbox and ledger differ at position {p}" for p, _ in inbox.items() ^ placed.items())


def _placed(connection: Connection[Any]) -> dict[int, tuple[str, UUID]]:
    """Publisher and event id at each position, but for what the ledger says itself."""
    return {position: key for position, key in _said(connection) if key[0] != OURSELVES}


async def _verify(connection: Connection[Any], kafka: KafkaSettings | None) -> list[str]:
    """The product's own ``verify``; the topic too where it is to be complete."""
    report = Report()
    verify_streams(connection, report, None, _nobody_listens)
    verify_seals(connection, report, _nobody_listens)
    verify_statements(connection, report)
    if kafka is not None:
        await verify_topic(connection, kafka, report, None, _nobody_listens)
        if report.on_topic != report.events:
            report.found("missing on topic", f"{report.events} events, {report.on_topic} of them on the topic")
    return [f"{finding.kind}: {finding.says} ({finding.position})" for finding in report.findings]


def _read_model(connection: Connection[Any]) -> Iterator[str]:
    """The tables of the read model are what a fold of the ledger from its start makes of it."""
    folded: dict[str, Counter[Row]] = {table_name(name): Counter() for name in schemas.event_types()}
    shapes = {table: _shape(connection, table) for table in folded}
    for patient, version, position, state in connection.execute(
        "SELECT originator_id, originator_version, notification_id, state FROM records.event"
    ):
        schema, value = _decoded(state)
        table = table_name(schema.name)
        said = {"patient_id": patient.bytes, "version": version, "position": position, **value}
        said["recorded_at"] = EPOCH + timedelta(microseconds=int.from_bytes(state[32:40]))
        folded[table][tuple(_plain(said.get(name), udt) for name, udt in shapes[table].items())] += 1
    for table, expected in folded.items():
        names = ", ".join(f'"{name}"' for name in shapes[table])
        rows = connection.execute(f"SELECT {names} FROM {VERSION}.{table}".encode())
        there = Counter(tuple(_hashable(value) for value in row) for row in rows)
        yield from _same(f"rows of {table}, folded and there", expected.total(), there.total())
        yield from (f"{table} lacks {_place(shapes[table], row)}" for row in expected - there)
        yield from (f"{table} has, and the ledger has not, {_place(shapes[table], row)}" for row in there - expected)


def _said(connection: Connection[Any]) -> Iterator[tuple[int, tuple[str, UUID]]]:
    for position, state in connection.execute("SELECT notification_id, state FROM records.event"):
        _, value = _decoded(state)
        yield position, (value["publisher"], UUID(bytes=bytes(value["event_id"])))


def _decoded(state: bytes) -> tuple[schemas.Registered, dict[str, Any]]:
    schema_id, body = schemas.split_frame(state[48:])
    schema = schemas.registered()[schema_id]
    value: Any = fastavro.schemaless_reader(io.BytesIO(body), schema.parsed, None)
    return schema, dict(value)


def _shape(connection: Connection[Any], table: str) -> dict[str, str]:
    """Names and types of the table's columns, as the database has them."""
    rows = connection.execute(
        "SELECT column_name, udt_name FROM information_schema.columns"
        " WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position",
        (VERSION, table),
    )
    return dict(rows.fetchall())


def _plain(value: Any, udt: str) -> Any:
    """A value of Avro as psycopg would give it back."""
    if isinstance(value, list):
        return tuple(_plain(element, udt.removeprefix("_")) for element in value)
    return UUID(bytes=value) if udt == "uuid" and value is not None else value


def _hashable(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _place(shape: Mapping[str, str], row: Row) -> str:
    """Where the row belongs; never what it says."""
    return str({name: value for name, value in zip(shape, row, strict=True) if name in ("position", "version")})


def _same(what: str, one: int, other: int) -> Iterator[str]:
    if one != other:
        yield f"{what}: {one} and {other}"


def _scalar(connection: Connection[Any], query: str) -> int:
    row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return int(row[0])


def _nobody_listens(_: int) -> None:
    pass
