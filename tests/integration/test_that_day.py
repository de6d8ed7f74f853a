"""What was shown, to whom, on that day: a guardian who has looked, and a ward who asks later what she saw."""

from datetime import datetime
from typing import Any

from psycopg import Connection

from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.viewing import Viewer
from services.permissions.why.explaining import Asked, answer
from services.records.entries import Vaccination
from services.records.replay.switching import switch
from services.records.window import OpenedRecord, open_record
from tests.access import Facts
from tests.conftest import Desk
from tests.integration.test_access_facts import admin, facts, patient
from tests.integration.test_window import project
from tests.record_versions import found_equal, full
from tests.replay import owner
from tests.statements import ANNA, JAN, event, record, take_in

__all__ = ["admin", "facts"]

Db = Connection[Any]
FIRST = "records_v1"


def said(desk: Desk, facts: Facts, *names: str) -> None:
    """Institutions say something; the versions that are there and permissions hear it."""
    take_in(desk, [record(name, event(name, **({"person": JAN} if "Person" in name else {}))) for name in names])
    project(desk.databases)
    facts.catch_up()


def opened(desk: Desk, viewer: Viewer, known_at: datetime | None = None) -> OpenedRecord:
    """Jan's record, as it is opened for somebody."""
    folder = desk.databases.folder / "keys"
    index, keys = IndexKey(read_key_file(folder / "index.key")), PatientKeys(master_keys(folder))
    with desk.databases.connect("operator") as records, desk.databases.connect_keys("operator") as keys_db:
        return open_record(records, keys_db, keys, index, patient(desk, JAN), viewer, known_at)


def vaccination(record: OpenedRecord) -> str:
    (found,) = (entry for entry in record.entries if isinstance(entry, Vaccination))
    return found.state


def test_what_a_guardian_saw_on_a_day_and_that_she_was_allowed_to(desk: Desk, facts: Facts, admin: Db) -> None:
    said(desk, facts, "PersonRegistered", "GuardianshipEstablished", "VaccinationDoseRecorded")
    seen = opened(desk, Viewer("guardian:anna", "care", "guardian", None))
    ((that_day,),) = admin.execute("SELECT max(viewed_at) FROM viewing.viewing").fetchall()

    # Later the guardianship is said to have ended, the dose was another child's, and another version is read.
    said(desk, facts, "GuardianshipEnded", "VaccinationDoseWithdrawn")
    second = full(desk.databases)
    found_equal(admin, FIRST, second)
    with owner(desk.databases.admin_url) as connection:
        switch(connection)

    clerk = Viewer("operator:clerk", "complaint", "operator", "what did she see?")
    then, now = opened(desk, clerk, that_day), opened(desk, clerk)
    assert (then.entries, then.next_dose, then.read_by) == (seen.entries, seen.next_dose, FIRST)
    assert (vaccination(then), vaccination(now), now.read_by) == (vaccination(seen), "withdrawn", second)

    anna, jan = patient(desk, ANNA), patient(desk, JAN)
    with desk.databases.connect("operator") as operator:
        allowed = answer(operator, Asked(anna, jan, at=that_day, known_at=that_day))
        today = answer(operator, Asked(anna, jan))
    assert (allowed.allowed, [ground.code for ground in allowed.grounds]) == (True, ["court_guardian"])
    assert not today.allowed

    looked = admin.execute("SELECT viewer, subject FROM viewing.viewing WHERE viewed_at <= %s", (that_day,)).fetchall()
    assert looked == [("guardian:anna", jan)]
