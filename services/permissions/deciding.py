"""Facts in, periods out: lock, keep, read, decide, write, in the transaction of whoever brings the facts."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection

from services.permissions.announcing import access_ended, ended
from services.permissions.decisions import written
from services.permissions.recorder import Appended, DecisionRecorder, Draft
from services.permissions.rules.access import viewers
from services.permissions.rules.facts import Fact, Records, persons
from services.permissions.rules.instants import FOREVER
from services.permissions.store import SQL, Change, Store


class Decider:
    """Decides for one version; only the version that is read publishes what changes."""

    def __init__(self, version: int, recorder: DecisionRecorder) -> None:
        self.store = Store(version)
        self.recorder = recorder

    def learn(self, connection: Connection[Any], facts: Sequence[Fact]) -> None:
        """Take facts of the ledger in, and decide what follows from them."""
        if not facts:
            return
        connection.execute(SQL["no_switch"])
        locked = self.store.lock_persons(connection, _named(facts))
        self.store.keep_facts(connection, facts)
        named = self.store.lock_persons(connection, locked, locked)
        self.decide(connection, self.store.lock_subjects(connection, named))

    def follow(self, connection: Connection[Any], named: Collection[UUID]) -> None:
        """Decide anew where commands have named these persons."""
        connection.execute(SQL["no_switch"])
        everybody = self.store.lock_persons(connection, named)
        self.decide(connection, self.store.lock_subjects(connection, everybody))

    def decide(self, connection: Connection[Any], subjects: Sequence[UUID], decided: Sequence[Fact] = ()) -> None:
        """Write what has changed for these subjects, whose locks are held; what a command decided comes first."""
        records = self.store.records(connection, subjects, new=decided) if subjects else {}
        changes = self._changes(connection, subjects, records)
        drafts = [_draft(fact) for fact in decided]
        drafts += self._published(connection, changes, records) if changes else ()
        if drafts:
            appended = self.recorder.append(connection, drafts)
            if decided:
                self.store.keep_command_facts(connection, _placed(decided, appended))
        self.store.write(connection, changes)

    def _changes(self, connection: Connection[Any], subjects: Sequence[UUID], records: Records) -> list[Change]:
        before = self.store.periods(connection, subjects) if subjects else {}
        now = {(subject, who): periods for subject in subjects for who, periods in viewers(subject, records).items()}
        differ = (pair for pair in before.keys() | now.keys() if before.get(pair) != now.get(pair))
        return [Change(*pair, before.get(pair, ()), now.get(pair, ())) for pair in sorted(differ)]

    def _published(self, connection: Connection[Any], changes: Sequence[Change], records: Records) -> list[Draft]:
        """The decisions that others learn, if this is the version that they read."""
        row = connection.execute(SQL["publishing_version"]).fetchone()
        return told(changes, records, time_of(connection)) if row == (self.store.version,) else []


def time_of(connection: Connection[Any]) -> int:
    """The database's time, by which everything here is decided, in µs since 1970."""
    ((now,),) = connection.execute(SQL["now"]).fetchall()
    return int(now)


def told(changes: Sequence[Change], records: Records, now: int) -> list[Draft]:
    """What others learn of these changes: the new periods, and which accesses have ended."""
    ends = [change for change in changes if ended(change.before, change.now, now)]
    return [*(_changed(change, now) for change in changes), *(_ended(change, records, now) for change in ends)]


def _named(facts: Iterable[Fact]) -> set[UUID]:
    return set().union(*(persons(fact) for fact in facts))


def _draft(fact: Fact) -> Draft:
    return Draft(fact.subject, type(fact).__name__, written(fact))


def _placed(decided: Iterable[Fact], appended: Appended) -> Iterator[Fact]:
    """What a command decided, with its place in the stream."""
    for position, fact in enumerate(decided, appended.first_position):
        yield msgspec.structs.replace(fact, position=position, recorded_at=appended.recorded_at)


def _changed(change: Change, now: int) -> Draft:
    """The whole set of periods of one viewer and one subject."""
    periods = [
        {
            "valid_from": period.begins,
            "valid_until": None if period.ends == FOREVER else period.ends,
            "scope": period.scope,
            "grounds": list(period.grounds),
        }
        for period in change.now
    ]
    fields = {"event_id": uuid4(), "occurred_at": now, "viewer": change.viewer, "periods": periods}
    return Draft.of(change.subject, "AccessChanged", fields)


def _ended(change: Change, records: Records, now: int) -> Draft:
    return Draft.of(change.subject, "AccessEnded", access_ended(change.viewer, change.subject, records, now))
