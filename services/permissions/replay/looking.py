"""Looks at two versions at one moment: checksums in 256 buckets first, and only what differs row by row."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection

from services.kernel.buckets import BUCKETS, bucket
from services.kernel.named_sql import queries_beside
from services.permissions.replay.comparing import AccessDifference, FactDifference, Stand, accepted, compared
from services.permissions.replay.versions import Pair
from services.permissions.rules.standing import GroundCode, Period, Scope
from services.permissions.store import SQL as STORE_SQL

SQL: Final = queries_beside(__file__, "verify.sql")
SHOWN: Final = 20


class Tally(msgspec.Struct):
    """How much differs by which names, and the first differences that nobody has accepted."""

    given: frozenset[str]
    by_name: Counter[str] = msgspec.field(default_factory=Counter)
    not_accepted: int = 0
    first: list[Any] = msgspec.field(default_factory=list)

    def add(self, difference: FactDifference | AccessDifference) -> None:
        """Count one more difference."""
        self.by_name.update(difference.names)
        if not accepted(difference.names, self.given):
            self.not_accepted += 1
            if len(self.first) < SHOWN:
                self.first.append(difference)


class Place(NamedTuple):
    """How far both versions are at one moment: complete to, the last command, and whether they stand side by side."""

    active_to: int
    other_to: int
    other_followed: int
    last_command: int
    level: bool


@contextmanager
def one_moment(connection: Connection[Any]) -> Iterator[None]:
    """Everything inside is read as of one moment."""
    with connection.transaction():
        connection.execute(STORE_SQL["one_moment"])
        yield


def place(connection: Connection[Any], pair: Pair) -> Place:
    """How far both are."""
    numbers = [pair.active.number, pair.other.number]
    found = {row[0]: row[1:] for row in connection.execute(SQL["stands"], (numbers,)).fetchall()}
    asked = {"active": pair.active.number, "other": pair.other.number}
    ((level,),) = connection.execute(SQL["level"], asked).fetchall()
    (active_to, _, last), (other_to, followed, _) = (found[number] for number in numbers)
    return Place(active_to, other_to, followed, last, level)


def compare_facts(connection: Connection[Any], pair: Pair, position: int, tally: Tally) -> int:
    """Tally where facts up to a position differ; how many facts the version has that is read."""
    asked = {"versions": [pair.active.number, pair.other.number], "position": position}
    sums = _by_bucket(((row[0],), *row[1:]) for row in connection.execute(SQL["facts_summed"], asked))
    ours = (pair.active.number,)
    for number in _unequal(sums, [ours, (pair.other.number,)]):
        for row in connection.execute(SQL["facts_differing"], {**_asked(pair, position), **bucket(number)._asdict()}):
            tally.add(FactDifference(*row))
    return sum(count for count, _ in (found[ours] for found in sums.values() if ours in found))


def subjects_differing(connection: Connection[Any], pair: Pair) -> list[UUID]:
    """Accounts whose periods are not the same in both tables of both versions."""
    numbers = [pair.active.number, pair.other.number]
    rows = connection.execute(SQL["periods_summed"], {"versions": numbers})
    sums = _by_bucket(((row[0], row[1]), *row[2:]) for row in rows)
    sources = [(number, by_viewer) for number in numbers for by_viewer in (False, True)]
    buckets = _unequal(sums, sources)
    return _differing(connection, numbers, buckets, []) if buckets else []


def still_differing(connection: Connection[Any], pair: Pair, subjects: Sequence[UUID]) -> list[UUID]:
    """Which of these accounts differ still."""
    return _differing(connection, [pair.active.number, pair.other.number], [], subjects)


def compare_access(connection: Connection[Any], pair: Pair, subjects: Sequence[UUID], tally: Tally) -> None:
    """Tally what differs in these accounts, each pair by itself; those that are shown with where it comes from."""
    asked = {"versions": [pair.active.number, pair.other.number], "subjects": subjects}
    with connection.cursor("periods_of", binary=True) as cursor:
        rows = cursor.execute(SQL["periods_of"], asked)
        for (subject, viewer), found in groupby(rows, key=itemgetter(2, 3)):
            stands = _stands(found)
            difference = compared(subject, viewer, stands[pair.active.number], stands[pair.other.number])
            if difference is not None:
                tally.add(difference)
    tally.first = [_with_lineage(connection, pair, one) for one in tally.first]


def _with_lineage(connection: Connection[Any], pair: Pair, found: Any) -> Any:
    if not isinstance(found, AccessDifference):
        return found
    asked = {
        "versions": [pair.active.number, pair.other.number], "subject": found.subject, "viewer": found.viewer,
    }  # fmt: skip
    positions = tuple(row[0] for row in connection.execute(SQL["positions"], asked))
    commands = tuple(row[0] for row in connection.execute(SQL["commands"], asked))
    return msgspec.structs.replace(found, positions=positions, commands=commands)


def _stands(rows: Iterable[Any]) -> dict[int, Stand]:
    found: dict[tuple[int, bool], list[Period]] = defaultdict(list)
    for version, by_viewer, _, _, begins, ends, scope, grounds in rows:
        found[version, by_viewer].append(Period(begins, ends, Scope(scope), tuple(map(GroundCode, grounds))))
    stands: dict[int, Stand] = defaultdict(Stand)
    for version in {version for version, _ in found}:
        stands[version] = Stand(tuple(found[version, False]), tuple(found[version, True]))
    return stands


def _differing(
    connection: Connection[Any], versions: Sequence[int], buckets: Sequence[int], subjects: Sequence[UUID]
) -> list[UUID]:
    asked = {"versions": versions, "buckets": buckets, "subjects": subjects}
    return [row[0] for row in connection.execute(SQL["subjects_differing"], asked, binary=True)]


def _asked(pair: Pair, position: int) -> dict[str, int]:
    return {"active": pair.active.number, "other": pair.other.number, "position": position}


Sums = dict[int, dict[tuple[Any, ...], tuple[int, int]]]


def _by_bucket(rows: Iterable[tuple[tuple[Any, ...], int, int, int]]) -> Sums:
    """Count and sum of each source, by bucket."""
    found: Sums = {number: {} for number in range(BUCKETS)}
    for source, number, count, summed in rows:
        found[number][source] = (count, summed)
    return found


def _unequal(sums: Sums, sources: Collection[tuple[Any, ...]]) -> list[int]:
    """The buckets in which not all sources say the same."""
    return [number for number, found in sums.items() if len({found.get(source) for source in sources}) > 1]
