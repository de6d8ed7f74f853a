"""Where facts and periods stand in the database: locks, reads and writes, all in the caller's transaction."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec
from psycopg import Connection

from services.kernel.moments import moment
from services.kernel.named_sql import queries_beside
from services.permissions.rules.facts import (
    GRANTING,
    AnyFact,
    Fact,
    GuardianDesignated,
    Record,
    Records,
    persons,
)
from services.permissions.rules.grounds import candidates
from services.permissions.rules.instants import FOREVER
from services.permissions.rules.masks import numbers_of
from services.permissions.rules.standing import GroundCode, Period, Scope

SQL: Final = queries_beside(__file__)
NOW: Final = "infinity"
_GRANTING: Final = [kind.__name__ for kind in GRANTING]
# The binary form of json is its bytes, as that of bytea is.
_FACT_TYPES: Final = ("int8", "uuid", "text", "timestamptz", "bytea")
_decoder: Final = msgspec.json.Decoder(AnyFact)
_encoder: Final = msgspec.json.Encoder()

Pair = tuple[UUID, UUID]
Periods = tuple[Period, ...]


class Change(NamedTuple):
    """What one viewer may see of one subject, as it stood and as it is now."""

    subject: UUID
    viewer: UUID
    before: Periods
    now: Periods


class Store:
    """The tables of one version."""

    def __init__(self, version: int) -> None:
        self.version = version

    def lock_persons(
        self, connection: Connection[Any], named: Iterable[UUID], locked: Collection[UUID] = frozenset()
    ) -> set[UUID]:
        """Take turns with whoever says something about these persons, under any of their numbers; all of those.

        Those that are ``locked`` by this transaction already are not asked for again.
        """
        wanted = self.other_numbers(connection, set(named))
        if new := list(wanted.difference(locked)):
            connection.execute(SQL["meet_persons"], (new,))
            connection.execute(SQL["lock_persons"], (new,))
        return wanted

    def keep_facts(self, connection: Connection[Any], facts: Iterable[Fact]) -> None:
        """Facts from the ledger, for everybody whom they mention."""
        with connection.cursor() as cursor, cursor.copy(SQL["copy_facts"]) as copy:
            copy.set_types(["uuid", "int4", *_FACT_TYPES])
            for fact in facts:
                said = _row(fact)
                for person in persons(fact):
                    copy.write_row((person, self.version, *said))

    def keep_command_facts(self, connection: Connection[Any], facts: Iterable[Fact]) -> None:
        """Facts of our own, for everybody whom they mention; all versions read them."""
        with connection.cursor() as cursor, cursor.copy(SQL["copy_command_facts"]) as copy:
            copy.set_types(["uuid", *_FACT_TYPES])
            for fact in facts:
                for person in persons(fact):
                    copy.write_row((person, *_row(fact)))

    def lock_subjects(self, connection: Connection[Any], named: Collection[UUID]) -> list[UUID]:
        """All subjects whose access may depend on these persons, and nobody else decides about them meanwhile."""
        asked = {"version": self.version, "persons": list(named), "kinds": _GRANTING}
        mentioned = connection.execute(SQL["mentioned_in"], asked, binary=True)
        return self.lock_these(connection, [subject for (subject,) in mentioned])

    def lock_these(self, connection: Connection[Any], subjects: Iterable[UUID]) -> list[UUID]:
        """These subjects, and nobody else decides about them meanwhile."""
        found = list(subjects)
        if found:
            connection.execute(SQL["meet_subjects"], (found,))
            connection.execute(SQL["lock_subjects"], (found,))
        return found

    def records(
        self,
        connection: Connection[Any],
        subjects: Iterable[UUID],
        also: Iterable[UUID] = (),
        known_at: Any = NOW,
        new: Sequence[Fact] = (),
    ) -> Records:
        """The records of these subjects, of everybody on whom their access depends, and of some others.

        ``new`` is what is being decided: it counts, and is not kept yet.
        """
        found = dict(self._read(connection, {*subjects}, known_at, new))
        missing = set(also).union(*map(_tied, found.values())) - found.keys()
        while missing:
            found |= self._read(connection, missing, known_at, new)
            missing = set().union(*(numbers_of(person, found) for person in found)) - found.keys()
        return found

    def periods(self, connection: Connection[Any], subjects: Sequence[UUID]) -> dict[Pair, Periods]:
        """The periods that stand, by subject and viewer."""
        found: dict[Pair, list[Period]] = defaultdict(list)
        rows = connection.execute(SQL["periods"], (self.version, subjects), binary=True)
        for subject, viewer, begins, ends, scope, grounds in rows:
            found[subject, viewer].append(Period(begins, ends, Scope(scope), tuple(map(GroundCode, grounds))))
        return {pair: tuple(periods) for pair, periods in found.items()}

    def write(self, connection: Connection[Any], changes: Sequence[Change]) -> None:
        """What is new in place of what stood, by subject and by viewer."""
        replaced = [change for change in changes if change.before]
        if replaced:
            pairs = {"subjects": [c.subject for c in replaced], "viewers": [c.viewer for c in replaced]}
            for statement in ("forget_by_subject", "forget_by_viewer"):
                connection.execute(SQL[statement], {"version": self.version, **pairs})
        for statement in ("copy_by_subject", "copy_by_viewer"):
            with connection.cursor() as cursor, cursor.copy(SQL[statement]) as copy:
                for change in changes:
                    for period in change.now:
                        copy.write_row((self.version, change.subject, change.viewer, *_columns(period)))

    def other_numbers(self, connection: Connection[Any], named: set[UUID]) -> set[UUID]:
        """These persons under all numbers that they have or had."""
        found, new = set(named), named
        while new:
            asked = {"version": self.version, "persons": list(new)}
            new = {row[0] for row in connection.execute(SQL["other_numbers"], asked, binary=True)} - found
            found |= new
        return found

    def _read(
        self, connection: Connection[Any], wanted: Collection[UUID], known_at: Any, new: Sequence[Fact]
    ) -> Mapping[UUID, Record]:
        asked = {"version": self.version, "persons": list(wanted), "known_at": known_at}
        facts: dict[UUID, list[Fact]] = {person: [fact for fact in new if fact.subject == person] for person in wanted}
        for (content,) in connection.execute(SQL["records"], asked, binary=True):
            fact = _decoder.decode(content)
            facts[fact.subject].append(fact)
        return {person: Record(said) for person, said in facts.items()}


def _tied(record: Record) -> set[UUID]:
    """On whose records access to a person's account depends: of viewers, and of those who designated them."""
    return candidates(record) | {given.designator for given in record.all(GuardianDesignated)}


def _row(fact: Fact) -> tuple[Any, ...]:
    return fact.position, fact.subject, type(fact).__name__, moment(fact.recorded_at), _encoder.encode(fact)


def _columns(period: Period) -> tuple[Any, ...]:
    ends = "infinity" if period.ends == FOREVER else moment(period.ends)
    return moment(period.begins), ends, period.scope, list(period.grounds)
