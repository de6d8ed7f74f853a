"""Who may do what: all grants of both databases against a list that people read, and what must never be on it.

After a change that is meant the failing test shows the lines to add to ``grants.txt`` and those to take away.
"""

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from infra.database import KEYS_ROLES, ROLES, role_url
from infra.servers import Endpoints
from services.kernel.database import connect
from tests.architecture.catalogue import owned, rights
from tests.conftest import TEMPLATE

Db = Connection[Any]
LEDGER_TABLES = ("event", "seal", "inbox", "person", "quarantined", "quarantine_closing", "gap", "gap_closing")
LISTED = Path(__file__).with_name("grants.txt")


@pytest.fixture(scope="module")
def urls(servers: Endpoints, secrets: Path) -> dict[str, str]:
    """Both databases as they were provisioned, for the superuser."""
    clusters = {"main": servers.postgres, "keys": servers.postgres_keys}
    return {name: make_conninfo(url, dbname=TEMPLATE) for name, url in clusters.items()}


@pytest.fixture
def main(urls: dict[str, str]) -> Any:
    """The main database; whatever a test does is taken back."""
    with connect(urls["main"], "test") as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def keys(urls: dict[str, str]) -> Any:
    with connect(urls["keys"], "test") as connection, connection.transaction(force_rollback=True):
        yield connection


def listed() -> list[str]:
    return [line for line in LISTED.read_text().splitlines() if line and not line.startswith("#")]


def found(main: Db, keys: Db) -> list[str]:
    return [f"{name} {line}" for name, database in (("main", main), ("keys", keys)) for line in rights(database)]


def test_everybody_may_do_what_is_listed_and_nothing_else(main: Db, keys: Db) -> None:
    now, agreed = set(found(main, keys)), set(listed())
    assert (sorted(now - agreed), sorted(agreed - now)) == ([], []), "(more than listed, listed and not there)"


def test_a_grant_to_anybody_shows(main: Db, keys: Db) -> None:
    before = set(found(main, keys))
    main.execute("GRANT SELECT (digest) ON records.person TO records_projection")
    main.execute("GRANT DELETE ON records.event TO PUBLIC")
    keys.execute("GRANT USAGE ON SCHEMA keys TO PUBLIC")
    assert set(found(main, keys)) - before == {
        "main column records.person.digest: records_projection SELECT",
        "main table records.event: PUBLIC DELETE",
        "keys schema keys: PUBLIC USAGE",
    }


def test_no_role_of_a_service_owns_anything(main: Db, keys: Db) -> None:
    assert owned(main, ROLES) == owned(keys, ROLES) == []
    assert ("kartoteka_owner", "table records.event") in owned(main, ["kartoteka_owner"])


def refused(connection: Db, role: str, statement: str) -> bool:
    """Whether a statement is refused for want of permission; nothing of it stays."""
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(f"SET LOCAL ROLE {role}".encode())
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege:
        return True
    return False


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("table", LEDGER_TABLES)
def test_nobody_changes_or_deletes_what_the_ledger_holds(main: Db, role: str, table: str) -> None:
    column = {"event": "state", "quarantined": "reason", "quarantine_closing": "how", "gap_closing": "set_aside"}
    column |= {"seal": "hash", "inbox": "digest", "person": "patient_id", "gap": "reason"}
    for statement in (
        f"UPDATE records.{table} SET {column[table]} = {column[table]}",
        f"DELETE FROM records.{table}",
        f"TRUNCATE records.{table}",
        f"DROP TABLE records.{table}",
        f"ALTER TABLE records.{table} ADD COLUMN more int",
    ):
        assert refused(main, role, statement), f"{role}: {statement}"


@pytest.mark.parametrize("role", ROLES)
def test_nobody_changes_or_deletes_a_decision(main: Db, role: str) -> None:
    for statement in (
        "UPDATE permissions.event SET state = state",
        "DELETE FROM permissions.event",
        "TRUNCATE permissions.event",
        "DROP TABLE permissions.event",
    ):
        assert refused(main, role, statement), f"{role}: {statement}"


