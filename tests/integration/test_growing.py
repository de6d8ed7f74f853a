"""Tables of every version of the read model grow with the schemas; what a version shows never changes."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from infra import read_model
from infra.database import FIRST_VERSION, provision
from infra.read_model import ensure_read_model
from services.kernel.damage import Damage
from services.records.growing import PatientReadModel
from services.records.replay import versions
from tests.architecture.shapes import shapes
from tests.conftest import Databases, Desk
from tests.integration.test_window import project
from tests.replay import owner
from tests.statements import record, take_in

Db = Connection[Any]
TIMELINE = "SELECT kind FROM records_door.timeline(%s)"
# What makes today's tables those of a release that knew less: a type without its table, a field that was not there
# yet, and one that could not be left out.
KNEW_LESS = (
    "DROP TABLE {}.sick_leave_issued",
    "ALTER TABLE {}.person_registered DROP COLUMN father",
    "ALTER TABLE {}.person_registered ALTER COLUMN mother SET NOT NULL",
)
# As an older release might have shown a record: people only.
OLD_VIEW = """
    CREATE FUNCTION {}.timeline(patient uuid, known_at timestamptz DEFAULT 'infinity')
    RETURNS TABLE (kind text, entry_id uuid, medical_at timestamptz, state text, content jsonb, lineage jsonb,
        sealed bytea[])
    LANGUAGE sql STABLE AS $$
        SELECT 'person', entry_id, now(), 'active', '{{}}'::jsonb, '[]'::jsonb, '{{}}'::bytea[]
        FROM {}.person_registered WHERE patient_id = patient
    $$
"""


@pytest.fixture
def admin(databases: Databases) -> Iterator[Db]:
    with databases.admin() as connection:
        connection.execute("SET statement_timeout = 0; SET transaction_timeout = 0")
        yield connection


@pytest.fixture
def loading(databases: Databases) -> str:
    """A version that somebody loads beside the first one."""
    with owner(databases.admin_url) as connection:
        return versions.create(connection).name


def lessen(admin: Db, version: str = FIRST_VERSION) -> None:
    """Make a version one that an older release would have left, by taking away what that did not know."""
    with admin.transaction():
        routines = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = to_regnamespace(%s)"
        for (routine,) in admin.execute(routines, (version,)).fetchall():
            admin.execute(f"DROP ROUTINE IF EXISTS {routine} CASCADE".encode())
        for statement in (*KNEW_LESS, OLD_VIEW):
            admin.execute(statement.replace("{}.", f"{version}.").replace("{{}}", "{}").encode())
        admin.execute(f"ALTER FUNCTION {version}.timeline OWNER TO kartoteka_owner".encode())


def tables(admin: Db, version: str) -> list[str]:
    """The shapes of a version's tables."""
    kinds = ("relation", "column", "constraint", "index")
    return [line for line in shapes(admin) if line.startswith(kinds) and f" {version}." in line]


def views(admin: Db) -> list[Any]:
    query = "SELECT oid, xmin FROM pg_proc WHERE pronamespace::regnamespace::text ~ '^records_v' ORDER BY 1"
    return admin.execute(query).fetchall()


def grow(databases: Databases) -> None:
    """What ``kartoteka up`` does, but for migrations, roles and grants."""
    with psycopg.connect(databases.admin_url, autocommit=True) as admin:
        admin.execute("SET ROLE kartoteka_owner")
        ensure_read_model(admin, PatientReadModel(), FIRST_VERSION)


def test_tables_that_knew_less_become_what_fresh_ones_are_and_views_stay(databases: Databases, admin: Db) -> None:
    fresh = tables(admin, FIRST_VERSION)
    lessen(admin)
    assert tables(admin, FIRST_VERSION) != fresh
    before = views(admin)
    provision(databases.admin_url, databases.keys_admin_url, databases.folder / "secrets", PatientReadModel())
    assert tables(admin, FIRST_VERSION) == fresh
    assert views(admin) == before, "what a version shows changes by a switch only"


def test_every_version_grows_and_one_that_is_being_loaded_too(databases: Databases, admin: Db, loading: str) -> None:
    fresh = [line.replace(FIRST_VERSION, loading) for line in tables(admin, FIRST_VERSION) if line.startswith("column")]
    for version in (FIRST_VERSION, loading):
        lessen(admin, version)
    grow(databases)
    assert [line for line in tables(admin, loading) if line.startswith("column")] == fresh
    assert admin.execute(f"SELECT to_regclass('{FIRST_VERSION}.sick_leave_issued') IS NULL".encode()).fetchone() == (
        False,
    )


