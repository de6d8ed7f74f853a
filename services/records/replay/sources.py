"""What a version is loaded from: the ledger's topic, or the ledger's own table."""

from collections.abc import Mapping
from contextlib import closing
from typing import Final, Protocol

from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC
from services.kernel.partition import Partition
from services.kernel.replaying import Owner
from services.records.replay.plan import SQL
from services.records.replay.ranges import begin, range_of
from services.records.replay.versions import Version, loader_name, reader_name, versions

PROCESS: Final = "kartoteka rebuild records"
Parts = Mapping[str, tuple[int, int]]


class Source(Protocol):
    """Whose bookmarks say how far it is, and what they mean."""

    @property
    def reader(self) -> str: ...
    @property
    def ledger_to(self) -> int | None: ...

    def parts(self, at: Mapping[int, int]) -> Parts:
        """In each part how much of how much is loaded, from where its bookmark stands."""


class FromTopic:
    """The partitions of the topic, up to the ends that they had when the rebuild began."""

    ledger_to = None

    def __init__(self, link: Link, version: Version, ends: Mapping[int, int]) -> None:
        self.reader = reader_name(version.name)
        self.ends = ends
        Bookmarks(self.reader, PROCESS).create(link.get(), [Partition(TOPIC, number) for number in ends])

    def parts(self, at: Mapping[int, int]) -> Parts:
        return {f"partition {number}": (at.get(number, 0), end) for number, end in self.ends.items()}


class FromLedger:
    """Ranges of the ledger's positions."""

    def __init__(self, link: Link, owner: Owner, version: Version, ends: Mapping[int, int]) -> None:
        self.reader = loader_name(version.name)
        self.ledger_to = _load_to(owner, version)
        begin(link.get(), version.name, ends, self.ledger_to)

    def parts(self, at: Mapping[int, int]) -> Parts:
        ranges = {number: range_of(number, self.ledger_to) for number in at}
        return {f"range {n}": (at[n] - first, last - first + 1) for n, (first, last) in ranges.items()}


def _load_to(owner: Owner, version: Version) -> int:
    """Taken once, and after the ends of the topic: what is above it lies behind them."""
    with closing(owner(PROCESS)) as connection:
        connection.execute(SQL["load_to"], {"version": version.name, "reader": loader_name(version.name)})
        found = next(one for one in versions(connection) if one.name == version.name)
    assert found.ledger_to is not None
    return found.ledger_to
