"""One version of a read model in the database: made once, and extended in place when the schemas have grown.

Rows of a new event type cannot have been there before, and a new field is null in old rows: so an extended version
is what a fresh one would be. Whatever else differs needs a rebuild, and is refused by whoever knows the shape.
"""

import hashlib
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from string import Template
from typing import Any, Final, Protocol

import psycopg
from psycopg import Connection, sql

HERE: Final = Path(__file__).parent
OWNER: Final = "kartoteka_owner"
LOCK_WAIT: Final = "200ms"
GIVE_UP_SECONDS: Final = 60.0
PAUSE_SECONDS: Final = 0.1

# Columns of a table by name: type, and whether it may be null.
Columns = Mapping[str, tuple[str, bool]]


class ReadModel(Protocol):
    """What a service says of a version of its read model: statements, and nothing that speaks to a database."""

    @property
    def version(self) -> str:
        """The PostgreSQL schema that it lives in."""

    def create(self) -> Sequence[str]:
        """Everything, where nothing is."""

    def holds_events(self, columns: Columns) -> bool:
        """Whether a table holds rows of events; anything else in the version is made anew with the views."""

    def extend(self, there: Mapping[str, Columns]) -> Sequence[str]:
        """What brings these tables of events to today's shape, and the views."""


def ensure_read_model(admin: Connection[Any], model: ReadModel) -> None:
    """Bring the version to today's shape, in the caller's transaction."""
    digest = _digest(model.create())
    known = _known_digest(admin, model.version)
    if known == digest:
        drop_former_views(admin, model.version)
        return
    if admin.execute("SELECT to_regnamespace(%s)", (model.version,)).fetchone() == (None,):
        _execute_all(admin, model.create())
        admin.execute("INSERT INTO records.active_version VALUES ('records', %s)", (model.version,))
    else:
        _extend(admin, model)
    grants = Template((HERE / "grants_version.sql").read_text()).substitute(version=model.version)
    _execute_all(admin, [grants])
    comment = sql.SQL("COMMENT ON SCHEMA {} IS {}")
    admin.execute(comment.format(sql.Identifier(model.version), sql.Literal(digest)))


def drop_former_views(admin: Connection[Any], version: str) -> None:
    """What an earlier extension set aside; whoever was reading it then has ended long since."""
    admin.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(f"{version}_former")))


def _extend(admin: Connection[Any], model: ReadModel) -> None:
    """Never waiting for long while it holds a table: whoever reads meanwhile is not held up, and falls no victim."""
    admin.execute(sql.SQL("SET LOCAL lock_timeout = {}").format(LOCK_WAIT))
    until = time.monotonic() + GIVE_UP_SECONDS
    while True:
        try:
            with admin.transaction():
                _set_aside(admin, model)
                _execute_all(admin, model.extend(_tables(admin, model.version)))
        except psycopg.errors.LockNotAvailable:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            break
    admin.execute("SET LOCAL lock_timeout = 0")


def _set_aside(admin: Connection[Any], model: ReadModel) -> None:
    """Views move to another schema, where a reader who holds them already can end in peace."""
    former = f"{model.version}_former"
    drop_former_views(admin, model.version)
    admin.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(former)))
    for (routine,) in admin.execute(_ROUTINES, (model.version,)).fetchall():
        admin.execute(sql.SQL("ALTER ROUTINE {} SET SCHEMA {}").format(sql.SQL(routine), sql.Identifier(former)))
    for name, columns in _tables(admin, model.version).items():
        if not model.holds_events(columns):
            table = sql.Identifier(model.version, name)
            admin.execute(sql.SQL("ALTER TABLE {} SET SCHEMA {}").format(table, sql.Identifier(former)))


def _tables(admin: Connection[Any], version: str) -> dict[str, Columns]:
    found: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, sql_type, nullable in admin.execute(_COLUMNS, (version,)):
        found.setdefault(table, {})[column] = (sql_type, nullable)
    return dict(found)


def _known_digest(admin: Connection[Any], version: str) -> str | None:
    row = admin.execute("SELECT obj_description(to_regnamespace(%s), 'pg_namespace')", (version,)).fetchone()
    return None if row is None else row[0]


def _digest(statements: Sequence[str]) -> str:
    return f"shape {hashlib.sha256(chr(0).join(statements).encode()).hexdigest()}"


def _execute_all(admin: Connection[Any], statements: Sequence[str]) -> None:
    for statement in statements:
        admin.execute(statement.encode())


_ROUTINES: Final = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace(%s)"
_COLUMNS: Final = """
    SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    WHERE c.relnamespace = to_regnamespace(%s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
"""
