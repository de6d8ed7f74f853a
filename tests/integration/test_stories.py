"""What the views say of the kinds of entry that came after the first ones, story by story."""

from datetime import datetime
from typing import Any
from uuid import UUID

import pytest

from tests.histories import START, days, uid
from tests.integration.test_views import CLINIC, Chart, Db, db, second, session, timeline

__all__ = ["db", "session"]

TITLE = {"title_code": "011000", "payer": uid(5), "valid_from": "2025-01-01"}
REGISTERED = {"insured": uid(7), "payer": uid(5), "reported_on": "2025-01-05"}
WARD = {"guardian": uid(7), "court_file": uid(5)}


@pytest.fixture
def chart(db: Db) -> Chart:
    return Chart(db)


def shown(chart: Chart, kind: str) -> dict[str, Any]:
    """State and content of the one entry of a kind."""
    (row,) = (row for row in timeline(chart.db, chart.patient) if row["kind"] == kind)
    return {"state": row["state"], **row["content"]}


def said(chart: Chart, kind: str, *names: str) -> tuple[Any, ...]:
    found = shown(chart, kind)
    return tuple(found.get(name) for name in names)


def reverse(chart: Chart, number: int, at: datetime | None = None) -> None:
    what = {"prescription": uid(1), "dispensing": uid(number), "pharmacy": "x", "reversed_at": days(3)}
    chart.say("DispensingReversed", uid(1), at, **what)


def test_what_was_reversed_is_left_again(chart: Chart) -> None:
    chart.issue({1: 3})
    chart.dispense(1, item=1, quantity=2)
    chart.dispense(2, item=1, quantity=1)
    reverse(chart, 1)
    assert chart.prescription() == ("", {1: (1, 2, [])})


def test_a_reversal_is_final_also_before_the_dispensing_and_before_its_correction(chart: Chart) -> None:
    chart.issue({1: 3})
    reverse(chart, 1, at=days(-9))
    assert chart.prescription() == ("", {1: (0, 3, [])})
    chart.dispense(1, item=1, quantity=2)
    chart.dispense(1, item=1, quantity=1)
    assert chart.prescription() == ("", {1: (0, 3, [])})


def test_a_dose_that_was_entered_by_mistake_is_no_dose(db: Db) -> None:
    chart = Chart(db, "2013-01-05")
    mistaken = chart.dose("2025-01-10")
    chart.dose("2025-03-10")
    assert chart.next("2025-04-01")[1] == "complete"
    chart.say(
        "VaccinationDoseWithdrawn", mistaken, days(-99), vaccination=mistaken, withdrawn_at=START, provider=CLINIC
    )
    assert chart.next("2025-04-01") == second("2025-09-10", "2026-03-10")


def test_a_titles_end_is_that_of_its_latest_statement_also_when_that_names_none(chart: Chart) -> None:
    chart.say("InsuranceTitleOpened", uid(31), valid_until=None, **TITLE)
    chart.say("InsuranceTitleClosed", uid(31), valid_until="2025-06-01", **TITLE)
    assert said(chart, "title", "valid_until") == ("2025-06-01",)
    chart.say("InsuranceTitleOpened", uid(31), valid_until=None, **TITLE)
    assert said(chart, "title", "valid_until") == (None,)


def test_a_registration_that_was_made_anew_runs_again(chart: Chart) -> None:
    chart.say("FamilyMemberRegistered", uid(41), valid_from="2025-01-01", kinship="11", **REGISTERED)
    chart.say("FamilyMemberDeregistered", uid(41), valid_until="2025-06-01", **REGISTERED)
    assert said(chart, "registration", "state", "valid_until") == ("ended", "2025-06-01")
    chart.say("FamilyMemberRegistered", uid(41), valid_from="2025-06-01", kinship="11", **REGISTERED)
    assert said(chart, "registration", "state", "valid_from", "valid_until") == ("", "2025-06-01", None)


def test_a_registration_that_was_taken_back_for_all_its_days_has_ended(chart: Chart) -> None:
    chart.say("FamilyMemberRegistered", uid(41), valid_from="2025-02-01", kinship="11", **REGISTERED)
    chart.say("FamilyMemberDeregistered", uid(41), valid_until="2025-01-31", **REGISTERED)
    assert said(chart, "registration", "state", "valid_until") == ("ended", "2025-01-31")


def test_an_end_that_is_known_alone_shows_who_and_when(chart: Chart) -> None:
    chart.say("FamilyMemberDeregistered", uid(41), valid_until="2025-06-01", **REGISTERED)
    assert said(chart, "registration", "state", "insured", "kinship") == ("not_registered", str(uid(7)), None)
    chart.say("GuardianshipEnded", uid(42), valid_until="2025-06-01", **WARD)
    assert said(chart, "guardianship", "state", "guardian") == ("not_established", str(uid(7)))


