"""A person gets another number: one record under both, or two records that name each other."""

from typing import Any
from uuid import UUID, uuid4

from psycopg.rows import dict_row

from services.records.renumbering import Renumbering
from tests.conftest import Desk
from tests.integration.test_ingest import outcomes, reasons
from tests.integration.test_window import project
from tests.statements import ANNA, event, record, take_in

NEW = "85010112352"
THIRD = "85010112369"
REGISTER = (("publisher", b"registry"),)


def of(number: str) -> Any:
    """Something that a clinic says about whoever has the number."""
    return record("PrescriptionIssued", event("PrescriptionIssued", patient=number))


def changed(old: str, new: str, event_id: UUID | None = None) -> Any:
    said = event("PersonNumberChanged", event_id, person=old, new_number=new)
    return record("PersonNumberChanged", said, headers=REGISTER)


def streams(desk: Desk) -> list[list[str]]:
    """The event types of each record, the longest record first."""
    rows = desk.records.execute(
        "SELECT array_agg(topic ORDER BY originator_version) FROM records.event GROUP BY originator_id"
    ).fetchall()
    return sorted((row[0] for row in rows), key=len, reverse=True)


def persons(desk: Desk) -> tuple[int, int, int]:
    """Numbers, people and account identifiers."""
    row = desk.records.execute(
        "SELECT count(*), count(DISTINCT patient_id), count(account_id) FROM records.person"
    ).fetchone()
    assert row is not None
    return tuple(row)  # type: ignore[return-value]


def test_under_an_unknown_new_number_the_same_record_goes_on(desk: Desk) -> None:
    take_in(desk, [of(ANNA)])
    take_in(desk, [changed(ANNA, NEW)])
    take_in(desk, [of(NEW), of(ANNA)])
    assert streams(desk) == [["PrescriptionIssued", "PersonNumberChanged", "PrescriptionIssued", "PrescriptionIssued"]]
    assert persons(desk) == (2, 1, 1)


def test_what_came_under_the_new_number_in_the_same_batch_enters_the_same_record(desk: Desk) -> None:
    take_in(desk, [of(NEW), changed(ANNA, NEW), of(NEW)])
    assert streams(desk) == [["PrescriptionIssued", "PersonNumberChanged", "PrescriptionIssued"]]


def test_numbers_that_follow_each_other_lead_to_one_record(desk: Desk) -> None:
    take_in(desk, [changed(ANNA, NEW), changed(NEW, THIRD), of(THIRD), of(ANNA)])
    assert len(streams(desk)) == 1
    assert persons(desk) == (3, 1, 1)


def test_two_known_people_keep_their_records_and_each_names_the_other(desk: Desk) -> None:
    take_in(desk, [of(ANNA), of(NEW), of(NEW)])
    take_in(desk, [changed(ANNA, NEW)])
    assert streams(desk) == [
        ["PrescriptionIssued", "PrescriptionIssued", "PersonNumberShared"],
        ["PrescriptionIssued", "PersonNumberChanged"],
    ]
    assert persons(desk) == (2, 2, 2)
    assert outcomes(desk) == (4, 0, 0), "what the ledger says itself is not counted"
    project(desk.databases)
    with desk.databases.admin() as admin, admin.cursor(row_factory=dict_row) as cursor:
        people = cursor.execute("SELECT DISTINCT patient_id FROM records.person").fetchall()
        one, other = (row["patient_id"] for row in people)
        shown = {p: cursor.execute("SELECT * FROM records_v1.person(%s)", (p,)).fetchone() for p in (one, other)}
    assert [(shown[one] or {})["other_records"], (shown[other] or {})["other_records"]] == [[other], [one]]


def test_the_same_change_again_changes_nothing(desk: Desk) -> None:
    said = uuid4()
    take_in(desk, [of(ANNA), of(NEW)])
    take_in(desk, [changed(ANNA, NEW, said), changed(ANNA, NEW, said)])
    take_in(desk, [changed(ANNA, NEW, said)])
    assert outcomes(desk) == (3, 2, 0)
    assert sum(map(len, streams(desk))) == 4


def test_an_event_id_that_was_used_before_gives_no_number(desk: Desk) -> None:
    said = uuid4()
    take_in(desk, [changed(ANNA, NEW, said), changed(ANNA, THIRD, said)])
    take_in(desk, [of(THIRD)])
    assert reasons(desk.records) == ["conflict"]
    assert persons(desk) == (3, 2, 2)


def test_after_a_restart_too_an_event_id_that_was_used_before_gives_no_number(desk: Desk) -> None:
    said = uuid4()
    take_in(desk, [changed(ANNA, NEW, said)])
    desk.intake.renumbering = Renumbering()
    take_in(desk, [changed(ANNA, THIRD, said)])
    assert persons(desk) == (3, 2, 2)
