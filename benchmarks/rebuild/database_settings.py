"""What settings of PostgreSQL bring a rebuild: as it is, with one thing changed, and as it is again."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

import psycopg
from msgspec.structs import replace

import schemas
from benchmarks.rebuild.ours import Run, measured, prune, rebuilt
from services.operations.house import House
from services.records.read_model import qualified
from services.records.replay.versions import create


@dataclass(frozen=True, slots=True)
class Variant:
    """A way to set PostgreSQL; a restart where it takes one."""

    name: str
    settings: Mapping[str, str]
    restart: bool = False


VARIANTS: Final = (
    Variant("checkpoints as PostgreSQL ships them", {"max_wal_size": "1GB", "checkpoint_timeout": "5min"}),
    Variant("64 MB of WAL buffers", {"wal_buffers": "64MB"}, restart=True),
    Variant("512 MB of shared buffers", {"shared_buffers": "512MB"}, restart=True),
    Variant("WAL for crashes only", {"wal_level": "minimal", "max_wal_senders": "0"}, restart=True),
    Variant("no full pages in the WAL (not safe)", {"full_page_writes": "off"}),
)
AS_IS: Final = "as it is"
AGAIN: Final = "as it is, again"
UNLOGGED: Final = "tables unlogged, then logged"


def series(house: House, *, quick: bool) -> dict[str, Run]:
    """One rebuild under each; quickly: under none that takes a restart."""
    found = {AS_IS: measured(house)}
    for variant in VARIANTS:
        if not (_fixed(house, variant) or (quick and variant.restart)):
            with _set(house, variant):
                found[variant.name] = measured(house)
    found[UNLOGGED] = _unlogged(house)
    found[AGAIN] = measured(house)
    return found


def _fixed(house: House, variant: Variant) -> bool:
    """Whether the server was started with one of these, which nothing but another start changes."""
    with _admin(house) as connection:
        names = list(variant.settings)
        question = "SELECT count(*) FROM pg_settings WHERE name = ANY(%s) AND source = 'command line'"
        return connection.execute(question, (names,)).fetchone() != (0,)


@contextmanager
def _set(house: House, variant: Variant) -> Iterator[None]:
    try:
        with _admin(house) as connection:
            for name, value in variant.settings.items():
                connection.execute(f"ALTER SYSTEM SET {name} = '{value}'".encode())
        _take_up(house, variant.restart)
        yield
    finally:
        with _admin(house) as connection:
            connection.execute("ALTER SYSTEM RESET ALL")
        _take_up(house, variant.restart)


def _take_up(house: House, restart: bool) -> None:
    if restart:
        house.close()
        house.open()
    else:
        with _admin(house) as connection:
            connection.execute("SELECT pg_reload_conf()")


def _unlogged(house: House) -> Run:
    """A version whose tables are unlogged before it is loaded, and logged afterwards, on the clock."""
    try:
        with _admin(house) as connection:
            connection.execute("SET ROLE kartoteka_owner")
            tables = _tables(create(connection).name)
            _each(connection, tables, "SET UNLOGGED")
        with rebuilt(house) as (run, _), _admin(house) as connection:
            began = perf_counter()
            _each(connection, tables, "SET LOGGED")
            return replace(run, seconds=run.seconds + perf_counter() - began)
    finally:
        prune(house)


def _tables(version: str) -> list[str]:
    return [qualified(version, kind) for kind in schemas.event_types().values()]


def _each(connection: psycopg.Connection[Any], tables: list[str], action: str) -> None:
    for table in tables:
        connection.execute(f"ALTER TABLE {table} {action}".encode())


def _admin(house: House) -> psycopg.Connection[Any]:
    return psycopg.connect(house.addresses().database, autocommit=True)
