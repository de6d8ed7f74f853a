"""Roles, tables and grants of both databases, brought to today's state; safe to run at every start."""

import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from infra.read_model import OWNER, ReadModel, ensure_read_model

HERE: Final = Path(__file__).parent
DATABASE: Final = "kartoteka"
ROLES: Final = (
    "records_ingest",
    "records_relay",
    "records_projection",
    "permissions_facts",
    "permissions_relay",
    "permissions_commands",
    "operator",
)
KEYS_ROLES: Final = ("records_ingest", "permissions_commands", "operator", "keys_keeper")
FIRST_VERSION: Final = "records_v1"
PASSWORDS: Final = "roles.json"

# Two processes that start at once must not both build the house.
_ADVISORY_LOCK: Final = 0x6B617274


def provision(admin_url: str, keys_admin_url: str, secrets_dir: Path, read_model: ReadModel) -> None:
    """Roles, schemas, tables, views and grants in both databases, brought to today's state."""
    passwords = _passwords(secrets_dir)
    with psycopg.connect(admin_url, autocommit=True) as admin:
        _create_roles(admin, ROLES, passwords)
    _migrate(admin_url, "versions")
    with psycopg.connect(admin_url, autocommit=True) as admin:
        _read_model(admin, read_model)
        _execute(admin, (HERE / "grants.sql").read_text())
    with psycopg.connect(keys_admin_url, autocommit=True) as admin:
        _create_roles(admin, KEYS_ROLES, passwords)
    _migrate(keys_admin_url, "keys", first="keys")
    with psycopg.connect(keys_admin_url) as admin:
        _execute(admin, (HERE / "grants_keys.sql").read_text())


def ensure_database(admin_url: str) -> str:
    """URL of the product's own database in an embedded cluster, created if it is not there."""
    with psycopg.connect(admin_url, autocommit=True) as admin:
        there = admin.execute("SELECT FROM pg_database WHERE datname = %s", (DATABASE,)).fetchone()
        if there is None:
            admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
    return _url(admin_url, dbname=DATABASE)


def role_url(admin_url: str, role: str, secrets_dir: Path) -> str:
    """The URL by which one role connects."""
    return _url(admin_url, user=role, password=_passwords(secrets_dir, role)[role])


def hand_out_passwords(secrets_dir: Path, folder: Path) -> None:
    """Put each role's password, and no other, where its process looks for it: ``folder``/role, if that is there."""
    for role, password in _passwords(secrets_dir).items():
        if (folder / role).is_dir():
            _write_passwords(folder / role / PASSWORDS, {role: password})


def _url(url: str, **changes: str) -> str:
    where: dict[str, Any] = conninfo_to_dict(url)
    return make_conninfo(**{**where, **changes})


def _passwords(secrets_dir: Path, *roles: str) -> Mapping[str, str]:
    """The passwords of these roles or of all; one that is new gets its own. A container's folder has one, read-only."""
    path = secrets_dir / PASSWORDS
    passwords: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    new = {role: secrets.token_urlsafe(24) for role in roles or (*ROLES, *KEYS_ROLES) if role not in passwords}
    if new:
        passwords |= new
        _write_passwords(path, passwords)
    return passwords


def _write_passwords(path: Path, passwords: Mapping[str, str]) -> None:
    """Whole or not at all, and readable for its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(dict(passwords), file)
    new.replace(path)


def _create_roles(admin: Connection[Any], roles: tuple[str, ...], passwords: Mapping[str, str]) -> None:
    there = {row[0] for row in admin.execute("SELECT rolname FROM pg_roles")}
    if OWNER not in there:
        admin.execute(sql.SQL("CREATE ROLE {} NOLOGIN").format(sql.Identifier(OWNER)))
    for role in roles:
        verb = sql.SQL("ALTER" if role in there else "CREATE")
        admin.execute(
            sql.SQL("{} ROLE {} LOGIN PASSWORD {}").format(verb, sql.Identifier(role), sql.Literal(passwords[role]))
        )
    database = sql.Identifier(admin.info.dbname)
    admin.execute(sql.SQL("GRANT CREATE ON DATABASE {} TO {}").format(database, sql.Identifier(OWNER)))


def _migrate(admin_url: str, steps: str, *, first: str | None = None) -> None:
    """Take the steps that are missing; the schema ``first`` was made before this database kept count of steps."""
    # Loaded here, because every command imports this module and few of them migrate.
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    config = Config()
    config.set_main_option("script_location", str(HERE / "migrations"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(HERE / "migrations" / steps))
    engine = create_engine("postgresql+psycopg://", creator=lambda: psycopg.connect(admin_url), poolclass=NullPool)
    with engine.begin() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("SELECT pg_advisory_xact_lock(%s)", (_ADVISORY_LOCK,))
        driver.execute(f"GRANT CREATE ON SCHEMA public TO {OWNER}")
        driver.execute(f"SET LOCAL ROLE {OWNER}")
        config.attributes["connection"] = connection
        if first is not None and _uncounted(driver, first):
            command.stamp(config, "0001")
        command.upgrade(config, "head")


def _uncounted(driver: Connection[Any], first: str) -> bool:
    found = driver.execute("SELECT to_regnamespace(%s) IS NOT NULL, to_regclass('public.kartoteka_version')", (first,))
    return found.fetchone() == (True, None)


def _read_model(admin: Connection[Any], read_model: ReadModel) -> None:
    """The first version made, the tables of all brought to today's shape; the lock ends with the connection."""
    admin.execute("SELECT pg_advisory_lock(%s)", (_ADVISORY_LOCK,))
    admin.execute(f"SET ROLE {OWNER}")
    ensure_read_model(admin, read_model, FIRST_VERSION)
    admin.execute("RESET ROLE")


def _execute(admin: Connection[Any], statements: str) -> None:
    admin.execute(statements.encode())
