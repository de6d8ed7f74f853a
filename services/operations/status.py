"""How every service stands: per partition how far, how far behind, how quick, and what went wrong last."""

import asyncio
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from psycopg import Connection

from infra.registry_elsewhere import RegistryElsewhere
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.named_sql import queries_beside
from services.kernel.reader import started
from services.operations.processes import PROCESSES, Process
from services.records.commands import PatientReadModel

SQL: Final = queries_beside(__file__, "status.sql")
ANSWER_SECONDS: Final = 2.0
INGEST: Final = "records.ingest"
# They stand at a position of the ledger, not at offsets of a topic.
SENDERS: Final = ("records.relay", "records.relay.receipts")
# It stands at a position of the stream of permissions.
DECISIONS: Final = "permissions.relay"

Ends = Mapping[tuple[str, int], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class PartitionStatus:
    """One reader in one partition; the lag in seconds is that of the whole reader where it reads the ledger."""

    topic: str
    partition: int
    offset: int
    lag_events: int
    lag_seconds: float
    rate_per_second: float
    owner: str | None
    stopped: bool
    last_error: str | None
    last_error_at: datetime | None


@dataclass(frozen=True, slots=True)
class ProcessStatus:
    """One reader: its sums, and its partitions."""

    running: bool
    lag_events: int
    lag_seconds: float
    rate_per_second: float
    complete_to: int | None
    last_error: str | None
    partitions: list[PartitionStatus]


@dataclass(frozen=True, slots=True)
class VersionStatus:
    """One version of what is made from the topic; ``there_as`` is read, previous, next or unread."""

    version: str
    build: str
    made_at: datetime
    filled_at: datetime | None
    loading: bool
    there_as: str


@dataclass(frozen=True, slots=True)
class Counters:
    """First outcomes since the beginning, and what lies on both sides of them."""

    received: int
    appended: int
    repeated: int
    quarantined: int
    waiting: int
    redriven: int
    ledger_position: int
    projected: int
    lag: int


@dataclass(frozen=True, slots=True)
class Status:
    """Everything that ``kartoteka status`` says."""

    kafka: str
    database: str
    portal: str | None
    registry: str | None
    health: dict[str, str]
    services: dict[str, dict[str, ProcessStatus]]
    not_running: list[str]
    counters: Counters
    quarantine: dict[str, Any]
    versions: dict[str, list[VersionStatus]]
    hints: list[str]


def status(
    connection: Connection[Any], kafka: KafkaSettings, registry: RegistryElsewhere | None, health: dict[str, str]
) -> Status:
    """Ask the database how far everybody is, and Kafka how far there is to go; ``health`` says who answers where."""
    rows = connection.execute(SQL["bookmarks"]).fetchall()
    ends = asyncio.run(end_offsets(kafka, {row[1] for row in rows if row[-1] is None}))
    readers: dict[str, list[Any]] = {}
    for reader, *row in rows:
        readers.setdefault(reader, []).append(row)
    services: dict[str, dict[str, ProcessStatus]] = {}
    for reader, partitions in readers.items():
        service, process = reader.split(".", 1)
        services.setdefault(service, {})[process] = _process(connection, reader, partitions, ends)
    versions = versions_of(connection)
    return Status(
        kafka.bootstrap_servers,
        _address(connection),
        None,
        None if registry is None else registry.address,
        health,
        services,
        [*_not_running(services, health, versions), *([] if registry is None or registry.answers() else ["registry"])],
        _counters(connection, rows, ends),
        _quarantine(connection),
        versions,
        hints(versions),
    )


def versions_of(connection: Connection[Any]) -> dict[str, list[VersionStatus]]:
    """Every version, by service."""
    found: dict[str, list[VersionStatus]] = {}
    for service, *version in connection.execute(SQL["versions"]).fetchall():
        found.setdefault(service, []).append(VersionStatus(*version))
    return found


def hints(versions: Mapping[str, Sequence[VersionStatus]]) -> list[str]:
    """What an operator should know of the versions that are read."""
    mine = PatientReadModel().build()
    return [
        f"{read.version}, which is read, was made by another build ({read.build}) than this program is ({mine}), and "
        "shows nothing that is new in it: 'kartoteka rebuild records' makes a new version beside it"
        for read in versions["records"]
        if read.there_as == "read" and read.build != mine
    ]


def _not_running(
    services: Mapping[str, Mapping[str, ProcessStatus]],
    health: Mapping[str, str],
    versions: Mapping[str, Sequence[VersionStatus]],
) -> list[str]:
    """Processes without a reader that holds a lease, those that never came that far included; servers: no answer."""
    at_work = [f"{service}.{name}." for service, found in services.items() for name, p in found.items() if p.running]
    # In containers nobody here knows where the others answer.
    at_work += [f"{one.title}." for one in PROCESSES if one.serves and (not health or _answers(health.get(one.title)))]
    expected = [one.title for process in PROCESSES for one in _each(process, versions)]
    return [title for title in expected if not any(name.startswith(f"{title}.") for name in at_work)]


def _each(process: Process, versions: Mapping[str, Sequence[VersionStatus]]) -> list[Process]:
    """The process, or one for each version that is not being loaded."""
    if process.per_version is None:
        return [process]
    return [replace(process, version=one.version) for one in versions[process.service] if not one.loading]


def _answers(address: str | None) -> bool:
    """Whether a process says that it is alive."""
    if address is None:
        return False
    try:
        with urllib.request.urlopen(f"{address}/livez", timeout=ANSWER_SECONDS) as answer:  # noqa: S310 - our own
            return bool(answer.status == HTTPStatus.OK)
    except OSError:
        return False


async def end_offsets(kafka: KafkaSettings, topics: set[str]) -> Ends:
    """First and end offset of every partition of these topics."""
    consumer = await started(AIOKafkaConsumer(*topics, **kafka.for_aiokafka())) if topics else None
    if consumer is None:
        return {}
    try:
        tps = [TopicPartition(t, n) for t in topics for n in consumer.partitions_for_topic(t) or ()]
        begins, ends = await consumer.beginning_offsets(tps), await consumer.end_offsets(tps)
        return {(tp.topic, tp.partition): (begins[tp], ends[tp]) for tp in tps}
    finally:
        await consumer.stop()


def _process(connection: Connection[Any], reader: str, rows: list[Any], ends: Ends) -> ProcessStatus:
    complete_to, seconds, behind = _behind(connection, reader)
    partitions = [_partition(row, ends, seconds) for row in rows if row[1] >= 0]
    lag = behind if reader in (*SENDERS, DECISIONS) else sum(p.lag_events for p in partitions)
    return ProcessStatus(
        running=any(row[5] for row in rows),
        lag_events=lag,
        lag_seconds=seconds if complete_to is not None else max((p.lag_seconds for p in partitions), default=0.0),
        rate_per_second=round(sum(row[3] for row in rows), 1),
        complete_to=complete_to,
        last_error=next((row[7] for row in rows if row[7]), None),
        partitions=partitions,
    )


def _behind(connection: Connection[Any], reader: str) -> tuple[int | None, float, int]:
    """For readers of a stream: position up to which they have everything, seconds and events behind."""
    if reader == INGEST:
        return None, 0.0, 0
    query = SQL["decisions_behind" if reader == DECISIONS else "behind"]
    row = connection.execute(query, {"reader": reader, "sender": reader in SENDERS}).fetchone()
    assert row is not None
    return row[0], round(float(row[1]), 3), row[2]


def _partition(row: Any, ends: Ends, seconds: float) -> PartitionStatus:
    topic, number, offset, rate, owner, _, stopped, error, error_at, idle, ends_at = row
    lag = max(0, (ends_at or ends.get((topic, number), (0, 0))[1]) - offset)
    lag_seconds = (seconds or round(float(idle), 3)) if lag else 0.0
    return PartitionStatus(topic, number, offset, lag, lag_seconds, rate, owner, stopped, error, error_at)


def _counters(connection: Connection[Any], rows: list[Any], ends: Ends) -> Counters:
    sums = connection.execute(SQL["sums"]).fetchone()
    assert sums is not None
    ingest = [row for row in rows if row[0] == INGEST]
    read = sum(row[3] for row in ingest)
    received = sum(ends.get((row[1], row[2]), (0, 0))[1] for row in ingest)
    values: tuple[int, ...] = (received, *sums, max(0, received - read))
    return Counters(*values)


def _quarantine(connection: Connection[Any]) -> dict[str, Any]:
    rows = connection.execute(SQL["quarantine"]).fetchall()
    return {
        "waiting": sum(row[2] for row in rows),
        "by_publisher_and_reason": [dict(zip(("publisher", "reason", "waiting"), row, strict=True)) for row in rows],
    }


def _address(connection: Connection[Any]) -> str:
    """Where the database is, without who we are there."""
    info = connection.info
    return f"postgresql://{info.host}:{info.port}/{info.dbname}"
