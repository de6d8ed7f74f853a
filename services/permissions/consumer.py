"""Ledger topic → facts and periods of one version: what a batch says, who is concerned, what follows."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from aiokafka import ConsumerRecord
from psycopg import Connection

from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC, fresh, keep_up
from services.kernel.metrics import BEHIND, COMPLETE_TO, Figures
from services.kernel.partition import Partition
from services.kernel.reader import Fetched, Reader, Reading
from services.kernel.settings import Settings
from services.kernel.tails import guard_of
from services.permissions.contract import fact_of
from services.permissions.deciding import Decider
from services.permissions.recorder import DecisionRecorder
from services.permissions.replay.published import speak_again
from services.permissions.replay.versions import reader_name, take_up
from services.permissions.rules.facts import Fact
from services.permissions.store import SQL

COMMANDS_AT_ONCE: Final = 500
Place = tuple[int, int]


class Prepared(NamedTuple):
    """A batch, and the facts in it by partition and offset."""

    batch: Fetched
    facts: Mapping[Place, Fact]


def behind(name: str, connection: Connection[Any]) -> Figures:
    """How far this reader is, for metrics."""
    row = connection.execute(SQL["behind"], {"reader": name}).fetchone()
    assert row is not None
    return {COMPLETE_TO: {name: row[0]}, BEHIND: {name: row[1]}}


class FactsIn:
    """Handler of the ledger topic for one version."""

    def __init__(self, link: Link, bookmarks: Bookmarks, decider: Decider) -> None:
        self.link = link
        self.bookmarks = bookmarks
        self.decider = decider

    def prepare(self, batch: Fetched) -> Prepared:
        """Decode what speaks of access; most of the ledger does not."""
        said = ((record, fact_of(record)) for records in batch.values() for record in records)
        return Prepared(batch, {_place(record): fact for record, fact in said if fact is not None})

    def apply(self, prepared: Prepared, bookmarks: Mapping[Partition, Bookmark]) -> Sequence[Move]:
        """All facts of the batch, all that follows from them, and its bookmarks, in one transaction."""
        above, moves = fresh(prepared.batch, bookmarks)
        facts = [fact for record in above if (fact := prepared.facts.get(_place(record))) is not None]
        connection = self.link.get()
        with connection.transaction():
            self.decider.learn(connection, facts)
            self.bookmarks.move(connection, moves)
        return moves

    def idle(self) -> None:
        """Follow commands carried out for another version, speak where a quiet one has caught up, keep up."""
        connection = self.link.get()
        while self._follow(connection):
            pass
        speak_again(connection, self.decider)
        keep_up(connection, self.bookmarks)

    def _follow(self, connection: Connection[Any]) -> bool:
        with connection.transaction():
            return bool(follow_next(connection, self.decider))


class FactsReader(Reader):
    """The reader of one version; it does not begin where there is no such version."""

    handler: FactsIn

    async def on_start(self) -> None:
        """Say by which rules the version is worked at before anything is read."""
        version = self.handler.decider.store.version
        await asyncio.to_thread(lambda: take_up(self.link.get(), version))
        await super().on_start()


def reader_of(
    settings: Settings, version: int, owner: str, most_records: int, linger_ms: int = 0, **reading: int
) -> FactsReader:
    """The reader of one version, the same live and in a rebuild but for how much it takes at once."""
    bookmarks = Bookmarks(reader_name(version), owner)
    link = Link(settings.database_url, owner)
    handler = FactsIn(link, bookmarks, Decider(version, DecisionRecorder(settings.database_url)))
    what = Reading(bookmarks.reader, [TOPIC], most_records, linger_ms=linger_ms, **reading)
    return FactsReader(what, settings.kafka, link, bookmarks, handler, guard_of(settings.kafka, link))


def follow_next(connection: Connection[Any], decider: Decider) -> set[UUID]:
    """Follow the next commands, in the caller's transaction; whom they name.

    Nobody where there are no more, or where somebody else is following.
    """
    version = decider.store.version
    connection.execute(SQL["no_switch"])
    stands = connection.execute(SQL["commands_followed"], (version,)).fetchone()
    if stands is None:
        return set()
    rows = connection.execute(SQL["next_commands"], (stands[0], COMMANDS_AT_ONCE)).fetchall()
    if not rows:
        return set()
    # The last command may go on behind what was read.
    last = rows[-1][0] if len(rows) < COMMANDS_AT_ONCE else rows[-1][0] - 1
    named = {person for position, person in rows if position <= last}
    decider.follow(connection, named)
    connection.execute(SQL["follow_commands"], (last, version))
    return named


def _place(record: ConsumerRecord) -> Place:
    return record.partition, record.offset