FIRST_IN_ACCESS = """
SELECT c.relname, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = i.indkey[0])
FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE c.relnamespace = 'permissions'::regnamespace AND c.relkind = 'p'
"""


def test_every_table_of_a_version_of_access_can_be_distributed_by_person(main: Db) -> None:
    assert dict(main.execute(FIRST_IN_ACCESS).fetchall()) == {
        "fact": "person_id",
        "access_by_subject": "subject_id",
        "access_by_viewer": "viewer_id",
    }


def test_who_decides_reads_neither_ledger_nor_persons(main: Db) -> None:
    for table in ("event", "person", "inbox", "quarantined"):
        assert refused(main, "permissions_facts", f"SELECT FROM records.{table}")
    for question in ("patient_by_digest('')", "patient_by_account('')", "timeline(gen_random_uuid())"):
        assert refused(main, "permissions_facts", f"SELECT records_door.{question}")


def test_commands_write_decisions_and_read_neither_ledger_nor_persons(main: Db) -> None:
    insert = "INSERT INTO permissions.event VALUES (gen_random_uuid(), 1, 'x', '', 1)"
    assert not refused(main, "permissions_commands", f"LOCK TABLE permissions.event IN EXCLUSIVE MODE; {insert}")
    for statement in ("DELETE FROM permissions.command_fact", "UPDATE permissions.answered SET answer = '{}'"):
        assert refused(main, "permissions_commands", statement)
    for table in ("event", "person", "inbox", "quarantined"):
        assert refused(main, "permissions_commands", f"SELECT FROM records.{table}")


def test_the_relay_of_permissions_reads_decisions_and_neither_ledger_nor_persons(main: Db) -> None:
    assert not refused(main, "permissions_relay", "SELECT FROM permissions.event")
    assert refused(main, "permissions_relay", "INSERT INTO permissions.event SELECT * FROM permissions.event")
    for table in ("event", "person", "inbox", "quarantined"):
        assert refused(main, "permissions_relay", f"SELECT FROM records.{table}")


def test_the_ledgers_writer_may_insert_and_lock(main: Db) -> None:
    insert = "INSERT INTO records.event VALUES (gen_random_uuid(), 1, 'x', '', 1)"
    assert not refused(main, "records_ingest", f"LOCK TABLE records.event IN EXCLUSIVE MODE; {insert}")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "records_ingest"])
def test_nobody_else_writes_the_ledger(main: Db, role: str) -> None:
    for table in LEDGER_TABLES:
        assert refused(main, role, f"INSERT INTO records.{table} SELECT * FROM records.{table}")


@pytest.mark.parametrize("role", ROLES)
def test_nobody_changes_or_deletes_viewings_or_rows_of_the_read_model(main: Db, role: str) -> None:
    for table in ("viewing.viewing", "records_v1.person_registered"):
        for statement in (f"DELETE FROM {table}", f"TRUNCATE {table}"):
            assert refused(main, role, statement)
    assert refused(main, role, "UPDATE viewing.viewing SET viewer = 'nobody'")
    row = "(role_name, viewer, kind, purpose, ground) VALUES ('', '', '', '', '')"
    assert refused(main, role, f"INSERT INTO viewing.viewing {row}")
    assert refused(main, role, "UPDATE records_v1.person_registered SET sex = 'x'")


@pytest.mark.parametrize("role", [role for role in KEYS_ROLES if role != "keys_keeper"])
def test_nobody_changes_or_deletes_a_key(keys: Db, role: str) -> None:
    for statement in ("UPDATE keys.patient_key SET wrapped = NULL", "DELETE FROM keys.patient_key"):
        assert refused(keys, role, statement)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_makes_tables_or_schemas(main: Db, role: str) -> None:
    for statement in ("CREATE TABLE public.mine ()", "CREATE SCHEMA mine", "CREATE TABLE records.mine ()"):
        assert refused(main, role, statement)


