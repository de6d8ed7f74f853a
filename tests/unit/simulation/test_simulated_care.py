"""Prescriptions and vaccinations tell stories that could have happened."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from uuid import uuid5

import pytest

from kartoteka.publishing.statement import Statement
from kartoteka.simulation.disputes import DISPUTED, ENTRIES
from schemas import event_type
from tests.unit.simulation.looking import of_type, under_first_numbers, values


@pytest.fixture(scope="module")
def told(told: list[Statement]) -> list[Statement]:
    return under_first_numbers(told)


def issued(told: list[Statement]) -> dict[str, Statement]:
    return {s.value["prescription"]: s for s in of_type(told, "PrescriptionIssued")}


def months_later(day: date, months: int) -> date:
    """The same day so many months later; no day of the schedule is tested on a month's end."""
    year, month = divmod(day.month - 1 + months, 12)
    return date(day.year + year, month + 1, min(day.day, 28))


def test_a_prescription_has_one_to_four_items(told: list[Statement]) -> None:
    counts = Counter(len(s.value["items"]) for s in issued(told).values())
    assert set(counts) == {1, 2, 3, 4}
    assert len(issued(told)) == len(of_type(told, "PrescriptionIssued"))


def test_only_items_of_the_patients_own_prescriptions_are_dispensed_while_they_are_valid(told: list[Statement]) -> None:
    prescriptions = issued(told)
    for dispensing in of_type(told, "PrescriptionDispensed"):
        prescription = prescriptions[dispensing.value["prescription"]].value
        assert dispensing.value["patient"] == prescription["patient"]
        assert dispensing.value["item"] in {item["item"] for item in prescription["items"]}
        when = dispensing.value["dispensed_at"]
        assert prescription["issued_at"] < when
        assert when.date() < prescription["valid_until"]


def test_an_item_is_dispensed_in_one_to_three_parts_and_never_more_than_issued(told: list[Statement]) -> None:
    parts: dict[tuple[str, int], dict[str, int]] = defaultdict(dict)
    for dispensing in of_type(told, "PrescriptionDispensed"):
        value = dispensing.value
        parts[value["prescription"], value["item"]].setdefault(value["dispensing"], value["quantity"])
    assert set(map(len, parts.values())) == {1, 2, 3}
    prescriptions = issued(told)
    for (key, item), quantities in parts.items():
        assert sum(quantities.values()) <= prescriptions[key].value["items"][item - 1]["quantity"]


def test_what_was_taken_back_was_dispensed_before(told: list[Statement]) -> None:
    dispensed = {s.value["dispensing"]: s.value for s in of_type(told, "PrescriptionDispensed")}
    reversals = values(told, "DispensingReversed")
    assert reversals
    for taken_back in reversals:
        before = dispensed[taken_back["dispensing"]]
        assert before["dispensed_at"] < taken_back["reversed_at"]
        assert all(before[name] == taken_back[name] for name in ("patient", "prescription", "pharmacy"))


def test_some_dispensings_are_corrected_under_the_same_number(told: list[Statement]) -> None:
    said: dict[str, list[Statement]] = defaultdict(list)
    for dispensing in of_type(told, "PrescriptionDispensed"):
        said[dispensing.value["dispensing"]].append(dispensing)
    corrected = [statements for statements in said.values() if len(statements) > 1]
    assert 0.01 < len(corrected) / len(said) < 0.05
    for first, second in corrected:
        assert first.value["occurred_at"] < second.value["occurred_at"]
        different = {name for name in first.value if first.value[name] != second.value[name]}
        assert different == {"event_id", "occurred_at", "quantity"}


def test_what_was_cancelled_was_issued_and_is_not_dispensed(told: list[Statement]) -> None:
    cancelled = {s.value["prescription"] for s in of_type(told, "PrescriptionCancelled")}
    assert cancelled
    assert cancelled <= set(issued(told))
    assert cancelled.isdisjoint(s.value["prescription"] for s in of_type(told, "PrescriptionDispensed"))


def test_some_medicines_are_dispensed_abroad(told: list[Statement]) -> None:
    countries = Counter(s.value["country"] for s in of_type(told, "PrescriptionDispensed"))
    assert 0.98 < countries["PL"] / countries.total() < 1


def test_a_referral_is_used_once_by_a_visit_that_is_entered_or_cancelled(told: list[Statement]) -> None:
    issued_to = {one["referral"]: one for one in values(told, "ReferralIssued")}
    visits = {one["visit"]: one for one in values(told, "VisitRecorded")}
    used, cancelled = values(told, "ReferralUsed"), values(told, "ReferralCancelled")
    settled = [one["referral"] for one in used + cancelled]
    assert used
    assert cancelled
    assert len(set(settled)) == len(settled)
    for one in used:
        assert issued_to[one["referral"]]["issued_at"] < one["used_at"]
        assert one["patient"] == issued_to[one["referral"]]["patient"]
        if one["visit"] in visits:
            assert visits[one["visit"]]["provider"] == one["provider"]


