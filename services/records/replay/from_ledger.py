"""The ledger's own table → a new version, where the topic shall not be the source: a chunk of a range at a time."""

import asyncio
import time
from collections.abc import Sequence
from typing import Final, NamedTuple

from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.database import Link
from services.kernel.leased import LeasedLoop
from services.kernel.named_sql import queries_beside
from services.kernel.partition import Partition
from services.records.columns import Stored, of_states
from services.records.projection import copies_of, write
from services.records.replay.ranges import range_of
from services.records.replay.stages import Stages

SQL: Final = queries_beside(__file__, "from_ledger.sql")
CHUNK_EVENTS: Final = 20_000
PAUSE_SECONDS: Final = 0.2


class Ledger(NamedTuple):
    """The ledger up to a position, read as somebody who may."""

    link: Link
    ends_at: int

    def events(self, first: int, last: int) -> Sequence[Stored]:
        """What stands between two positions."""
        asked = {"first": first, "last": last}
        found: list[Stored] = self.link.get().execute(SQL["events"], asked, binary=True).fetchall()
        return found


class LedgerLoop(LeasedLoop):
    """Reads the ranges that it leased, a chunk at a time."""

    def __init__(
        self, link: Link, bookmarks: Bookmarks, version: str, ledger: Ledger, rate: float | None, stages: Stages
    ) -> None:
        super().__init__(link, bookmarks)
        self.version = version
        self.ledger = ledger
        self.rate = rate
        self.stages = stages
        self._held: dict[Partition, Bookmark] = {}

    async def share(self) -> None:
        """Renew leases; where we stand is the database's word."""
        held = await asyncio.to_thread(lambda: self.bookmarks.share(self.link.get()))
        self._held = {bookmark.partition: bookmark for bookmark in held}

    async def step(self) -> None:
        """A chunk of one range that is not at its end."""
        began = time.monotonic()
        left = [b for b in self._held.values() if b.next_offset <= range_of(b.partition.number, self.ledger.ends_at)[1]]
        if not left:
            await self.sleep(PAUSE_SECONDS)
            return
        move = await asyncio.to_thread(self._load, left[0])
        self._held[move.bookmark.partition] = move.moved
        if self.rate is not None:
            due = began + (move.next_offset - move.bookmark.next_offset) / self.rate
            await self.sleep(max(0.0, due - time.monotonic()))

    async def forget(self) -> None:
        """Nothing is believed."""
        self.ledger.link.drop()
        self._held = {}

    def _load(self, bookmark: Bookmark) -> Move:
        most = CHUNK_EVENTS if self.rate is None else min(CHUNK_EVENTS, max(1, int(self.rate)))
        last = min(bookmark.next_offset + most - 1, range_of(bookmark.partition.number, self.ledger.ends_at)[1])
        with self.stages.timed("fetch"):
            events = self.ledger.events(bookmark.next_offset, last)
        with self.stages.timed("rows"):
            copies = copies_of(of_states(events)) if events else []
        move = Move(bookmark, last + 1, position=last)
        with self.stages.timed("copy"):
            write(self.link.get(), self.version, copies, self.bookmarks, [move])
        return move
