"""Prescriptions and vaccinations tell stories that could have happened."""

from collections import Counter, defaultdict
from datetime import date, timedelta

from kartoteka.publishing.statement import Statement


def of_type(told: list[Statement], name: str) -> list[Statement]:
    return [statement for statement in told if statement.type == name]


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


def test_only_recorded_vaccinations_are_closed_and_only_once(told: list[Statement]) -> None:
    recorded = {s.value["vaccination"]: s for s in of_type(told, "VaccinationDoseRecorded")}
    closed = [s.value["vaccination"] for s in of_type(told, "VaccinationDoseClosed")]
    assert len(set(closed)) == len(closed) < len(recorded)
    for statement in of_type(told, "VaccinationDoseClosed"):
        opened = recorded[statement.value["vaccination"]].value
        assert (opened["patient"], opened["visit"]) == (statement.value["patient"], statement.value["visit"])
        assert opened["given_at"] < statement.value["closed_at"]


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
