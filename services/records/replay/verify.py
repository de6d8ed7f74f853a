"""Whether another version of the patient read model is what the version that is read is.

Both go on meanwhile: everything is compared up to a position to which both are complete, and rows never change. Tables
are compared first. Equal views over equal rows show the same, so what is shown is compared only where views differ, or
where rows differ in what was accepted.
"""

import time
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.replaying import active, alone, newer, previous
from services.records.replay.comparing import Tally
from services.records.replay.crew import Crew, Say, silent
from services.records.replay.shape import (
    WHOLE,
    Shape,
    acceptable,
    known,
    shape_differences,
    views_differing,
    views_to_look_at,
)
from services.records.replay.showing import Showing
from services.records.replay.tables import SQL, Tables, shape
from services.records.replay.versions import PROJECTION, REBUILD, Pair, Version, reader_name, versions

PATIENCE_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.2


class Sealed(NamedTuple):
    """A seal's last event, and when it was recorded: what stands up to there is what was known then."""

    position: int
    recorded_at: datetime | None


class Report(msgspec.Struct):
    """What was found of two versions."""

    active: str
    other: str
    build: str
    position: int
    recorded_at: datetime | None
    rows: dict[str, int]
    views_differing: list[str]
    patients: int
    differing: Tally

    @property
    def equal(self) -> bool:
        """Whether nothing differs but what was accepted."""
        return not self.differing.not_accepted

    @property
    def accepted(self) -> list[str]:
        """The names of what may differ."""
        return sorted(self.differing.given)


def verify(connections: Sequence[Connection[Any]], accept: Iterable[str] = (), say: Say = silent) -> Report:
    """Compare the version that is read with the newest other one; a clean result is kept."""
    crew = Crew(connections)
    with alone(crew.first, PROJECTION):
        return _verified(crew, accept, say)


def _verified(crew: Crew, accept: Iterable[str], say: Say) -> Report:
    pair = pair_to_verify(versions(crew.first))
    shapes = shape(crew.first, pair.active.name), shape(crew.first, pair.other.name)
    given = known(frozenset(accept), acceptable(*shapes))
    sealed = _sealed_to(crew.first, _common_position(crew.first, pair))
    report = _compare(crew, pair, shapes, sealed, Tally(given), say)
    if report.equal:
        found = (report.active, report.other, report.build, report.position, report.accepted)
        crew.first.execute(SQL["keep_verified"], found)
    return report


def pair_to_verify(found: list[Version]) -> Pair:
    """The version that is read, and the one to be read next or else the one that was read before."""
    other = newer(found) or previous(found)
    if other is None:
        raise BadInput(f"there is only {active(found).name} of the read model; '{REBUILD}' makes another version")
    if other.filled_at is None:
        raise BadInput(f"{other.name} is still being loaded; let '{REBUILD}' end, or give it again to go on")
    return Pair(active(found), other)


def _common_position(connection: Connection[Any], pair: Pair) -> int:
    """How far both are complete, once both have all that one of them had; BadInput where one stands still."""
    aim = max(_complete_to(connection, pair))
    deadline = time.monotonic() + PATIENCE_SECONDS
    while min(stands := _complete_to(connection, pair)) < aim:
        if time.monotonic() > deadline:
            late, to = min(zip(pair, stands, strict=True), key=lambda one: one[1])
            raise BadInput(
                f"{late.name} of the read model is behind, complete to position {to} of {aim}, and does not come on: "
                "is its process running? 'kartoteka status' shows it"
            )
        time.sleep(LOOK_SECONDS)
    return min(stands)


def _complete_to(connection: Connection[Any], pair: Pair) -> tuple[int, int]:
    readers = [reader_name(version.name) for version in pair]
    ((active_to, other_to),) = connection.execute(SQL["complete_to"], readers).fetchall()
    return active_to, other_to


def _sealed_to(connection: Connection[Any], position: int) -> Sealed:
    """The last seal up to a position; before the first one nothing is known."""
    row = connection.execute(SQL["sealed_to"], (position,)).fetchone()
    return Sealed(*row) if row else Sealed(0, None)


def _compare(crew: Crew, pair: Pair, shapes: tuple[Shape, Shape], sealed: Sealed, tally: Tally, say: Say) -> Report:
    rows = Tables(*shapes, sealed.position).compare(crew, tally, say)
    # Rows that differ as it was meant: whatever views make of them has to be meant too.
    views = WHOLE if tally.accepted else views_to_look_at(*shapes)
    for difference in shape_differences(*shapes):
        tally.add(difference)
    patients = 0
    names = (pair.active.name, pair.other.name)
    if views and sealed.recorded_at:
        patients = Showing(*names, views, _moments(crew.first, sealed)).compare(crew, tally, say)
    changed = views_differing(*shapes)
    return Report(*names, pair.other.build, sealed.position, sealed.recorded_at, rows, changed, patients, tally)


def _moments(connection: Connection[Any], sealed: Sealed) -> list[datetime]:
    """Now, and when half of it was known: a view that shows what was not known yet is wrong only then."""
    half = _sealed_to(connection, sealed.position // 2).recorded_at
    return [moment for moment in (sealed.recorded_at, half) if moment]
