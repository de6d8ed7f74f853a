"""A house with some thousand events on the ledger and its topic, laid down at once, and what versions hold of them."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any, Final
from unittest.mock import patch

from psycopg import Connection, sql

from benchmarks.rebuild import nation
from benchmarks.rebuild.filling import Filling
from benchmarks.rebuild.prepared import Event, Preparing
from services.operations.house import House

FAMILIES_AT_ONCE: Final = 12
TABLES: Final = "SELECT relname FROM pg_class WHERE relnamespace = to_regnamespace(%s) AND relkind = 'r' ORDER BY 1"
SUM: Final = "SELECT count(*), sum(hash_record_extended(t, position)) FROM {} AS t WHERE position <= {}"
EVERYTHING: Final = 2**62

# By table: how many rows, and a sum over all that they say.
Rows = dict[str, tuple[int, Any]]


class Town(Filling):
    """A filling in small blocks by this process alone: a few thousand events are not worth starting others."""

    def __init__(self, house: House, most_events: int) -> None:
        super().__init__(house, most_events)
        self._preparing = Preparing(self._where)

    def _blocks(self, after: int) -> Iterator[tuple[Future[list[Event]], int]]:
        number = self._next_block
        while True:
            after = max(time.time_ns() // 1000, after + 1)
            block: Future[list[Event]] = Future()
            with patch.object(nation, "FAMILIES_AT_ONCE", FAMILIES_AT_ONCE):
                block.set_result(self._preparing.block(number, after))
            yield block, after
            number += 1


def rows_of(connection: Connection[Any], version: str, up_to: int = EVERYTHING) -> Rows:
    """What a version's tables hold up to a position; keys and the order of rows do not matter."""
    tables = [table for (table,) in connection.execute(TABLES, (version,))]
    return {table: _sum(connection, sql.Identifier(version, table), up_to) for table in tables if _is_told(table)}


def _is_told(table: str) -> bool:
    """Whether its rows are events."""
    return table != "vaccination_limit"


def _sum(connection: Connection[Any], table: sql.Identifier, up_to: int) -> tuple[int, Any]:
    return connection.execute(sql.SQL(SUM).format(table, sql.Literal(up_to))).fetchall()[0]
