"""A person gets another number: one record under both, or two records that name each other."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg.rows import dict_row

from services.kernel.bookmarks import Bookmark
from services.records.renumbering import PrepareAgain, Renumbering
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


def append(desk: Desk, batch: Any) -> None:
    partitions = {one.record.where for one in batch.prepared}
    desk.intake.bookmarks.create(desk.records, sorted(partitions))
    bookmarks = {p: Bookmark(p, 0, 0, 0) for p in partitions}
    desk.intake.append(desk.records, batch, bookmarks)


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


def test_numbers_that_follow_each_other_lead_to_one_record_in_whatever_order_they_lie(desk: Desk) -> None:
    take_in(desk, [changed(NEW, THIRD), of(THIRD), changed(ANNA, NEW)])
    assert (len(streams(desk)), persons(desk)) == (1, (3, 1, 1))


def test_a_change_that_is_parked_gives_no_number_until_it_is_taken_in(desk: Desk) -> None:
    bad = [record("PersonDied", value=b"?", key=ANNA.encode(), headers=REGISTER) for _ in range(60)]
    take_in(desk, [*bad, changed(ANNA, NEW), of(NEW)])
    assert reasons(desk.records)[-1] == "parked"
    assert persons(desk)[:2] == (2, 2)
    assert [stream for stream in streams(desk) if "PrescriptionIssued" in stream] == [["PrescriptionIssued"]]


def test_a_parked_change_whose_number_nobody_else_named_gives_it_when_it_is_driven_again(desk: Desk) -> None:
    bad = [record("PersonDied", value=b"?", key=ANNA.encode(), headers=REGISTER) for _ in range(60)]
    parked = changed(ANNA, NEW)
    take_in(desk, [of(ANNA), *bad, parked])
    assert persons(desk)[:2] == (1, 1)
    place = (parked.topic, parked.partition, parked.offset)
    assert desk.intake.redrive(desk.records, desk.keys, [place]) == 1
    assert persons(desk)[:2] == (2, 1)


def test_an_event_id_of_another_type_in_the_same_batch_gives_no_number(desk: Desk) -> None:
    said = uuid4()
    other = record("LanguageChosen", event("LanguageChosen", said), headers=REGISTER)
    take_in(desk, [other, changed(ANNA, NEW, said), of(NEW)])
    assert reasons(desk.records) == ["conflict"]
    assert persons(desk)[:2] == (2, 2)


def test_what_was_prepared_on_a_change_that_is_refused_is_prepared_again(desk: Desk) -> None:
    said = uuid4()
    first, second = [changed(ANNA, NEW, said), changed(ANNA, THIRD, said)], [of(THIRD)]
    one, other = (desk.intake.prepare(desk.records, desk.keys, batch) for batch in (first, second))
    with pytest.raises(PrepareAgain):
        append(desk, one)
    with pytest.raises(PrepareAgain):
        append(desk, other)


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
    assert persons(desk) == (2, 1, 1)
