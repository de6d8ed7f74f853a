"""Whether another version is what the version that is read is: the same facts, the same periods.

Both go on meanwhile. Facts are compared up to the position to which both are complete; accounts that differ are looked
at again once both have moved on from there, and only what differs still is a difference.
"""

import time
from collections.abc import Iterable
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.replaying import active, newer, previous
from services.permissions.replay.comparing import ACCEPTABLE
from services.permissions.replay.looking import (
    SQL,
    Place,
    Tally,
    compare_access,
    compare_facts,
    one_moment,
    place,
    still_differing,
    subjects_differing,
)
from services.permissions.replay.versions import REBUILD, Pair, Version, versions

PASSES: Final = 6
PATIENCE_SECONDS: Final = 30.0
LOOK_SECONDS: Final = 0.2


class Report(msgspec.Struct):
    """What was found of two versions."""

    active: int
    other: int
    build: str
    position: int
    facts: int
    accepted: list[str]
    facts_differing: Tally
    access_differing: Tally

    @property
    def equal(self) -> bool:
        """Whether nothing differs but what was accepted."""
        return not (self.facts_differing.not_accepted or self.access_differing.not_accepted)


def verify(connection: Connection[Any], accept: Iterable[str] = ()) -> Report:
    """Compare the version that is read with the newest other one; a clean result is kept."""
    given = _known(accept)
    pair = pair_to_verify(versions(connection))
    _wait(connection, pair, place(connection, pair))
    report = Report(
        pair.active.number, pair.other.number, pair.other.build, 0, 0, sorted(given), Tally(given), Tally(given)
    )
    _compare(connection, pair, report)
    if report.equal:
        found = (report.active, report.other, report.build, report.position, report.accepted)
        connection.execute(SQL["keep_verified"], found)
    return report


def pair_to_verify(found: list[Version]) -> Pair:
    """The version that is read, and the one to be read next or else the one that was read before."""
    other = newer(found) or previous(found)
    if other is None:
        raise BadInput(f"there is only version {active(found).number} of permissions; '{REBUILD}' makes another one")
    return Pair(active(found), other)


def _known(accept: Iterable[str]) -> frozenset[str]:
    given = frozenset(accept)
    if strange := sorted(given - ACCEPTABLE):
        raise BadInput(f"nothing is called {', '.join(strange)}; what may be accepted: {', '.join(sorted(ACCEPTABLE))}")
    return given


def _compare(connection: Connection[Any], pair: Pair, report: Report) -> None:
    subjects: list[UUID] | None = None
    for remaining in reversed(range(PASSES)):
        with one_moment(connection):
            stands = place(connection, pair)
            if subjects is None:
                report.position = min(stands.active_to, stands.other_to)
                report.facts = compare_facts(connection, pair, report.position, report.facts_differing)
                subjects = subjects_differing(connection, pair)
            else:
                subjects = still_differing(connection, pair, subjects)
            if subjects and (stands.level or not remaining):
                compare_access(connection, pair, subjects, report.access_differing)
                break
        if not subjects:
            break
        _wait(connection, pair, stands)


def _wait(connection: Connection[Any], pair: Pair, beyond: Place) -> None:
    """Until both have everything that one of them had there; BadInput where one stands still."""
    aim = max(beyond.active_to, beyond.other_to)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        now = place(connection, pair)
        if min(now.active_to, now.other_to) >= aim and now.other_followed >= beyond.last_command:
            return
        if time.monotonic() > deadline:
            raise BadInput(_behind(pair, now, aim))
        time.sleep(LOOK_SECONDS)


def _behind(pair: Pair, now: Place, aim: int) -> str:
    late, to = (pair.active, now.active_to) if now.active_to < now.other_to else (pair.other, now.other_to)
    if to >= aim:
        return f"version {pair.other.number} of permissions does not follow the commands: is its process running?"
    return (
        f"version {late.number} of permissions is behind, complete to position {to} of {aim}, and does not come on: "
        f"is its process running, and has '{REBUILD}' ended?"
    )
