"""Versions of what a resource says: another one must not claim the same moment as one before it.

In the record the latest statement counts (its ``occurred_at``). Two versions of one moment would
leave that to the order of their event ids, which means nothing, so the second is refused. Within a
run we see both; what earlier runs published stands in a small journal in the data folder: digests
and moments, no content. Where nothing states a time, a second version that would only lose is
refused too: its clinical date says nothing about which of the two was the correction.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final, Self
from uuid import UUID

TABLE: Final = (
    "CREATE TABLE IF NOT EXISTS published (what BLOB, event_id BLOB, occurred_at REAL, PRIMARY KEY (what, event_id)) "
    "WITHOUT ROWID"
)
INSERT: Final = "INSERT INTO published VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
SELECT: Final = "SELECT event_id, occurred_at FROM published WHERE what = ?"
WRITE_EVERY: Final = 1000
MODE: Final = 0o600

Version = tuple[bytes, float]


class JournalUnusable(Exception):
    """What was published cannot be looked up or kept; says what to do."""


class Journal:
    """What was published from this data folder; without a path it remembers nothing."""

    def __init__(self, path: Path | None, publisher: str) -> None:
        self._path = path
        self._publisher = publisher
        self._noted: list[tuple[bytes, bytes, float]] = []
        self._connection: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        if self._path is not None and self._path.exists():
            self._connect(self._path)
        return self

    def __exit__(self, *_: object) -> None:
        self._write()
        if self._connection is not None:
            self._connection.close()

    def versions(self, what: str) -> list[Version]:
        if self._connection is None:
            return []
        with self._usable():
            found: list[Version] = self._connection.execute(SELECT, (self._digest(what),)).fetchall()
        return found

    def note(self, what: str, event_id: UUID, occurred_at: datetime) -> None:
        """Keep that this is about to be sent."""
        self._noted.append((self._digest(what), event_id.bytes, occurred_at.timestamp()))
        if len(self._noted) >= WRITE_EVERY:
            self._write()

    def _write(self) -> None:
        if self._path is None or not self._noted:
            return
        connection = self._connection or self._connect(self._path)
        with self._usable():
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(INSERT, self._noted)
            connection.execute("COMMIT")
        self._noted.clear()

    def _connect(self, path: Path) -> sqlite3.Connection:
        with self._usable():
            path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
            path.touch(MODE)
            # The sending has a thread of its own; only one of the two is at work.
            connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            connection.execute(TABLE)
        self._connection = connection
        return connection

    @contextmanager
    def _usable(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, OSError) as error:
            advice = "see that this file can be read and written, or move it away"
            raise JournalUnusable(f"The journal {self._path} cannot be used ({error}): {advice}") from error

    def _digest(self, what: str) -> bytes:
        return sha256(f"{self._publisher}\0{what}".encode()).digest()[:16]


class Versions:
    """Every version that this run saw, and those that the journal knows."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self._seen: dict[bytes, list[Version]] = {}

    def tie(self, what: str, event_id: UUID, occurred_at: datetime, stated: bool) -> bool:
        """Whether this would only tie with another version, or lose to it without anybody saying when it was stated."""
        at = occurred_at.timestamp()
        seen = self._seen.setdefault(sha256(what.encode()).digest()[:16], [])
        known = seen + self.journal.versions(what)
        if any(repeated == event_id.bytes for repeated, _ in known):
            return False
        seen.append((event_id.bytes, at))
        others = [when for _, when in known]
        return at in others or (not stated and bool(others) and at < max(others))
