"""A new master key takes over: killed anywhere it goes on, nobody loses a key, and the old one opens nothing."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from services.kernel.damage import Damage
from services.kernel.database import connect
from services.kernel.key_files import ensure_key_files
from services.kernel.key_rotation import Rotated, Rotation
from services.kernel.patient_keys import PatientKeys, master_keys
from services.operations.house import KEY_FILES
from tests.chaos.dying_rotation import MOMENTS
from tests.conftest import Databases
from tests.corridor import REPOSITORY

PEOPLE = 30
Db = Connection[Any]


def keys_of(databases: Databases) -> PatientKeys:
    return PatientKeys(master_keys(databases.folder / "keys"))


def born(databases: Databases, number: int) -> dict[UUID, bytes]:
    """So many new patients and their keys, as ingest makes and reads them."""
    patients = [uuid4() for _ in range(number)]
    with databases.connect_keys() as ingest:
        keys_of(databases).make(ingest, patients)
        found = keys_of(databases).find(ingest, patients).keys
    assert len(found) == number
    return dict(found)


def opened(databases: Databases, patients: Mapping[UUID, bytes]) -> dict[UUID, bytes]:
    with databases.connect_keys() as ingest:
        return dict(keys_of(databases).find(ingest, patients).keys)


def destroyed(databases: Databases, patient: UUID) -> bool:
    with databases.connect_keys() as ingest:
        return patient in keys_of(databases).find(ingest, [patient]).destroyed


def destroy(databases: Databases) -> UUID:
    """A patient whose key is gone on purpose; only the tombstone is left."""
    (patient,) = born(databases, 1)
    with connect(databases.keys_admin_url, "test") as admin:
        admin.execute(
            "UPDATE keys.patient_key SET wrapped = NULL, destroyed_at = now() WHERE patient_id = %s", (patient,)
        )
    return patient


@contextmanager
def keeper(databases: Databases) -> Iterator[Db]:
    with databases.connect_keys("keys_keeper") as keys:
        yield keys


def rotate(databases: Databases) -> Rotated:
    with keeper(databases) as keys:
        return Rotation(keys, databases.folder / "keys").run(lambda *_: None)


def usable(databases: Databases) -> list[str]:
    with keeper(databases) as keys:
        return [name for (name,) in keys.execute("SELECT name FROM keys.master_key ORDER BY number")]


def files(databases: Databases) -> set[str]:
    return {path.name for path in (databases.folder / "keys").iterdir()} - {"index.key", "service.key"}


def start_again(databases: Databases) -> None:
    """What every ``kartoteka up`` does with the key files."""
    with connect(databases.keys_admin_url, "test") as admin:
        ensure_key_files(admin, [databases.folder / "keys" / name for name in KEY_FILES])


def test_every_key_is_the_same_after_a_rotation_and_only_the_new_master_key_is_left(databases: Databases) -> None:
    before, tombstone = born(databases, PEOPLE), destroy(databases)
    assert rotate(databases) == Rotated("master-2", PEOPLE, ["master.key"])
    assert opened(databases, before) == before
    assert destroyed(databases, tombstone)
    assert (usable(databases), files(databases)) == (["master-2"], {"master-2.key"})
    start_again(databases)


def test_the_file_of_the_new_key_is_its_owners_alone(databases: Databases) -> None:
    rotate(databases)
    assert (databases.folder / "keys" / "master-2.key").stat().st_mode & 0o777 == 0o600


def test_the_next_rotation_takes_the_next_name(databases: Databases) -> None:
    before = born(databases, 3)
    rotate(databases)
    assert rotate(databases) == Rotated("master-3", 3, ["master-2.key"])
    assert opened(databases, before) == before
    start_again(databases)


def test_the_old_key_opens_nothing_and_wraps_nothing(databases: Databases, tmp_path: Path) -> None:
    before = born(databases, 3)
    old = tmp_path / "seen-by-others"
    shutil.copytree(databases.folder / "keys", old)
    rotate(databases)
    with keeper(databases) as keys:
        rows = keys.execute("SELECT patient_id, wrapped FROM keys.patient_key").fetchall()
    stolen = master_keys(old)("master")
    for patient, wrapped in rows:
        with pytest.raises(Exception, match="do not fit this key"):
            stolen.unwrap(patient, wrapped)
    with databases.connect_keys() as ingest, pytest.raises(psycopg.errors.ForeignKeyViolation):
        ingest.execute(
            "INSERT INTO keys.patient_key (patient_id, wrapped, master_key) VALUES (%s, %s, 'master')",
            (uuid4(), stolen.wrap(next(iter(before)), b"x" * 32)),
        )


def test_the_fingerprint_of_the_old_key_stays_as_history(databases: Databases) -> None:
    rotate(databases)
    with connect(databases.keys_admin_url, "test") as admin:
        rows = admin.execute("SELECT name, retired_at IS NULL FROM keys.key_file WHERE name LIKE 'master%%' ORDER BY 1")
        assert dict(rows.fetchall()) == {"master-2.key": True, "master.key": False}


def test_a_missing_new_key_stops_the_start_as_any_other(databases: Databases) -> None:
    rotate(databases)
    (databases.folder / "keys" / "master-2.key").unlink()
    with pytest.raises(Damage, match=r"master-2\.key is missing"):
        start_again(databases)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_rotation_that_was_killed_is_finished_by_the_next_and_nobody_loses_a_key(
    databases: Databases, moment: str
) -> None:
    before, tombstone = born(databases, PEOPLE), destroy(databases)
    die(databases, moment)
    assert opened(databases, before) == before
    before |= born(databases, 5)
    start_again(databases)
    rotate(databases)
    assert opened(databases, before) == before
    assert destroyed(databases, tombstone)
    (name,) = usable(databases)
    assert files(databases) == {f"{name}.key"}
    assert name == ("master-3" if moment == "the old file removed" else "master-2")
    start_again(databases)


def die(databases: Databases, moment: str) -> None:
    with keeper(databases) as keys:
        url = f"{keys.info.dsn} password={keys.info.password}"
    plan = {"moment": moment, "url": url, "folder": str(databases.folder / "keys")}
    command = [sys.executable, "-m", "tests.chaos.dying_rotation"]
    done = subprocess.run(
        command, cwd=REPOSITORY, env={**os.environ, "ROTATION_PLAN": json.dumps(plan)}, check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_who_is_born_under_the_old_key_while_it_is_being_retired_keeps_it_usable(databases: Databases) -> None:
    """Ingest asked for the master key before the rotation began, and commits after every row was wrapped anew."""
    before, late = born(databases, 3), uuid4()
    old = master_keys(databases.folder / "keys")("master")
    with databases.connect_keys() as ingest:
        with ingest.transaction():
            ingest.execute(
                "INSERT INTO keys.patient_key (patient_id, wrapped, master_key) VALUES (%s, %s, 'master')",
                (late, old.wrap(late, b"k" * 32)),
            )
            rotating = rotation_process(databases)
            until_waiting(rotating, databases)
        assert rotating.wait(30) == 0
    assert opened(databases, {**before, late: b""}) == {**before, late: b"k" * 32}
    assert (usable(databases), files(databases)) == (["master-2"], {"master-2.key"})


def rotation_process(databases: Databases) -> subprocess.Popen[bytes]:
    with keeper(databases) as keys:
        url = f"{keys.info.dsn} password={keys.info.password}"
    program = (
        "import os; from pathlib import Path; from services.kernel.database import connect\n"
        "from services.kernel.key_rotation import Rotation\n"
        "Rotation(connect(os.environ['URL'], 'test'), Path(os.environ['FOLDER'])).run(lambda *_: None)\n"
    )
    environment = {**os.environ, "URL": url, "FOLDER": str(databases.folder / "keys")}
    return subprocess.Popen([sys.executable, "-c", program], cwd=REPOSITORY, env=environment)


def until_waiting(rotating: subprocess.Popen[bytes], databases: Databases) -> None:
    """Until the rotation waits for the birth to be committed; one that has ended did not wait."""
    waits = "SELECT count(*) FROM pg_stat_activity WHERE usename = 'keys_keeper' AND wait_event_type = 'Lock'"
    with connect(databases.keys_admin_url, "test") as admin:
        while admin.execute(waits).fetchone() != (1,):
            assert rotating.poll() is None, "the rotation did not wait for a birth under the old key"
            admin.execute("SELECT pg_sleep(0.05)")


def test_a_reader_that_finds_the_file_of_the_old_key_gone_looks_at_the_rows_again(databases: Databases) -> None:
    before = born(databases, 3)
    folder = databases.folder / "keys"

    def slow(name: str) -> Any:
        """The rows are read, and the whole rotation happens before the folder is."""
        if name == "master" and (folder / "master.key").exists():
            rotate(databases)
        return master_keys(folder)(name)

    with databases.connect_keys() as ingest:
        assert dict(PatientKeys(slow).find(ingest, before).keys) == before


@pytest.mark.parametrize("file_was_read", [True, False])
def test_a_newborn_whose_master_key_was_retired_in_between_gets_the_new_one(
    databases: Databases, file_was_read: bool
) -> None:
    folder, patient = databases.folder / "keys", uuid4()

    def slow(name: str) -> Any:
        """The whole rotation happens before the newborn's key is written, or even before the file is read."""
        found = master_keys(folder)(name) if file_was_read else None
        if name == "master":
            rotate(databases)
        return found or master_keys(folder)(name)

    with databases.connect_keys() as ingest:
        PatientKeys(slow).make(ingest, [patient])
        assert patient in keys_of(databases).find(ingest, [patient]).keys


def test_a_key_file_that_is_missing_is_said_by_its_name(databases: Databases) -> None:
    before = born(databases, 1)
    (databases.folder / "keys" / "master.key").unlink()
    for ask in (lambda: opened(databases, before), lambda: born(databases, 1)):
        with pytest.raises(Damage, match=r"the key file master\.key is missing"):
            ask()


def test_two_rotations_at_once_are_one_too_many(databases: Databases) -> None:
    with keeper(databases) as first:
        Rotation(first, databases.folder / "keys")._be_alone()
        with pytest.raises(Damage, match="another 'kartoteka keys rotate'"):
            rotate(databases)


def test_a_row_that_does_not_open_stops_the_rotation_and_the_old_key_stays(databases: Databases) -> None:
    before = born(databases, 3)
    with connect(databases.keys_admin_url, "test") as admin:
        admin.execute("UPDATE keys.patient_key SET wrapped = %s WHERE patient_id = %s", (b"x" * 60, min(before)))
    with pytest.raises(Damage, match=f"the key of patient {min(before)} does not open under master"):
        rotate(databases)
    assert files(databases) == {"master.key", "master-2.key"}
    intact = {patient: key for patient, key in before.items() if patient != min(before)}
    assert opened(databases, intact) == intact
