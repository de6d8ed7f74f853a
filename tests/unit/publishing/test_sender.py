"""Sending: what has no acknowledgement is sent again by a new producer, in order, and nothing else is."""

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest
from aiokafka.cluster import ClusterMetadata
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    OutOfOrderSequenceNumber,
    TopicAuthorizationFailedError,
)

from kartoteka.publishing import (
    BlockingPublisher,
    BrokerUnreachable,
    KafkaSettings,
    Publisher,
    PublishingFailed,
    Record,
    StatementRefused,
)
from kartoteka.publishing import producer as producer_module
from kartoteka.publishing import sender as sender_module
from kartoteka.publishing.lanes import partition_of

SETTINGS = KafkaSettings("kafka.example:9092")
PARTITIONS = 2
BATCH_RECORDS = 3


class Broker:
    """Keeps what was appended; fails the sends whose numbers are in ``failing``."""

    def __init__(self, failing: dict[int, type[KafkaError]] | None = None, *, silent: bool = False) -> None:
        self.failing = failing or {}
        self.silent = silent
        self.sends = 0
        self.log: dict[int, list[bytes]] = {partition: [] for partition in range(PARTITIONS)}
        self.producers: list[Producer] = []


class Batch:
    def __init__(self) -> None:
        self.values: list[bytes] = []

    def append(self, *, timestamp: None, key: bytes, value: bytes, headers: list[tuple[str, bytes]]) -> object:
        if len(self.values) == BATCH_RECORDS:
            return None
        self.values.append(value)
        return self

    def close(self) -> None:
        pass


class Producer:
    """As much of aiokafka's producer as the sender uses; it fails for ever once it has failed."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.failed: type[KafkaError] | None = None
        self.abandoned = self.finished = False
        self.client = self
        broker.producers.append(self)

    async def fetch_all_metadata(self) -> Any:
        class Cluster(ClusterMetadata):  # type: ignore[misc]
            def partitions_for_topic(self, topic: str) -> set[int]:
                return set() if topic == "missing" else set(range(PARTITIONS))

        return Cluster()

    def create_batch(self) -> Batch:
        return Batch()

    async def send_batch(self, batch: Batch, topic: str, *, partition: int) -> asyncio.Future[None]:
        assert not self.abandoned
        future = asyncio.get_running_loop().create_future()
        self.broker.sends += 1
        if self.broker.silent:
            return future
        self.failed = self.failed or self.broker.failing.get(self.broker.sends)
        if self.failed:
            future.set_exception(self.failed())
        else:
            self.broker.log[partition].extend(batch.values)
            future.set_result(None)
        return future

    async def send(self, topic: str, value: bytes, key: bytes, *, headers: Any) -> asyncio.Future[None]:
        batch = Batch()
        batch.append(timestamp=None, key=key, value=value, headers=headers)
        return await self.send_batch(batch, topic, partition=partition_of(key, PARTITIONS))


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets the publisher talk to the broker given."""

    def use(broker: Broker) -> Broker:
        async def connect(settings: KafkaSettings) -> Producer:
            return Producer(broker)

        async def abandon(producer: Producer) -> None:
            producer.abandoned = True

        async def finish(producer: Producer) -> None:
            producer.finished = True

        monkeypatch.setattr(sender_module, "connect", connect)
        monkeypatch.setattr(sender_module, "abandon", abandon)
        monkeypatch.setattr(sender_module, "finish", finish)
        monkeypatch.setattr(sender_module, "RETRY_PAUSE_SECONDS", 0)
        monkeypatch.setattr(sender_module, "CHUNK_RECORDS", 10)
        monkeypatch.setattr(sender_module, "TURN_RECORDS", 5)
        return broker

    return use


def records(count: int) -> Iterator[Record]:
    for number in range(count):
        yield Record("topic", b"%d" % (number % 7), b"%04d" % number, [])


def expected(count: int) -> dict[int, list[bytes]]:
    log: dict[int, list[bytes]] = {partition: [] for partition in range(PARTITIONS)}
    for record in records(count):
        log[partition_of(record.key, PARTITIONS)].append(record.value)
    return log


async def test_everything_arrives_once_and_in_order_and_progress_grows(kafka) -> None:
    broker, told = kafka(Broker()), []
    async with Publisher(SETTINGS, "clinic-1") as publisher:
        assert await publisher.send_all(records(95), told.append) == 95
    assert broker.log == expected(95)
    assert told == sorted(told)
    assert told[-1] == 95
    assert [(p.finished, p.abandoned) for p in broker.producers] == [(True, False)]


@pytest.mark.parametrize("failing", [{1}, {2}, {5}, {1, 2, 3}, {4, 9, 11}])
async def test_after_a_failure_a_new_producer_sends_again_what_was_not_acknowledged(kafka, failing) -> None:
    broker = kafka(Broker(dict.fromkeys(failing, OutOfOrderSequenceNumber)))
    async with Publisher(SETTINGS, "clinic-1") as publisher:
        assert await publisher.send_all(records(95)) == 95
    assert len(broker.producers) > 1
    assert all(producer.abandoned for producer in broker.producers[:-1])
    for partition, values in expected(95).items():
        assert list(dict.fromkeys(broker.log[partition])) == values


