"""A new version from the ledger's topic, beside the one that is read: the plan, and a worker until it is complete.

The worker is the live one's reader and handler with bigger batches; it shares the partitions with whatever other worker
the version has, so that this may be ended at any moment and goes on where the bookmarks stand. It publishes nothing,
because the version is not the one that is read, and it needs no key.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.command_line import BadInput
from services.kernel.database import TRANSIENT, Link
from services.kernel.ledger_topic import TOPIC, TOPIC_HEAD, header_of
from services.kernel.logs import worker_name
from services.kernel.reader import started
from services.kernel.replaying import Standstill, active, hold, newer
from services.kernel.settings import Settings
from services.kernel.tails import edges_of
from services.permissions.consumer import FactsReader, reader_of
from services.permissions.replay.versions import PROJECTION, SQL, Version, reader_name, versions

# The persons of a batch are locked until it commits, and a command about one of them waits for it.
REBUILD_RECORDS: Final = 2000
REBUILD_BYTES_PER_PARTITION: Final = 4 * 1024 * 1024
LOOK_SECONDS: Final = 0.5
# How far behind the ledger's end a version may be that is complete: events keep coming.
COMPLETE_WITHIN_SECONDS: Final = 1.0
# For the estimate: measured were 26,000 of a simulated mix on two busy cores, and the more speaks of access, the fewer.
EVENTS_PER_SECOND: Final = 15_000
UNTOUCHED: Final = (
    "the ledger and its topic",
    "the version that is read, and whoever asks it",
    "what was decided by command",
    "the stream of decisions and its topic: nothing is published, nobody is told",
    "patients' keys: none is needed",
)


class Plan(msgspec.Struct, frozen=True):
    """What a rebuild is going to do."""

    source: str
    active: int
    version: int | None
    begun_at: datetime | None
    partitions: int
    events: int
    left: int
    first_at: datetime | None
    last_at: datetime | None
    estimated_seconds: int
    untouched: tuple[str, ...] = UNTOUCHED


class Stand(msgspec.Struct, frozen=True):
    """How far a version is: in each partition the next offset and the end, the position, and what it lacks besides."""

    partitions: Mapping[int, tuple[int, int]]
    complete_to: int
    behind_seconds: float
    commands_left: bool

    @property
    def parts(self) -> Mapping[str, tuple[int, int]]:
        return {f"partition {number}": where for number, where in sorted(self.partitions.items())}

    @property
    def said(self) -> Mapping[str, int]:
        return {"complete_to": self.complete_to}

    @property
    def read(self) -> int:
        return sum(min(at, end) for at, end in self.partitions.values())

    @property
    def events(self) -> int:
        return sum(end for _, end in self.partitions.values())

    @property
    def complete(self) -> bool:
        """Whether it has everything that the ledger has, or had a moment ago, and all commands."""
        return bool(self.partitions) and self.behind_seconds < COMPLETE_WITHIN_SECONDS and not self.commands_left


Show = Callable[[Stand], None]
Ends = Callable[[], Awaitable[Mapping[int, int]]]


async def plan(kafka: KafkaSettings, link: Link) -> Plan:
    """What there is to read, and for which version."""
    found = await asyncio.to_thread(lambda: versions(link.get()))
    begun, edges = newer(found), await edges_of(kafka, TOPIC, also_first=True)
    at = await asyncio.to_thread(_read_to, link, begun)
    left = sum(max(0, edge.end - at.get(number, edge.begin)) for number, edge in edges.items())
    return Plan(
        source=TOPIC,
        active=active(found).number,
        version=None if begun is None else begun.number,
        begun_at=None if begun is None else begun.made_at,
        partitions=len(edges),
        events=sum(edge.end - edge.begin for edge in edges.values()),
        left=left,
        first_at=min((_recorded_at(edge.first) for edge in edges.values() if edge.first), default=None),
        last_at=max((_recorded_at(edge.last) for edge in edges.values() if edge.last), default=None),
        estimated_seconds=-(-left // EVENTS_PER_SECOND),
    )


async def work(settings: Settings, link: Link, version: int, show: Show) -> Stand:
    """Work at a version until it is complete; how far it is then. ``link`` holds the lock of whoever rebuilds."""
    reader = _reader(settings, version)
    async with _ends_asked(settings.kafka) as ends, _running(reader):
        still = Standstill()
        while True:
            if reader.crashed:
                raise reader.crash_reason
            if (stand := await _look(link, version, ends)) is not None:
                show(stand)
                if stand.complete:
                    return stand
                still.refuse((stand.read, stand.complete_to), _stands_still(stand))
            await asyncio.sleep(LOOK_SECONDS)


def _reader(settings: Settings, version: int) -> FactsReader:
    """The live reader with bigger batches."""
    owner = worker_name(f"{reader_name(version)} rebuild")
    return reader_of(settings, version, owner, REBUILD_RECORDS, fetch_bytes_per_partition=REBUILD_BYTES_PER_PARTITION)


@asynccontextmanager
async def _running(reader: FactsReader) -> AsyncIterator[None]:
    """While it runs; whatever ends the block, a batch is applied whole or not at all, and leases go back."""
    await reader.start()
    try:
        yield
    finally:
        await reader.stop()


@asynccontextmanager
async def _ends_asked(kafka: KafkaSettings) -> AsyncIterator[Ends]:
    """A question for the end of each partition of the ledger's topic."""
    consumer = await started(AIOKafkaConsumer(TOPIC, **kafka.for_aiokafka()))
    try:
        numbers = sorted(consumer.partitions_for_topic(TOPIC) or ())

        async def ends() -> dict[int, int]:
            found = await consumer.end_offsets([TopicPartition(TOPIC, number) for number in numbers])
            return {tp.partition: end for tp, end in found.items()}

        yield ends
    finally:
        await consumer.stop()


async def _look(link: Link, version: int, ends: Ends) -> Stand | None:
    """How far it is; None while a server is away. Whoever lost the lock to another one is refused."""
    try:
        return await asyncio.to_thread(_stand, link, version, await ends())
    except KafkaError:
        return None
    except TRANSIENT:
        link.drop()
        return None


def _stand(link: Link, version: int, ends: Mapping[int, int]) -> Stand:
    connection = link.get()
    hold(connection, PROJECTION)
    row = connection.execute(SQL["stands"], (version,)).fetchone()
    if row is None:
        raise BadInput(f"version {version} of permissions was pruned meanwhile")
    at = dict(connection.execute(SQL["read_to"], (reader_name(version),)).fetchall())
    return Stand({number: (at.get(number, 0), end) for number, end in ends.items()}, *row)


def _stands_still(stand: Stand) -> str:
    return (
        f"nothing has moved for a minute, {stand.read} of {stand.events} events read, complete to position "
        f"{stand.complete_to}: is records.relay running? What is done stays done; give the command again"
    )


def _read_to(link: Link, version: Version | None) -> dict[int, int]:
    if version is None:
        return {}
    return dict(link.get().execute(SQL["read_to"], (reader_name(version.number),)).fetchall())


def _recorded_at(record: Any) -> datetime:
    return datetime.fromtimestamp(TOPIC_HEAD.unpack(header_of(record))[2] / 1_000_000, UTC)
