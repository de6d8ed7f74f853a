"""A key that the data was written with is never replaced in silence."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg import Connection

from services.kernel.damage import Damage
from services.kernel.database import connect
from services.kernel.key_files import ensure_key_files, read_key_file
from tests.conftest import Databases

NAMES = ("index.key", "master.key")


@pytest.fixture
def keys(databases: Databases) -> Iterator[Connection[Any]]:
    with connect(databases.keys_admin_url, "test") as connection:
        connection.execute("TRUNCATE keys.key_file")
        yield connection


def ensured(keys: Connection[Any], folder: Path) -> list[bytes]:
    paths = [folder / name for name in NAMES]
    ensure_key_files(keys, paths)
    return [read_key_file(path) for path in paths]


def test_a_new_database_gets_keys_that_only_their_owner_reads(keys: Connection[Any], tmp_path: Path) -> None:
    made = ensured(keys, tmp_path / "new")
    assert {len(key) for key in made} == {32}
    assert len(set(made)) == len(NAMES)
    assert {stat.S_IMODE((tmp_path / "new" / name).stat().st_mode) for name in NAMES} == {0o600}


def test_a_second_start_keeps_them(keys: Connection[Any], tmp_path: Path) -> None:
    assert ensured(keys, tmp_path / "new") == ensured(keys, tmp_path / "new")


def remove(path: Path) -> None:
    path.unlink()


def exchange(path: Path) -> None:
    path.write_bytes(bytes(32))


@pytest.mark.parametrize(("harm", "says"), [(remove, "is missing"), (exchange, "is not the one")])
@pytest.mark.parametrize("name", NAMES)
def test_a_key_file_that_is_missing_or_another_stops_the_start(
    keys: Connection[Any], tmp_path: Path, name: str, harm: Callable[[Path], None], says: str
) -> None:
    ensured(keys, tmp_path / "new")
    harm(tmp_path / "new" / name)
    before = sorted((tmp_path / "new").iterdir())
    with pytest.raises(Damage, match=f"{name} {says}"):
        ensured(keys, tmp_path / "new")
    assert sorted((tmp_path / "new").iterdir()) == before


def test_a_key_file_of_another_length_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.key"
    path.touch(0o600)
    with pytest.raises(Damage, match="0 bytes instead of 32"):
        read_key_file(path)


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "index.key"
    path.touch(0o640)
    with pytest.raises(PermissionError, match="0600"):
        read_key_file(path)
