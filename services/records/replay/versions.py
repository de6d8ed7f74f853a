"""The versions of the patient read model: which there are, a new one, and an end to those that nobody reads.

A version is a PostgreSQL schema with tables and views of its own, a row that says what made it, and a reader. Nothing
here decides.
"""

import time
from datetime import datetime
from typing import Any, Final, NamedTuple

from psycopg import Connection, sql
from psycopg.errors import DeadlockDetected, LockNotAvailable

from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.kernel.named_sql import queries_beside
from services.kernel.replaying import alone
from services.records.build import build
from services.records.read_model import create_version

SQL: Final = queries_beside(__file__, "versions.sql")
PROJECTION: Final = "records"
REBUILD: Final = "kartoteka rebuild records"
PRUNE: Final = "kartoteka prune records"
# No transaction of a reader lives longer.
READERS_END_SECONDS: Final = 30.0
PAUSE_SECONDS: Final = 0.1


def reader_name(version: str) -> str:
    """Each version is a reader of its own."""
    return f"records.projection.{version}"


def loader_name(version: str) -> str:
    """Who loads a version from the ledger itself; the version's own reader stands where the topic goes on."""
    return f"{reader_name(version)}.ledger"


class Version(NamedTuple):
    """One version: its schema, what made it, since when it is full, whether it is read or was read before.

    ``ledger_to`` is the position to which it is loaded from the ledger itself; None where the topic is its source.
    """

    name: str
    build: str
    made_at: datetime
    filled_at: datetime | None
    ledger_to: int | None
    active: bool
    previous: bool


class Pair(NamedTuple):
    """The version that is read, and another one."""

    active: Version
    other: Version


def versions(connection: Connection[Any]) -> list[Version]:
    """All versions, the oldest first."""
    return [Version(*row) for row in connection.execute(SQL["versions"]).fetchall()]


def create(connection: Connection[Any]) -> Version:
    """A new version, empty and without keys."""
    with connection.transaction():
        ((name,),) = connection.execute(SQL["next_name"]).fetchall()
        for statement in create_version(name, with_keys=False):
            connection.execute(statement.encode())
        connection.execute(SQL["create"], (name, build()))
    return next(one for one in versions(connection) if one.name == name)


def refuse_other_build(version: Version) -> None:
    """BadInput for a version that another program began."""
    if version.build != build():
        raise BadInput(
            f"{version.name} was not made by this program (build {version.build}, this is {build()}): "
            f"'{PRUNE}', then '{REBUILD}'"
        )


def refuse_unless_full(connection: Connection[Any], name: str) -> None:
    """Damage where nobody may follow the topic for a version: it is gone, or it is being loaded."""
    row = connection.execute(SQL["filled_at"], (name,)).fetchone()
    if row is None:
        raise Damage(f"there is no version {name} of the patient read model: it was pruned, or never made")
    if row[0] is None:
        raise Damage(f"{name} is being loaded; its process follows the topic once '{REBUILD}' has ended")


def prune(connection: Connection[Any], *, also_previous: bool) -> list[str]:
    """Drop all versions that are not read, the previous one only if it is meant too; the names of those dropped.

    Whoever works at one of them finds its bookmark gone and writes nothing more. Given again after it was cut short,
    this takes away what was left.
    """
    with alone(connection, PROJECTION):
        with connection.transaction():
            connection.execute(SQL["hold_active"])
            _forget(
                connection, [v.name for v in versions(connection) if not v.active and (also_previous or not v.previous)]
            )
        left_over = [name for (name,) in connection.execute(SQL["left_over"]).fetchall()]
        if left_over:
            _let_readers_end(connection)
        for name in left_over:
            _drop(connection, name)
    return left_over


def _forget(connection: Connection[Any], gone: list[str]) -> None:
    connection.execute(SQL["forget_versions"], (gone,))
    connection.execute(SQL["forget_previous"], (gone,))
    connection.execute(SQL["forget_verified"], {"names": gone})
    # Of all versions that are no more: a process of one that was pruned may have begun at that very moment.
    connection.execute(SQL["forget_bookmarks"])
    connection.execute(SQL["forget_workers"])


def _let_readers_end(connection: Connection[Any]) -> None:
    """Whoever began before a switch still reads the version that was read then."""
    going_on = [transaction for (transaction,) in connection.execute(SQL["going_on"]).fetchall()]
    give_up = time.monotonic() + READERS_END_SECONDS
    while connection.execute(SQL["still_going_on"], (going_on,)).fetchone() != (0,):
        _pause(give_up, "transactions that began before do not end")


def _drop(connection: Connection[Any], name: str) -> None:
    """Drop one version; its process may be in the middle of a batch, which ends by itself."""
    give_up = time.monotonic() + READERS_END_SECONDS
    while True:
        try:
            with connection.transaction():
                connection.execute(SQL["be_brief"])
                connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(name)))
        except (LockNotAvailable, DeadlockDetected):
            _pause(give_up, f"somebody works at {name}")
        else:
            break


def _pause(give_up: float, why: str) -> None:
    if time.monotonic() > give_up:
        raise BadInput(f"{why}; nothing is lost, give '{PRUNE}' again")
    time.sleep(PAUSE_SECONDS)
