"""Every record ends in exactly one outcome, and the patient learns what is missing."""

from datetime import timedelta
from typing import Any

import pytest
from psycopg import Connection

from services.records.contract import VALUE_LIMIT_BYTES, Record
from services.records.reasons import Reason
from tests.conftest import Desk
from tests.statements import ANNA, EXAMPLES, JAN, NOW, event, record, take_in, wire


def outcomes(desk: Desk) -> tuple[int, int, int]:
    row = desk.records.execute("SELECT sum(appended), sum(repeated), sum(quarantined) FROM kernel.bookmark").fetchone()
    assert row is not None
    return tuple(map(int, row))  # type: ignore[return-value]


def names(connection: Connection[Any]) -> list[str]:
    """Event types in the ledger, in its order."""
    return [row[0] for row in connection.execute("SELECT topic FROM records.event ORDER BY notification_id")]


def reasons(connection: Connection[Any]) -> list[str]:
    rows = connection.execute("SELECT reason FROM records.quarantined ORDER BY topic, partition, record_offset")
    return [row[0] for row in rows]


def test_every_type_is_appended(desk: Desk) -> None:
    take_in(desk, [record(name) for name in EXAMPLES])
    assert sorted(names(desk.records)) == sorted(EXAMPLES)
    assert outcomes(desk) == (len(EXAMPLES), 0, 0)


def test_a_repeat_has_no_effect_within_a_batch_and_after_it(desk: Desk) -> None:
    said = event("PrescriptionIssued")
    take_in(desk, [record("PrescriptionIssued", said), record("PrescriptionIssued", said)])
    take_in(desk, [record("PrescriptionIssued", {**said, "occurred_at": NOW + timedelta(hours=1)})])
    assert names(desk.records) == ["PrescriptionIssued"]
    assert outcomes(desk) == (1, 2, 0)


def test_the_same_id_with_other_content_is_a_conflict(desk: Desk) -> None:
    said = event("PrescriptionIssued")
    take_in(desk, [record("PrescriptionIssued", said)])
    take_in(desk, [record("PrescriptionIssued", {**said, "chronic": True})])
    assert reasons(desk.records) == ["conflict"]
    assert names(desk.records) == ["PrescriptionIssued", "RecordSetAside"]


def test_two_publishers_may_use_one_event_id(desk: Desk) -> None:
    said = event("PrescriptionIssued")
    other = record("PrescriptionIssued", {**said, "chronic": True}, headers=(("publisher", b"clinic-2"),))
    take_in(desk, [record("PrescriptionIssued", said), other])
    assert outcomes(desk) == (2, 0, 0)


ISSUED = event("PrescriptionIssued")
POISONS: dict[Reason, dict[str, Any]] = {
    Reason.NO_PUBLISHER: {"headers": ()},
    Reason.UNREADABLE: {"value": wire("PrescriptionIssued", ISSUED)[:-9]},
    Reason.TRAILING_BYTES: {"value": wire("PrescriptionIssued", ISSUED) + b"x"},
    Reason.UNKNOWN_SCHEMA: {"value": b"\x00\x00\x00\xff\xff" + wire("PrescriptionIssued", ISSUED)[5:]},
    Reason.OVERSIZE: {"value": b"\x00" * (VALUE_LIMIT_BYTES + 1)},
    Reason.WRONG_TOPIC: {"topic": "zus.events.v1"},
    Reason.KEY_MISMATCH: {"key": JAN.encode()},
    Reason.CLOCK: {"published_at": int((NOW - timedelta(hours=25)).timestamp() * 1_000_000)},
    Reason.SHAPE: {"value": wire("PrescriptionIssued", {**ISSUED, "access_code": "12345"})},
    Reason.BROKEN_TEXT: {
        "value": wire(
            "PrescriptionIssued", {**ISSUED, "items": [{**ISSUED["items"][0], "medicine": "Ibu\x00profenum"}]}
        )
    },
}


