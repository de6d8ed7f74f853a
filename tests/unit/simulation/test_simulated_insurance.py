"""Titles and registrations agree with each other and with the register."""

from collections import defaultdict
from datetime import date, timedelta

from kartoteka.publishing.statement import Statement

Title = tuple[str, str]


def of_type(told: list[Statement], name: str) -> list[Statement]:
    return [statement for statement in told if statement.type == name]


def titles(told: list[Statement]) -> dict[Title, list[Statement]]:
    """All statements about titles of one person with one payer."""
    found = defaultdict(list)
    for statement in of_type(told, "InsuranceTitleOpened"):
        found[statement.value["insured_person"], statement.value["payer"]].append(statement)
    return found


def test_titles_are_opened_with_an_end_and_without(told: list[Statement]) -> None:
    ends = [s.value["valid_until"] is None for s in of_type(told, "InsuranceTitleOpened")]
    assert 0.2 < sum(ends) / len(ends) < 0.8


def test_an_end_that_becomes_known_is_said_of_the_same_title(told: list[Statement]) -> None:
    ends: dict[tuple[str, str, date], list[date | None]] = defaultdict(list)
    for statement in of_type(told, "InsuranceTitleOpened"):
        value = statement.value
        ends[value["insured_person"], value["payer"], value["valid_from"]].append(value["valid_until"])
    restated = [said for said in ends.values() if len(said) > 1]
    assert len(restated) > 20
    assert all(first is None and last is not None for first, last in restated)


def test_people_move_between_employers(told: list[Statement]) -> None:
    payers: dict[str, set[str]] = defaultdict(set)
    for person, payer in titles(told):
        payers[person].add(payer)
    assert sum(len(found) > 1 for found in payers.values()) > len(payers) / 5


def test_a_registration_rests_on_a_title_of_the_insured_with_that_payer(told: list[Statement]) -> None:
    known = titles(told)
    registrations = of_type(told, "FamilyMemberRegistered")
    assert len(registrations) > 50
    for registration in registrations:
        value = registration.value
        said = [
            title
            for title in known[value["insured"], value["payer"]]
            if title.value["occurred_at"] < value["occurred_at"] and title.value["valid_from"] <= value["valid_from"]
        ]
        assert any(t.value["valid_until"] is None or value["reported_on"] < t.value["valid_until"] for t in said)


def test_a_registration_is_reported_after_it_begins_and_told_after_it_is_reported(told: list[Statement]) -> None:
    for registration in of_type(told, "FamilyMemberRegistered"):
        value = registration.value
        assert value["valid_from"] < value["reported_on"] <= value["occurred_at"].date()


def test_a_new_employer_registers_the_children_again(told: list[Statement]) -> None:
    payers: dict[tuple[str, str], set[str]] = defaultdict(set)
    for registration in of_type(told, "FamilyMemberRegistered"):
        payers[registration.value["insured"], registration.value["child"]].add(registration.value["payer"])
    assert sum(len(found) > 1 for found in payers.values()) > len(payers) / 10


def test_only_parents_insure_and_only_children(told: list[Statement]) -> None:
    register = {s.value["person"]: s.value for s in of_type(told, "PersonRegistered")}
    for registration in of_type(told, "FamilyMemberRegistered"):
        value, child = registration.value, register[registration.value["child"]]
        assert value["insured"] in (child["mother"], child["father"])
        assert child["birth_date"] <= value["valid_from"] < child["birth_date"] + timedelta(days=18 * 366)


def test_some_children_have_both_parents_insuring_them_and_some_a_title_of_their_own(told: list[Statement]) -> None:
    insuring: dict[str, set[str]] = defaultdict(set)
    for registration in of_type(told, "FamilyMemberRegistered"):
        insuring[registration.value["child"]].add(registration.value["insured"])
    assert any(len(insured) == 2 for insured in insuring.values())
    assert any(person in insuring for person, _ in titles(told))


def test_parents_are_grown_up_and_surnames_follow_sex(told: list[Statement]) -> None:
    register = {s.value["person"]: s.value for s in of_type(told, "PersonRegistered")}
    children = [value for value in register.values() if value["mother"] or value["father"]]
    assert 0.15 < len(children) / len(register) < 0.5
    assert any(child["birth_date"] >= date(2022, 1, 1) for child in children), "some are born meanwhile"
    for child in children:
        for parent in filter(None, (child["mother"], child["father"])):
            assert register[parent]["birth_date"] < child["birth_date"] - timedelta(days=16 * 365)
            same_sex = register[parent]["sex"] == child["sex"]
            assert not same_sex or register[parent]["surname"] == child["surname"]
    surnames = {(value["surname"], value["sex"]) for value in register.values()}
    assert ("Kowalska", "female") in surnames
    assert ("Kowalska", "male") not in surnames
