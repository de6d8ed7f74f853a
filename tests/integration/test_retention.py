"""Publishers' records go when they are older than 14 days and below the bookmark, never otherwise."""

import asyncio
import time
from datetime import timedelta
from itertools import count

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.topics import publishers_topics
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.partition import Partition
from services.operations.status import end_offsets
from services.records.consumer import TOPICS
from services.records.retention import KEEP, Deleted, delete_old, processed_to
from tests.conftest import Databases

_numbers = count(1)
DAYS = [30, 20, 15, 13, 1]


@pytest.fixture
def kafka(bootstrap_servers: str) -> KafkaSettings:
    return KafkaSettings(bootstrap_servers)


@pytest.fixture
def topic(kafka: KafkaSettings) -> Partition:
    """Five records of these ages, in days, the youngest last; their times are given by the test."""
    name = f"retention-{next(_numbers)}"
    asyncio.run(fill(kafka, name))
    return Partition(name, 0)


async def fill(kafka: KafkaSettings, name: str) -> None:
    admin = AIOKafkaAdminClient(**kafka.for_aiokafka())
    await admin.start()
    settings = {"retention.ms": "-1", "message.timestamp.type": "CreateTime"}
    await admin.create_topics([NewTopic(name, 1, 1, topic_configs=settings)])
    await admin.close()
    async with AIOKafkaProducer(**kafka.for_aiokafka()) as producer:
        for days in DAYS:
            moment = int((time.time() - days * 86_400) * 1000)
            await producer.send_and_wait(name, b"x", partition=0, timestamp_ms=moment)


def begins(kafka: KafkaSettings, topic: Partition) -> int:
    return asyncio.run(end_offsets(kafka, {topic.topic}))[topic][0]


def run(kafka: KafkaSettings, topic: Partition, bookmark: int, keep: timedelta = KEEP) -> list[Deleted]:
    return asyncio.run(delete_old(kafka, {topic: bookmark}, keep))


def test_what_is_old_and_has_taken_effect_goes(kafka: KafkaSettings, topic: Partition) -> None:
    assert run(kafka, topic, bookmark=5) == [Deleted(topic.topic, 0, 3, 3)]
    assert begins(kafka, topic) == 3


def test_what_is_old_and_has_not_taken_effect_stays(kafka: KafkaSettings, topic: Partition) -> None:
    assert run(kafka, topic, bookmark=2) == [Deleted(topic.topic, 0, 2, 2)]
    assert begins(kafka, topic) == 2


def test_nothing_goes_from_a_partition_where_nothing_took_effect(kafka: KafkaSettings, topic: Partition) -> None:
    assert run(kafka, topic, bookmark=0) == []
    assert run(kafka, topic, bookmark=0, keep=timedelta(0)) == []
    assert begins(kafka, topic) == 0


def test_what_is_young_stays_though_it_has_taken_effect(kafka: KafkaSettings, topic: Partition) -> None:
    assert run(kafka, topic, bookmark=5, keep=timedelta(days=40)) == []
    assert begins(kafka, topic) == 0


def test_where_all_of_it_is_old_it_goes_up_to_the_bookmark_and_no_further(
    kafka: KafkaSettings, topic: Partition
) -> None:
    assert run(kafka, topic, bookmark=4, keep=timedelta(0)) == [Deleted(topic.topic, 0, 4, 4)]
    assert begins(kafka, topic) == 4


def test_a_second_time_nothing_is_left_to_do(kafka: KafkaSettings, topic: Partition) -> None:
    run(kafka, topic, bookmark=5)
    assert run(kafka, topic, bookmark=5) == []


def test_a_partition_without_a_bookmark_is_left_alone(kafka: KafkaSettings, topic: Partition) -> None:
    assert asyncio.run(delete_old(kafka, {}, timedelta(0))) == []
    assert begins(kafka, topic) == 0


def test_only_ingests_bookmarks_count(databases: Databases) -> None:
    with databases.connect("records_ingest") as ingest, databases.connect("records_projection") as projection:
        insert = "INSERT INTO kernel.bookmark (reader, topic, partition, next_offset) VALUES (%s, %s, 0, %s)"
        ingest.execute(insert, ("records.ingest", TOPICS[0], 7))
        projection.execute(insert, ("records.projection.records_v1", "ledger.patient-record.v1", 9))
        assert processed_to(ingest) == {Partition(TOPICS[0], 0): 7}
    assert set(TOPICS) == set(publishers_topics())
