"""Which version is read: the next one once it is proven, or at once the one before.

Everything that takes long happens before: both versions are compared while they go on. Then one short transaction holds
up batches and commands of every version, looks again at whatever may differ, publishes that, and changes one row.
Whoever asks ``may_see`` waits for nothing.
"""

from collections.abc import Collection, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.named_sql import queries_beside
from services.kernel.replaying import active, newer, previous
from services.kernel.turning import NotYet, hold_bookmarks, patiently, refuse_if_behind
from services.permissions.consumer import follow_next
from services.permissions.deciding import Decider, time_of, told
from services.permissions.recorder import DecisionRecorder
from services.permissions.replay.build import newest_of
from services.permissions.replay.comparing import accepted, names_of
from services.permissions.replay.looking import SQL as VERIFY_SQL
from services.permissions.replay.looking import one_moment, subjects_differing
from services.permissions.replay.versions import REBUILD, Pair, reader_name, refuse_other_rules, versions
from services.permissions.store import SQL as STORED
from services.permissions.store import Change, Store

SQL: Final = queries_beside(__file__, "switching.sql")
VERIFY: Final = "kartoteka verify permissions"


class Switched(NamedTuple):
    """Which version is read now, which one was, and how many accesses changed by that."""

    version: int
    before: int
    published: int


def switch(connection: Connection[Any], recorder: DecisionRecorder) -> Switched:
    """Read the newest version, which was verified and lacks nothing."""
    found = versions(connection)
    other = newer(found)
    if other is None:
        raise BadInput(f"no version is newer than {active(found).number}, which is read; '{REBUILD}' makes one")
    pair = Pair(active(found), other)
    refuse_other_rules(other)
    given = _verified(connection, pair)
    if newest_of(pair.active.build) != other.build:
        raise BadInput(
            f"version {pair.active.number} of permissions is worked at by other rules than version {other.number}: "
            "start its processes anew ('kartoteka down', 'kartoteka up'), verify once more, and switch then"
        )
    return _turn(connection, recorder, pair, given)


def rollback(connection: Connection[Any], recorder: DecisionRecorder) -> Switched:
    """Read the version again that was read before, which has gone on beside."""
    found = versions(connection)
    other = previous(found)
    if other is None:
        raise BadInput(f"no version was read before {active(found).number}, or it was pruned: there is no way back")
    return _turn(connection, recorder, Pair(active(found), other), None)


def _verified(connection: Connection[Any], pair: Pair) -> frozenset[str]:
    """What was accepted by the last clean verify; BadInput where there is none of the same rules."""
    row = connection.execute(VERIFY_SQL["last_verified"], (pair.active.number, pair.other.number)).fetchone()
    if row is None:
        raise BadInput(f"version {pair.other.number} of permissions was never found equal; '{VERIFY}' first")
    if row[0] != pair.other.build:
        raise BadInput(
            f"version {pair.other.number} of permissions was found equal under other rules (build {row[0]}, now "
            f"{pair.other.build}); '{VERIFY}' once more"
        )
    return frozenset(row[1])


def _turn(
    connection: Connection[Any], recorder: DecisionRecorder, pair: Pair, given: frozenset[str] | None
) -> Switched:
    """Try until the other version lacks nothing; ``given`` is what may differ, None where anything may."""
    with one_moment(connection):
        differing = subjects_differing(connection, pair)
    return patiently(connection, lambda: _Turn(connection, recorder, pair).make(differing, given))


class _Turn:
    """One attempt, in a transaction that holds up everybody who decides."""

    def __init__(self, connection: Connection[Any], recorder: DecisionRecorder, pair: Pair) -> None:
        self.connection = connection
        self.pair = pair
        self.decider = Decider(pair.other.number, recorder)
        self.readers = [reader_name(version.number) for version in pair]

    def make(self, differing: Collection[UUID], given: frozenset[str] | None) -> Switched:
        """Look again, publish, and change the row."""
        self.connection.execute(SQL["be_brief"])
        self.connection.execute(STORED["switching"])
        self._refuse_if_read_otherwise()
        self._refuse_if_behind()
        ahead = self._subjects_ahead(self._follow())
        changes = self._changes({*differing, *ahead})
        if given is not None:
            _refuse_not_accepted([change for change in changes if change.subject not in ahead], given)
        self._publish(changes)
        active, other = (version.number for version in self.pair)
        # Whoever went back has no way further back.
        row = {"version": other, "previous": None if self.pair.other.previous else active}
        self.connection.execute(SQL["read_other"], row)
        return Switched(other, active, len(changes))

    def _refuse_if_read_otherwise(self) -> None:
        version, before, quiet = self.connection.execute(SQL["hold_active"]).fetchall()[0]
        if version != self.pair.active.number or self.pair.other.previous != (before == self.pair.other.number):
            raise BadInput("somebody else has switched meanwhile; nothing was changed, look at 'kartoteka status'")
        if quiet:
            raise NotYet(f"version {version} has begun anew with the ledger's topic and has not caught up")

    def _refuse_if_behind(self) -> None:
        hold_bookmarks(self.connection, self.readers)
        before, to = self.readers
        refuse_if_behind(self.connection, f"version {self.pair.other.number}", reader=to, ahead=before)

    def _follow(self) -> set[UUID]:
        """Follow the commands that are left; whom they name."""
        everybody: set[UUID] = set()
        while named := follow_next(self.connection, self.decider):
            everybody |= named
        if self.connection.execute(SQL["commands_left"], (self.pair.other.number,)).fetchone() != (False,):
            raise NotYet(f"version {self.pair.other.number} has commands left to follow")
        return everybody

    def _subjects_ahead(self, named: set[UUID]) -> set[UUID]:
        """The accounts about which the other version knows more than the one that is read."""
        store, asked = self.decider.store, {"to": self.pair.other.number, "from_reader": self.readers[0]}
        persons = named | {row[0] for row in self.connection.execute(SQL["ahead"], asked)}
        everybody = store.lock_persons(self.connection, persons) if persons else set()
        return set(store.lock_subjects(self.connection, everybody)) if everybody else set()

    def _changes(self, subjects: Collection[UUID]) -> list[Change]:
        """What changes by the switch for whoever sees these accounts."""
        before, now = (
            Store(version.number).periods(self.connection, sorted(subjects)) if subjects else {}
            for version in self.pair
        )
        pairs = sorted(before.keys() | now.keys())
        changes = [Change(*pair, before.get(pair, ()), now.get(pair, ())) for pair in pairs]
        return [change for change in changes if change.before != change.now]

    def _publish(self, changes: Sequence[Change]) -> None:
        if changes:
            subjects = {change.subject for change in changes}
            records = self.decider.store.records(self.connection, subjects)
            self.decider.recorder.append(self.connection, told(changes, records, time_of(self.connection)))


def _refuse_not_accepted(changes: Sequence[Change], given: frozenset[str]) -> None:
    unmeant = [change for change in changes if not accepted(names_of(change.before, change.now), given)]
    if unmeant:
        raise BadInput(
            f"{len(unmeant)} accesses differ that were not accepted, the first to the account of {unmeant[0].subject}; "
            f"nothing was changed, '{VERIFY}' shows them"
        )
