"""Builds with one protection removed each. Under each of them the corridor's check must go red.

    MUTANTS["no compare-and-set"]()

patches the product in this process; only ``dying_worker`` does so.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from psycopg import Connection

from services.kernel.bookmarks import SQL as BOOKMARK_SQL
from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.partition import Partition
from services.records import intake
from services.records.intake import Batch, Intake


def no_compare_and_set() -> None:
    """A bookmark moves whoever asks and wherever it stands."""
    guard = "AND b.epoch = m.epoch AND b.next_offset = m.from_offset"
    assert guard in BOOKMARK_SQL["move"]
    BOOKMARK_SQL["move"] = BOOKMARK_SQL["move"].replace(guard, "")  # type: ignore[assignment]


def no_inbox_key() -> None:
    """Nobody remembers what was already said."""

    class Forgetful(dict[Any, Any]):
        def __contains__(self, key: object) -> bool:
            return False

    def append(self: Intake, connection: Connection[Any], ready: Sequence[Any], drafts: Sequence[Any]) -> None:
        if drafts:
            placed = self.ledger.append(connection, drafts)
            for position, one in enumerate(ready, placed.first_position):
                row = (*one.inbox_key, one.digest, position)
                connection.execute("INSERT INTO records.inbox VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING", row)

    intake._inbox = lambda connection, prepared: Forgetful()
    Intake._append = append  # type: ignore[method-assign]


def bookmark_before_effect() -> None:
    """The bookmark moves in a transaction of its own, and the effect follows in the next."""
    whole, move = Intake.append, Bookmarks.move

    def append(
        self: Intake, connection: Connection[Any], batch: Batch, bookmarks: Mapping[Partition, Bookmark]
    ) -> list[Move]:
        _move_early(move, self, connection, batch, bookmarks)
        return whole(self, connection, batch, bookmarks)

    def _not_again(self: Bookmarks, connection: Connection[Any], moves: Sequence[Move]) -> None:
        """It has moved already."""

    Intake.append = append  # type: ignore[method-assign]
    Bookmarks.move = _not_again  # type: ignore[method-assign]


def _move_early(
    move: Any, self: Intake, connection: Connection[Any], batch: Batch, bookmarks: Mapping[Partition, Bookmark]
) -> None:
    with connection.transaction():
        running = [one for one in batch.prepared if not bookmarks[one.record.where].stopped]
        judged = intake.judge(running, intake._inbox(connection, running), {})
        moves = [intake._move(bookmarks[partition], tally) for partition, tally in judged.tallies.items()]
        move(self.bookmarks, connection, moves)


MUTANTS: Final[dict[str, Callable[[], None]]] = {
    "no compare-and-set": no_compare_and_set,
    "no inbox key": no_inbox_key,
    "bookmark before effect": bookmark_before_effect,
}
