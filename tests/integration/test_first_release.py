"""Databases that the first release wrote are taken over: today's shape, every old row, and new events on top."""

import hashlib
import subprocess
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from uuid import UUID

import psycopg
import pytest
from psycopg import sql

from infra.database import provision
from infra.postgres import binary
from infra.servers import Endpoints
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link, connect
from services.kernel.index_key import IndexKey
from services.kernel.key_files import ensure_key_files, read_key_file
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.viewing import Viewer
from services.operations.house import KEY_FILES
from services.records.growing import PatientReadModel
from services.records.projection import Projection
from services.records.replay import versions
from services.records.replay.versions import reader_name
from services.records.timeline import as_json
from services.records.verify import Report, verify_seals, verify_statements, verify_streams
from services.records.window import open_record
from services.records.wiring import intake
from tests.architecture.catalogue import rights
from tests.architecture.shapes import shapes
from tests.conftest import TEMPLATE, Databases, Desk, _create
from tests.integration.test_window import LEDGER, on_topic
from tests.record_versions import full
from tests.replay import owner
from tests.statements import event, record, take_in

HERE = Path(__file__).parents[1] / "first_release"
TABLES = ("services/kernel/tables.sql", "services/kernel/keys_tables.sql", "services/records/tables.sql",
          "services/records/door.sql")  # fmt: skip
_names = count(1)


@pytest.fixture
def old(servers: Endpoints, secrets: Path, tmp_path: Path) -> Iterator[Databases]:
    """Both databases and the key files of the first release, as they were when it wrote last."""
    name = f"first_{next(_names)}"
    urls = [_create(url, name) for url in (servers.postgres, servers.postgres_keys)]
    for url, file in zip(urls, ("main.sql", "keys.sql"), strict=True):
        command = [binary("psql"), "--dbname", url, "--quiet", "--set", "ON_ERROR_STOP=1", "--file", HERE / file]
        subprocess.run(command, check=True, capture_output=True)
    (tmp_path / "keys").mkdir()
    for file in KEY_FILES:
        path = tmp_path / "keys" / file
        path.touch(0o600)
        path.write_bytes(bytes.fromhex((HERE / f"{file}.hex").read_text()))
    (tmp_path / "secrets").symlink_to(secrets)
    yield Databases(servers.kafka, *urls, tmp_path)
    for url in (servers.postgres, servers.postgres_keys):
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def up(databases: Databases) -> None:
    """What ``kartoteka up`` does with databases and key files."""
    folder = databases.folder
    provision(databases.admin_url, databases.keys_admin_url, folder / "secrets", PatientReadModel())
    with connect(databases.keys_admin_url, "test") as keys:
        ensure_key_files(keys, [folder / "keys" / name for name in KEY_FILES])


def verified(databases: Databases) -> Report:
    report = Report()
    with databases.admin() as connection, connection.transaction():
        verify_streams(connection, report, None, lambda _: None)
        verify_seals(connection, report, lambda _: None)
        verify_statements(connection, report)
    assert report.ok, report.findings
    return report


def patients(databases: Databases) -> list[UUID]:
    with databases.admin() as connection:
        return [one for (one,) in connection.execute("SELECT DISTINCT originator_id FROM records.event ORDER BY 1")]


def read(databases: Databases, patient: UUID) -> list[dict[str, object]]:
    """The record as an operator reads it, sealed parts opened."""
    folder = databases.folder / "keys"
    index, keys = IndexKey(read_key_file(folder / "index.key")), PatientKeys(master_keys(folder))
    viewer = Viewer("operator:test", "test", "operator", None)
    with databases.connect("operator") as records, databases.connect_keys("operator") as keys_db:
        entries = open_record(records, keys_db, keys, index, patient, viewer, None).entries
    found: list[dict[str, object]] = as_json(entries)
    return found


def but_for_views(lines: list[str]) -> set[str]:
    """All but the functions that show a version of the read model, which are its own for ever."""
    return {line for line in lines if not line.startswith("function records_v1.")}


def read_from_now_on(databases: Databases, version: str) -> None:
    with owner(databases.admin_url) as connection:
        connection.execute("UPDATE records.active_version SET version = %s", (version,))


