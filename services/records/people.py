"""Persons are born here: a number becomes a look-up digest, a random patient id and a key of their own.

The order holds the guarantees: (1) look-up and patient id, committed; (2) the wrapped key, committed;
(3) then sealing, and the ledger's one transaction. An id or a key without events is harmless.
"""

from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import Any, Final
from uuid import UUID, uuid4

from psycopg import Connection

from schemas import event_types
from services.kernel.index_key import IndexKey
from services.kernel.named_sql import queries_beside
from services.kernel.patient_keys import FoundKeys, PatientKeys

SQL: Final = queries_beside(__file__, "people.sql")
REMEMBERED: Final = 200_000


class People:
    """Who stands behind a number. A digest that was found once leads to the same patient for ever."""

    def __init__(self, index: IndexKey, keys: PatientKeys) -> None:
        self._index = index
        self._keys = keys
        self._remembered: dict[bytes, UUID] = {}

    def find(self, connection: Connection[Any], digests: Collection[bytes]) -> dict[bytes, UUID]:
        """The patients whom these digests lead to; unknown ones are left out."""
        found = {digest: patient for digest in digests if (patient := self._remembered.get(digest)) is not None}
        missing = [digest for digest in digests if digest not in found]
        if missing:
            rows: list[tuple[bytes, UUID]] = connection.execute(SQL["find"], (missing,), binary=True).fetchall()
            found.update(rows)
            self._remember(rows)
        return found

    def bear(self, connection: Connection[Any], digests: Iterable[bytes]) -> dict[bytes, UUID]:
        """Patients for digests that nobody knows yet; two workers who do it at once agree. Commits."""
        ordered = sorted(digests)
        patients = [uuid4() for _ in ordered]
        accounts = [self._index.account_id(patient) for patient in patients]
        with connection.transaction():
            connection.execute(SQL["bear"], (ordered, patients, accounts))
        return self.find(connection, ordered)

    def renumber(self, connection: Connection[Any], digest: bytes, patient: UUID) -> None:
        """Make the number this patient's, in the caller's transaction, unless somebody else is known under it."""
        connection.execute(SQL["renumber"], (digest, patient))

    def written(self, connection: Connection[Any], digests: Iterable[bytes]) -> dict[bytes, UUID]:
        """Whom these digests lead to by the database's word, which may yet be taken back."""
        return dict(connection.execute(SQL["find"], (list(digests),), binary=True).fetchall())

    def keys(self, records: Connection[Any], keys: Connection[Any], patients: Collection[UUID]) -> FoundKeys:
        """The patients' keys, made where they are missing and the patient has no events yet."""
        found = self._keys.find(keys, patients)
        missing = [p for p in patients if p not in found.keys and p not in found.destroyed]
        if not missing:
            return found
        with_events = {row[0] for row in records.execute(SQL["with_events"], (missing, _own_types()))}
        newborn = [patient for patient in missing if patient not in with_events]
        self._keys.make(keys, newborn)
        made = self._keys.find(keys, newborn)
        return FoundKeys({**found.keys, **made.keys}, found.destroyed | made.destroyed)

    def _remember(self, rows: Iterable[tuple[bytes, UUID]]) -> None:
        if len(self._remembered) > REMEMBERED:
            self._remembered.clear()
        self._remembered.update(rows)


@cache
def _own_types() -> list[str]:
    """What the ledger says itself, and seals nothing of."""
    return [name for name, kind in event_types().items() if kind.published is None]


def digests_of(index: IndexKey, numbers: Iterable[str]) -> Mapping[str, bytes]:
    """Look-up digest of each number."""
    return {number: index.number_digest(number.encode()) for number in numbers}
