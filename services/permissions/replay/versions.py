"""The versions of permissions: which there are, a new one, and an end to those that nobody reads.

A version is a row, a partition of each table that is rebuilt, and a reader of its own. Nothing here decides.
"""

from datetime import datetime
from typing import Any, Final, LiteralString, NamedTuple

from psycopg import Connection, sql

from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.kernel.named_sql import queries_beside
from services.kernel.replaying import alone
from services.permissions.replay.build import build, worked_at_by
from services.permissions.store import SQL as STORED

SQL: Final = queries_beside(__file__, "versions.sql")
REBUILD: Final = "kartoteka rebuild permissions"
PROJECTION: Final = "permissions"


def reader_name(version: int) -> str:
    """Each version is a reader of its own."""
    return f"permissions.facts.v{version}"


class Version(NamedTuple):
    """One version: by which rules it was made, and whether it is read, or was read before the one that is."""

    number: int
    build: str
    made_at: datetime
    active: bool
    previous: bool


class Pair(NamedTuple):
    """The version that is read, and another one."""

    active: Version
    other: Version


def versions(connection: Connection[Any]) -> list[Version]:
    """All versions, the oldest first."""
    return [Version(*row) for row in connection.execute(SQL["versions"]).fetchall()]


def create(connection: Connection[Any]) -> int:
    """A new version, empty; its number."""
    with connection.transaction():
        ((number,),) = connection.execute(SQL["next_number"]).fetchall()
        connection.execute(SQL["create_version"], (number, build()))
    return int(number)


def take_up(connection: Connection[Any], version: int) -> None:
    """Keep that these rules work at a version from now on; Damage where there is no such version."""
    with connection.transaction():
        row = connection.execute(SQL["build_of"], (version,)).fetchone()
        if row is None:
            raise Damage(f"there is no version {version} of permissions: it was pruned, or never made")
        if (now := worked_at_by(row[0], build())) != row[0]:
            connection.execute(SQL["keep_build"], (now, version))


def refuse_other_rules(version: Version) -> None:
    """BadInput for a version that not only the rules of this very program have worked at."""
    if version.build != build():
        raise BadInput(
            f"version {version.number} of permissions was not made by these rules alone (build {version.build}, "
            f"these are {build()}): 'kartoteka prune permissions', then '{REBUILD}'"
        )


def prune(connection: Connection[Any], *, also_previous: bool) -> list[int]:
    """End all versions that are not read, the previous one only if it is meant too; their numbers.

    Whoever works at one of them finds its bookmark gone and writes nothing more. Given again after it was cut short,
    this takes away what was left.
    """
    with alone(connection, PROJECTION):
        with connection.transaction():
            connection.execute(STORED["switching"])
            gone = [v.number for v in versions(connection) if not v.active and (also_previous or not v.previous)]
            _forget(connection, gone)
        for left in connection.execute(SQL["left_over"]).fetchall():
            _drop(connection, *left)
    return gone


def _forget(connection: Connection[Any], numbers: list[int]) -> None:
    readers = [reader_name(number) for number in numbers]
    connection.execute(SQL["forget_version"], (numbers,))
    connection.execute(SQL["forget_previous"], (numbers,))
    connection.execute(SQL["forget_verified"], {"numbers": numbers})
    connection.execute(SQL["forget_bookmarks"], (readers,))
    connection.execute(SQL["forget_workers"], (readers,))


def _drop(connection: Connection[Any], parent: str, table: str, attached: bool, half_detached: bool) -> None:
    """Drop one partition; detached first, because that holds up nobody who reads the others."""
    names = {"parent": sql.Identifier("permissions", parent), "table": sql.Identifier("permissions", table)}
    if attached:
        how: LiteralString = "FINALIZE" if half_detached else "CONCURRENTLY"
        detach = sql.SQL("ALTER TABLE {parent} DETACH PARTITION {table} {how}")
        connection.execute(detach.format(**names, how=sql.SQL(how)))
    connection.execute(sql.SQL("DROP TABLE {table}").format(**names))