async def test_what_was_acknowledged_is_not_sent_again(kafka) -> None:
    broker = kafka(Broker({2: KafkaConnectionError}))
    one_lane = [Record("topic", b"1", b"%d" % number, []) for number in range(9)]
    async with Publisher(SETTINGS, "clinic-1") as publisher:
        await publisher.send_all(one_lane)
    assert broker.log[partition_of(b"1", PARTITIONS)] == [record.value for record in one_lane]


@pytest.mark.parametrize("error", [TopicAuthorizationFailedError, MessageSizeTooLargeError])
async def test_what_another_attempt_does_not_mend_fails_at_once_and_says_how_much_arrived(kafka, error) -> None:
    broker = kafka(Broker({7: error}))
    with pytest.raises(PublishingFailed, match=error.__name__) as failed:
        async with Publisher(SETTINGS, "clinic-1") as publisher:
            await publisher.send_all(records(95))
    assert len(broker.producers) == 1
    assert failed.value.acknowledged == sum(len(values) for values in broker.log.values())
    assert 0 < failed.value.acknowledged < 95


async def test_a_broker_that_never_answers_is_given_up(kafka, monkeypatch) -> None:
    monkeypatch.setattr(sender_module, "GIVE_UP_SECONDS", 0.05)
    kafka(Broker(silent=True))
    with pytest.raises(PublishingFailed, match=r"kafka\.example:9092 has not acknowledged") as failed:
        async with Publisher(SETTINGS, "clinic-1") as publisher:
            await publisher.send_all(records(95))
    assert failed.value.acknowledged == 0


async def test_a_topic_that_is_not_there_is_named(kafka) -> None:
    kafka(Broker())
    with pytest.raises(PublishingFailed, match="no topic missing"):
        async with Publisher(SETTINGS, "clinic-1") as publisher:
            await publisher.send_all([Record("missing", b"1", b"", [])])


async def test_no_more_than_two_chunks_are_held(kafka) -> None:
    broker, taken = kafka(Broker()), 0

    def counted() -> Iterator[Record]:
        nonlocal taken
        for record in records(200):
            taken += 1
            assert taken - sum(len(values) for values in broker.log.values()) <= 2 * 10 + 5
            yield record

    async with Publisher(SETTINGS, "clinic-1") as publisher:
        await publisher.send_all(counted())


async def test_an_error_of_the_source_goes_through_and_ends_the_sending(kafka) -> None:
    broker = kafka(Broker())

    def broken() -> Iterator[Record]:
        yield from records(30)
        raise RuntimeError("source")

    with pytest.raises(RuntimeError, match="source"):
        async with Publisher(SETTINGS, "clinic-1") as publisher:
            await publisher.send_all(broken())
    assert broker.producers[0].abandoned


def test_the_blocking_publisher_does_the_same(kafka, read_lines, prescription) -> None:
    broker = kafka(Broker({1: KafkaConnectionError}))
    (line,) = read_lines(prescription)
    with BlockingPublisher(SETTINGS, "clinic-1") as publisher:
        publisher.publish(line.statement)
        assert publisher.publish_all([line.statement] * 2) == 2
    assert [len(values) for values in broker.log.values() if values] == [3]


def test_a_statement_that_would_not_be_accepted_is_not_sent(kafka, read_lines, prescription) -> None:
    broker = kafka(Broker())
    (line,) = read_lines(prescription)
    line.statement.value["patient"] = "1"
    with BlockingPublisher(SETTINGS, "clinic-1") as publisher:
        with pytest.raises(StatementRefused):
            publisher.publish(line.statement)
        with pytest.raises(StatementRefused):
            publisher.publish_all([line.statement])
    assert broker.sends == 0


async def test_a_closed_publisher_says_so(kafka, read_lines, prescription) -> None:
    kafka(Broker())
    (line,) = read_lines(prescription)
    with pytest.raises(PublishingFailed, match="closed"):
        await Publisher(SETTINGS, "clinic-1").publish(line.statement)


async def test_without_a_broker_it_is_said_where_none_answers() -> None:
    with pytest.raises(BrokerUnreachable, match=r"127\.0\.0\.1:1"):
        async with Publisher(KafkaSettings("127.0.0.1:1"), "clinic-1"):
            pass


async def test_a_broker_that_accepts_and_says_nothing_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(producer_module, "CONNECT_SECONDS", 0.2)
    mute = await asyncio.start_server(lambda reader, writer: asyncio.sleep(5), "127.0.0.1", 0)
    host, port = mute.sockets[0].getsockname()
    with pytest.raises(BrokerUnreachable, match=f"{host}:{port}"):
        async with Publisher(KafkaSettings(f"{host}:{port}"), "clinic-1"):
            pass
    mute.close()


@pytest.mark.parametrize(
    ("key", "partition"),
    # From org.apache.kafka.common.utils.Utils.murmur2: 21 → -973932308, foobar → -790332482, abc → 479470107.
    [(b"21", (-973932308 & 0x7FFFFFFF) % 12), (b"foobar", (-790332482 & 0x7FFFFFFF) % 12), (b"abc", 479470107 % 12)],
)
def test_keys_go_where_the_java_client_sends_them(key, partition) -> None:
    assert partition_of(key, 12) == partition
