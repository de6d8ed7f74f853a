"""Statements to Kafka: acknowledged by all replicas, each person's in order, repeated rather than lost.

The idempotent producer of aiokafka does not heal after a failed send. So on any error it is thrown
away, and what has no acknowledgement is sent again by a new one: delivery may repeat, effect does not.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from types import TracebackType
from typing import Final, Literal, Self, TypeVar, overload

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from kartoteka.publishing.event import Event
from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.lanes import Lane, partition_of, send_lane
from kartoteka.publishing.postbox import Postbox
from kartoteka.publishing.producer import (
    HOPELESS,
    PublishingFailed,
    abandon,
    connect,
    finish,
)
from kartoteka.publishing.receipts import Receipt
from kartoteka.publishing.statement import Record, Statement, publisher_problem, records
from kartoteka.publishing.validation import refuse_wrong

GIVE_UP_SECONDS: Final = 60.0
RECEIPT_SECONDS: Final = 30.0
RETRY_PAUSE_SECONDS: Final = 0.5
CHUNK_RECORDS: Final = 10_000
CHUNK_BYTES: Final = 8 * 1024 * 1024
# Records prepared before the sending gets its turn again.
TURN_RECORDS: Final = 250

Progress = Callable[[int], None]
Chunk = list[Record]
T = TypeVar("T")


class Publisher:
    """Sends statements in the name of one publisher: ``async with Publisher(settings, "clinic-7") as p``."""

    def __init__(self, settings: KafkaSettings, publisher: str, *, receipt_timeout: float = RECEIPT_SECONDS) -> None:
        if (says := publisher_problem(publisher)) is not None:
            raise ValueError(f"the publisher's name {says}")
        self.publisher = publisher
        self._receipt_timeout = receipt_timeout
        self._postboxes: dict[str, Postbox] = {}
        self._opening = asyncio.Lock()
        self._settings = settings
        self._producer: AIOKafkaProducer | None = None
        self._renewing = asyncio.Lock()
        self._partitions: dict[str, int] = {}

    async def __aenter__(self) -> Self:
        self._producer = await connect(self._settings)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        producer, self._producer = self._producer, None
        while self._postboxes:
            await self._postboxes.popitem()[1].close()
        if producer is not None:
            await (finish(producer) if error is None else abandon(producer))

    @overload
    async def publish(self, said: Statement | Event, *, receipt: Literal[True]) -> Receipt: ...

    @overload
    async def publish(self, said: Statement | Event, *, receipt: bool = False) -> Receipt | None: ...

    async def publish(self, said: Statement | Event, *, receipt: bool = False) -> Receipt | None:
        """Send one statement and return when it is acknowledged; many at once share their requests.

        With ``receipt`` return what became of it, as soon as that is known; NoReceipt when it takes too long.
        StatementRefused when it would not be accepted.
        """
        self._current()
        statement = _statement(said)
        refuse_wrong(statement, datetime.now(UTC))
        record = statement.record(self.publisher)
        if not receipt:
            await self._send_one(record)
            return None
        postbox = await self._postbox(statement.publisher or self.publisher)
        with postbox.waiting(statement.value["event_id"]) as waiting:
            return await waiting.receipt(await self._send_one(record), self._receipt_timeout)

    async def _send_one(self, record: Record) -> RecordMetadata:
        await self._partition_count(record.topic)

        async def send(producer: AIOKafkaProducer) -> RecordMetadata:
            return await (await producer.send(record.topic, record.value, record.key, headers=record.headers))

        return await self._insist(send)

    async def _postbox(self, speaker: str) -> Postbox:
        """The receipts of whoever speaks; read from before the first is asked for."""
        async with self._opening:
            postbox = self._postboxes.get(speaker)
            if postbox is None or not postbox.reads:
                if postbox is not None:
                    await postbox.close()
                self._postboxes[speaker] = postbox = await Postbox.open(self._settings, speaker)
            return postbox

    async def publish_all(self, statements: Iterable[Statement | Event], on_progress: Progress | None = None) -> int:
        """Send many statements, in order for each person; how many were acknowledged.

        StatementRefused at the first that would not be accepted; those before it may have been sent.
        """
        return await self.send_all(records(_checked(statements), self.publisher), on_progress)

    async def send_all(self, ready: Iterable[Record], on_progress: Progress | None = None) -> int:
        """Send many records of checked statements; how many were acknowledged.

        While one chunk is under way the next is prepared, and no more than that.
        """
        told = on_progress or (lambda count: None)
        acknowledged = 0
        under_way: asyncio.Task[int] | None = None
        try:
            async for chunk in _chunks(ready):
                acknowledged += await under_way if under_way else 0
                told(acknowledged)
                under_way = asyncio.create_task(self._deliver(chunk))
            acknowledged += await under_way if under_way else 0
            told(acknowledged)
            return acknowledged
        except PublishingFailed as failure:
            failure.acknowledged += acknowledged
            raise
        finally:
            if under_way is not None:
                under_way.cancel()

    async def _deliver(self, chunk: Chunk) -> int:
        """Send a chunk until all of it is acknowledged; a retry goes on behind what already was."""
        lanes = await self._lanes(chunk)

        async def send(producer: AIOKafkaProducer) -> None:
            outcomes = await asyncio.gather(*(send_lane(producer, lane) for lane in lanes), return_exceptions=True)
            for outcome in outcomes:
                if outcome is not None:
                    raise outcome

        try:
            await self._insist(send)
        except PublishingFailed as failure:
            failure.acknowledged = sum(lane.acknowledged for lane in lanes)
            raise
        return len(chunk)

    async def _lanes(self, chunk: Chunk) -> list[Lane]:
        lanes: dict[tuple[str, int], Lane] = {}
        for record in chunk:
            count = self._partitions.get(record.topic) or await self._partition_count(record.topic)
            place = (record.topic, partition_of(record.key, count))
            if place not in lanes:
                lanes[place] = Lane(*place)
            lanes[place].records.append(record)
        return list(lanes.values())

    async def _partition_count(self, topic: str) -> int:
        """Asked once per topic: a topic that is not there is a typing error, not something to wait for."""
        if topic not in self._partitions:
            cluster = await self._insist(lambda producer: producer.client.fetch_all_metadata())
            partitions = cluster.partitions_for_topic(topic)
            if not partitions:
                raise PublishingFailed(f"Kafka has no topic {topic}, or does not show it to us: create it first")
            self._partitions[topic] = len(partitions)
        return self._partitions[topic]

    async def _insist(self, action: Callable[[AIOKafkaProducer], Awaitable[T]]) -> T:
        """Do it, with a new producer after each failure, until it succeeds, is hopeless, or takes too long."""
        reason = "no answer"
        try:
            async with asyncio.timeout(GIVE_UP_SECONDS):
                while True:
                    producer = self._current()
                    try:
                        return await action(producer)
                    except HOPELESS as error:
                        raise PublishingFailed(f"Kafka refuses the records ({type(error).__name__})") from error
                    except KafkaError as error:
                        reason = type(error).__name__
                    await self._renew(producer)
        except TimeoutError as error:
            where = self._settings.bootstrap_servers
            raise PublishingFailed(
                f"Kafka at {where} has not acknowledged for {GIVE_UP_SECONDS:.0f} s ({reason})"
            ) from error

    def _current(self) -> AIOKafkaProducer:
        if self._producer is None:
            raise PublishingFailed("the publisher is closed: use it inside its 'with' block")
        return self._producer

    async def _renew(self, failed: AIOKafkaProducer) -> None:
        """Replace a producer that failed, once, however many senders noticed; a broker may be starting anew."""
        async with self._renewing:
            while self._producer is failed:
                await abandon(failed)
                await asyncio.sleep(RETRY_PAUSE_SECONDS)
                try:
                    self._producer = await connect(self._settings)
                except PublishingFailed:
                    continue


def _statement(said: Statement | Event) -> Statement:
    return said.to_statement() if isinstance(said, Event) else said


def _checked(statements: Iterable[Statement | Event]) -> Iterator[Statement]:
    for statement in map(_statement, statements):
        refuse_wrong(statement, datetime.now(UTC))
        yield statement


async def _chunks(ready: Iterable[Record]) -> AsyncIterator[Chunk]:
    """Bounded chunks; preparing them gives way to the sending again and again."""
    source = iter(ready)
    chunk: Chunk = []
    size_bytes = 0
    while some := list(islice(source, TURN_RECORDS)):
        chunk.extend(some)
        size_bytes += sum(len(record.value) for record in some)
        if len(chunk) >= CHUNK_RECORDS or size_bytes >= CHUNK_BYTES:
            yield chunk
            chunk, size_bytes = [], 0
        await asyncio.sleep(0)
    if chunk:
        yield chunk
