"""Which version of the patient read model is read: the next one once it is proven, or at once the one before.

One short transaction lets the version that is read stand still, waits until the other has all that it has, and changes
one row. Whoever opens a record waits for nothing, and sees one version or the other.
"""

import time
from functools import partial
from typing import Any, Final, NamedTuple

from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.named_sql import queries_beside
from services.kernel.replaying import active, newer, previous
from services.kernel.turning import NotYet, hold_bookmarks, patiently, refuse_if_behind
from services.records.replay.versions import PRUNE, REBUILD, Pair, reader_name, refuse_other_build, versions

SQL: Final = queries_beside(__file__, "switching.sql")
VERIFY: Final = "kartoteka verify records"
# For so long the version that is read stands still while the other one comes on.
STAND_STILL_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.05


class Switched(NamedTuple):
    """Which version is read now, and which one was."""

    version: str
    before: str


def switch(connection: Connection[Any]) -> Switched:
    """Read the newest version, which was found equal and lacks nothing."""
    found = versions(connection)
    read, other = active(found), newer(found)
    if other is None:
        raise BadInput(f"no version is newer than {read.name}, which is read; '{REBUILD}' makes one")
    refuse_other_build(other)
    if other.filled_at is None:
        raise BadInput(f"{other.name} is not full yet; '{REBUILD}' goes on with it")
    pair = Pair(read, other)
    _refuse_unless_verified(connection, pair)
    return patiently(connection, partial(_turn, connection, pair))


def rollback(connection: Connection[Any]) -> Switched:
    """Read the version again that was read before, which has gone on beside."""
    found = versions(connection)
    other = previous(found)
    if other is None:
        raise BadInput(f"no version was read before {active(found).name}, or it was pruned: there is no way back")
    return patiently(connection, partial(_turn, connection, Pair(active(found), other)))


def _refuse_unless_verified(connection: Connection[Any], pair: Pair) -> None:
    row = connection.execute(SQL["last_verified"], (pair.active.name, pair.other.name)).fetchone()
    if row is None:
        raise BadInput(f"{pair.other.name} was never found equal to {pair.active.name}; '{VERIFY}' first")
    if row[0] != pair.other.build:
        raise BadInput(
            f"{pair.other.name} was found equal by another build ({row[0]}, it is {pair.other.build}); "
            f"'{VERIFY}' once more"
        )


def _turn(connection: Connection[Any], pair: Pair) -> Switched:
    """One attempt, in the caller's transaction."""
    connection.execute(SQL["be_brief"])
    _refuse_if_changed(connection, pair)
    hold_bookmarks(connection, [reader_name(pair.active.name)])
    _wait_for(connection, pair)
    # Whoever went back has no way further back.
    previous_one = None if pair.other.previous else pair.active.name
    connection.execute(SQL["read_other"], (pair.other.name, previous_one))
    connection.execute(SQL["keep_switched"], (pair.active.name, pair.other.name, pair.other.build))
    return Switched(pair.other.name, pair.active.name)


def _refuse_if_changed(connection: Connection[Any], pair: Pair) -> None:
    ((version, before, other_is_full),) = connection.execute(SQL["hold_active"], (pair.other.name,)).fetchall()
    expected = (pair.active.name, pair.other.previous, True)
    if (version, before == pair.other.name, other_is_full) != expected:
        raise BadInput(f"somebody else has switched or given '{PRUNE}' meanwhile; nothing was changed by this command")


def _wait_for(connection: Connection[Any], pair: Pair) -> None:
    """Until the other version has all that the one has that stands still."""
    reader, ahead = reader_name(pair.other.name), reader_name(pair.active.name)
    give_up = time.monotonic() + STAND_STILL_SECONDS
    while True:
        try:
            return refuse_if_behind(connection, pair.other.name, reader=reader, ahead=ahead)
        except NotYet:
            if time.monotonic() > give_up:
                raise
        time.sleep(PAUSE_SECONDS)
