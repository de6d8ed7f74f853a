"""Looks at what two versions show of every patient: sums first, and only what differs entry by entry."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection, sql

from services.kernel.buckets import BUCKETS, bucket
from services.kernel.named_sql import queries_beside
from services.records.replay.comparing import Difference, Shown, Subject, Tally, differences
from services.records.replay.crew import Crew, Say, said

SQL: Final = queries_beside(__file__, "looking.sql")
VIEWS: Final = ("shown", "next_dose")


class Found(NamedTuple):
    """Of one bucket: its patients, and how what is shown of them differs."""

    patients: int
    differences: list[Difference]


class Showing:
    """What two versions show, as known at some moments."""

    def __init__(self, active: str, other: str, moments: Sequence[datetime]) -> None:
        self.active = active
        self.other = other
        self.moments = list(moments)

    def compare(self, crew: Crew, tally: Tally, say: Say) -> int:
        """Tally what is not shown alike; of how many patients."""
        patients = 0
        looks = crew.look(self._bucket, range(BUCKETS))
        for found in said(looks, "what is shown of each patient, by bucket", BUCKETS, say):
            patients += found.patients
            for difference in found.differences:
                tally.add(difference)
        return patients

    def _bucket(self, connection: Connection[Any], number: int) -> Found:
        names = {"active": sql.Identifier(self.active), "other": sql.Identifier(self.other)}
        asked = {"moments": self.moments, **bucket(number)._asdict()}
        statement = sql.SQL(SQL["shown_summed"]).format(**names)
        rows = connection.execute(statement, asked, binary=True).fetchall()
        differing = [self._patient(connection, patient, at) for patient, at, differs in rows if differs]
        return Found(len(rows) // len(self.moments), list(_once(one for some in differing for one in some)))

    def _patient(self, connection: Connection[Any], patient: UUID, known_at: datetime) -> Iterator[Difference]:
        sides = (_shown(connection, version, patient, known_at) for version in (self.active, self.other))
        return differences(Subject(patient, known_at, self.active, self.other), *sides)


def _once(found: Iterable[Difference]) -> Iterator[Difference]:
    """What differs at several moments, as it does at the first of them."""
    seen = set()
    for one in found:
        if (what := (one.patient, one.entry, one.names)) not in seen:
            seen.add(what)
            yield one


def _shown(connection: Connection[Any], version: str, patient: UUID, known_at: datetime) -> list[Shown]:
    asked = {"patient": patient, "known_at": known_at}
    statements = [sql.SQL(SQL[view]).format(version=sql.Identifier(version)) for view in VIEWS]
    rows = [row for statement in statements for row in connection.execute(statement, asked)]
    return [Shown(kind, entry, nth, fields, tuple(positions)) for kind, entry, nth, fields, positions in rows]
