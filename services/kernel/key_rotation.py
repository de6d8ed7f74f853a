"""A new master key in the place of the old one, while everybody goes on.

From its first commit the new key wraps what is new. The old rows follow in chunks, each a transaction of its own.
Then the old key leaves the list of those that may wrap, which the database refuses while it wraps anything, and only
then its file is removed. Killed anywhere, the next call goes on; a rotation that is unfinished is finished first.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.errors import ForeignKeyViolation

from services.kernel.damage import Damage
from services.kernel.key_files import ensure_key_file, flush_folder
from services.kernel.named_sql import queries_beside
from services.kernel.patient_keys import MasterKey, master_keys
from services.kernel.sealing import CannotOpen

SQL: Final = queries_beside(__file__, "key_rotation.sql")
AT_ONCE: Final = 1000
FIRST: Final = UUID(int=0)

Row = tuple[UUID, bytes, str]


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a rotation did: the key that wraps now, how many rows it took over, and the files that are gone."""

    master_key: str
    rewrapped: int
    removed: list[str]


class Rotation:
    """One call of ``kartoteka keys rotate``."""

    def __init__(self, keys: Connection[Any], folder: Path) -> None:
        self._keys = keys
        self._folder = folder
        self._master_key_of = master_keys(folder)

    def run(self, watch: Callable[[int, int], None]) -> Rotated:
        """Rotate, or finish what was begun; ``watch`` is told how many rows are done, of how many."""
        self._be_alone()
        newest = self._master_key_of(self._begun() or self._begin())
        rewrapped = 0
        while not self._retire(newest):
            rewrapped += self._rewrap_all(newest, watch)
        return Rotated(newest.name, rewrapped, self._remove_files())

    def _be_alone(self) -> None:
        if self._keys.execute(SQL["alone"]).fetchone() != (True,):
            raise Damage("another 'kartoteka keys rotate' is at work on these keys; wait until it has ended")

    def _begun(self) -> str | None:
        """The new key of a rotation that was not finished."""
        usable = self._keys.execute(SQL["usable"]).fetchall()
        name: str = usable[-1][0]
        return name if len(usable) > 1 or self._left_behind() else None

    def _begin(self) -> str:
        """The file first: once the database names a key, it has to be there."""
        number = self._keys.execute(SQL["usable"]).fetchall()[-1][1] + 1
        name = f"master-{number}"
        with self._keys.transaction():
            ensure_key_file(self._keys, self._folder / f"{name}.key")
            self._keys.execute(SQL["begin"], (name, number))
        return name

    def _rewrap_all(self, newest: MasterKey, watch: Callable[[int, int], None]) -> int:
        """One way through the table; who is born under the old key meanwhile is met by the next."""
        total, done, behind = self._left(newest), 0, FIRST
        while rows := self._rewrap_chunk(newest, behind):
            behind, done = rows[-1][0], done + len(rows)
            watch(done, max(total, done))
        return done

    def _rewrap_chunk(self, newest: MasterKey, behind: UUID) -> Sequence[Row]:
        where = {"behind": behind, "newest": newest.name, "most": AT_ONCE}
        with self._keys.transaction():
            rows: list[Row] = self._keys.execute(SQL["chunk"], where).fetchall()
            new = {"newest": newest.name, "patients": [row[0] for row in rows], "wrapped": self._wrapped(newest, rows)}
            self._keys.execute(SQL["rewrap"], new)
        return rows

    def _wrapped(self, newest: MasterKey, rows: Sequence[Row]) -> list[bytes]:
        """Each key under the new master key; one that does not come out of it again is never written."""
        masters = {name: self._master_key_of(name) for name in {row[2] for row in rows}}
        wrapped = []
        for patient, old, name in rows:
            key = _opened(masters[name], patient, old)
            wrapped.append(newest.wrap(patient, key))
            if newest.unwrap(patient, wrapped[-1]) != key:
                raise Damage(f"the key of patient {patient} does not survive wrapping; nothing of this chunk is kept")
        return wrapped

    def _retire(self, newest: MasterKey) -> bool:
        """Whether the old keys are off the list; not while one of them wraps anything."""
        if self._left(newest):
            return False
        try:
            with self._keys.transaction():
                retired = [name for (name,) in self._keys.execute(SQL["retire"], (newest.name,))]
                self._keys.execute(SQL["retire_files"], ([f"{name}.key" for name in retired],))
        except ForeignKeyViolation:
            # Somebody was born under an old key since we counted.
            return False
        return True

    def _remove_files(self) -> list[str]:
        files = self._left_behind()
        for file in files:
            file.unlink()
        flush_folder(self._folder)
        return [file.name for file in files]

    def _left_behind(self) -> list[Path]:
        """Files of retired keys that are still there."""
        names = self._keys.execute(SQL["retired_files"]).fetchall()
        return [self._folder / name for (name,) in names if (self._folder / name).exists()]

    def _left(self, newest: MasterKey) -> int:
        row = self._keys.execute(SQL["left"], (newest.name,)).fetchone()
        assert row is not None
        return int(row[0])


def _opened(master: MasterKey, patient: UUID, wrapped: bytes) -> bytes:
    try:
        return master.unwrap(patient, wrapped)
    except CannotOpen as error:
        raise Damage(
            f"the key of patient {patient} does not open under {master.name}: nothing is lost by this, "
            "the old file stays; bring that row back from a backup of the keys database and rotate again"
        ) from error
