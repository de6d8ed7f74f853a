"""The patients' keys: wrapped by the master key, in a database of their own."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from services.kernel.sealing import PatientKey, decrypt, encrypt, new_key

_SELECT: Final = "SELECT patient_id, wrapped FROM keys.patient_key WHERE patient_id = ANY(%s)"
_INSERT: Final = """
    INSERT INTO keys.patient_key (patient_id, wrapped, master_key)
    SELECT k.patient_id, k.wrapped, %s FROM unnest(%s::uuid[], %s::bytea[]) AS k (patient_id, wrapped)
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key that wraps patients' keys; ``name`` says which one it was."""

    name: str
    secret: bytes = field(repr=False)

    def wrap(self, patient_id: UUID, key: bytes) -> bytes:
        return encrypt(self.secret, key, patient_id.bytes)

    def unwrap(self, patient_id: UUID, wrapped: bytes) -> PatientKey:
        return PatientKey(decrypt(self.secret, wrapped, patient_id.bytes))


@dataclass(frozen=True, slots=True)
class FoundKeys:
    """Keys of patients who have one, and the patients whose key was destroyed."""

    keys: Mapping[UUID, PatientKey]
    destroyed: frozenset[UUID]


class PatientKeys:
    """Reads and makes patients' keys; nothing is cached, so a destroyed key is gone with the next batch."""

    def __init__(self, master: MasterKey) -> None:
        self._master = master

    def find(self, connection: Connection[Any], patients: Iterable[UUID]) -> FoundKeys:
        """The keys of these patients; a patient without a row stands in neither part of the answer."""
        rows = connection.execute(_SELECT, (list(patients),)).fetchall()
        keys = {patient: self._master.unwrap(patient, wrapped) for patient, wrapped in rows if wrapped is not None}
        return FoundKeys(keys, frozenset(patient for patient, wrapped in rows if wrapped is None))

    def make(self, connection: Connection[Any], patients: Iterable[UUID]) -> None:
        """A new key for each patient who has no row; safe when two workers do it at once. Commits."""
        ordered = sorted(patients)
        wrapped = [self._master.wrap(patient, new_key()) for patient in ordered]
        with connection.transaction():
            connection.execute(_INSERT, (self._master.name, ordered, wrapped))
