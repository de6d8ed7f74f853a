"""Live, open loop: from the producer's acknowledgement to the row readable.

Rows and the projection's bookmark commit together, so a row is readable when the bookmark of its partition has
passed its position; the bookmarks are looked at every few milliseconds, which adds to what is measured.
"""

import asyncio
import time
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg
from aiokafka import AIOKafkaProducer
from aiokafka.partitioner import murmur2

from benchmarks.plain import decoded
from benchmarks.workers import opened_house, running, until
from infra.topics import PARTITIONS
from kartoteka.simulation import records
from services.operations.house import House

LOOK_SECONDS = 0.005
WARM_UP_SECONDS = 5.0


@dataclass(frozen=True)
class LiveResult:
    """Milliseconds from acknowledgement to readable, over all events after the warm-up."""

    events: int
    rate: float
    p50: float
    p99: float
    greatest: float


def live(rate: int, seconds: int) -> LiveResult:
    """Publish at a fixed rate whatever happens, and see when each event could be read."""
    with opened_house() as house, running(house, ["records.ingest", "records.relay", "records.projection"]):
        until(lambda: _assigned(house))
        sent = list(islice(records(rate * seconds // 25, 1, 11, date(2026, 11, 1)), rate * seconds))
        acknowledged, looks = asyncio.run(_run(house, sent, rate))
        delays = sorted(_delays(house, sent, acknowledged, looks, int(rate * WARM_UP_SECONDS)))
        at = lambda share: delays[min(len(delays) - 1, int(share * len(delays)))] * 1000  # noqa: E731
        return LiveResult(len(delays), rate, at(0.5), at(0.99), delays[-1] * 1000)


async def _run(house: House, sent: Sequence[Any], rate: int) -> tuple[list[float], list[tuple[float, dict[int, int]]]]:
    producer = AIOKafkaProducer(
        **house.addresses().kafka.for_aiokafka(), acks="all", enable_idempotence=True, linger_ms=5
    )
    await producer.start()
    acknowledged = [0.0] * len(sent)
    looks: list[tuple[float, dict[int, int]]] = []
    looking = asyncio.create_task(_look(house, looks))
    began = time.perf_counter()
    pending = []
    for number, record in enumerate(sent):
        wait = began + number / rate - time.perf_counter()
        if wait > 0.001:
            await asyncio.sleep(wait)
        future = await producer.send(record.topic, record.value, record.key, headers=list(record.headers))
        future.add_done_callback(lambda _, n=number: acknowledged.__setitem__(n, time.perf_counter()))
        pending.append(future)
    await asyncio.gather(*pending)
    await producer.stop()
    while not _complete(house, len(sent)):  # noqa: ASYNC110 - what we wait for happens in a database
        await asyncio.sleep(0.05)
    await asyncio.sleep(0.1)
    looking.cancel()
    return acknowledged, looks


async def _look(house: House, looks: list[tuple[float, dict[int, int]]]) -> None:
    url = house.settings("operator").database_url
    async with await psycopg.AsyncConnection.connect(url, autocommit=True) as connection:
        question = "SELECT partition, position FROM kernel.bookmark WHERE reader = 'records.projection.records_v1'"
        while True:
            rows = await (await connection.execute(question)).fetchall()
            looks.append((time.perf_counter(), dict(rows)))
            await asyncio.sleep(LOOK_SECONDS)


def _delays(
    house: House, sent: Sequence[Any], acknowledged: Sequence[float], looks: Sequence[Any], skip: int
) -> list[float]:
    with psycopg.connect(house.addresses().database) as connection:
        places: dict[UUID, tuple[int, UUID]] = {
            row[0]: (row[1], row[2])
            for row in connection.execute(
                "SELECT i.event_id, i.position, e.originator_id FROM records.inbox i "
                "JOIN records.event e ON e.notification_id = i.position"
            )
        }
    by_partition = {n: [look[1].get(n, 0) for look in looks] for n in range(PARTITIONS)}
    delays = []
    for record, acked in list(zip(sent, acknowledged, strict=True))[skip:]:
        position, patient = places[UUID(decoded(record.value)[0])]
        partition = (murmur2(patient.bytes) & 0x7FFFFFFF) % PARTITIONS
        seen = bisect_left(by_partition[partition], position)
        delays.append(max(0.0, looks[seen][0] - acked))
    return delays


def _complete(house: House, events: int) -> bool:
    with psycopg.connect(house.settings("operator").database_url) as connection:
        row = connection.execute("SELECT records_door.complete_to('records.projection.records_v1')").fetchone()
    return row is not None and row[0] >= events


def _assigned(house: House) -> bool:
    logs = [house.logs / f"records.{name}.log" for name in ("ingest", "projection")]
    relay = house.logs / "records.relay.log"
    return all('"assigned"' in log.read_text() for log in logs) and '"relay_begins"' in relay.read_text()
