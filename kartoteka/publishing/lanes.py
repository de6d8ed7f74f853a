"""One partition's share of what is being sent, in order."""

from asyncio import Future
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from kartoteka.publishing.statement import Record

Sending = deque[tuple["Future[Any]", int]]


@dataclass(slots=True)
class Lane:
    """Records of one partition; the first ``acknowledged`` of them are safe."""

    topic: str
    partition: int
    records: list[Record] = field(default_factory=list)
    acknowledged: int = 0


@lru_cache(maxsize=200_000)
def partition_of(key: bytes, count: int) -> int:
    """The partition that the Java client chooses too (murmur2)."""
    partition: int = (murmur2(key) & 0x7FFFFFFF) % count
    return partition


async def send_lane(producer: AIOKafkaProducer, lane: Lane) -> None:
    """Send what is not yet acknowledged, batch behind batch; one waits while another is on its way."""
    sending: Sending = deque()
    next_record = lane.acknowledged
    try:
        while next_record < len(lane.records):
            batch = producer.create_batch()
            count = _fill(batch, lane.records, next_record)
            sending.append((await producer.send_batch(batch, lane.topic, partition=lane.partition), count))
            next_record += count
            if len(sending) > 1:
                await _acknowledge(lane, sending)
        while sending:
            await _acknowledge(lane, sending)
    finally:
        for future, _ in sending:
            future.cancel()


async def _acknowledge(lane: Lane, sending: Sending) -> None:
    """Only from the head: behind a batch that failed everything is sent again, in order."""
    future, count = sending.popleft()
    await future
    lane.acknowledged += count


def _fill(batch: Any, records: list[Record], start: int) -> int:
    """Append records until the batch is full; how many went in (the first always does)."""
    for index in range(start, len(records)):
        record = records[index]
        appended = batch.append(timestamp=None, key=record.key, value=record.value, headers=record.headers)
        if appended is None:
            return index - start
    # Closed, so that it does not wait for company.
    batch.close()
    return len(records) - start