PINNED = """
SELECT n.nspname || '.' || p.proname, p.proconfig, p.proacl::text
FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE p.prosecdef
"""


def test_functions_that_act_as_their_owner_pin_the_search_path_and_are_not_for_everybody(main: Db) -> None:
    functions = main.execute(PINNED).fetchall()
    assert {name.split(".")[0] for name, *_ in functions} == {"records_door", "viewing", "access"}
    for name, settings, acl in functions:
        assert [s for s in settings or [] if s.startswith("search_path=pg_catalog")], name
        assert acl is not None, f"{name} may be executed by everybody"
        assert not re.search(r"[{,]=", acl), f"{name} may be executed by everybody"


FIRST_IN_KEY = """
SELECT c.relname, (SELECT attname FROM pg_attribute WHERE attrelid = c.oid AND attnum = i.indkey[0])
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_index i ON i.indrelid = c.oid AND i.indisprimary
WHERE n.nspname ~ '^records_v[0-9]+$' AND c.relkind = 'r'
"""


def test_every_table_of_the_read_model_can_be_distributed_by_patient(main: Db) -> None:
    """The limits of vaccination are rules, the same for all; everything else has the patient first in its key."""
    first = dict(main.execute(FIRST_IN_KEY).fetchall())
    assert first.pop("vaccination_limit") == "target_disease"
    assert first
    assert set(first.values()) == {"patient_id"}, first


# The read model's process


@pytest.mark.parametrize(
    "table",
    ["person", "quarantined", "quarantined_bytes", "inbox", "event", "seal", "gap", "breaker", "quarantine_open"],
)
def test_the_projection_reads_neither_persons_nor_ledger_nor_quarantine(main: Db, table: str) -> None:
    assert refused(main, "records_projection", f"SELECT FROM records.{table}")


@pytest.mark.parametrize("role", ["records_projection", "records_relay"])
def test_whoever_needs_no_person_finds_none_through_the_door(main: Db, role: str) -> None:
    for question in ("patient_by_digest('')", "patient_by_account('')", "timeline(gen_random_uuid())"):
        assert refused(main, role, f"SELECT records_door.{question}")


def test_the_projection_sees_no_viewings_and_may_record_its_own(main: Db) -> None:
    assert refused(main, "records_projection", "SELECT FROM viewing.viewing")
    assert not refused(main, "records_projection", "SELECT viewing.record('a', NULL, 'b', 'c', 'd', NULL)")


@pytest.mark.parametrize("role", ["records_projection", "records_relay"])
def test_whoever_needs_no_key_cannot_reach_the_keys_database(urls: dict[str, str], secrets: Path, role: str) -> None:
    url = role_url(urls["keys"], role, secrets)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(url)
    with psycopg.connect(role_url(urls["keys"], "records_ingest", secrets)) as connection:
        assert connection.info.user == "records_ingest"


def test_who_wraps_keys_anew_can_neither_destroy_nor_delete_nor_make_one(keys: Db) -> None:
    for statement in (
        "DELETE FROM keys.patient_key",
        "UPDATE keys.patient_key SET destroyed_at = now()",
        "INSERT INTO keys.patient_key (patient_id, wrapped, master_key) VALUES (gen_random_uuid(), 'x', 'master')",
    ):
        assert refused(keys, "keys_keeper", statement)
    keys.execute(
        "INSERT INTO keys.patient_key (patient_id, wrapped, master_key) VALUES (gen_random_uuid(), 'x', 'master')"
    )
    keys.execute("SET LOCAL ROLE keys_keeper")
    with pytest.raises(psycopg.errors.CheckViolation):
        keys.execute("UPDATE keys.patient_key SET wrapped = NULL")


def test_passwords_are_asked_for(urls: dict[str, str]) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(make_conninfo(urls["main"], user="records_projection", password="wrong"))
