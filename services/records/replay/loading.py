"""Whole batches → a new version: what one worker of a rebuild does, in bulk the same as live.

Rows of a chunk are made ready while those of the chunk before are written. Rows and bookmarks move in one transaction,
into tables that have no keys yet: nothing comes twice because a bookmark moves once.
"""

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

import numpy as np

from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.damage import Damage
from services.kernel.database import Link
from services.kernel.leased import LeasedLoop
from services.kernel.ledger_topic import TOPIC
from services.kernel.partition import Partition
from services.kernel.reader import Reader, Reading, started
from services.kernel.settings import Settings
from services.kernel.tails import guard_of
from services.kernel.whole_batches import WholeBatch, WholeBatches, records_of
from services.records.columns import Columns, of_batches
from services.records.projection import Copy, copies_of, write
from services.records.replay.from_ledger import Ledger, LedgerLoop
from services.records.replay.stages import Stages
from services.records.replay.versions import loader_name, reader_name
from services.records.replay.worker import Task

CHUNK_BYTES: Final = 8 * 1024 * 1024
WAIT_MS: Final = 200
# For how many bytes of an answer a limited rate stands.
BYTES_PER_EVENT: Final = 400


Positions = np.ndarray[tuple[int], np.dtype[np.int64]]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
Batches = Mapping[Partition, Sequence[WholeBatch]]


class Chunk(NamedTuple):
    """What came of each partition, at which positions, and the rows that it makes if none of it was read before."""

    batches: Batches
    positions: Mapping[Partition, Positions]
    copies: Sequence[Copy]


class Loading:
    """Handler of the ledger topic's whole batches for a version that is being loaded."""

    def __init__(self, link: Link, bookmarks: Bookmarks, version: str, stages: Stages) -> None:
        self.link = link
        self.bookmarks = bookmarks
        self.version = version
        self.stages = stages

    def prepare(self, batch: Batches) -> Chunk:
        """Rows in PostgreSQL's form, as if all of it were new: it nearly always is."""
        with self.stages.timed("columns"):
            columns = _columns(batch)
        with self.stages.timed("rows"):
            return Chunk(batch, _positions(batch, columns), copies_of(columns))

    def apply(self, chunk: Chunk, bookmarks: Mapping[Partition, Bookmark]) -> Sequence[Move]:
        """All rows of the chunk and its bookmarks, in one transaction."""
        fresh = {p: are_fresh(positions, bookmarks[p].position) for p, positions in chunk.positions.items()}
        copies = chunk.copies if all(new.all() for new in fresh.values()) else _only(chunk, fresh)
        moves = [_move(bookmarks[p], batches, chunk.positions[p]) for p, batches in chunk.batches.items()]
        with self.stages.timed("copy"):
            write(self.link.get(), self.version, copies, self.bookmarks, moves)
        return moves

    def idle(self) -> None:
        """Nobody asks how far a version is that is being loaded."""


class LoadingReader(Reader):
    """The live reader, but for what it reads: whole batches, and no more of them than a second may bring."""

    async def new_consumer(self) -> WholeBatches:
        rate = self.reading.most_per_second
        most = CHUNK_BYTES if rate is None else min(CHUNK_BYTES, int(rate * BYTES_PER_EVENT))
        consumer = WholeBatches(self.kafka.for_aiokafka(), most, WAIT_MS, rate)
        await started(consumer)
        return consumer


def are_fresh(positions: Positions, bookmark: int) -> Mask:
    """Which of these lie above a bookmark and above all before them: a relay that repeats does no harm."""
    before = np.maximum.accumulate(np.concatenate(([bookmark], positions[:-1])))
    return positions > before


def _columns(batch: Batches) -> Columns:
    try:
        return of_batches([one for batches in batch.values() for one in batches])
    except Damage as damage:
        raise _where(batch) or damage from None


def _where(batch: Batches) -> Damage | None:
    """The first of Kafka's batches that cannot be read by itself, by its place."""
    for (topic, number), batches in batch.items():
        for one in batches:
            try:
                of_batches([one])
            except Damage as damage:
                place = f"{topic}/{number}, offsets {one.base_offset} to {one.offset}"
                return Damage(f"{place}: {damage}. The relay writes nothing like it; see 'kartoteka ledger verify'")
    return None


def _positions(batch: Batches, columns: Columns) -> dict[Partition, Positions]:
    ends = np.cumsum([records_of(batches) for batches in batch.values()])
    parts = np.split(columns.headers["position"].astype("i8"), ends[:-1])
    return dict(zip(batch, parts, strict=True))


def _only(chunk: Chunk, fresh: Mapping[Partition, Mask]) -> list[Copy]:
    """The rows once more, of what is new alone."""
    return copies_of(_columns(chunk.batches).only(np.concatenate([fresh[p] for p in chunk.batches])))


def _move(bookmark: Bookmark, batches: Sequence[WholeBatch], positions: Positions) -> Move:
    return Move(bookmark, batches[-1].offset + 1, position=int(positions.max(initial=bookmark.position)))


def loading_loop(settings: Settings, task: Task, stages: Stages) -> LeasedLoop:
    """The loop of one worker, from the source that its task names."""
    link = Link(settings.database_url, task.owner)
    if task.ledger_to is not None:
        ranges = Bookmarks(loader_name(task.version), task.owner)
        ledger = Ledger(Link(task.ledger_url, task.owner), task.ledger_to)
        return LedgerLoop(link, ranges, task.version, ledger, task.most_per_second, stages)
    bookmarks = Bookmarks(reader_name(task.version), task.owner)
    handler = Loading(link, bookmarks, task.version, stages)
    reading = Reading(bookmarks.reader, [TOPIC], most_records=0, most_per_second=task.most_per_second)
    return LoadingReader(reading, settings.kafka, link, bookmarks, handler, guard_of(settings.kafka, link))