@pytest.mark.parametrize("reason", POISONS)
def test_poison_is_quarantined_with_its_reason_and_holds_nobody_up(desk: Desk, reason: Reason) -> None:
    poison = record("PrescriptionIssued", ISSUED, **POISONS[reason])
    take_in(desk, [poison, record("PersonRegistered")])
    assert reasons(desk.records) == [reason]
    expected = ["PersonRegistered"] if reason is Reason.KEY_MISMATCH else ["PersonRegistered", "RecordSetAside"]
    assert names(desk.records) == expected
    assert outcomes(desk) == (1, 0, 1)


@pytest.mark.parametrize("value", [None, b"", b"\x01\x00\x00\x00\x10abc", b"\x00\x00"])
def test_bytes_that_are_no_event_are_unreadable(desk: Desk, value: bytes | None) -> None:
    take_in(desk, [record("PrescriptionIssued", value=value)])
    assert reasons(desk.records) == [Reason.UNREADABLE]


def test_broken_unicode_is_broken_text(desk: Desk) -> None:
    value = wire("PrescriptionIssued", ISSUED).replace(b"Ibuprofenum", b"Ibuprofe\xed\xa0\x80")
    take_in(desk, [record("PrescriptionIssued", value=value)])
    assert reasons(desk.records) == [Reason.BROKEN_TEXT]


def test_an_unknown_person_learns_of_the_gap_when_born(desk: Desk) -> None:
    take_in(desk, [record("PrescriptionIssued", value=b"rubbish")])
    assert names(desk.records) == []
    take_in(desk, [record("PersonRegistered")])
    assert names(desk.records) == ["PersonRegistered", "RecordSetAside"]


def test_somebody_named_by_others_learns_of_the_gap_too(desk: Desk) -> None:
    take_in(desk, [record("PrescriptionIssued", value=b"rubbish")])
    take_in(desk, [record("FamilyMemberRegistered")])
    rows = desk.records.execute("SELECT topic FROM records.event WHERE originator_version = 1").fetchall()
    assert sorted(row[0] for row in rows) == ["FamilyMemberRegistered", "RecordSetAside"]


def test_one_gap_stands_open_per_patient_publisher_and_reason(desk: Desk) -> None:
    bad = [record("PrescriptionIssued", value=b"rubbish") for _ in range(3)]
    take_in(desk, [record("PersonRegistered"), *bad])
    take_in(desk, [record("PrescriptionIssued", value=b"more rubbish")])
    assert names(desk.records).count("RecordSetAside") == 1


WRONG = "85010112340"


def test_an_impossible_number_waits_until_the_register_announces_it(desk: Desk) -> None:
    from services.records.redrive import redrive_now_possible

    issued = event("PrescriptionIssued", patient=WRONG)
    take_in(desk, [record("PrescriptionIssued", issued)])
    assert reasons(desk.records) == [Reason.IMPOSSIBLE_NUMBER]
    take_in(desk, [record("PersonRegistered", event("PersonRegistered", person=WRONG))])
    assert redrive_now_possible(desk.intake, desk.records, desk.keys) == 1
    assert names(desk.records) == [
        "PersonRegistered", "RecordSetAside", "PrescriptionIssued", "RecordSetAsideClosed",
    ]  # fmt: skip
    assert redrive_now_possible(desk.intake, desk.records, desk.keys) == 0


def test_a_patient_whose_key_was_destroyed_gets_no_new_one(desk: Desk) -> None:
    take_in(desk, [record("PersonRegistered")])
    with desk.databases.connect_keys("records_ingest") as keys:
        assert keys.execute("SELECT count(*) FROM keys.patient_key").fetchone() == (1,)
    from services.kernel.database import connect

    with connect(desk.databases.keys_admin_url, "test") as admin:
        admin.execute("UPDATE keys.patient_key SET wrapped = NULL, destroyed_at = now()")
    take_in(desk, [record("PrescriptionIssued")])
    assert reasons(desk.records) == [Reason.NO_KEY]


def test_a_patient_whose_key_was_lost_gets_no_new_one(desk: Desk) -> None:
    from services.kernel.database import connect

    take_in(desk, [record("PersonRegistered")])
    with connect(desk.databases.keys_admin_url, "test") as admin:
        admin.execute("DELETE FROM keys.patient_key")
    take_in(desk, [record("PrescriptionIssued")])
    assert reasons(desk.records) == [Reason.NO_KEY]


