"""What a patient's record lacks, said in the patient's own stream: RecordSetAside and its closing.

One open gap per patient, publisher and reason. Everything here happens under the ledger's lock, so that a
person born meanwhile by another worker is seen by one of the two.
"""

import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from psycopg import Connection

from services.kernel.index_key import IndexKey
from services.kernel.moments import micros, moment
from services.kernel.named_sql import queries_beside
from services.records.contract import Refused
from services.records.ledger import Draft
from services.records.ledger_value import own_value
from services.records.people import People
from services.records.quarantine import Waiting, waiting_rows

SQL: Final = queries_beside(__file__, "gaps.sql")
UNKNOWN_PUBLISHER: Final = "unknown"
NAMESPACE: Final = uuid5(NAMESPACE_URL, "kartoteka:set-aside")


class Lack(NamedTuple):
    """One thing that is not there: whose, from whom, why, first seen where and when."""

    patient_id: UUID
    publisher: str
    reason: str
    set_aside: str
    since: datetime

    @property
    def sort(self) -> tuple[UUID, str, str]:
        return self.patient_id, self.publisher, self.reason


class Gaps:
    """Opens and closes the gaps in patients' records."""

    def __init__(self, index: IndexKey) -> None:
        self._index = index

    def opened(
        self,
        connection: Connection[Any],
        people: People,
        aside: Sequence[tuple[Refused, bytes | None]],
        named: Collection[bytes],
        *,
        refiled: bool = False,
    ) -> list[Draft]:
        """Events for what is set aside now (or under another reason than before), and for what waited
        for persons who are known only now.
        """
        lacks = [*self._set_aside(connection, people, aside, refiled), *self._waited(connection, people, named)]
        if not lacks:
            return []
        open_ = {lack.sort for lack in self._open(connection, {lack.patient_id for lack in lacks})}
        drafts = []
        for lack in lacks:
            if lack.sort not in open_:
                open_.add(lack.sort)
                row = (lack.set_aside, lack.patient_id, lack.publisher, lack.reason, lack.since)
                connection.execute(SQL["open_gap"], row)
                drafts.append(self._draft("RecordSetAside", lack, lack.set_aside, micros(lack.since), {}))
        return drafts

    def closed(self, connection: Connection[Any], people: People, done: Sequence[Waiting], how: str) -> list[Draft]:
        """Events for gaps of which nothing waits any more."""
        found = people.find(connection, {w.digest for w in done if w.digest is not None})
        touched = {(found[w.digest], w.publisher, str(w.reason)) for w in done if w.digest in found}
        patients = [patient for patient, _, _ in touched]
        if not patients:
            return []
        still = set(connection.execute(SQL["waiting_of_patients"], (patients,)).fetchall())
        whole = [lack for lack in self._open(connection, patients) if lack.sort in touched - still]
        now = time.time_ns() // 1000
        for lack in whole:
            connection.execute(SQL["close_gap"], (lack.set_aside,))
        return [
            self._draft("RecordSetAsideClosed", lack, f"{lack.set_aside}/closed", now, {"how": how}) for lack in whole
        ]

    def _set_aside(
        self, connection: Connection[Any], people: People, aside: Iterable[tuple[Refused, bytes | None]], refiled: bool
    ) -> Iterator[Lack]:
        told = [(one, digest) for one, digest in aside if digest is not None and one.reason.concerns_patient]
        found = people.find(connection, {digest for _, digest in told}) if told else {}
        for one, digest in told:
            if digest in found:
                since = moment(one.record.published_at)
                place = f"{one.record.place}/{one.reason}" if refiled else one.record.place
                yield Lack(found[digest], one.publisher or UNKNOWN_PUBLISHER, one.reason, place, since)

    def _waited(self, connection: Connection[Any], people: People, named: Collection[bytes]) -> Iterator[Lack]:
        if not named:
            return
        rows = connection.execute(SQL["waiting_for"], (list(named),)).fetchall()
        waiting = waiting_rows(rows)
        told = [w for w in waiting if w.reason.concerns_patient and w.digest is not None]
        found = people.find(connection, {w.digest for w in told if w.digest is not None}) if told else {}
        for one in told:
            if one.digest in found:
                yield Lack(found[one.digest], one.publisher, one.reason, one.place, one.published_at)

    def _open(self, connection: Connection[Any], patients: Collection[UUID]) -> list[Lack]:
        return [Lack(*row) for row in connection.execute(SQL["open_gaps"], (list(patients),))]

    def _draft(self, kind: str, lack: Lack, place: str, at: int, more: dict[str, str]) -> Draft:
        entry = self._index.derived_id("entry:set-aside", lack.patient_id.bytes, lack.set_aside.encode())
        fields = {"set_aside": lack.set_aside, "said_by": lack.publisher, "reason": str(lack.reason), **more}
        value = own_value(kind, uuid5(NAMESPACE, place), entry, at, fields)
        return Draft(lack.patient_id, kind, at, value)
