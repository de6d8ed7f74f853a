"""Whole batches from a real Kafka: record for record what the client library's own consumer reads."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError, KafkaError, LeaderNotAvailableError, OffsetOutOfRangeError

import schemas
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel import whole_batches
from services.kernel.whole_batches import WholeBatch, WholeBatches, records_of
from services.records.columns import of_batches, of_records
from tests.ledger_batches import Event, value_of
from tests.ledger_values import with_and_without

PARTITIONS = 4
# Of each partition; the last one is empty.
RECORDS = (230, 40, 1, 0)
PER_BATCH = 10
CODECS = (None, "gzip", "snappy", "lz4", "zstd")
MOST_BYTES = 1 << 20
WAIT_MS = 50
LONG_MS = 10_000
MOMENT = 1_700_000_000_000_000
Found = dict[int, list[Any]]


def event(number: int, n: int) -> Event:
    schema = schemas.event_type("RecordSetAside").ledger
    row = {**with_and_without(schema)[0], "reason": "x" * n}
    return Event(uuid.UUID(int=number), n + 1, PARTITIONS * n + number + 1, MOMENT, value_of(schema, row))


async def fill(kafka: KafkaSettings, topic: str) -> None:
    admin = AIOKafkaAdminClient(**kafka.for_aiokafka())
    await admin.start()
    await admin.create_topics([NewTopic(topic, PARTITIONS, 1)])
    await admin.close()
    for n, codec in enumerate(CODECS):
        async with AIOKafkaProducer(**kafka.for_aiokafka(), compression_type=codec) as producer:
            for number, count in enumerate(RECORDS):
                begin, end = (count * cut // len(CODECS) for cut in (n, n + 1))
                await send(producer, topic, number, begin, end)


async def send(producer: AIOKafkaProducer, topic: str, number: int, begin: int, end: int) -> None:
    for first in range(begin, end, PER_BATCH):
        batch = producer.create_batch()
        for one in (event(number, n) for n in range(first, min(end, first + PER_BATCH))):
            assert batch.append(key=one.patient.bytes, value=one.value, timestamp=None, headers=one.headers)
        await (await producer.send_batch(batch, topic, partition=number))


@pytest.fixture(scope="module")
def kafka(bootstrap_servers: str) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers)


@pytest.fixture(scope="module")
def topic(kafka: KafkaSettings) -> str:
    name = f"whole-{uuid.uuid4()}"
    asyncio.run(fill(kafka, name))
    return name


@asynccontextmanager
async def reading(
    kafka: KafkaSettings, most_bytes: int = MOST_BYTES, wait_ms: int = WAIT_MS, rate: float | None = None
) -> AsyncIterator[WholeBatches]:
    batches = WholeBatches(kafka.for_aiokafka(), most_bytes, wait_ms, rate)
    await batches.start()
    try:
        yield batches
    finally:
        await batches.stop()


def begin_at(consumer: Any, topic: str, offsets: Mapping[int, int]) -> None:
    consumer.assign([TopicPartition(topic, number) for number in offsets])
    for number, offset in offsets.items():
        consumer.seek(TopicPartition(topic, number), offset)


async def until(consumer: Any, ends: Mapping[int, int]) -> Found:
    """What comes, until each partition is at its end."""
    found: Found = {}
    async with asyncio.timeout(30):
        while {number: came[-1].offset + 1 for number, came in found.items()} != ends:
            for tp, came in (await consumer.getmany(timeout_ms=100, max_records=1000)).items():
                found.setdefault(tp.partition, []).extend(came)
    return found


async def consumed(kafka: KafkaSettings, topic: str, offsets: Mapping[int, int], ends: Mapping[int, int]) -> Found:
    """The same as the client library's consumer reads it."""
    async with AIOKafkaConsumer(**kafka.for_aiokafka(), auto_offset_reset="none") as consumer:
        begin_at(consumer, topic, offsets)
        return await until(consumer, ends)


def same(batches: Sequence[WholeBatch], records: Sequence[Any]) -> bool:
    """Whether these are the same records, but for those of the first batch that were read before."""
    bulk, live = of_batches(batches), of_records(records)
    wanted = np.arange(len(bulk.keys)) >= len(bulk.keys) - len(live.keys)
    left_out = batches[0].wanted_from - batches[0].base_offset
    assert len(bulk.keys) - len(live.keys) == left_out
    return all(_equal(one, other) for one, other in zip(bulk.only(wanted), live, strict=True))


def _equal(one: Any, other: Any) -> bool:
    return bool(one.tolist() == other.tolist())


@pytest.mark.parametrize("begins", [{0: 0, 1: 0, 2: 0}, {0: 5, 1: 39}, {0: 229, 1: 10, 2: 0}, {2: 0}])
async def test_record_for_record_what_the_consumer_reads(
    kafka: KafkaSettings, topic: str, begins: Mapping[int, int]
) -> None:
    ends = {number: RECORDS[number] for number in begins}
    live = await consumed(kafka, topic, begins, ends)
    async with reading(kafka) as batches:
        begin_at(batches, topic, begins)
        bulk = await until(batches, ends)
    assert {number for number in bulk if same(bulk[number], live[number])} == set(begins)


