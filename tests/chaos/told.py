"""What the publishers were told: every receipt, against what the databases say has become of each record."""

import json
from collections.abc import Iterator
from typing import Any, Final
from uuid import UUID

from aiokafka import AIOKafkaConsumer, TopicPartition
from psycopg import Connection

from infra.topics import OUTCOMES, PARTITIONS
from kartoteka.publishing.kafka import KafkaSettings

_QUARANTINED: Final = """
    SELECT topic || '/' || partition || '/' || record_offset FROM records.quarantined WHERE publisher IS NOT NULL
"""
_REPEATED: Final = """
    SELECT coalesce((SELECT sum(repeated) FROM kernel.bookmark), 0)
        + (SELECT count(*) FROM records.quarantine_closing WHERE how = 'repeated')
"""
_DISCARDED: Final = """
    SELECT topic || '/' || partition || '/' || record_offset FROM records.quarantine_closing
    JOIN records.quarantined USING (topic, partition, record_offset)
    WHERE how = 'discarded' AND publisher IS NOT NULL
"""


async def receipts(kafka: KafkaSettings) -> list[dict[str, Any]]:
    """All receipts on the topic, repeats among them."""
    found = []
    async with AIOKafkaConsumer(**kafka.for_aiokafka(), auto_offset_reset="none") as reader:
        partitions = [TopicPartition(OUTCOMES, number) for number in range(PARTITIONS)]
        reader.assign(partitions)
        ends = await reader.end_offsets(partitions)
        for partition in partitions:
            reader.seek(partition, 0)
        while [partition for partition in partitions if await reader.position(partition) < ends[partition]]:
            for records in (await reader.getmany(timeout_ms=500)).values():
                found += [json.loads(record.value) for record in records]
    return found


def untold(
    connection: Connection[Any], told: list[dict[str, Any]], placed: dict[int, tuple[str, UUID]]
) -> Iterator[str]:
    """Records whose publishers were told nothing, or something else than what is.

    After a restart of the topic, receipts of what was lost with the restored database are still there; not looked at.
    """
    ((restarts,),) = connection.execute("SELECT count(*) FROM records.topic_restart").fetchall()
    appended = {(r["position"], r["publisher"], r["event_id"]) for r in told if r["outcome"] == "appended"}
    there = {(p, publisher, str(said)) for p, (publisher, said) in placed.items()}
    yield from _same("appended", appended & there if restarts else appended, there)
    for outcome, query in (("quarantined", _QUARANTINED), ("discarded", _DISCARDED)):
        places = {row[0] for row in connection.execute(query.encode())}
        yield from _same(outcome, {r["place"] for r in told if r["outcome"] == outcome}, places)
    repeated = {r["place"] for r in told if r["outcome"] == "repeated"}
    ((number,),) = connection.execute(_REPEATED.encode()).fetchall()
    if len(repeated) != number:
        yield f"{number} records were repeats, receipts say so of {len(repeated)}"


def _same(what: str, told: set[Any], there: set[Any]) -> Iterator[str]:
    yield from (f"{what}, and nobody was told: {one}" for one in sorted(there - told))
    yield from (f"told to be {what}, and is not: {one}" for one in sorted(told - there))
