"""The topics and their settings; partition counts never change."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

import schemas
from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.receipts import RECEIPTS

PUBLISHERS: Final = ("registry", "zus", "nfz", "clinic", "patient")
PARTITIONS: Final = 8
COPIES: Final = 3
IN_SYNC: Final = 2
LOOK_SECONDS: Final = 0.1
LEDGER: Final = "ledger.patient-record.v1"
SEALS: Final = "ledger.seals.v1"
DECISIONS: Final = "permissions.access.v1"
OUTCOMES: Final = RECEIPTS
RECEIPTS_KEPT_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Topic:
    name: str
    partitions: int
    settings: dict[str, str]


def all_topics() -> list[Topic]:
    """Every topic of the system.

    Publishers' topics carry the broker's time and allow 2 MiB, so that what is over the limit of 1 MiB
    arrives and is quarantined with a reason. Nothing expires by itself: publishers' records are deleted
    when they are old *and* below the bookmark, which Kafka cannot know.
    """
    ours = {"retention.ms": "-1", "cleanup.policy": "delete", "max.message.bytes": str(2 * 1024 * 1024)}
    publishers = {**ours, "message.timestamp.type": "LogAppendTime"}
    return [
        *(Topic(f"{owner}.events.v1", PARTITIONS, publishers) for owner in PUBLISHERS),
        Topic(LEDGER, PARTITIONS, ours),
        Topic(DECISIONS, PARTITIONS, ours),
        Topic(SEALS, 1, ours),
        Topic(OUTCOMES, PARTITIONS, {**ours, "retention.ms": str(RECEIPTS_KEPT_DAYS * 24 * 3600 * 1000)}),
    ]


async def create_topics(kafka: KafkaSettings) -> list[str]:
    """Create the topics that are not there yet, with three copies where there are brokers for it; their names."""
    admin = AIOKafkaAdminClient(**kafka.for_aiokafka())
    await admin.start()
    try:
        there = set(await admin.list_topics())
        new = [topic for topic in all_topics() if topic.name not in there]
        replication = min(COPIES, len((await admin.describe_cluster())["brokers"]))
        if new:
            await admin.create_topics([_new_topic(topic, replication) for topic in new])
        return [topic.name for topic in new]
    finally:
        await admin.close()


def _new_topic(topic: Topic, replication: int) -> NewTopic:
    """With all copies, a record counts as acknowledged when two have it: one broker may be lost, or be away."""
    safe = {"min.insync.replicas": str(IN_SYNC)} if replication == COPIES else {}
    return NewTopic(topic.name, topic.partitions, replication, topic_configs={**topic.settings, **safe})


async def delete_topics(kafka: KafkaSettings, names: Sequence[str]) -> None:
    """Delete these topics, and return when they are gone."""
    admin = AIOKafkaAdminClient(**kafka.for_aiokafka())
    await admin.start()
    try:
        await admin.delete_topics([name for name in await admin.list_topics() if name in names])
        while set(names) & set(await admin.list_topics()):  # noqa: ASYNC110 - the broker tells nobody
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await admin.close()


def publishers_topics() -> list[str]:
    """Topics that ingest reads, those without an event type yet among them."""
    names = [f"{owner}.events.v1" for owner in PUBLISHERS]
    assert set(schemas.topics()) <= set(names)
    return names