def test_whatever_names_a_visit_names_one_of_the_same_patient(told: list[Statement]) -> None:
    patients = {one["visit"]: one["patient"] for one in values(told, "VisitRecorded")}
    for name in ("ServiceSettled", "DocumentIndexed", "TestResultPublished", "VisitCorrected"):
        found = [one for one in values(told, name) if one["visit"] in patients]
        assert len(found) > 5
        assert all(patients[one["visit"]] == one["patient"] for one in found)


def test_every_kind_of_visit_and_of_document_occurs(told: list[Statement]) -> None:
    visits = {one["visit"]: one["visit_kind"] for one in values(told, "VisitRecorded")}
    documents = [(visits.get(one["visit"]), one["document_kind"]) for one in values(told, "DocumentIndexed")]
    assert set(visits.values()) == codes("VisitRecorded", "visit_kind")
    assert {kind for _, kind in documents} == codes("DocumentIndexed", "document_kind")
    assert {kind for after, kind in documents if after == "stay"} == {"hospital_discharge"}


def test_covid_is_among_the_tests_and_sometimes_positive(told: list[Statement]) -> None:
    covid = [one["items"][0]["result_value"] for one in values(told, "TestResultPublished") if "COVID" in one["test"]]
    assert set(covid) == {"dodatni", "ujemny"}


def test_devices_are_handed_out_as_they_were_ordered(told: list[Statement]) -> None:
    orders = {one["device_order"]: one for one in values(told, "DeviceOrderIssued")}
    handed_out = values(told, "DeviceOrderFulfilled")
    assert 0.6 < len(handed_out) / len(orders) < 1
    for one in handed_out:
        order = orders[one["device_order"]]
        assert order["issued_at"] < one["fulfilled_at"]
        assert order["items"][0]["quantity"] == one["quantity"]


def test_a_dispute_is_about_an_entry_that_was_made_and_answered_later(told: list[Statement]) -> None:
    reports = {one["irregularity"]: one for one in values(told, "IrregularityReported")}
    assert len(reports) > 5
    real = {
        uuid5(ENTRIES, f"{DISPUTED[s.type][1]}/{s.value[DISPUTED[s.type][0]]}"): (DISPUTED[s.type][1], s.key.decode())
        for s in told
        if s.type in DISPUTED
    }
    for one in reports.values():
        assert real[one["disputed_entry"]] == (one["disputed_kind"], one["patient"])
    answers = values(told, "IrregularityAnswered")
    assert answers
    assert all(reports[one["irregularity"]]["reported_at"] < one["answered_at"] for one in answers)


def codes(event: str, field: str) -> set[str]:
    return set(next(f["codes"] for f in event_type(event).fields if f["name"] == field))


def test_only_recorded_vaccinations_are_closed_and_only_once(told: list[Statement]) -> None:
    recorded = {s.value["vaccination"]: s for s in of_type(told, "VaccinationDoseRecorded")}
    closed = [s.value["vaccination"] for s in of_type(told, "VaccinationDoseClosed")]
    assert len(set(closed)) == len(closed) < len(recorded)
    for statement in of_type(told, "VaccinationDoseClosed"):
        opened = recorded[statement.value["vaccination"]].value
        assert (opened["patient"], opened["visit"]) == (statement.value["patient"], statement.value["visit"])
        assert opened["given_at"] < statement.value["closed_at"]
        assert recorded[statement.value["vaccination"]].value["occurred_at"] < statement.value["occurred_at"]


def test_a_dose_that_was_withdrawn_was_recorded_and_never_closed(told: list[Statement]) -> None:
    withdrawn = {one["vaccination"] for one in values(told, "VaccinationDoseWithdrawn")}
    assert withdrawn
    assert withdrawn <= {one["vaccination"] for one in values(told, "VaccinationDoseRecorded")}
    assert withdrawn.isdisjoint(one["vaccination"] for one in values(told, "VaccinationDoseClosed"))


def test_two_doses_against_hpv_follow_the_rule(told: list[Statement]) -> None:
    born = {s.value["person"]: s.value["birth_date"] for s in of_type(told, "PersonRegistered")}
    doses: dict[str, dict[int, date]] = defaultdict(dict)
    for dose in of_type(told, "VaccinationDoseRecorded"):
        if dose.value["target_disease"] == "HPV":
            doses[dose.value["patient"]][dose.value["dose_number"]] = dose.value["given_at"].date()
    assert sum(len(given) == 2 for given in doses.values()) >= 5
    for child, given in doses.items():
        assert months_later(born[child], 9 * 12) <= given[1] < months_later(born[child], 14 * 12)
        assert 2 not in given or months_later(given[1], 6) <= given[2] <= given[1] + timedelta(days=365)


def test_no_child_gets_a_dose_twice_or_in_the_wrong_order(told: list[Statement]) -> None:
    doses: dict[tuple[str, str], list[int]] = defaultdict(list)
    for dose in of_type(told, "VaccinationDoseRecorded"):
        doses[dose.value["patient"], dose.value["target_disease"]].append(dose.value["dose_number"])
    assert all(numbers == sorted(set(numbers)) for numbers in doses.values())
