"""The window: who is meant, that somebody looked, and only then what the record says."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from aiokafka import ConsumerRecord
from psycopg import Connection

from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME
from services.kernel.partition import Partition
from services.kernel.patient_keys import FoundKeys, PatientKeys, master_keys
from services.kernel.viewing import Viewer
from services.kernel.who import NoSuchPatient, resolve
from services.records.entries import Person, Prescription
from services.records.ledger import STATE_HEAD, topic_header
from services.records.projection import Projection
from services.records.replay.versions import reader_name
from services.records.window import OpenedRecord, open_record
from tests.conftest import Databases, Desk
from tests.statements import ANNA, JAN, event, record, take_in

VIEWER = Viewer("operator:test", "operation", "operator", "a question of hers")
LEDGER = Partition(TOPIC, 0)


def project(databases: Databases, version: str = "records_v1") -> None:
    """Show all that the ledger has and a version has not, as the relay and the projection would."""
    bookmarks, link = Bookmarks(reader_name(version), "test"), Link(databases.url("records_projection"), "test")
    bookmarks.create(link.get(), [LEDGER])
    (stands,) = bookmarks.share(link.get())
    with databases.admin() as admin:
        rows = admin.execute(
            "SELECT notification_id, originator_id, originator_version, state FROM records.event"
            " WHERE notification_id > %s ORDER BY 1",
            (stands.position,),
        ).fetchall()
    if rows:
        fetched = {LEDGER: [on_topic(*row) for row in rows]}
        projection = Projection(link, bookmarks, version)
        projection.apply(projection.prepare(fetched), {LEDGER: stands})
    link.drop()


def on_topic(position: int, patient: UUID, version: int, state: bytes) -> ConsumerRecord[Any, Any]:
    header = (TOPIC_HEADER_NAME, topic_header(version, position, state))
    value = state[STATE_HEAD.size :]
    return ConsumerRecord(TOPIC, 0, position - 1, 0, 0, patient.bytes, value, None, 16, len(value), [header])


@dataclass(frozen=True)
class Window:
    """Anna's record, in a read model that is up to date, and what an operator holds."""

    desk: Desk
    records: Connection[Any]
    keys: Connection[Any]
    index: IndexKey
    patient_keys: PatientKeys
    anna: UUID
    account: str
    before_the_prescription: datetime

    def open(self, known_at: datetime | None = None, patient_keys: Any = None) -> OpenedRecord:
        found = patient_keys or self.patient_keys
        return open_record(self.records, self.keys, found, self.index, self.anna, VIEWER, known_at)

    def viewings(self) -> list[tuple[Any, ...]]:
        with self.desk.databases.admin() as admin:
            return admin.execute(
                "SELECT viewer, subject, kind, purpose, ground, reason, role_name FROM viewing.viewing ORDER BY id"
            ).fetchall()


@pytest.fixture
def window(desk: Desk) -> Iterator[Window]:
    databases = desk.databases
    take_in(desk, [record("PersonRegistered")])
    row = desk.records.execute("SELECT patient_id, account_id FROM records.person").fetchone()
    between = desk.records.execute("SELECT max(recorded_at) FROM records.seal").fetchone()
    assert row is not None
    assert between is not None
    take_in(desk, [record("PrescriptionIssued"), record("FamilyMemberRegistered")])
    project(databases)
    folder = databases.folder / "keys"
    index = IndexKey(read_key_file(folder / "index.key"))
    keys = PatientKeys(master_keys(folder))
    with databases.connect("operator") as records, databases.connect_keys("operator") as keys_db:
        yield Window(desk, records, keys_db, index, keys, *row, *between)


def meant(window: Window, text: str, *, secret: bool = False) -> UUID:
    return resolve(window.records, window.index, text, secret=secret)


def another_check_character(account: str) -> str:
    return account[:-1] + ("A" if account[-1] != "A" else "B")


def test_the_patient_is_found_by_account_by_id_and_by_a_number_that_was_typed(window: Window) -> None:
    for text in (window.account, window.account.lower(), f" {window.account}\n"):
        assert meant(window, text) == meant(window, text, secret=True) == window.anna
    for text in (str(window.anna), str(window.anna).upper(), window.anna.hex):
        assert meant(window, text) == window.anna
    assert meant(window, f"{ANNA}\n", secret=True) == window.anna


