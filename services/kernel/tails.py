"""The last event on each partition of a topic that a relay writes, and of the ledger's."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, ConsumerRecord, TopicPartition
from psycopg import Connection

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.damage import Damage
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC, TOPIC_HEAD
from services.kernel.reader import partitions_of, started

LEAST_BYTES: Final = 1


@dataclass(frozen=True, slots=True)
class Tail:
    """Position and hash of the last event of a partition; position 0 for an empty one."""

    position: int
    hash: bytes


@dataclass(frozen=True, slots=True)
class Edges:
    """Where a partition begins and ends, and the records there; None where it is empty or was not asked."""

    begin: int
    end: int
    first: ConsumerRecord | None
    last: ConsumerRecord | None


async def last_records(kafka: KafkaSettings, topic: str) -> dict[int, ConsumerRecord | None]:
    """The last record of every partition; None for an empty one."""
    return {number: edges.last for number, edges in (await edges_of(kafka, topic)).items()}


async def edges_of(kafka: KafkaSettings, topic: str, *, also_first: bool = False) -> dict[int, Edges]:
    """Where every partition ends and its last record; its first one too where that is asked for."""
    partitions = [TopicPartition(*partition) for partition in await partitions_of(kafka, [topic])]
    consumer = await started(
        AIOKafkaConsumer(
            **kafka.for_aiokafka(),
            enable_auto_commit=False,
            auto_offset_reset="none",
            # A batch at least comes all the same, and of each one record is wanted; nobody waits at the ends.
            max_partition_fetch_bytes=LEAST_BYTES,
            fetch_max_wait_ms=1,
        )
    )
    try:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        begins = await consumer.beginning_offsets(partitions)
        full = [tp for tp in partitions if ends[tp] > 0]
        firsts = await _at(consumer, {tp: begins[tp] for tp in full}) if also_first else {}
        lasts = await _at(consumer, {tp: ends[tp] - 1 for tp in full})
        return {tp.partition: Edges(begins[tp], ends[tp], firsts.get(tp), lasts.get(tp)) for tp in partitions}
    finally:
        await consumer.stop()


async def read_tails(kafka: KafkaSettings) -> dict[int, Tail]:
    """The tail of every partition of the ledger topic, empty ones included."""
    return {number: _tail(record) for number, record in (await last_records(kafka, TOPIC)).items()}


async def refuse_if_ledger_is_behind(kafka: KafkaSettings, link: Link) -> dict[int, Tail]:
    """The tails, all of which the ledger has; Damage when it lacks one: a backup was restored behind Kafka."""
    tails = await read_tails(kafka)
    await asyncio.to_thread(_check, link.get(), tails)
    return tails


def guard_of(kafka: KafkaSettings, link: Link) -> Callable[[], Awaitable[None]]:
    """What a reader of the ledger asks whenever it begins: nobody does while the topic is ahead of the ledger."""

    async def guard() -> None:
        await refuse_if_ledger_is_behind(kafka, link)

    return guard


def _check(connection: Connection[Any], tails: dict[int, Tail]) -> None:
    for number, tail in tails.items():
        found = connection.execute("SELECT records_door.event_hash(%s)", (tail.position,)).fetchone()
        if tail.position and found != (tail.hash,):
            raise Damage(
                f"{TOPIC}/{number} ends with position {tail.position}, and the ledger does not have that event: "
                "the ledger stands behind Kafka. See the runbook, 'The ledger is behind the topic'"
            )


async def _at(
    consumer: AIOKafkaConsumer, offsets: Mapping[TopicPartition, int]
) -> dict[TopicPartition, ConsumerRecord]:
    """The record at each of these offsets."""
    found = {}
    for partition, offset in offsets.items():
        # Assigned alone: what was fetched of another one, and nobody takes, would be waited for.
        consumer.assign([partition])
        consumer.seek(partition, offset)
        found[partition] = await consumer.getone(partition)
    return found


def _tail(record: ConsumerRecord | None) -> Tail:
    if record is None:
        return Tail(0, b"")
    if not record.headers or len(record.headers[0][1]) != TOPIC_HEAD.size:
        raise Damage(f"{record.topic}/{record.partition} ends with a record that the relay did not write")
    _, position, _, _, hash_ = TOPIC_HEAD.unpack(record.headers[0][1])
    return Tail(position, hash_)
