"""A version of the read model that holds rows grows with the schemas, and becomes what a fresh one would be."""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
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
from services.records.growing import Columns, PatientReadModel
from tests.architecture.shapes import shapes
from tests.conftest import Databases, Desk
from tests.integration.test_window import project
from tests.statements import record, take_in

TODAY = PatientReadModel(FIRST_VERSION)
Db = Connection[Any]
# What makes today's version one that knows less: a type without its table, fields that were not there yet, and a
# field that could not be left out. Its views went with the columns.
KNEW_LESS = (
    "DROP SCHEMA records_v1_views CASCADE",
    "DROP TABLE records_v1.sick_leave_issued",
    "ALTER TABLE records_v1.person_registered DROP COLUMN father",
    "ALTER TABLE records_v1.person_registered ALTER COLUMN mother SET NOT NULL",
)


@dataclass(frozen=True)
class Older:
    """Today's read model with another digest: as if a release before had made what is there."""

    model: PatientReadModel = TODAY
    note: str = "-- as an older release had it"

    version = FIRST_VERSION

    def create(self) -> list[str]:
        return [*self.model.create(), self.note]

    def holds_events(self, columns: Columns) -> bool:
        return self.model.holds_events(columns)

    def extend(self, there: Mapping[str, Columns]) -> Sequence[str]:
        return self.model.extend(there)


@pytest.fixture
def admin(databases: Databases) -> Iterator[Db]:
    with databases.admin() as connection:
        connection.execute("SET statement_timeout = 0; SET transaction_timeout = 0")
        yield connection


def lessen(admin: Db) -> None:
    """Make the version one that an older release would have left, by taking away what it did not know."""
    with admin.transaction():
        admin.execute("CREATE SCHEMA records_v1_views")
        for (routine,) in admin.execute(
            "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'records_v1'::regnamespace"
        ).fetchall():
            admin.execute(f"ALTER ROUTINE {routine} SET SCHEMA records_v1_views".encode())
        admin.execute("COMMENT ON SCHEMA records_v1 IS NULL")
        for statement in KNEW_LESS:
            admin.execute(statement.encode())


def grow(admin: Db, model: Any = TODAY) -> None:
    with admin.transaction():
        admin.execute(f"GRANT CREATE ON DATABASE {admin.info.dbname} TO kartoteka_owner".encode())
        admin.execute("SET LOCAL ROLE kartoteka_owner")
        ensure_read_model(admin, model)


def test_a_version_that_knew_less_becomes_what_a_fresh_one_is(databases: Databases, admin: Db) -> None:
    fresh = shapes(admin)
    lessen(admin)
    assert shapes(admin) != fresh
    provision(databases.admin_url, databases.keys_admin_url, databases.folder / "secrets", TODAY)
    assert shapes(admin) == fresh
    limits = admin.execute("SELECT count(*) FROM records_v1.vaccination_limit").fetchone()
    assert limits == (2,)


def test_rows_stay_and_new_columns_are_null_in_them(desk: Desk, admin: Db) -> None:
    take_in(desk, [record("PersonRegistered"), record("PrescriptionIssued")])
    project(desk.databases)
    before = admin.execute("SELECT patient_id, event_id FROM records_v1.person_registered").fetchall()
    admin.execute("UPDATE records_v1.person_registered SET mother = patient_id")
    lessen(admin)
    grow(admin)
    rows = admin.execute("SELECT patient_id, event_id, father FROM records_v1.person_registered").fetchall()
    assert rows == [(*row, None) for row in before]
    patient: UUID = before[0][0]
    shown = admin.execute("SELECT kind FROM records_door.timeline(%s)", (patient,)).fetchall()
    assert {kind for (kind,) in shown} == {"person", "prescription"}


def test_the_same_shape_is_left_alone(admin: Db) -> None:
    query = "SELECT oid FROM pg_proc WHERE pronamespace = 'records_v1'::regnamespace ORDER BY 1"
    before = admin.execute(query).fetchall()
    grow(admin)
    assert admin.execute(query).fetchall() == before


def test_the_projection_may_write_into_what_is_new(desk: Desk, admin: Db) -> None:
    lessen(admin)
    grow(admin)
    take_in(desk, [record("SickLeaveIssued")])
    project(desk.databases)
    assert admin.execute("SELECT count(*) FROM records_v1.sick_leave_issued").fetchone() == (1,)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            "CREATE TABLE records_v1.gone_type (LIKE records_v1.person_registered)",
            "no event type has the table gone_type",
        ),
        ("ALTER TABLE records_v1.person_registered ADD COLUMN gone text", "the column person_registered.gone any more"),
        (
            "ALTER TABLE records_v1.title_closed ALTER COLUMN valid_until TYPE timestamptz",
            "insurance_title_closed.valid_until is timestamp with time zone and should be date",
        ),
    ],
)  # fmt: skip
def test_what_would_make_old_rows_wrong_is_refused_and_nothing_changes(admin: Db, change: str, says: str) -> None:
    lessen(admin)
    admin.execute(change.replace("title_closed", "insurance_title_closed").encode())
    before = shapes(admin)
    with pytest.raises(Damage, match=says.replace(".", r"\.")):
        grow(admin)
    assert shapes(admin) == before


def test_a_reader_sees_the_old_or_the_new_and_never_neither(desk: Desk, admin: Db) -> None:
    """Readers go on through the door while the version is extended again and again."""
    take_in(desk, [record("PersonRegistered"), record("PrescriptionIssued")])
    project(desk.databases)
    (patient,) = admin.execute("SELECT patient_id FROM records_v1.person_registered").fetchone() or (uuid4(),)
    ended = Event()

    def read() -> list[int]:
        seen = []
        with desk.databases.connect("operator") as operator:
            while not ended.is_set():
                seen.append(len(operator.execute("SELECT * FROM records_door.timeline(%s)", (patient,)).fetchall()))
        return seen

    with ThreadPoolExecutor(3) as pool:
        reading = [pool.submit(read) for _ in range(3)]
        try:
            for number in range(6):
                grow(admin, Older(note=f"-- {number}"))
        finally:
            ended.set()
        seen = [rows for future in reading for rows in future.result()]
    assert set(seen) == {2}, "every reading showed the person and the prescription"
    assert len(seen) > 6


def test_a_reader_who_began_with_the_old_views_can_end(desk: Desk, admin: Db) -> None:
    """A prepared statement holds the old function; it is still there, in the schema of the former views."""
    with desk.databases.admin() as reader:
        old = "SELECT * FROM records_v1.timeline(%s)"
        reader.execute(old, (uuid4(),), prepare=True)
        grow(admin, Older())
        reader.execute(old, (uuid4(),), prepare=True)
    assert admin.execute("SELECT to_regnamespace('records_v1_former') IS NOT NULL").fetchone() == (True,)


def test_an_extension_that_waits_for_a_long_reader_lets_others_read_meanwhile(
    desk: Desk, admin: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(read_model, "GIVE_UP_SECONDS", 0.5)
    with desk.databases.admin() as reader, reader.transaction():
        reader.execute("SELECT count(*) FROM records_v1.vaccination_limit")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            grow(admin, Older())
        reader.execute("SELECT * FROM records_door.timeline(%s)", (uuid4(),))
    grow(admin, Older())
