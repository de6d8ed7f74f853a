"""Fills a house as ingest and relay would, and faster: the ledger, its seals, its topic and the relay's bookmark.

    python -m benchmarks.rebuild.filling --data-dir DIR --events 2000000

Other than ingest it lays all blocks of statements down by several processes, writes the ledger's indexes last, and
remembers in the inbox the event's hash in place of the statement's digest. ``kartoteka ledger verify`` finds all of it
in order.
"""

import argparse
import asyncio
import gc
import hashlib
import os
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from aiokafka import AIOKafkaProducer

from benchmarks.rebuild.prepared import Event, Preparing, Where
from infra.topics import PARTITIONS
from services.kernel.batches import Batches
from services.kernel.ledger_topic import TOPIC, TOPIC_HEAD, TOPIC_HEADER_NAME
from services.kernel.moments import moment
from services.kernel.partition import BATCH_BYTES
from services.operations.house import House
from services.records.intake import COPY_INBOX
from services.records.ledger import SEALS_TOPIC, SQL, STATE_HEAD, PublishedSeal, Seal, newest_seal, seal_hash

# Blocks on their way at once: enough for every process, few enough for memory.
AHEAD: Final = 4

# What the ledger's tables are without while they are filled.
WITHOUT_INDEXES: Final = (
    "ALTER TABLE records.event DROP CONSTRAINT event_pkey",
    "DROP INDEX records.event_notification_id_idx",
    "ALTER TABLE records.inbox DROP CONSTRAINT inbox_pkey",
)
WITH_INDEXES: Final = (
    "SET maintenance_work_mem = '256MB'",
    "ALTER TABLE records.event ADD PRIMARY KEY (originator_id, originator_version)",
    "CREATE UNIQUE INDEX event_notification_id_idx ON records.event (notification_id)",
    "ALTER TABLE records.inbox ADD PRIMARY KEY (publisher, event_id)",
    "ANALYZE records.event, records.inbox, records.person, records.seal",
    "CHECKPOINT",
)
RELAY_STANDS: Final = """
    INSERT INTO kernel.bookmark (reader, topic, partition, next_offset, position, role_name)
    VALUES ('records.relay', %(topic)s, -1, 1, %(position)s, 'records_relay')
    ON CONFLICT (reader, topic, partition)
    DO UPDATE SET position = excluded.position, next_offset = bookmark.next_offset + 1
"""

_preparing: Preparing | None = None


@dataclass(frozen=True, slots=True)
class Beginning:
    """The beginning of the ledger's topic: up to these offsets, one for each partition, and so up to this position."""

    ends: tuple[int, ...]
    position: int


