"""The key files of a data folder, and what the databases know of them.

The keys database keeps a fingerprint of each key that it was ever used with. So a file that was lost or exchanged
is noticed before anybody writes under a key that nobody else has.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from psycopg import Connection

from services.kernel.damage import Damage
from services.kernel.index_key import derive

KEY_BYTES: Final = 32
_LOCK: Final = "LOCK TABLE keys.key_file IN EXCLUSIVE MODE"
_KNOWN: Final = "SELECT fingerprint, retired_at IS NOT NULL FROM keys.key_file WHERE name = %s"
_NEEDED: Final = "SELECT name FROM keys.key_file WHERE retired_at IS NULL AND name <> ALL(%s)"
_KEEP: Final = "INSERT INTO keys.key_file (name, fingerprint) VALUES (%s, %s)"


def read_key_file(path: Path) -> bytes:
    """A key of 32 bytes from a file that only its owner may read; PermissionError for one that others can."""
    if path.stat().st_mode & 0o077:
        raise PermissionError(f"{path.name} can be read by others; set its mode to 0600")
    key = path.read_bytes()
    if len(key) != KEY_BYTES:
        raise Damage(f"{path.name} has {len(key)} bytes instead of {KEY_BYTES}; bring the file back from its backup")
    return key


def ensure_key_files(keys: Connection[Any], paths: Sequence[Path]) -> None:
    """Make the keys of a new database; Damage when a key that this one is used with is missing or another."""
    with keys.transaction():
        keys.execute(_LOCK)
        for path in [*paths, *_made_later(keys, paths)]:
            ensure_key_file(keys, path)


def _made_later(keys: Connection[Any], paths: Sequence[Path]) -> list[Path]:
    """Files of master keys that took over from the first."""
    names = keys.execute(_NEEDED, ([path.name for path in paths],)).fetchall()
    return [paths[0].with_name(name) for (name,) in names]


def ensure_key_file(keys: Connection[Any], path: Path) -> None:
    """Make a key that the database does not know; Damage when one that it uses is missing or another."""
    known = keys.execute(_KNOWN, (path.name,)).fetchone()
    if known is None:
        if not path.exists():
            _make(path)
        keys.execute(_KEEP, (path.name, _fingerprint(path)))
    elif known[1]:
        return
    elif not path.exists():
        raise Damage(f"the key file {path.name} is missing; without it nothing here can be read: bring it back")
    elif known[0] != _fingerprint(path):
        raise Damage(f"the key file {path.name} is not the one that this data was written with; bring that one back")


def _fingerprint(path: Path) -> bytes:
    return derive(read_key_file(path), b"fingerprint")


def _make(path: Path) -> None:
    """All of it or nothing, and on the disk before anybody is told of it."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(os.urandom(KEY_BYTES))
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)
    flush_folder(path.parent)


def flush_folder(folder: Path) -> None:
    """A name that came or went in this folder survives a power cut."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