@pytest.mark.parametrize("which", ["main", "keys"])
def test_what_the_first_release_made_becomes_what_is_made_today(old: Databases, servers: Endpoints, which: str) -> None:
    up(old)
    url, cluster = {
        "main": (old.admin_url, servers.postgres),
        "keys": (old.keys_admin_url, servers.postgres_keys),
    }[which]
    with connect(url, "test") as taken_over, psycopg.connect(cluster, dbname=TEMPLATE, autocommit=True) as fresh:
        assert but_for_views(shapes(taken_over)) == but_for_views(shapes(fresh))
        assert but_for_views(rights(taken_over)) == but_for_views(rights(fresh))
        steps = "SELECT version_num FROM public.kartoteka_version"
        assert taken_over.execute(steps).fetchall() == fresh.execute(steps).fetchall()


def test_a_new_version_beside_the_old_one_has_todays_shape_exactly(old: Databases, servers: Endpoints) -> None:
    up(old)
    version = full(old)
    with old.admin() as taken_over, psycopg.connect(servers.postgres, dbname=TEMPLATE, autocommit=True) as fresh:
        ours = [line.replace(version, "records_v1") for line in shapes(taken_over) if version in line]
        assert sorted(ours) == sorted(line for line in shapes(fresh) if "records_v1" in line)
        assert versions.versions(taken_over)[0].build == "first"
    before = [read(old, patient) for patient in patients(old)]
    read_from_now_on(old, version)
    assert [len(one) for one in before] == [len(read(old, patient)) for patient in patients(old)]


def test_it_is_taken_over_once_and_a_second_start_changes_nothing(old: Databases) -> None:
    up(old)
    with old.admin() as connection:
        before = shapes(connection)
    up(old)
    with old.admin() as connection:
        assert shapes(connection) == before


def test_every_old_row_is_still_there_and_the_ledger_verifies(old: Databases) -> None:
    counted = "SELECT count(*) FROM {}"
    tables = ("records.event", "records.inbox", "records.quarantined", "records.gap",
              "records.person", "kernel.bookmark",
              "viewing.viewing", "records_v1.prescription_issued", "records_v1.person_registered")  # fmt: skip
    with old.admin() as connection:
        before = {table: connection.execute(counted.format(table).encode()).fetchone() for table in tables}
    assert all(count_ and count_[0] for count_ in before.values()), before
    up(old)
    with old.admin() as connection:
        assert {table: connection.execute(counted.format(table).encode()).fetchone() for table in tables} == before
    assert verified(old).events == 35


def test_old_records_open_and_say_what_they_said(old: Databases) -> None:
    up(old)
    shown = [entry for patient in patients(old) for entry in read(old, patient)]
    assert {entry["kind"] for entry in shown} >= {"person", "prescription"}
    medicines = [line for line in map(str, shown) if "tabletki" in line]
    assert medicines, "no sealed part was opened"


def test_new_events_are_taken_in_and_a_new_version_shows_them_beside_the_old_ones(old: Databases) -> None:
    up(old)
    before = verified(old)
    settings = old.settings("records_ingest")
    with old.connect("records_ingest") as records, old.connect_keys() as keys:
        desk = Desk(intake(settings, Bookmarks("records.ingest", "test")), records, keys, old)
        take_in(desk, [record("PersonRegistered"), record("SickLeaveIssued", event("SickLeaveIssued"))])
    assert verified(old).events == before.events + 2
    project(old, before.events)
    read_from_now_on(old, full(old))
    newborn = max(patients(old), key=lambda one: len([e for e in read(old, one) if e["kind"] == "sick-leave"]))
    assert {"person", "sick-leave"} <= {entry["kind"] for entry in read(old, newborn)}


def project(databases: Databases, behind: int) -> None:
    """Show what the ledger has behind a position."""
    bookmarks, link = Bookmarks(reader_name("records_v1"), "test"), Link(databases.url("records_projection"), "test")
    stands = next(one for one in bookmarks.share(link.get()) if one.partition == LEDGER)
    with databases.admin() as admin:
        rows = admin.execute(
            "SELECT notification_id, originator_id, originator_version, state FROM records.event"
            " WHERE notification_id > %s ORDER BY 1",
            (behind,),
        ).fetchall()
    Projection(link, bookmarks, "records_v1").apply({LEDGER: [on_topic(*row) for row in rows]}, {LEDGER: stands})
    link.drop()


def test_what_the_first_release_ran_is_never_changed() -> None:
    root = HERE.parents[1]
    kept = dict(line.split()[::-1] for line in (HERE / "tables.sha256").read_text().splitlines())
    assert {path: hashlib.sha256((root / path).read_bytes()).hexdigest() for path in TABLES} == kept, (
        "a released table is changed by a new file under migrations/, see CONTRIBUTING.md"
    )