def test_what_is_learnt_late_about_an_earlier_day_revives_no_entitlement(chart: Chart) -> None:
    chart.say("EntitlementConfirmed", uid(87), ground="insured", as_of="2025-03-01", valid_until="2025-12-01")
    chart.say("EntitlementWithdrawn", uid(87), ground="insured", as_of="2025-05-01")
    chart.say("EntitlementConfirmed", uid(87), ground="insured", as_of="2025-04-01", valid_until=None)
    assert said(chart, "entitlement", "state", "as_of", "valid_until") == ("withdrawn", "2025-05-01", None)
    chart.say("EntitlementConfirmed", uid(87), ground="insured", as_of="2025-05-01", valid_until=None)
    assert said(chart, "entitlement", "state") == ("withdrawn",), "on one day the withdrawal holds"


def test_a_referral_that_was_cancelled_stays_so(chart: Chart) -> None:
    chart.say("ReferralUsed", uid(61), referral=uid(61), provider="3", used_at=days(1))
    assert said(chart, "referral", "state") == ("not_issued",)
    what = {"referral_kind": "specialist", "urgency": "stable", "profession": "physician", "provider": "1"}
    chart.say("ReferralIssued", uid(61), referral=uid(61), issued_at=START, **what)
    assert said(chart, "referral", "state", "provider", "used_by") == ("used", "1", "3")
    chart.say("ReferralCancelled", uid(61), days(-9), referral=uid(61), cancelled_at=days(2))
    assert said(chart, "referral", "state") == ("cancelled",)


def test_a_correction_of_a_visit_leaves_what_it_does_not_speak_of(chart: Chart) -> None:
    visit = {"visit": uid(71), "started_at": START, "ended_at": None, "provider": "1", "profession": None}
    chart.say("VisitRecorded", uid(71), visit_kind="visit", **visit)
    nothing = dict.fromkeys(("started_at", "provider", "profession"))
    chart.say("VisitCorrected", uid(71), visit=uid(71), visit_kind="stay", ended_at=days(1), **nothing)
    assert said(chart, "visit", "state", "visit_kind", "provider") == ("", "stay", "1")


def dispute(chart: Chart, report: UUID, entry: UUID, kind: str) -> None:
    what = {"disputed_entry": entry, "disputed_kind": kind, "wrong": "not_mine", "reported_at": START}
    chart.say("IrregularityReported", report, irregularity=report, **what)


def test_an_entry_that_the_patient_disputes_says_so_and_what_was_answered(chart: Chart) -> None:
    chart.issue({1: 1})
    dispute(chart, uid(72), uid(1), "prescription")
    assert said(chart, "prescription", "state", "disputed") == ("", "open")
    chart.say(
        "IrregularityAnswered", uid(72), irregularity=uid(72), answer="rejected", answered_by="NFZ", answered_at=days(1)
    )
    assert said(chart, "prescription", "disputed") == ("rejected",)


def test_an_entry_of_another_kind_under_the_same_id_is_not_disputed(chart: Chart) -> None:
    chart.issue({1: 1})
    dispute(chart, uid(72), uid(1), "visit")
    assert said(chart, "prescription", "disputed") == (None,)


def test_a_record_that_has_the_own_number_twice_is_no_other_record(chart: Chart) -> None:
    chart.say("PersonNumberChanged", chart.patient, new_number=chart.patient, changed_on="2025-02-01")
    assert said(chart, "person", "number_changed_on", "other_records") == ("2025-02-01", [])


def test_a_person_who_died_shows_it_before_the_register_has_announced_the_person(chart: Chart) -> None:
    chart.say("PersonDied", chart.patient, died_on="2025-02-20")
    assert said(chart, "person", "state", "died_on", "birth_date") == ("died", "2025-02-20", None)


def test_devices_that_were_handed_out_are_counted_by_the_shops_own_numbers(chart: Chart) -> None:
    order = {"device_order": uid(63), "profession": "physician", "provider": "1", "valid_until": None}
    handed = {"device_order": uid(63), "shop": "s", "fulfilled_at": days(1), "item": 1}
    chart.say("DeviceOrderFulfilled", uid(63), fulfilment=uid(8), quantity=3, **handed)
    assert said(chart, "device-order", "state") == ("not_issued",)
    chart.say("DeviceOrderIssued", uid(63), issued_at=START, items_item=[1], items_quantity=[2], **order)
    chart.say("DeviceOrderFulfilled", uid(63), fulfilment=uid(8), quantity=1, **handed)
    (item,) = shown(chart, "device-order")["items"]
    assert (item["fulfilled"], item["left_to_fulfil"], item["odd"]) == (1, 1, [])
