"""Publishing to a real Kafka: one partition per key with any client, and everything arrives as it was said."""

import uuid
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

from kartoteka.publishing import BlockingPublisher, KafkaSettings, PublishingFailed, Record
from kartoteka.publishing.fhir.run import Run
from kartoteka.publishing.numbers import pesel_of
from kartoteka.publishing.statement import records

PARTITIONS = 8
SECONDS = 30
EXAMPLES = Path(__file__).parents[2] / "examples"
CreateTopic = Callable[[str], str]


@pytest.fixture
def settings(bootstrap_servers: str) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers)


@pytest.fixture
def create_topic(bootstrap_servers: str) -> CreateTopic:
    """Creates a topic with several partitions, once."""
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})

    def create(name: str) -> str:
        if name not in admin.list_topics(timeout=SECONDS).topics:
            admin.create_topics([NewTopic(name, PARTITIONS, 1)])[name].result(SECONDS)
        return name

    return create


@pytest.fixture
def topic(create_topic: CreateTopic) -> str:
    return create_topic(f"publishing-{uuid.uuid4()}")


def read_all(settings: KafkaSettings, topic: str) -> list[Message]:
    """Everything in the topic, partition by partition."""
    consumer = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": "read-all"})
    messages: list[Message] = []
    for partition in range(PARTITIONS):
        _, end = consumer.get_watermark_offsets(TopicPartition(topic, partition), SECONDS)
        consumer.assign([TopicPartition(topic, partition, 0)])
        expected = len(messages) + end
        while len(messages) < expected:
            found = consumer.consume(expected - len(messages), SECONDS)
            assert found, f"{expected - len(messages)} records are missing"
            messages.extend(found)
    consumer.close()
    return messages


def keys() -> list[bytes]:
    return [pesel_of(datetime(1990, 1, 1 + n % 28).date(), "female", n).encode() for n in range(200)]


def test_the_same_key_goes_to_one_partition_with_both_client_libraries(settings: KafkaSettings, topic: str) -> None:
    with BlockingPublisher(settings, "clinic-1") as publisher:
        publisher.send_all([Record(topic, key, b"aiokafka", []) for key in keys()])
    librdkafka = Producer(settings.for_librdkafka())
    for key in keys():
        librdkafka.produce(topic, b"librdkafka", key)
    assert librdkafka.flush(SECONDS) == 0

    places: dict[bytes, Counter[int]] = {}
    for message in read_all(settings, topic):
        places.setdefault(message.key(), Counter())[message.partition()] += 1
    assert len(places) == 200
    assert {tuple(place.values()) for place in places.values()} == {(2,)}
    assert len({partition for place in places.values() for partition in place}) == PARTITIONS


def test_many_threads_may_share_one_blocking_publisher(settings: KafkaSettings, topic: str) -> None:
    with BlockingPublisher(settings, "clinic-1") as publisher, ThreadPoolExecutor(8) as pool:
        sent = pool.map(lambda key: publisher.send_all([Record(topic, key, b"x", [])]), keys()[:40])
        assert sum(sent) == 40
    assert len(read_all(settings, topic)) == 40
    with pytest.raises(PublishingFailed, match="inside its 'with' block"):
        publisher.send_all([])


def test_many_records_arrive_once_in_the_order_of_their_key(settings: KafkaSettings, topic: str) -> None:
    names = keys()
    ready = [Record(topic, names[n % 200], b"%06d" % n, [("publisher", b"clinic-1")]) for n in range(30_000)]
    with BlockingPublisher(settings, "clinic-1") as publisher:
        assert publisher.send_all(ready) == 30_000
    arrived: dict[bytes, list[bytes]] = {}
    for message in read_all(settings, topic):
        assert message.headers() == [("publisher", b"clinic-1")]
        arrived.setdefault(message.key(), []).append(message.value())
    assert sum(len(values) for values in arrived.values()) == 30_000
    assert all(values == sorted(set(values)) for values in arrived.values())


def test_a_record_of_a_megabyte_is_sent(settings: KafkaSettings, create_topic: CreateTopic) -> None:
    topic = create_topic(f"publishing-{uuid.uuid4()}")
    # Random, so that it is not small once compressed; the topic's default limit is one MiB with overhead.
    value = b"".join(uuid.uuid4().bytes for _ in range(62_000))
    with BlockingPublisher(settings, "clinic-1") as publisher:
        assert publisher.send_all([Record(topic, keys()[0], value, [])] * 3) == 3
    assert [message.value() for message in read_all(settings, topic)] == [value] * 3


def test_the_same_bundles_published_twice_are_the_same_bytes(settings: KafkaSettings, topic: str) -> None:
    bundles = sorted((EXAMPLES / "fhir").iterdir())
    sent = 0
    for _ in range(2):
        run = Run(bundles, synthetic=True, stated_at=None, now=datetime.now(UTC))
        assert list(run.check()) == []
        # A topic of our own: others read the publishers' topics of this Kafka.
        ours = (record._replace(topic=topic) for record in records(run.statements(), "clinic-1"))
        with BlockingPublisher(settings, "clinic-1") as publisher:
            sent += publisher.send_all(ours)
    copies = Counter(
        (message.key(), message.value(), tuple(message.headers())) for message in read_all(settings, topic)
    )
    assert sent == copies.total() > 0
    assert set(copies.values()) == {2}
