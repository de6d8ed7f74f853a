"""Sealed at the door: nothing readable rests anywhere, and who needs no key has none and could not use one."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql

from schemas import event_type
from schemas.catalogue import item_parts
from services.kernel.settings import NotConfigured, Settings
from services.operations.house import ADDRESSES, House
from services.operations.processes import PROCESSES, Process
from services.records.main import PROCESSES as STARTED
from tests.conftest import Desk
from tests.integration.test_window import project
from tests.statements import ANNA, EXAMPLES, JAN, event, record, take_in

PAYER, PRESCRIPTION = "5260250995", "1" * 44
SECRETS = {
    ANNA, JAN, PAYER, PRESCRIPTION, "Kowalska", "Nowak", "Anna Maria", "Ibuprofenum", "200 mg", "1 x 1", "5425740",
    "mistake", "Gardasil", "W-1-secret", "V-1-secret", "D-1-secret",
}  # fmt: skip
# What is not clear in any of the examples, as far as it is long enough not to stand somewhere by chance.
SECRETS |= {
    str(said[field["name"]])
    for name, example in EXAMPLES.items()
    for top in event_type(name).fields
    for said, fields in ((example, [top]), *((item, item_parts(top)) for item in example.get("items", ())))
    for field in fields
    if field["name"] in said and field["privacy"] != "clear" and len(str(said[field["name"]])) > 5
}
NUMBERS = {"vaccination": "V-1-secret", "visit": "W-1-secret", "dispensing": "D-1-secret"}
TABLES = """
SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
"""


def everything(connection: Connection[Any]) -> dict[str, str]:
    """All rows of all tables as text; bytes as hexadecimal digits."""
    found = {}
    for schema, table in connection.execute(TABLES).fetchall():
        statement = sql.SQL("SELECT coalesce(string_agg(t::text, E'\\n'), '') FROM {}.{} t")
        row = connection.execute(statement.format(sql.Identifier(schema), sql.Identifier(table))).fetchone()
        found[f"{schema}.{table}"] = str(row[0]) if row else ""
    return found


def readable(tables: dict[str, str]) -> list[tuple[str, str]]:
    """Which secrets stand where, as text or as bytes."""
    return [
        (table, secret)
        for table, text in tables.items()
        for secret in SECRETS
        if secret in text or secret.encode().hex() in text
    ]


@pytest.fixture
def full(desk: Desk) -> Desk:
    """Every type of event, a quarantined record, a repeat and a conflict; all of it in the read model too."""
    said = {name: event(name) | {k: v for k, v in NUMBERS.items() if k in EXAMPLES[name]} for name in EXAMPLES}
    take_in(desk, [record(name, stated) for name, stated in said.items()])
    poison = record("PrescriptionIssued", value=f"{ANNA} Kowalska".encode())
    conflict = record("PrescriptionIssued", {**said["PrescriptionIssued"], "chronic": True})
    shape = record("PrescriptionIssued", event("PrescriptionIssued", access_code="Ibuprofenum"))
    take_in(desk, [poison, conflict, shape, record("PrescriptionIssued", said["PrescriptionIssued"])])
    project(desk.databases)
    return desk


def test_nothing_readable_rests_in_either_database(full: Desk) -> None:
    with full.databases.admin() as admin, psycopg.connect(full.databases.keys_admin_url) as keys:
        main, kept = everything(admin), everything(keys)
    assert main["records.event"].count("\n") + 1 == len(EXAMPLES) + 3, "three things were set aside"
    assert main["records_v1.person_registered"]
    assert main["records.quarantined_bytes"].count("\n") == 2
    assert kept["keys.patient_key"].count("\n") == 1
    assert readable(main) == readable(kept) == []


def test_what_is_readable_would_be_found(full: Desk) -> None:
    with full.databases.admin() as admin, admin.transaction(force_rollback=True):
        admin.execute("UPDATE records.quarantined SET detail = %s", (ANNA,))
        admin.execute("UPDATE records.quarantined_bytes SET sealed = %s", (b"Kowalska",))
        assert {table for table, _ in readable(everything(admin))} == {
            "records.quarantined", "records.quarantined_bytes",
        }  # fmt: skip


def test_keys_rest_wrapped(full: Desk) -> None:
    """Neither a patient's key nor the files' keys stand in any table."""
    files = [path.read_bytes().hex() for path in (full.databases.folder / "keys").iterdir()]
    patients = [row[0] for row in full.records.execute("SELECT patient_id FROM records.person")]
    found = full.intake.people.keys(full.records, full.keys, patients)
    assert len(files) == 3
    assert len(found.keys) == 2
    with full.databases.admin() as admin, psycopg.connect(full.databases.keys_admin_url) as keys:
        text = "\n".join((*everything(admin).values(), *everything(keys).values()))
    assert not [key for key in (*files, *(key.hex() for key in found.keys.values())) if key in text]


def test_the_projection_wrote_its_rows_as_a_role_that_reads_no_person(full: Desk) -> None:
    with full.databases.connect("records_projection") as connection:
        rows = connection.execute("SELECT sealed FROM records_v1.person_registered").fetchall()
        assert len(rows) == 1
        for table in ("person", "quarantined_bytes", "event"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(f"SELECT FROM records.{table}".encode())


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> House:
    """A house whose servers are elsewhere; nobody asks them."""
    for name in ADDRESSES:
        monkeypatch.setenv(name, "localhost:1" if name.startswith("KAFKA") else f"host=localhost dbname={name.lower()}")
    monkeypatch.setenv("KARTOTEKA_KEYS_FOLDER", "/somewhere/keys")
    monkeypatch.setenv("PGPASSWORD", "the administrator's")
    return House(tmp_path / "data")


def named(process: str) -> Process:
    return next(one for one in PROCESSES if one.name == process)


@pytest.mark.parametrize("process", ["relay", "projection"])
def test_the_environment_of_a_process_without_keys_names_none(house: House, process: str) -> None:
    known = house.environment(named(process))
    assert {"KEYS_DATABASE_URL", "KARTOTEKA_KEYS_FOLDER", "PGPASSWORD"}.isdisjoint(known)
    assert not [value for value in known.values() if "keys" in value]
    assert f"user=records_{process}" in known["DATABASE_URL"]


def test_the_environment_of_ingest_names_its_own_role_in_both_databases(house: House) -> None:
    known = house.environment(named("ingest"))
    assert "user=records_ingest" in known["DATABASE_URL"]
    assert "user=records_ingest" in known["KEYS_DATABASE_URL"]
    assert known["KARTOTEKA_KEYS_FOLDER"] == str(house.keys_folder)


def test_no_process_knows_another_roles_password(house: House) -> None:
    environments = {process.role: json.dumps(house.environment(process)) for process in PROCESSES}
    passwords = json.loads((house.secrets / "roles.json").read_text())
    for role, known in environments.items():
        assert [other for other, password in passwords.items() if password in known] == [role]


def test_ingest_does_not_start_without_keys(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    known = house.environment(named("relay"))
    for name in ("KEYS_DATABASE_URL", "KARTOTEKA_KEYS_FOLDER"):
        monkeypatch.delenv(name)
    for name, value in known.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(NotConfigured):
        STARTED["ingest"](Settings.from_environment())


def test_settings_and_keys_are_not_shown_when_printed(desk: Desk) -> None:
    settings = desk.databases.settings("records_ingest")
    assert "password" not in repr(settings)
    passwords = json.loads((desk.databases.folder / "secrets" / "roles.json").read_text())
    assert not [password for password in passwords.values() if password in repr(settings)]


def test_secrets_rest_in_files_that_only_their_owner_reads(desk: Desk) -> None:
    folder = desk.databases.folder
    for path in (*(folder / "keys").iterdir(), folder / "secrets" / "roles.json"):
        assert path.stat().st_mode & 0o777 == 0o600