class Filling:
    """A house that grows: each call lays more of one nation's events behind those that are there."""

    def __init__(self, house: House, nation_events: int) -> None:
        addresses = house.addresses()
        self._where = Where(nation_events, addresses.database, addresses.keys_database, house.keys_folder)
        self._kafka = addresses.kafka
        self._next_block = 0
        self._ends = [0] * PARTITIONS

    def up_to(self, events: int) -> Beginning:
        """Fill until the ledger has at least so many events, in whole blocks; where the topic ends then."""
        with psycopg.connect(self._where.database, autocommit=True) as connection:
            connection.execute("SET synchronous_commit = off")
            with _without_indexes(connection):
                position = asyncio.run(self._fill(connection, events))
        return Beginning(tuple(self._ends), position)

    async def _fill(self, connection: psycopg.Connection[Any], events: int) -> int:
        seal, last = newest_seal(connection), _last_sent(connection)
        async with _producer(self._kafka.for_aiokafka()) as producer:
            for block, recorded_at in self._blocks(seal.recorded_at):
                if seal.position >= events:
                    break
                after = _sealed(seal, block.result(), recorded_at)
                await asyncio.gather(
                    asyncio.to_thread(_write, connection, seal, after, block.result()),
                    _send(producer, seal.position + 1, block.result(), recorded_at, last),
                )
                for event in block.result():
                    self._ends[event.partition] += 1
                seal, self._next_block = after, self._next_block + 1
            _record_sent(connection, seal.position, last)
            published = PublishedSeal(seal.position, 0, seal.hash.hex())
            await producer.send_and_wait(SEALS_TOPIC, msgspec.json.encode(published))
        return seal.position

    def _blocks(self, after: int) -> Iterator[tuple[Future[list[Event]], int]]:
        """Blocks in order, made a little ahead by as many processes as there are cores, with their times."""
        with ProcessPoolExecutor(
            len(os.sched_getaffinity(0)), get_context("spawn"), initializer=_begin, initargs=(self._where,)
        ) as pool:
            waiting: deque[tuple[Future[list[Event]], int]] = deque()
            number = self._next_block
            while True:
                while len(waiting) < AHEAD:
                    after = max(time.time_ns() // 1000, after + 1)
                    waiting.append((pool.submit(_block, number, after), after))
                    number += 1
                yield waiting.popleft()


def _begin(where: Where) -> None:
    global _preparing
    # Nothing here is garbage that only a collector finds, and looking for it takes a third of the time.
    gc.disable()
    _preparing = Preparing(where)


def _block(number: int, recorded_at: int) -> list[Event]:
    assert _preparing is not None
    return _preparing.block(number, recorded_at)


@contextmanager
def _without_indexes(connection: psycopg.Connection[Any]) -> Iterator[None]:
    for statement in WITHOUT_INDEXES:
        connection.execute(statement.encode())
    yield
    for statement in WITH_INDEXES:
        connection.execute(statement.encode())


@asynccontextmanager
async def _producer(kafka: dict[str, Any]) -> AsyncIterator[AIOKafkaProducer]:
    """A producer like the relay's."""
    producer = AIOKafkaProducer(**kafka, acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES)
    await producer.start()
    try:
        yield producer
    finally:
        await producer.stop()


def _sealed(before: Seal, events: Sequence[Event], recorded_at: int) -> Seal:
    """The seal over a block of events behind the seal before it."""
    if not events:
        raise RuntimeError("the nation has no more families: it was planned for fewer events")
    last = before.position + len(events)
    batch = hashlib.sha256(b"".join(event.hash for event in events)).digest()
    return Seal(last, recorded_at, seal_hash(before.hash, before.position + 1, last, recorded_at, batch))


def _write(connection: psycopg.Connection[Any], before: Seal, seal: Seal, events: Sequence[Event]) -> None:
    """A block into the ledger, the inbox and under its seal, in one transaction."""
    first = before.position + 1
    with connection.transaction(), connection.cursor() as cursor:
        with cursor.copy(SQL["copy_events"]) as copy:
            copy.set_types(["uuid", "int8", "text", "bytea", "int8"])
            for position, event in enumerate(events, first):
                state = STATE_HEAD.pack(event.hash, seal.recorded_at, event.published_at) + event.value
                copy.write_row((event.patient_id, event.version, event.name, state, position))
        with cursor.copy(COPY_INBOX) as copy:
            copy.set_types(["text", "uuid", "bytea", "int8"])
            for position, event in enumerate(events, first):
                copy.write_row((event.publisher, event.event_id, event.hash, position))
        row = (seal.position, first, len(events), moment(seal.recorded_at), seal.hash)
        cursor.execute(SQL["insert_seal"], row)


async def _send(
    producer: AIOKafkaProducer, first: int, events: Sequence[Event], recorded_at: int, last: dict[int, int]
) -> None:
    """A block onto the ledger's topic, as the relay puts it there."""
    batches = Batches(producer, TOPIC)
    for position, event in enumerate(events, first):
        header = TOPIC_HEAD.pack(event.version, position, recorded_at, event.published_at, event.hash)
        batches.add(event.partition, event.patient_id.bytes, event.value, [(TOPIC_HEADER_NAME, header)])
        last[event.partition] = position
    await batches.send()


def _last_sent(connection: psycopg.Connection[Any]) -> dict[int, int]:
    return dict.fromkeys(range(PARTITIONS), 0) | dict(connection.execute(SQL["sent"]).fetchall())


def _record_sent(connection: psycopg.Connection[Any], position: int, last: dict[int, int]) -> None:
    """What the relay would say: everything up to here is on the topic."""
    with connection.transaction():
        connection.execute(RELAY_STANDS, {"topic": TOPIC, "position": position})
        connection.execute(SQL["keep_sent"], (list(last), list(last.values())))


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.rebuild.filling")
    arguments.add_argument("--data-dir", type=Path, required=True, help="a folder of its own; its servers are started")
    arguments.add_argument("--events", type=int, default=2_000_000)
    chosen = arguments.parse_args()
    house = House(chosen.data_dir)
    house.open()
    began = time.perf_counter()
    events = Filling(house, chosen.events).up_to(chosen.events).position
    print(f"{events:,} events, {events / (time.perf_counter() - began):,.0f}/s")


if __name__ == "__main__":
    main()
