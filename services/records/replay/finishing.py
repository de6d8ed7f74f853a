"""The end of a rebuild: keys behind the rows, and what the planner wants to know; each table by itself, two at a time.

Given again after it was cut short, it goes on with the tables that have no key yet.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Any, Final

import psycopg
from psycopg import Connection, sql

from schemas import EventType, event_types
from services.kernel.damage import Damage
from services.kernel.replaying import Owner
from services.records.read_model import KEY, create_key, loaded, table_name
from services.records.replay.plan import SQL
from services.records.replay.versions import PRUNE, REBUILD, loader_name

AT_ONCE: Final = 2
# The sort behind each key in memory, and by one process, as two keys are made at a time; a small sample says enough of
# ids that nobody has twice.
MANNER: Final = """
    SET maintenance_work_mem = '256MB';
    SET max_parallel_maintenance_workers = 0;
    SET default_statistics_target = 10
"""
SHOWN: Final = 5
# How many of how many tables are done.
Show = Callable[[int, int], None]


def finish(owner: Owner, version: str, show: Show) -> None:
    """Keys and statistics for all tables of a version, then it is full; Damage where an event is there twice."""
    with closing(owner("kartoteka rebuild records")) as connection:
        tables = [table for (table,) in connection.execute(SQL["without_key"], {"version": version})]
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for done, _ in enumerate(pool.map(lambda table: _key(owner, version, table), tables), 1):
                show(done, len(tables))
        with connection.transaction():
            connection.execute(SQL["filled"], (version,))
            connection.execute(SQL["loader_gone"], (loader_name(version),))


def _key(owner: Owner, version: str, table: str) -> None:
    with closing(owner("kartoteka rebuild records keys")) as connection:
        connection.execute(MANNER)
        try:
            # Together, so that a table that has its key lacks nothing.
            with connection.transaction():
                connection.execute(create_key(version, _kinds()[table]).encode())
                # What is asked for is asked by the key; the rest autovacuum looks at, which was off meanwhile.
                columns = sql.SQL(", ").join(map(sql.Identifier, KEY))
                connection.execute(sql.SQL("ANALYZE {} ({})").format(sql.Identifier(version, table), columns))
                connection.execute(loaded(version, _kinds()[table]).encode())
        except psycopg.errors.UniqueViolation:
            raise Damage(_twice(connection, version, table)) from None


def _twice(connection: Connection[Any], version: str, table: str) -> str:
    key = sql.SQL(", ").join(map(sql.Identifier, KEY))
    query = sql.SQL(
        "SELECT array_agg(position ORDER BY position) FROM {} GROUP BY {} HAVING count(*) > 1 ORDER BY 1 LIMIT {}"
    ).format(sql.Identifier(version, table), key, sql.Literal(SHOWN))
    places = "; ".join(", ".join(map(str, positions)) for (positions,) in connection.execute(query))
    return (
        f"{version}.{table} holds events twice, at the positions {places}: it was not loaded as it should be. "
        f"'{PRUNE}', then '{REBUILD}' once more"
    )


def _kinds() -> dict[str, EventType]:
    return {table_name(kind.name): kind for kind in event_types().values()}
