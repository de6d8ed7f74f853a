"""The versions of a read model in the database: the first one made once, and the tables of all grown with the schemas.

Rows of a new event type cannot have been there before, and a new field is null in old rows: so a table that has grown
is what a fresh one would be, and every version can be fed. What a version shows never changes: other views are another
version's, which is proven before it is read.
"""

import time
from collections.abc import Mapping, Sequence
from typing import Any, Final, Protocol

import psycopg
from psycopg import Connection, sql

OWNER: Final = "kartoteka_owner"
LOCK_WAIT: Final = "200ms"
GIVE_UP_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 0.1

# Columns of a table by name: type, and whether it may be null.
Columns = Mapping[str, tuple[str, bool]]


class ReadModel(Protocol):
    """What a service says of the versions of its read model: statements, and nothing that speaks to a database."""

    def create(self, version: str) -> Sequence[str]:
        """Everything, where nothing is."""

    def extend(self, version: str, there: Mapping[str, Columns]) -> Sequence[str]:
        """What brings the tables that are there to today's shape; nothing where they have it."""

    def build(self) -> str:
        """By what a version is made today."""


def ensure_read_model(admin: Connection[Any], model: ReadModel, first: str) -> None:
    """The first version made where there is none, the tables of all brought to today's shape.

    What cannot grow is refused before anything has changed. Each version grows in a transaction of its own: whoever
    reads one is not held up while another is waited for.
    """
    with admin.transaction():
        if not _versions(admin):
            _create(admin, model, first)
    grown = {version: model.extend(version, _tables(admin, version)) for version in _versions(admin)}
    for statements in filter(None, grown.values()):
        _without_waiting_long(admin, statements)


def _create(admin: Connection[Any], model: ReadModel, first: str) -> None:
    _execute_all(admin, model.create(first))
    made = {"version": first, "build": model.build()}
    admin.execute(
        "INSERT INTO records.version (version, build, filled_at) VALUES (%(version)s, %(build)s, now())", made
    )
    admin.execute("INSERT INTO records.active_version VALUES ('records', %(version)s)", made)
    admin.execute("INSERT INTO records.switched (to_version, build) VALUES (%(version)s, %(build)s)", made)


def _versions(admin: Connection[Any]) -> list[str]:
    return [version for (version,) in admin.execute("SELECT version FROM records.version ORDER BY made_at, version")]


def _without_waiting_long(admin: Connection[Any], statements: Sequence[str]) -> None:
    """Never waiting for long while it holds a table: whoever reads meanwhile is not held up, and falls no victim."""
    until = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            with admin.transaction():
                admin.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_WAIT))
                _execute_all(admin, statements)
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            break


def _tables(admin: Connection[Any], version: str) -> dict[str, Columns]:
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, sql_type, nullable in admin.execute(_COLUMNS, (version,)):
        found.setdefault(table, {})[column] = (sql_type, nullable)
    return dict(found)


def _execute_all(admin: Connection[Any], statements: Sequence[str]) -> None:
    for statement in statements:
        admin.execute(statement.encode())


_COLUMNS: Final = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
