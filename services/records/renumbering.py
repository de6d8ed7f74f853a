"""The register gives a person another number.

Nobody is known under the new one: it becomes a second look-up of the same person. Somebody is: both records stay
apart, the statement enters the old number's record, and the other record is told. Nothing is merged by itself.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg import Connection

from services.records.contract import Statement
from services.records.judging import InboxKey, Ready
from services.records.ledger import Draft, micros
from services.records.ledger_value import own_value
from services.records.people import People

CHANGED: Final = "PersonNumberChanged"
SHARED: Final = "PersonNumberShared"
NAMESPACE: Final = uuid5(NAMESPACE_URL, "kartoteka:number-shared")
_SAID: Final = "SELECT true FROM records.inbox WHERE publisher = %s AND event_id = %s"


def changes(statements: Sequence[Statement], wanted: Collection[str]) -> list[Statement]:
    """Changes of number among statements whose numbers may all become known."""
    return [s for s in statements if s.kind.name == CHANGED and s.value["new_number"] in wanted]


class Renumbering:
    """Follows changes of number; remembers those it has followed, so that a conflicting one changes nothing."""

    def __init__(self) -> None:
        self._followed: dict[InboxKey, bytes] = {}

    def follow(
        self, connection: Connection[Any], people: People, changed: Sequence[Statement], digests: Mapping[str, bytes]
    ) -> dict[bytes, UUID]:
        """Who stands behind the new numbers, in the order in which they were given."""
        known: dict[bytes, UUID] = {}
        for one in changed:
            old, new = digests[one.subject], digests[one.value["new_number"]]
            known |= people.find(connection, [old, new])
            if old not in known:
                known |= people.bear(connection, [old])
            if new not in known:
                mine = self._is_first(connection, one, new)
                known |= people.renumber(connection, new, known[old]) if mine else people.bear(connection, [new])
        return known

    def _is_first(self, connection: Connection[Any], changed: Statement, new: bytes) -> bool:
        """Whether this statement may give the number: one that was taken in has given its own already."""
        if connection.execute(_SAID, (changed.publisher, changed.event_id)).fetchone():
            return False
        return self._followed.setdefault((changed.publisher, changed.event_id), new) == new


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
