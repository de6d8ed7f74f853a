"""A peer: aiokafka's getmany, fastavro, executemany with ON CONFLICT; one process.

    python -m benchmarks.rebuild.plain_consumer < part

Writes how many seconds passed from the first records to the last commit.
"""

import asyncio
import time
from typing import Any, Final

import psycopg
from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks.rebuild.upserts import BATCH, Part, Read, upsert

SETTINGS: Final[dict[str, Any]] = {
    "max_partition_fetch_bytes": 4 * 1024 * 1024,
    "fetch_max_bytes": 50 * 1024 * 1024,
    "check_crcs": True,
    "enable_auto_commit": False,
}


async def consume(part: Part) -> float:
    """Read the part and keep all of it; seconds."""
    consumer = AIOKafkaConsumer(bootstrap_servers=part.bootstrap_servers, auto_offset_reset="none", **SETTINGS)
    await consumer.start()
    try:
        async with await psycopg.AsyncConnection.connect(part.database, autocommit=True) as connection:
            return await _keep_all(consumer, connection, part)
    finally:
        await consumer.stop()


async def _keep_all(consumer: AIOKafkaConsumer, connection: psycopg.AsyncConnection[Any], part: Part) -> float:
    left = {TopicPartition(part.topic, number): end for number, end in enumerate(part.ends) if end}
    consumer.assign(list(left))
    for where in left:
        consumer.seek(where, 0)
    began = 0.0
    while left:
        fetched = await consumer.getmany(timeout_ms=1000, max_records=BATCH)
        began = began or time.perf_counter()
        records = [one for where, some in fetched.items() for one in some if one.offset < part.ends[where.partition]]
        reads = (Read(one.key, one.value, one.headers[0][1]) for one in records)
        await upsert(connection, part.version, reads)
        for where, some in fetched.items():
            if some[-1].offset + 1 >= part.ends[where.partition]:
                consumer.pause(where)
                left.pop(where, None)
    return time.perf_counter() - began


if __name__ == "__main__":
    print(asyncio.run(consume(Part.from_stdin())))
