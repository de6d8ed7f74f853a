"""How far a reader got, who may move it on, and that only the right one does.

A worker leases partitions by the database's clock. Each lease has an epoch; a batch moves its bookmarks
by compare-and-set on epoch and offset, in the transaction that writes the effect. A worker that slept
through its lease finds its next commit refused.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from psycopg import Connection, Cursor

from services.kernel.named_sql import queries_beside
from services.kernel.partition import Partition

SQL: Final = queries_beside(__file__, "bookmarks.sql")
LEASE: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Bookmark:
    """Where a worker stands in one partition: the next offset to read, in the epoch of its lease."""

    partition: Partition
    next_offset: int
    position: int
    epoch: int
    stopped: bool = False


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a bookmark, with the first outcomes that the step counts."""

    bookmark: Bookmark
    next_offset: int
    position: int = 0
    appended: int = 0
    repeated: int = 0
    quarantined: int = 0
    stop: bool = False

    @property
    def moved(self) -> Bookmark:
        return replace(self.bookmark, next_offset=self.next_offset, position=self.position, stopped=self.stop)


class BookmarkRefused(Exception):
    """Somebody else moved the bookmark or took over the lease: this worker must not go on from here."""


class Bookmarks:
    """The bookmarks of one reader, as one of its workers sees them."""

    def __init__(self, reader: str, owner: str, lease: timedelta = LEASE) -> None:
        self.reader = reader
        self.owner = owner
        self._who: Mapping[str, Any] = {"reader": reader, "owner": owner, "lease": lease}

    def create(self, connection: Connection[Any], partitions: Sequence[Partition]) -> None:
        """Make sure that each partition has a bookmark."""
        connection.execute(SQL["create"], {**self._who, **_columns(partitions)})

    def share(self, connection: Connection[Any]) -> list[Bookmark]:
        """Renew, give back or claim leases until this worker has its fair share; what it now holds."""
        workers = _scalar(connection.execute(SQL["worker_alive"], self._who))
        connection.execute(SQL["renew"], self._who)
        held = self.held(connection)
        fair = -(-self._count(connection) // workers)
        if len(held) > fair:
            self.release(connection, [b.partition for b in held[fair:]])
        elif len(held) < fair:
            connection.execute(SQL["fence"], self._who)
            connection.execute(SQL["claim"], {**self._who, "most": fair - len(held)})
        return self.held(connection)

    def held(self, connection: Connection[Any]) -> list[Bookmark]:
        """The bookmarks whose lease this worker holds."""
        rows = connection.execute(SQL["held"], self._who).fetchall()
        return [Bookmark(Partition(topic, number), *where) for topic, number, *where in rows]

    def release(self, connection: Connection[Any], partitions: Sequence[Partition]) -> None:
        """Give leases back before they run out."""
        connection.execute(SQL["release"], {**self._who, **_columns(partitions)})

    def leave(self, connection: Connection[Any]) -> None:
        """End cleanly: others may claim everything at once."""
        self.release(connection, [b.partition for b in self.held(connection)])
        connection.execute(SQL["worker_gone"], self._who)

    def move(self, connection: Connection[Any], moves: Sequence[Move]) -> None:
        """Move bookmarks within the caller's transaction; BookmarkRefused if any is not where it was believed."""
        parameters = {
            **self._who,
            **_columns([m.bookmark.partition for m in moves]),
            "epochs": [m.bookmark.epoch for m in moves],
            "from_offsets": [m.bookmark.next_offset for m in moves],
            "next_offsets": [m.next_offset for m in moves],
            "positions": [m.position for m in moves],
            "appended": [m.appended for m in moves],
            "repeated": [m.repeated for m in moves],
            "quarantined": [m.quarantined for m in moves],
            "stops": [m.stop for m in moves],
        }
        if connection.execute(SQL["move"], parameters).rowcount != len(moves):
            raise BookmarkRefused(f"{self.reader}: another worker has moved on from here; this one stops")

    def has_moved(self, connection: Connection[Any], moves: Sequence[Move]) -> bool:
        """Whether these moves are already in the database: a commit whose answer was lost."""
        return all(self._where(connection, m.bookmark.partition) == (m.next_offset, m.bookmark.epoch) for m in moves)

    def note_error(self, connection: Connection[Any], error: str) -> None:
        """Keep a sentence about what went wrong last; never content of a record."""
        connection.execute(SQL["note_error"], {**self._who, "error": error})

    def _where(self, connection: Connection[Any], partition: Partition) -> tuple[int, int] | None:
        where = {**self._who, "topic": partition.topic, "partition": partition.number}
        return connection.execute(SQL["where"], where).fetchone()

    def _count(self, connection: Connection[Any]) -> int:
        return _scalar(connection.execute("SELECT count(*) FROM kernel.bookmark WHERE reader = %s", (self.reader,)))


def _columns(partitions: Sequence[Partition]) -> dict[str, Any]:
    return {"topics": [p.topic for p in partitions], "partitions": [p.number for p in partitions]}


def _scalar(cursor: Cursor[Any]) -> int:
    row = cursor.fetchone()
    assert row is not None
    return int(row[0])
