"""Looks at what two versions show of every patient: sums first, and only what differs entry by entry."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection, sql

from services.kernel.buckets import BUCKETS, bucket
from services.kernel.named_sql import queries_beside
from services.records.replay.comparing import ORDER, Difference, Shown, Subject, Tally, differences
from services.records.replay.crew import Crew, Say, said
from services.records.replay.shape import NEXT_DOSE, TIMELINE

SQL: Final = queries_beside(__file__, "looking.sql")
# Patients whose records are held in memory at one moment.
AT_ONCE: Final = 500

# A patient, and when something was known.
Asked = tuple[UUID, datetime]


class Found(NamedTuple):
    """Of one bucket: its patients, and how what is shown of them differs."""

    patients: int
    differences: list[Difference]


class Showing:
    """What some views of two versions show, as known at some moments, the last one first."""

    def __init__(self, active: str, other: str, views: Collection[str], moments: Sequence[datetime]) -> None:
        self.versions = (active, other)
        self.views = views
        self.moments = list(moments)

    def compare(self, crew: Crew, tally: Tally, say: Say) -> int:
        """Tally what is not shown alike; of how many patients."""
        summed = self._summed(tally.given)

        def look(connection: Connection[Any], number: int) -> Found:
            return self._bucket(connection, summed, number)

        patients = 0
        what = "what is shown of each patient, by bucket"
        for found in said(crew.look(look, range(BUCKETS)), what, BUCKETS, say):
            patients += found.patients
            for difference in found.differences:
                tally.add(difference)
        return patients

    def _summed(self, given: Collection[str]) -> sql.Composed:
        active, other = (
            sql.SQL(", ").join(_sum(version, view, given) for view in self.views) for version in self.versions
        )
        return sql.SQL(SQL["shown_summed"]).format(active=active, other=other)

    def _bucket(self, connection: Connection[Any], summed: sql.Composed, number: int) -> Found:
        asked = {"moments": self.moments, **bucket(number)._asdict()}
        rows = connection.execute(summed, asked, binary=True).fetchall()
        differing = [(patient, known_at) for patient, known_at, differs in rows if differs]
        parts = [differing[begin : begin + AT_ONCE] for begin in range(0, len(differing), AT_ONCE)]
        found = _once(one for part in parts for one in self._compared(connection, part))
        return Found(len(rows) // len(self.moments), list(found))

    def _compared(self, connection: Connection[Any], asked: Sequence[Asked]) -> Iterator[Difference]:
        sides = [_shown(connection, version, asked) for version in self.versions]
        for one in asked:
            yield from differences(Subject(*one, *self.versions), *(side[one] for side in sides))


def _sum(version: str, view: str, given: Collection[str]) -> sql.Composed:
    """The sum of all that a view shows of a patient, but for what was accepted."""
    accepted: Any = _columns(given).get(view, [])
    statement, seed = SQL["sum_of_entries"], sql.SQL("")
    if view == TIMELINE:
        statement, accepted = SQL["sum_of_timeline"], json.dumps(_columns(given))
        seed = sql.SQL("uuid_hash_extended(entry_id, 0)" if ORDER in given else "ordinality")
    elif view == NEXT_DOSE:
        statement = SQL["sum_of_next_dose"]
    names = {"view": sql.Identifier(version, view), "accepted": sql.Literal(accepted), "seed": seed}
    return sql.SQL("({})").format(sql.SQL(statement).format(**names))


def _columns(given: Collection[str]) -> dict[str, list[str]]:
    """The columns that were accepted, by table or view."""
    columns: dict[str, list[str]] = defaultdict(list)
    for name in sorted(given):
        view, _, column = name.partition(".")
        columns[view] += [column] if column else []
    return columns


def _shown(connection: Connection[Any], version: str, asked: Sequence[Asked]) -> dict[Asked, list[Shown]]:
    parameters = {"patients": [patient for patient, _ in asked], "moments": [known_at for _, known_at in asked]}
    found: dict[Asked, list[Shown]] = defaultdict(list)
    for view in ("shown", "next_dose"):
        statement = sql.SQL(SQL[view]).format(version=sql.Identifier(version))
        for patient, known_at, kind, entry, nth, fields, positions in connection.execute(statement, parameters):
            found[patient, known_at].append(Shown(kind, entry, nth, fields, tuple(positions)))
    return found


def _once(found: Iterable[Difference]) -> Iterator[Difference]:
    """What differs at several moments, as it does at the first of them."""
    seen = set()
    for one in found:
        if (what := (one.patient, one.entry, one.names)) not in seen:
            seen.add(what)
            yield one
