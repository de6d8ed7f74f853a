"""Whole batches → a new version: what one worker of a rebuild does, in bulk the same as live.

Rows of a chunk are made ready while those of the chunk before are written. Rows and bookmarks move in one transaction,
into tables that have no keys yet: nothing comes twice because a bookmark moves once.
"""

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Final, NamedTuple

import numpy as np

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC
from services.kernel.partition import Partition
from services.kernel.reader import Reader, Reading, started
from services.kernel.tails import guard_of
from services.kernel.whole_batches import WholeBatch, WholeBatches
from services.records.columns import Columns, joined, of_batches
from services.records.projection import Copy, copies_of, write
from services.records.replay.versions import reader_name

CHUNK_BYTES: Final = 16 * 1024 * 1024
WAIT_MS: Final = 200
# For how many bytes of an answer a limited rate stands.
BYTES_PER_EVENT: Final = 400


class Chunk(NamedTuple):
    """What came of each partition, and the rows that it makes if none of it was read before."""

    batches: Mapping[Partition, Sequence[WholeBatch]]
    columns: Mapping[Partition, Columns]
    copies: Sequence[Copy]


class Stages:
    """Seconds that this worker spent in each stage; several run at one time."""

    def __init__(self) -> None:
        self.seconds: Counter[str] = Counter()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.seconds[stage] += time.perf_counter() - began


class Loading:
    """Handler of the ledger topic's whole batches for a version that is being loaded."""

    def __init__(self, link: Link, bookmarks: Bookmarks, version: str, stages: Stages) -> None:
        self.link = link
        self.bookmarks = bookmarks
        self.version = version
        self.stages = stages

    def prepare(self, batch: Mapping[Partition, Sequence[WholeBatch]]) -> Chunk:
        """Rows in PostgreSQL's form, as if all of it were new: it nearly always is."""
        with self.stages.timed("columns"):
            columns = {partition: of_batches(batches) for partition, batches in batch.items()}
        with self.stages.timed("rows"):
            return Chunk(batch, columns, copies_of(joined(columns.values())))

    def apply(self, chunk: Chunk, bookmarks: Mapping[Partition, Bookmark]) -> Sequence[Move]:
        """All rows of the chunk and its bookmarks, in one transaction."""
        fresh = {p: is_fresh(columns, bookmarks[p].position) for p, columns in chunk.columns.items()}
        copies = chunk.copies
        if not all(bool(new.all()) for new in fresh.values()):
            copies = copies_of(joined(columns.only(fresh[p]) for p, columns in chunk.columns.items()))
        moves = [_move(bookmarks[p], chunk.batches[p], columns) for p, columns in chunk.columns.items()]
        with self.stages.timed("copy"):
            write(self.link.get(), self.version, copies, self.bookmarks, moves)
        return moves

    def idle(self) -> None:
        """Nobody asks how far a version is that is being loaded."""


class LoadingReader(Reader):
    """The live reader, but for what it reads: whole batches."""

    most_per_second: float | None = None

    async def _new_consumer(self) -> WholeBatches:
        most_bytes = CHUNK_BYTES
        if self.most_per_second is not None:
            most_bytes = min(most_bytes, int(self.most_per_second * BYTES_PER_EVENT))
        return await started(WholeBatches(self.kafka.for_aiokafka(), most_bytes, WAIT_MS, self.most_per_second))


def is_fresh(columns: Columns, position: int) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Which records lie above a bookmark and above all before them: a relay that repeats does no harm."""
    positions = columns.headers["position"].astype("i8")
    before = np.maximum.accumulate(np.concatenate(([position], positions[:-1])))
    return positions > before


def _move(bookmark: Bookmark, batches: Sequence[WholeBatch], columns: Columns) -> Move:
    highest = int(columns.headers["position"].max()) if len(columns.headers) else 0
    return Move(bookmark, batches[-1].offset + 1, position=max(bookmark.position, highest))


def loading_reader(
    kafka: KafkaSettings, database_url: str, version: str, owner: str, most_per_second: float | None = None
) -> tuple[LoadingReader, Stages]:
    """The reader of one worker, and where its time goes."""
    bookmarks, link, stages = Bookmarks(reader_name(version), owner), Link(database_url, owner), Stages()
    reading = Reading(bookmarks.reader, [TOPIC], most_records=0)
    handler = Loading(link, bookmarks, version, stages)
    reader = LoadingReader(reading, kafka, link, bookmarks, handler, guard_of(kafka, link))
    reader.most_per_second = most_per_second
    return reader, stages