def test_what_leads_to_nobody_is_refused_with_its_reason_and_without_the_number(window: Window) -> None:
    unknown = window.index.account_id(uuid4())
    for text, secret, says in (
        (ANNA, False, "never an argument"),
        (f" {ANNA} ", False, "never an argument"),
        ("44051401359", True, "nobody is known under this number"),
        (another_check_character(window.account), False, "wrong check character"),
        (unknown, False, "nobody is known under this number"),
        (str(uuid4()), False, "nobody is known under this patient id"),
        (f"{ANNA[:6]}-{ANNA[6:]}", False, "give an account identifier"),
        ("ŻÓŁĆŻÓŁĆŻÓŁĆŻ", False, "wrong check character"),
        ("", False, "give an account identifier"),
        (window.account[:-1], False, "give an account identifier"),
    ):
        with pytest.raises(NoSuchPatient, match=says) as refusal:
            meant(window, text, secret=secret)
        assert not text.strip() or text.strip() not in str(refusal.value)
    assert window.viewings() == [], "asking who is meant opens nothing"


def test_the_record_opens_with_its_sealed_parts_after_the_viewing_was_written(window: Window) -> None:
    seen: list[int] = []

    class Watching:
        def find(self, connection: Connection[Any], patients: list[UUID]) -> FoundKeys:
            seen.append(len(window.viewings()))
            return window.patient_keys.find(connection, patients)

    opened = window.open(patient_keys=Watching())
    assert seen == [1], "the viewing is committed before a key is fetched"
    assert window.viewings() == [
        (VIEWER.name, window.anna, "record", "operation", "operator", VIEWER.reason, "operator")
    ]
    assert (opened.patient_id, opened.account_id) == (window.anna, window.account)
    person = next(one for one in opened.entries if isinstance(one, Person))
    issued = next(one for one in opened.entries if isinstance(one, Prescription))
    assert (person.given_names, person.surname) == ("Anna Maria", "Kowalska-Nowak")
    assert (issued.prescription, issued.access_code, issued.items[0].medicine) == ("1" * 44, "1234", "Ibuprofenum")


def test_as_of_shows_what_was_known_then_and_is_a_viewing_too(window: Window) -> None:
    assert [one.kind for one in window.open(window.before_the_prescription).entries] == ["person"]
    assert {one.kind for one in window.open().entries} == {"person", "prescription"}
    assert window.open(datetime(2020, 1, 1, tzinfo=UTC)).entries == []
    assert len(window.viewings()) == 3


class NoKeys:
    """Keys that must not be asked for."""

    def find(self, *_: object) -> FoundKeys:
        raise AssertionError("a key was fetched before the viewing was written")


def test_nothing_opens_when_the_viewing_cannot_be_written(window: Window) -> None:
    asked: list[Any] = []
    window.records.execute("SET application_name = 'closed'")
    with window.desk.databases.admin() as admin:
        admin.execute("REVOKE EXECUTE ON FUNCTION viewing.record FROM operator")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        asked.append(window.open(patient_keys=NoKeys()))
    assert (asked, window.viewings()) == ([], [])


def test_nothing_opens_when_the_log_of_viewings_is_gone(window: Window) -> None:
    with window.desk.databases.admin() as admin:
        admin.execute("ALTER TABLE viewing.viewing RENAME TO away")
    with pytest.raises(psycopg.Error):
        window.open(patient_keys=NoKeys())


def test_a_record_whose_key_was_destroyed_shows_what_is_clear(window: Window) -> None:
    with psycopg.connect(window.desk.databases.keys_admin_url, autocommit=True) as admin:
        admin.execute("UPDATE keys.patient_key SET wrapped = NULL, destroyed_at = now()")
    opened = window.open()
    person = next(one for one in opened.entries if isinstance(one, Person))
    assert (person.sex, person.given_names, person.surname) == ("female", None, None)
    assert len(window.viewings()) == 1


def test_somebody_who_is_only_named_has_an_empty_record(desk: Desk) -> None:
    take_in(desk, [record("PersonRegistered", event("PersonRegistered", mother=JAN))])
    databases = desk.databases
    index = IndexKey(read_key_file(databases.folder / "keys" / "index.key"))
    keys = PatientKeys(master_keys(databases.folder / "keys"))
    with databases.connect("operator") as records, databases.connect_keys("operator") as keys_db:
        jan = resolve(records, index, JAN, secret=True)
        assert open_record(records, keys_db, keys, index, jan, VIEWER, None).entries == []