async def test_what_is_behind_the_end_is_waited_for(kafka: KafkaSettings, topic: str) -> None:
    async with reading(kafka) as batches:
        begin_at(batches, topic, {3: 0, 2: 1})
        assert [await batches.getmany(timeout_ms=100, max_records=0) for _ in range(3)] == [{}, {}, {}]


async def test_however_few_bytes_an_answer_may_have_everything_comes(kafka: KafkaSettings, topic: str) -> None:
    ends = dict(enumerate(RECORDS[:3]))
    live = await consumed(kafka, topic, dict.fromkeys(ends, 0), ends)
    async with reading(kafka, most_bytes=800) as batches:
        begin_at(batches, topic, dict.fromkeys(ends, 0))
        found = await until(batches, ends)
    async with reading(kafka, most_bytes=800) as batches:
        begin_at(batches, topic, dict.fromkeys(ends, 0))
        some = await batches.getmany(timeout_ms=LONG_MS, max_records=0)
    assert all(same(found[number], live[number]) for number in ends)
    assert sum(map(len, some.values())) == 1, "the broker gives one batch, however large"


async def test_no_partition_waits_until_another_one_is_at_its_end(kafka: KafkaSettings, topic: str) -> None:
    read = {0: 0, 1: 0}
    async with reading(kafka, most_bytes=800) as batches, asyncio.timeout(30):
        begin_at(batches, topic, read)
        while read[1] < RECORDS[1]:
            came = await batches.getmany(timeout_ms=100, max_records=0)
            read |= {tp.partition: found[-1].offset + 1 for tp, found in came.items()}
    assert read[0] < RECORDS[0]


async def test_an_answer_that_was_on_its_way_for_others_is_forgotten(kafka: KafkaSettings, topic: str) -> None:
    ends = {1: RECORDS[1], 2: RECORDS[2]}
    async with reading(kafka, most_bytes=800) as batches:
        begin_at(batches, topic, {0: 0})
        assert await batches.getmany(timeout_ms=LONG_MS, max_records=0)
        begin_at(batches, topic, dict.fromkeys(ends, 0))
        found = await until(batches, ends)
        assert {number: found[number][0].base_offset for number in found} == {1: 0, 2: 0}
        begin_at(batches, topic, {1: 30, 2: 0})
        begin_at(batches, topic, {1: 7, 2: 1})
        again = await until(batches, {1: RECORDS[1]})
    assert again[1][0].wanted_from == 7


async def test_who_holds_nothing_reads_nothing(kafka: KafkaSettings, topic: str) -> None:
    async with reading(kafka) as batches:
        begin_at(batches, topic, {0: 0})
        assert await batches.getmany(timeout_ms=LONG_MS, max_records=0)
        begin_at(batches, topic, {})
        assert [await batches.getmany(timeout_ms=10, max_records=0) for _ in range(3)] == [{}, {}, {}]


async def test_a_limited_rate_gives_no_more_until_its_time_has_come(
    kafka: KafkaSettings, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = SimpleNamespace(now=0.0, monotonic=lambda: clock.now)
    monkeypatch.setattr(whole_batches, "time", clock)
    read, at = 0, []
    async with reading(kafka, most_bytes=800, rate=10.0) as batches:
        begin_at(batches, topic, {0: 0})
        while read < RECORDS[0]:
            came = await batches.getmany(timeout_ms=10, max_records=0)
            read += sum(map(records_of, came.values()))
            at += [clock.now] if came else []
            clock.now += 0.5
    assert len(at) > 10
    assert read / (at[-1] + PER_BATCH / 10) <= 10


async def test_a_topic_that_nobody_has_is_a_passing_error_and_is_not_made(kafka: KafkaSettings) -> None:
    name = f"nobody-{uuid.uuid4()}"
    async with reading(kafka) as batches:
        begin_at(batches, name, {0: 0})
        for _ in range(2):
            with pytest.raises(LeaderNotAvailableError, match=f"{name}/0"):
                await batches.getmany(timeout_ms=LONG_MS, max_records=0)
    async with AIOKafkaConsumer(**kafka.for_aiokafka()) as consumer:
        assert name not in await consumer.topics()


async def test_an_offset_that_the_topic_has_not_is_said(kafka: KafkaSettings, topic: str) -> None:
    async with reading(kafka) as batches:
        begin_at(batches, topic, {0: 0, 1: RECORDS[1] + 1})
        with pytest.raises(OffsetOutOfRangeError):
            await batches.getmany(timeout_ms=LONG_MS, max_records=0)


async def test_a_broker_that_goes_away_is_a_passing_error_and_what_comes_then_is_whole(
    kafka: KafkaSettings, topic: str
) -> None:
    async with reading(kafka, wait_ms=LONG_MS) as batches:
        begin_at(batches, topic, {3: 0})
        assert await batches.getmany(timeout_ms=500, max_records=0) == {}
        for connection in list(batches._client._conns.values()):
            connection.close()
        with pytest.raises((KafkaError, ConnectionError)):
            await batches.getmany(timeout_ms=LONG_MS, max_records=0)
        begin_at(batches, topic, {1: 0})
        assert (await until(batches, {1: RECORDS[1]}))[1][0].base_offset == 0


async def test_where_no_broker_is_the_start_says_so() -> None:
    batches = WholeBatches(KafkaSettings("127.0.0.1:1").for_aiokafka(), MOST_BYTES, WAIT_MS)
    with pytest.raises(KafkaConnectionError):
        await batches.start()
    await batches.stop()