def test_rows_stay_and_new_columns_are_null_in_them(desk: Desk, admin: Db) -> None:
    take_in(desk, [record("PersonRegistered"), record("PrescriptionIssued")])
    project(desk.databases)
    before = admin.execute("SELECT patient_id, event_id FROM records_v1.person_registered").fetchall()
    admin.execute("UPDATE records_v1.person_registered SET mother = patient_id")
    lessen(admin)
    grow(desk.databases)
    rows = admin.execute("SELECT patient_id, event_id, father FROM records_v1.person_registered").fetchall()
    assert rows == [(*row, None) for row in before]
    patient: UUID = before[0][0]
    assert admin.execute(TIMELINE, (patient,)).fetchall() == [("person",)], "shown as it was"


def test_the_same_shape_is_left_alone(databases: Databases, admin: Db, loading: str) -> None:
    before = views(admin), shapes(admin)
    grow(databases)
    assert (views(admin), shapes(admin)) == before


def test_the_projection_may_write_into_what_is_new(desk: Desk, admin: Db) -> None:
    lessen(admin)
    grow(desk.databases)
    take_in(desk, [record("SickLeaveIssued")])
    project(desk.databases)
    assert admin.execute("SELECT count(*) FROM records_v1.sick_leave_issued").fetchone() == (1,)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ("CREATE TABLE {}.gone_type (LIKE {}.person_registered)", "no event type has the table gone_type"),
        ("ALTER TABLE {}.person_registered ADD COLUMN gone text", "the column person_registered.gone any more"),
        (
            "ALTER TABLE {}.title_closed ALTER COLUMN valid_until TYPE timestamptz",
            "insurance_title_closed.valid_until is timestamp with time zone and should be date",
        ),
    ],
)
def test_what_would_make_old_rows_wrong_is_refused_and_no_version_changes(
    databases: Databases, admin: Db, loading: str, change: str, says: str
) -> None:
    for version in (FIRST_VERSION, loading):
        lessen(admin, version)
    admin.execute(change.replace("title_closed", "insurance_title_closed").replace("{}", loading).encode())
    before = shapes(admin)
    with pytest.raises(Damage, match=re.escape(says)) as refusal:
        grow(databases)
    assert f"the read model {loading} cannot be extended in place" in str(refusal.value)
    assert shapes(admin) == before


def test_readers_read_on_while_tables_grow_again_and_again(desk: Desk, admin: Db) -> None:
    take_in(desk, [record("PersonRegistered"), record("PrescriptionIssued")])
    project(desk.databases)
    (patient,) = admin.execute("SELECT patient_id FROM records_v1.person_registered").fetchone() or (uuid4(),)
    ended = Event()

    def read() -> list[int]:
        seen = []
        with desk.databases.connect("operator") as operator:
            while not ended.is_set():
                seen.append(len(operator.execute(TIMELINE, (patient,)).fetchall()))
        return seen

    with ThreadPoolExecutor(3) as pool:
        reading = [pool.submit(read) for _ in range(3)]
        try:
            for _ in range(6):
                # Nobody shows this field, so that it may go under readers.
                admin.execute("ALTER TABLE records_v1.visit_corrected ALTER COLUMN occurred_at DROP NOT NULL")
                admin.execute("ALTER TABLE records_v1.visit_corrected ALTER COLUMN visit_kind SET NOT NULL")
                admin.execute("ALTER TABLE records_v1.visit_corrected ALTER COLUMN occurred_at SET NOT NULL")
                grow(desk.databases)
        finally:
            ended.set()
        seen = [rows for future in reading for rows in future.result()]
    assert set(seen) == {2}, "every reading showed the person and the prescription"
    assert len(seen) > 6


def test_a_version_that_is_waited_for_holds_up_no_reader_of_another(
    databases: Databases, admin: Db, loading: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_model, "GIVE_UP_SECONDS", 0.5)
    for version in (FIRST_VERSION, loading):
        lessen(admin, version)
    ended = Event()

    def read() -> int:
        count = 0
        with databases.connect("operator") as operator:
            operator.execute("SET statement_timeout = '400ms'")
            while not ended.is_set():
                operator.execute(TIMELINE, (uuid4(),))
                count += 1
        return count

    with databases.admin() as loader, loader.transaction(), ThreadPoolExecutor(1) as pool:
        loader.execute(f"LOCK TABLE {loading}.person_registered IN ROW EXCLUSIVE MODE".encode())
        reading = pool.submit(read)
        try:
            with pytest.raises(psycopg.errors.LockNotAvailable):
                grow(databases)
        finally:
            ended.set()
        assert reading.result() > 3
    grow(databases)
    assert tables(admin, loading)
