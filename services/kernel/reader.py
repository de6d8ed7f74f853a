"""The one way to read a topic: lease, fetch, hand over.

Partitions are shared by leases in PostgreSQL, not by Kafka's group protocol, so there is no rebalance that
could swallow an error or hand over a partition whose batch is still under way. What was processed stands in
the bookmarks; Kafka's committed offsets serve nobody.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from aiokafka.errors import KafkaConnectionError, OffsetOutOfRangeError

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.damage import Damage
from services.kernel.database import Link
from services.kernel.leased import LeasedLoop
from services.kernel.measures import count_applied, count_fetched
from services.kernel.partition import Partition

WAIT_MS: Final = 200

Fetched = Mapping[Partition, Sequence[ConsumerRecord]]


class Handler(Protocol):
    """What a reader does with its batches, in threads: one may be prepared while the one before is applied."""

    def prepare(self, batch: Fetched) -> Any:
        """Whatever may be repeated at will: decoding, sealing. It changes nothing that counts."""

    def apply(self, prepared: Any, bookmarks: Mapping[Partition, Bookmark]) -> Sequence[Move]:
        """All effects of a batch and the moves of its bookmarks, in one transaction."""

    def idle(self) -> None:
        """Called about every other second, when nothing is being applied."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What to read, how much at once or a second, and for how long to wait for more than a little.

    The broker answers a fetch when ``least_bytes`` are there, and after ``fetch_wait_ms`` with what there is. Where
    records come in bursts over many partitions, the client library has the first of them ready and asks no further
    until they are taken: ``linger_ms`` is how long to wait then for those that came right behind.
    """

    reader: str
    topics: Sequence[str]
    most_records: int
    least_bytes: int = 1
    fetch_wait_ms: int = WAIT_MS
    linger_ms: int = 0
    fetch_bytes_per_partition: int = 1024 * 1024
    most_per_second: float | None = None


class Reader(LeasedLoop):
    """Reads the partitions that it leased and hands batches to its handler, in order, each exactly once.

    ``guard`` is asked whenever reading begins, also after an error, and raises Damage where it must not.
    """

    def __init__(
        self,
        reading: Reading,
        kafka: KafkaSettings,
        link: Link,
        bookmarks: Bookmarks,
        handler: Handler,
        guard: Callable[[], Awaitable[None]],
    ) -> None:
        super().__init__(link, bookmarks)
        self.reading = reading
        self.kafka = kafka
        self.handler = handler
        self.guard = guard
        self._held: dict[Partition, Bookmark] = {}
        self._consumer: Any = None
        self._applying: asyncio.Task[Sequence[Move]] | None = None
        self._fetched_to: dict[Partition, int] = {}

    async def share(self) -> None:
        """Renew leases; when what we hold has changed, read from the bookmarks anew."""
        await self._settle()
        held = {b.partition: b for b in await asyncio.to_thread(self._share_leases)}
        if _leases(held) != _leases(self._held) or (held and self._consumer is None):
            self._held = held
            await self._assign()
        await asyncio.to_thread(self.handler.idle)

    async def step(self) -> None:
        if self._consumer is None:
            await self.sleep(WAIT_MS / 1000)
            return
        fetched = await self._fetch(self._consumer)
        batch = {Partition(tp.topic, tp.partition): records for tp, records in fetched.items() if records}
        if batch:
            fetched_at = time.perf_counter()
            begins = self._note_fetched(batch)
            prepared = await asyncio.to_thread(self.handler.prepare, batch)
            await self._settle()
            self._applying = asyncio.create_task(self._apply(begins, prepared, fetched_at))
        elif self._applying is not None and self._applying.done():
            await self._settle()

    async def forget(self) -> None:
        """What is being applied ends by itself: the database will say how."""
        applying, self._applying = self._applying, None
        if applying is not None:
            await asyncio.wait([applying])
            if (error := applying.exception()) is not None:
                self.journal.warning("batch_not_applied", error=type(error).__name__)
        consumer, self._consumer, self._held = self._consumer, None, {}
        if consumer is not None:
            await consumer.stop()

    async def on_start(self) -> None:
        """Make sure that every partition of our topics has a bookmark, whoever will read it."""
        partitions = await partitions_of(self.kafka, self.reading.topics)
        await asyncio.to_thread(lambda: self.bookmarks.create(self.link.get(), partitions))

    async def _fetch(self, consumer: Any) -> dict[TopicPartition, list[ConsumerRecord]]:
        try:
            fetched: dict[TopicPartition, list[ConsumerRecord]] = await consumer.getmany(
                timeout_ms=WAIT_MS, max_records=self.reading.most_records
            )
            left = self.reading.most_records - sum(map(len, fetched.values()))
            if fetched and left and self.reading.linger_ms:
                more = await consumer.getmany(timeout_ms=self.reading.linger_ms, max_records=left)
                for partition, records in more.items():
                    fetched.setdefault(partition, []).extend(records)
        except OffsetOutOfRangeError as error:
            raise Damage(f"{self.reading.reader}: the topic no longer has what the bookmark asks for") from error
        return fetched

    def _note_fetched(self, batch: Fetched) -> dict[Partition, int]:
        """Remember how far the batch goes; where it begins."""
        begins = {partition: self._fetched_to[partition] for partition in batch}
        self._fetched_to |= {partition: records[-1].offset + 1 for partition, records in batch.items()}
        self.published_at |= {partition: records[-1].timestamp / 1000 for partition, records in batch.items()}
        count_fetched(self.reading.reader, batch)
        return begins

    async def _apply(self, begins: Mapping[Partition, int], prepared: Any, fetched_at: float) -> Sequence[Move]:
        bookmarks = {partition: self._held[partition] for partition in begins}
        _check_nothing_skipped(begins, bookmarks)
        moves = await asyncio.to_thread(self.handler.apply, prepared, bookmarks)
        count_applied(self.reading.reader, begins, fetched_at)
        return moves

    async def _settle(self) -> None:
        """Wait for the batch that is being applied, and take its moves over."""
        applying, self._applying = self._applying, None
        if applying is None:
            return
        for move in await applying:
            self._held[move.bookmark.partition] = move.moved
            if move.stop:
                self._stop_partition(move)

    def _stop_partition(self, move: Move) -> None:
        partition = move.bookmark.partition
        assert self._consumer is not None
        self._consumer.pause(TopicPartition(partition.topic, partition.number))
        self._consumer.seek(TopicPartition(partition.topic, partition.number), move.next_offset)
        self.journal.error("partition_stopped", topic=partition.topic, partition=partition.number)

    def _share_leases(self) -> list[Bookmark]:
        return self.bookmarks.share(self.link.get())

    async def _assign(self) -> None:
        running = [b for b in self._held.values() if not b.stopped]
        if self._consumer is None:
            await self.guard()
            self._consumer = await self.new_consumer()
        self._consumer.assign([TopicPartition(*b.partition) for b in running])
        self._fetched_to = {bookmark.partition: bookmark.next_offset for bookmark in running}
        for bookmark in running:
            self._consumer.seek(TopicPartition(*bookmark.partition), bookmark.next_offset)
        self.journal.info("assigned", partitions=len(running), stopped=len(self._held) - len(running))

    async def new_consumer(self) -> Any:
        """What records come from: a consumer, or what does the same with more at once."""
        return await started(
            AIOKafkaConsumer(
                **self.kafka.for_aiokafka(),
                client_id=self.bookmarks.owner,
                enable_auto_commit=False,
                auto_offset_reset="none",
                isolation_level="read_committed",
                max_partition_fetch_bytes=self.reading.fetch_bytes_per_partition,
                fetch_min_bytes=self.reading.least_bytes,
                fetch_max_wait_ms=self.reading.fetch_wait_ms,
            )
        )


def _check_nothing_skipped(begins: Mapping[Partition, int], bookmarks: Mapping[Partition, Bookmark]) -> None:
    """A batch goes on where the bookmark stands. Offsets may have gaps (a transaction's markers take some)."""
    for partition, begin in begins.items():
        stands = bookmarks[partition]
        if not stands.stopped and begin != stands.next_offset:
            raise Damage(
                f"{partition.topic}/{partition.number}: the batch begins at offset {begin}, "
                f"the bookmark stands at {stands.next_offset}"
            )


def _leases(held: Mapping[Partition, Bookmark]) -> dict[Partition, tuple[int, bool]]:
    return {partition: (bookmark.epoch, bookmark.stopped) for partition, bookmark in held.items()}


async def started(consumer: Any) -> Any:
    """The consumer, started; one that cannot reach Kafka leaves nothing open."""
    try:
        await consumer.start()
    except KafkaConnectionError:
        await consumer.stop()
        raise
    return consumer


async def partitions_of(kafka: KafkaSettings, topics: Sequence[str]) -> list[Partition]:
    """All partitions of these topics; Damage when one does not exist."""
    consumer = await started(AIOKafkaConsumer(*topics, **kafka.for_aiokafka()))
    try:
        found = {topic: consumer.partitions_for_topic(topic) for topic in topics}
    finally:
        await consumer.stop()
    for topic, numbers in found.items():
        if not numbers:
            raise Damage(f"the topic {topic} does not exist; create the topics first")
    return [Partition(topic, number) for topic, numbers in found.items() for number in sorted(numbers or ())]
