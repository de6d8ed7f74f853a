"""``access.may_see`` at the size of the nation: 5 million children, 9 million rows in each of both tables.

The corridor has run before, so that bookmarks and seals are there and every question looks whether it is up to date.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg
from psycopg import Connection

from benchmarks.corridor import FACTS, complete_to, into_the_ledgers_topic, ledger_end
from benchmarks.delays import Delays
from benchmarks.workers import opened_house, running, until
from kartoteka.simulation import records
from services.kernel.named_sql import queries_beside
from services.operations.house import House

SQL = queries_beside(__file__, "access.sql")
EVENTS_BEFORE = 5000
MEMORY = "SET work_mem = '512MB'; SET maintenance_work_mem = '512MB'"
ASK = "SELECT access.may_see(%s, %s)"
NOTHING = "SELECT %s::uuid <> %s::uuid"

Pairs = Sequence[tuple[UUID, UUID]]


@dataclass(frozen=True)
class AccessResult:
    """How long a question takes in the database, and for a client that asks by a prepared statement."""

    children: int
    rows: int
    in_database: Delays
    for_client: Delays
    empty_statement: Delays
    equal: bool


def access(children: int, questions: int) -> AccessResult:
    """Fill both tables, then ask; half of the answers are yes. Cold buffers count too."""
    with opened_house() as house:
        _live_a_little(house)
        with psycopg.connect(house.addresses().database, autocommit=True) as connection:
            rows = _fill(connection, children)
            pairs = connection.execute(SQL["asked"], {"children": children, "questions": questions}).fetchall()
            inside, yes_inside = _ask_inside(connection, pairs)
            outside, yes_outside = _ask_from_outside(connection, ASK, pairs)
            empty, _ = _ask_from_outside(connection, NOTHING, pairs)
        return AccessResult(children, rows, inside, outside, empty, yes_inside == yes_outside == questions // 2)


def _live_a_little(house: House) -> None:
    """Bookmarks and seals as they are in life."""
    into_the_ledgers_topic(house, list(islice(records(EVENTS_BEFORE // 10, 1, 7, date(2026, 11, 1)), EVENTS_BEFORE)))
    with running(house, ["permissions.facts"]):
        until(lambda: complete_to(house, FACTS) >= ledger_end(house))


def _fill(connection: Connection[Any], children: int) -> int:
    """How many rows are now in each table."""
    connection.execute(MEMORY)
    connection.execute("TRUNCATE permissions.access_by_subject, permissions.access_by_viewer")
    connection.execute(SQL["pairs"], {"children": children})
    filled = [connection.execute(SQL[name]).rowcount for name in ("fill_by_viewer", "fill_by_subject")]
    connection.execute("VACUUM ANALYZE permissions.access_by_viewer, permissions.access_by_subject")
    connection.execute("CHECKPOINT")
    assert filled[0] == filled[1]
    return filled[0]


def _ask_inside(connection: Connection[Any], pairs: Pairs) -> tuple[Delays, int]:
    """By a loop in the database, one question after the other."""
    connection.execute(SQL["asking"])
    columns = [list(column) for column in zip(*pairs, strict=True)]
    rows = connection.execute("SELECT * FROM pg_temp.ask(%b, %b)", columns).fetchall()
    return Delays.of(took for took, _ in rows), sum(answer is True for _, answer in rows)


def _ask_from_outside(connection: Connection[Any], question: Any, pairs: Pairs) -> tuple[Delays, int]:
    """By a prepared statement, with the way there and back."""
    took, yes = [], 0
    for pair in pairs:
        began = time.perf_counter()
        row = connection.execute(question, pair, prepare=True).fetchone()
        took.append((time.perf_counter() - began) * 1000)
        yes += row == (True,)
    return Delays.of(took), yes
