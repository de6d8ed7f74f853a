"""Ledger topic → facts and periods of one version: what a batch says, who is concerned, what follows."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from aiokafka import ConsumerRecord
from psycopg import Connection

from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.database import Link
from services.kernel.ledger_topic import fresh
from services.kernel.metrics import BEHIND, COMPLETE_TO, Figures
from services.kernel.partition import Partition
from services.kernel.reader import Fetched
from services.permissions.contract import fact_of
from services.permissions.deciding import Decider
from services.permissions.facts import Fact
from services.permissions.store import SQL

COMMANDS_AT_ONCE: Final = 500
Place = tuple[int, int]


class Prepared(NamedTuple):
    """A batch, and the facts in it by partition and offset."""

    batch: Fetched
    facts: Mapping[Place, Fact]


def reader_name(version: int) -> str:
    """Each version is a reader of its own."""
    return f"permissions.facts.v{version}"


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
        """Follow the commands that were carried out for another version."""
        connection = self.link.get()
        while self._follow(connection):
            pass

    def _follow(self, connection: Connection[Any]) -> bool:
        """Take the next commands; whether there may be more."""
        version = self.decider.store.version
        with connection.transaction():
            stands = connection.execute(SQL["commands_followed"], (version,)).fetchone()
            if stands is None:
                return False
            rows = connection.execute(SQL["next_commands"], (stands[0], COMMANDS_AT_ONCE)).fetchall()
            if not rows:
                return False
            # The last command may go on behind what was read.
            last = rows[-1][0] if len(rows) < COMMANDS_AT_ONCE else rows[-1][0] - 1
            self.decider.follow(connection, {person for position, person in rows if position <= last})
            connection.execute(SQL["follow_commands"], (last, version))
        return len(rows) == COMMANDS_AT_ONCE


def _place(record: ConsumerRecord) -> Place:
    return record.partition, record.offset
