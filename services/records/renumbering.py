"""The register gives a person another number.

Nobody is known under the new one: it becomes a second look-up of the same person. Somebody is: both records stay
apart, the statement enters the old number's record, and the other record is told. Nothing is merged by itself.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg import Connection

from services.kernel.bookmarks import BookmarkRefused
from services.kernel.moments import micros
from services.records.contract import Statement
from services.records.judging import InboxKey, Ready
from services.records.ledger import Draft
from services.records.ledger_value import own_value
from services.records.people import People

CHANGED: Final = "PersonNumberChanged"
SHARED: Final = "PersonNumberShared"
NAMESPACE: Final = uuid5(NAMESPACE_URL, "kartoteka:number-shared")


class PrepareAgain(BookmarkRefused):
    """Something was prepared on a change of number that was not taken in after all."""


def changes(statements: Sequence[Statement], wanted: Collection[str]) -> list[Statement]:
    """Changes of number among statements whose numbers may all become known, in the order in which they build on
    each other.
    """
    left = [s for s in statements if s.kind.name == CHANGED and s.value["new_number"] in wanted]
    ordered: list[Statement] = []
    while left:
        given = {one.value["new_number"] for one in left}
        ready = [one for one in left if one.subject not in given] or left
        ordered += ready
        left = [one for one in left if one not in ready]
    return ordered


class Renumbering:
    """Follows changes of number that the ledger takes in.

    What comes under the new number in the same batch belongs to the same person, so a change is followed before it is
    known whether it is taken in. It is written down in the ledger's own transaction; where it was refused after all,
    whatever was prepared meanwhile is prepared again without it.
    """

    def __init__(self) -> None:
        self._assumed: dict[bytes, UUID] = {}
        self._given_by: dict[bytes, InboxKey] = {}
        self._refused: set[tuple[InboxKey, bytes]] = set()

    def assumed(self, digests: Iterable[bytes]) -> dict[bytes, UUID]:
        """Whom these numbers lead to by changes that may not be written down yet."""
        return {digest: self._assumed[digest] for digest in digests if digest in self._assumed}

    def follow(
        self,
        connection: Connection[Any],
        people: People,
        changed: Sequence[Statement],
        digests: Mapping[str, bytes],
        elsewhere: Collection[bytes],
    ) -> dict[bytes, UUID]:
        """Who stands behind the numbers of these changes; ``elsewhere`` are those that others name too."""
        known: dict[bytes, UUID] = {}
        for one in changed:
            old, new = digests[one.subject], digests[one.value["new_number"]]
            known |= self.assumed([old, new]) | people.find(connection, [old, new])
            if old not in known:
                known |= people.bear(connection, [old])
            if new not in known:
                known |= self._give(connection, people, one, new, known[old], new in elsewhere)
        return known

    def _give(
        self, connection: Connection[Any], people: People, changed: Statement, new: bytes, patient: UUID, named: bool
    ) -> dict[bytes, UUID]:
        giver = (changed.publisher, changed.event_id)
        if (giver, new) in self._refused:
            self._refused.remove((giver, new))
            # The change itself will be refused; whoever else speaks of the number speaks of somebody of their own.
            return people.bear(connection, [new]) if named else {new: patient}
        self._assumed[new], self._given_by[new] = patient, giver
        return {new: patient}

    def write(
        self, connection: Connection[Any], people: People, given: Mapping[bytes, UUID], assumed: Mapping[bytes, UUID]
    ) -> None:
        """Write down what was taken in, in the caller's transaction; PrepareAgain when what was assumed is not so."""
        for digest, patient in given.items():
            if assumed.get(digest) == patient:
                people.renumber(connection, digest, patient)
        there = people.written(connection, assumed) if assumed else {}
        wrong = [digest for digest, patient in assumed.items() if there.get(digest) != patient]
        for digest in wrong:
            self._assumed.pop(digest, None)
            self._refused.add((self._given_by[digest], digest))
        if wrong:
            raise PrepareAgain("a change of number was not taken in; what was prepared on it is prepared again")


def told_of_sharing(appended: Sequence[Ready]) -> list[Draft]:
    """What enters the records of others whose number was given a second time."""
    return [_told(one) for one in appended if one.shares_with is not None]


def _told(one: Ready) -> Draft:
    assert one.shares_with is not None
    value = one.statement.value
    said_at: datetime = value["occurred_at"]
    event_id = uuid5(NAMESPACE, f"{one.publisher}\0{one.statement.event_id}")
    fields = {"other_record": one.patient_id.bytes, "changed_on": value["changed_on"]}
    own = own_value(SHARED, event_id, one.shares_with, micros(said_at), fields)
    return Draft(one.shares_with, SHARED, one.record.published_at, own)