def test_a_discarded_record_closes_the_gap_for_its_reason(desk: Desk) -> None:
    poison = record("PrescriptionIssued", value=b"rubbish")
    take_in(desk, [record("PersonRegistered"), poison])
    place = (poison.topic, poison.partition, poison.offset)
    assert desk.intake.discard(desk.records, [place], "test record") == 1
    assert desk.intake.discard(desk.records, [place], "test record") == 0
    assert names(desk.records) == ["PersonRegistered", "RecordSetAside", "RecordSetAsideClosed"]


def bad(number: int, publisher: str, **changes: Any) -> list[Record]:
    headers = (("publisher", publisher.encode()),)
    return [record("PrescriptionIssued", value=b"rubbish", headers=headers, **changes) for _ in range(number)]


def test_a_publisher_with_51_bad_records_is_parked_and_nobody_else(desk: Desk) -> None:
    from services.records.redrive import resume

    after = record("PrescriptionIssued", event("PrescriptionIssued"), headers=(("publisher", b"bad"),))
    take_in(desk, [*bad(50, "bad"), record("PrescriptionIssued", headers=(("publisher", b"bad"),)), *bad(1, "bad")])
    assert names(desk.records).count("PrescriptionIssued") == 1
    take_in(desk, [after, record("PersonRegistered")])
    assert Reason.PARKED in reasons(desk.records)
    assert "PersonRegistered" in names(desk.records)
    assert resume(desk.intake, desk.records, desk.keys, "bad", None) == (1, 1)
    assert names(desk.records).count("PrescriptionIssued") == 2


def test_parked_rubbish_is_refiled_under_its_own_reason(desk: Desk) -> None:
    from services.records.redrive import resume

    take_in(desk, [record("PersonRegistered"), *bad(51, "bad")])
    take_in(desk, bad(1, "bad"))
    assert resume(desk.intake, desk.records, desk.keys, "bad", None) == (0, 1)
    rows = desk.records.execute("SELECT DISTINCT reason FROM records.quarantine_open").fetchall()
    assert rows == [("unreadable",)]


def test_a_partition_with_201_bad_records_stops_and_resumes(desk: Desk) -> None:
    from services.kernel.partition import Partition
    from services.records.redrive import resume

    last = record("PrescriptionIssued", offset=10_000)
    batch = [one for n in range(5) for one in bad(45, f"bad-{n}")]
    moves = take_in(desk, [*batch, last])
    assert [move.stop for move in moves] == [True]
    assert moves[0].next_offset == batch[200].offset + 1
    assert outcomes(desk) == (0, 0, 201)
    resume(desk.intake, desk.records, desk.keys, None, Partition("clinic.events.v1", 0))
    stopped = desk.records.execute("SELECT count(*) FROM kernel.bookmark WHERE stopped_at IS NOT NULL").fetchone()
    assert stopped == (0,)
    assert not any(move.stop for move in take_in(desk, bad(1, "bad-9")))


def test_a_thousand_good_records_forget_what_was_bad(desk: Desk) -> None:
    take_in(desk, bad(50, "mixed"))
    good = [
        record("PrescriptionCancelled", event("PrescriptionCancelled"), headers=(("publisher", b"mixed"),))
        for _ in range(1000)
    ]
    take_in(desk, good)
    take_in(desk, [*bad(50, "mixed"), record("PersonRegistered", headers=(("publisher", b"mixed"),))])
    assert Reason.PARKED not in reasons(desk.records)


def test_nothing_readable_leaves_the_door(desk: Desk) -> None:
    take_in(
        desk,
        [
            record("PersonRegistered"),
            record("PrescriptionIssued"),
            record("PrescriptionIssued", value=b"x" + ANNA.encode()),
        ],
    )
    with desk.databases.admin() as admin:
        rows = admin.execute("SELECT state FROM records.event").fetchall()
        rows += admin.execute("SELECT sealed FROM records.quarantined_bytes").fetchall()
    everything = b"".join(row[0] for row in rows)
    for secret in (ANNA, "Kowalska", "Anna Maria", "Ibuprofenum", "1" * 44, "5425740"):
        assert secret.encode() not in everything
