"""What this machine allows: the parts of a rebuild that nobody can do without, each alone on all cores.

Raw fetch: every process reads its partitions' whole batches, with their checksums, and looks at none. Binary COPY: the
same rows, encoded beforehand, over two connections into tables without keys. Keys: the same keys and statistics.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import psycopg
from aiokafka import TopicPartition

import schemas
from services.kernel.ledger_topic import TOPIC
from services.kernel.whole_batches import WholeBatches, records_of
from services.operations.house import House
from services.records.read_model import create_key, create_tables, qualified, quoted
from services.records.replay.finishing import AT_ONCE, MANNER
from services.records.replay.loading import CHUNK_BYTES, WAIT_MS

COPIED: Final = "bench_copied"
BLOCK_BYTES: Final = 256 * 1024
Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds of each part alone, for so many events."""

    events: int
    fetch_seconds: float
    copy_seconds: float
    keys_seconds: float

    @property
    def rate(self) -> float:
        """Events a second if nothing but these three were done, one after the other, on all cores."""
        return self.events / (self.fetch_seconds + self.copy_seconds + self.keys_seconds)


def limits(house: House, version: str, ends: Sequence[int]) -> Limits:
    """The three parts for the topic up to these offsets and a version that was rebuilt from it."""
    fetch_seconds = fetch(house.addresses().kafka.for_aiokafka(), ends)
    with (
        TemporaryDirectory(prefix="kartoteka-copy-") as folder,
        psycopg.connect(house.addresses().database, autocommit=True) as connection,
    ):
        names = _encoded(connection, version, Path(folder))
        for statement in create_tables(COPIED, with_keys=False):
            connection.execute(statement.encode())
        try:
            connection.execute("CHECKPOINT")
            url = house.addresses().database
            copy_seconds = _side_by_side(names, lambda name: _copy(url, name, Path(folder)))
            keys_seconds = _side_by_side(names, lambda name: _key(url, name))
        finally:
            connection.execute(f"DROP SCHEMA {quoted(COPIED)} CASCADE".encode())
    return Limits(sum(ends), fetch_seconds, copy_seconds, keys_seconds)


def fetch(kafka: dict[str, Any], ends: Sequence[int]) -> float:
    """Seconds to read the topic up to these offsets, with as many processes as there are cores."""
    processes = len(os.sched_getaffinity(0))
    shares = [dict(list(enumerate(ends))[first::processes]) for first in range(processes)]
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        return _together(pool.map(_fetched, [kafka] * processes, shares))


def _fetched(kafka: dict[str, Any], ends: dict[int, int]) -> Span:
    return asyncio.run(_fetch(kafka, ends))


async def _fetch(kafka: dict[str, Any], ends: dict[int, int]) -> Span:
    consumer = WholeBatches(kafka, CHUNK_BYTES, WAIT_MS)
    await consumer.start()
    consumer.assign([TopicPartition(TOPIC, number) for number in ends])
    for number in ends:
        consumer.seek(TopicPartition(TOPIC, number), 0)
    began, left = time.time(), sum(ends.values())
    while left > 0:
        left -= sum(map(records_of, (await consumer.getmany(timeout_ms=1000, max_records=0)).values()))
    ended = time.time()
    await consumer.stop()
    return began, ended


def _encoded(connection: psycopg.Connection[Any], version: str, folder: Path) -> list[str]:
    """Every table's rows in PostgreSQL's binary form, one file each; their types, the largest first."""
    for name, kind in schemas.event_types().items():
        statement = f"COPY {qualified(version, kind)} TO STDOUT (FORMAT binary)".encode()
        with connection.cursor().copy(statement) as copy, (folder / name).open("wb") as file:
            file.writelines(copy)
    return sorted(schemas.event_types(), key=lambda name: -(folder / name).stat().st_size)


def _copy(url: str, name: str, folder: Path) -> Span:
    statement = f"COPY {qualified(COPIED, schemas.event_type(name))} FROM STDIN (FORMAT binary)".encode()
    with psycopg.connect(url, autocommit=True) as connection, (folder / name).open("rb") as file:
        began = time.time()
        with connection.cursor().copy(statement) as copy:
            while block := file.read(BLOCK_BYTES):
                copy.write(block)
        return began, time.time()


def _key(url: str, name: str) -> Span:
    kind = schemas.event_type(name)
    with psycopg.connect(url, autocommit=True) as connection:
        began = time.time()
        connection.execute(MANNER.encode())
        connection.execute(create_key(COPIED, kind).encode())
        connection.execute(f"ANALYZE {qualified(COPIED, kind)}".encode())
        return began, time.time()


def _side_by_side(names: Iterable[str], work: Callable[[str], Span]) -> float:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return _together(pool.map(work, names))


def _together(spans: Iterable[Span]) -> float:
    """Seconds from the first beginning to the last end."""
    begun, ended = zip(*spans, strict=True)
    return float(max(ended) - min(begun))
