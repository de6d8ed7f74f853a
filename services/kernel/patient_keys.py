"""The patients' keys: wrapped by a master key, in a database of their own.

Each row names the master key that wraps it. While one is being replaced there are two, and whoever opens or makes a
key asks the database for the name and the keys folder for the file, each time.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.errors import ForeignKeyViolation

from services.kernel.damage import Damage
from services.kernel.key_files import read_key_file
from services.kernel.sealing import PatientKey, decrypt, encrypt, new_key

_SELECT: Final = "SELECT patient_id, wrapped, master_key FROM keys.patient_key WHERE patient_id = ANY(%s)"
_CURRENT: Final = "SELECT name FROM keys.master_key ORDER BY number DESC LIMIT 1"
_INSERT: Final = """
    INSERT INTO keys.patient_key (patient_id, wrapped, master_key)
    SELECT k.patient_id, k.wrapped, %s FROM unnest(%s::uuid[], %s::bytea[]) AS k (patient_id, wrapped)
    ON CONFLICT DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class MasterKey:
    """A key that wraps patients' keys; ``name`` says which one it is."""

    name: str
    secret: bytes = field(repr=False)

    def wrap(self, patient_id: UUID, key: bytes) -> bytes:
        return encrypt(self.secret, key, patient_id.bytes)

    def unwrap(self, patient_id: UUID, wrapped: bytes) -> PatientKey:
        return PatientKey(decrypt(self.secret, wrapped, patient_id.bytes))


MasterKeyOf = Callable[[str], MasterKey]


def master_keys(folder: Path) -> MasterKeyOf:
    """The master keys of a keys folder, each by its name; nothing is remembered."""
    return lambda name: MasterKey(name, read_key_file(folder / f"{name}.key"))


@dataclass(frozen=True, slots=True)
class FoundKeys:
    """Keys of patients who have one, and the patients whose key was destroyed."""

    keys: Mapping[UUID, PatientKey]
    destroyed: frozenset[UUID]


class PatientKeys:
    """Reads and makes patients' keys; nothing is cached, so a destroyed key is gone with the next batch."""

    def __init__(self, master_key_of: MasterKeyOf) -> None:
        self._master_key_of = master_key_of

    def find(self, connection: Connection[Any], patients: Iterable[UUID]) -> FoundKeys:
        """The keys of these patients; a patient without a row stands in neither part of the answer."""
        wanted = list(patients)
        try:
            return self._find(connection, wanted)
        except FileNotFoundError:
            # A rotation ended between the look at the rows and at the folder: the rows name the new key now.
            with _named():
                return self._find(connection, wanted)

    def make(self, connection: Connection[Any], patients: Iterable[UUID]) -> None:
        """A new key for each patient who has no row; safe when two workers do it at once. Commits."""
        ordered = sorted(patients)
        try:
            self._make(connection, ordered)
        except (ForeignKeyViolation, FileNotFoundError):
            # The master key that we had just asked for was retired meanwhile: there is a newer one.
            with _named():
                self._make(connection, ordered)

    def _find(self, connection: Connection[Any], patients: Sequence[UUID]) -> FoundKeys:
        rows = connection.execute(_SELECT, (patients,)).fetchall()
        masters = {name: self._master_key_of(name) for name in {name for _, wrapped, name in rows if wrapped}}
        keys = {patient: masters[name].unwrap(patient, wrapped) for patient, wrapped, name in rows if wrapped}
        return FoundKeys(keys, frozenset(patient for patient, wrapped, _ in rows if wrapped is None))

    def _make(self, connection: Connection[Any], patients: Sequence[UUID]) -> None:
        current = connection.execute(_CURRENT).fetchone()
        assert current is not None
        master = self._master_key_of(current[0])
        wrapped = [master.wrap(patient, new_key()) for patient in patients]
        with connection.transaction():
            connection.execute(_INSERT, (master.name, patients, wrapped))


@contextmanager
def _named() -> Iterator[None]:
    """A key file that is missing still at a second look is said by its name."""
    try:
        yield
    except FileNotFoundError as missing:
        file = Path(missing.filename).name
        raise Damage(f"the key file {file} is missing; without it nobody's key opens: bring it back") from missing
