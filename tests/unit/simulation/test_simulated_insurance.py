"""Titles and registrations agree with each other and with the register."""

from collections import defaultdict
from datetime import date, timedelta

import pytest

from kartoteka.publishing.statement import Statement
from tests.unit.simulation.looking import grouped, of_type, under_first_numbers, values

Title = tuple[str, str]
TITLE = ("insured_person", "title_code", "payer", "valid_from")


@pytest.fixture(scope="module")
def told(told: list[Statement]) -> list[Statement]:
    return under_first_numbers(told)


def titles(told: list[Statement]) -> dict[Title, list[Statement]]:
    """All statements about titles of one person with one payer."""
    found = defaultdict(list)
    for statement in of_type(told, "InsuranceTitleOpened"):
        found[statement.value["insured_person"], statement.value["payer"]].append(statement)
    return found


def test_titles_are_opened_with_an_end_and_without(told: list[Statement]) -> None:
    ends = [s.value["valid_until"] is None for s in of_type(told, "InsuranceTitleOpened")]
    assert 0.2 < sum(ends) / len(ends) < 0.8


def test_a_title_is_closed_once_after_it_was_opened_and_not_before_it_ends(told: list[Statement]) -> None:
    opened = grouped(values(told, "InsuranceTitleOpened"), *TITLE)
    closed = grouped(values(told, "InsuranceTitleClosed"), *TITLE)
    assert len(closed) > 100
    assert all(len(said) == 1 for said in [*opened.values(), *closed.values()])
    for title, [end] in closed.items():
        [begun] = opened[title]
        assert begun["occurred_at"] < end["occurred_at"]
        assert begun["valid_until"] is None or end["valid_until"] < begun["valid_until"], "its end was not known"
        assert end["valid_from"] < end["valid_until"] <= end["occurred_at"].date()


def test_some_have_a_gap_between_two_jobs_and_are_not_entitled_meanwhile(told: list[Statement]) -> None:
    ended = grouped(values(told, "InsuranceTitleClosed"), "insured_person")
    gaps = 0
    for (person,), titles_of in grouped(values(told, "InsuranceTitleOpened"), "insured_person").items():
        begun = [one["valid_from"] for one in titles_of]
        for end in ended.get((person,), []):
            later = [day for day in begun if day >= end["valid_until"]]
            gaps += bool(later) and min(later) > end["valid_until"] + timedelta(days=4)
    assert gaps > 20
    assert len(values(told, "EntitlementWithdrawn")) > 20


def test_each_month_is_paid_once_for_a_title_that_ran(told: list[Statement]) -> None:
    opened = grouped(values(told, "InsuranceTitleOpened"), "insured_person", "payer")
    paid = grouped(values(told, "ContributionPosted"), "insured_person", "payer", "month")
    assert all(len(said) == 1 for said in paid.values())
    for person, payer, month in paid:
        assert any(one["valid_from"] < month + timedelta(days=31) for one in opened[person, payer])


def test_a_sick_leave_goes_to_a_payer_of_the_patient_and_may_be_for_a_child(told: list[Statement]) -> None:
    opened = grouped(values(told, "InsuranceTitleOpened"), "insured_person", "payer")
    register = {one["person"]: one for one in values(told, "PersonRegistered")}
    leaves = values(told, "SickLeaveIssued")
    cared_for = [one for one in leaves if one["child"]]
    assert 0.02 < len(cared_for) / len(leaves) < 0.4
    for one in leaves:
        assert (one["patient"], one["payer"]) in opened
        assert timedelta(days=1) < one["occurred_at"] - one["issued_at"] < timedelta(days=3)
    for one in cared_for:
        assert one["patient"] in (register[one["child"]]["mother"], register[one["child"]]["father"])
    cancelled = {one["sick_leave"] for one in values(told, "SickLeaveCancelled")}
    assert cancelled
    assert cancelled <= {one["sick_leave"] for one in leaves}


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


def test_only_a_running_registration_ends_and_for_a_reason(told: list[Statement]) -> None:
    registered = grouped(values(told, "FamilyMemberRegistered"), "child", "insured", "payer")
    ends = values(told, "FamilyMemberDeregistered")
    assert {"ustanie tytułu ubezpieczenia", "zmiana osoby zgłaszającej", "własny tytuł ubezpieczenia"} <= {
        one["reason"] for one in ends
    }
    for one in ends:
        begun = registered[one["child"], one["insured"], one["payer"]]
        assert any(said["valid_from"] < one["valid_until"] < one["reported_on"] for said in begun)


def test_some_children_have_both_parents_insuring_them(told: list[Statement]) -> None:
    insuring: dict[str, set[str]] = defaultdict(set)
    for registration in of_type(told, "FamilyMemberRegistered"):
        insuring[registration.value["child"]].add(registration.value["insured"])
    assert any(len(insured) == 2 for insured in insuring.values())


def test_some_young_people_have_a_title_of_their_own_from_sixteen_on(told: list[Statement]) -> None:
    born = {one["person"]: one["birth_date"] for one in values(told, "PersonRegistered")}
    practice = [one for one in values(told, "InsuranceTitleOpened") if one["title_code"] == "012000"]
    assert len(practice) >= 3
    for one in practice:
        assert timedelta(days=16 * 365) < one["valid_from"] - born[one["insured_person"]] < timedelta(days=18 * 365)


def test_parents_are_grown_up_and_surnames_follow_sex(told: list[Statement]) -> None:
    register = {s.value["person"]: s.value for s in of_type(told, "PersonRegistered")}
    children = [value for value in register.values() if value["mother"] or value["father"]]
    assert 0.15 < len(children) / len(register) < 0.6
    assert any(child["birth_date"] >= date(2022, 1, 1) for child in children), "some are born meanwhile"
    for child in children:
        for parent in filter(None, (child["mother"], child["father"])):
            assert register[parent]["birth_date"] < child["birth_date"] - timedelta(days=16 * 365)
        if child["father"] and child["sex"] == "male":
            assert register[child["father"]]["surname"] == child["surname"]
    surnames = {(value["surname"], value["sex"]) for value in register.values()}
    assert ("Kowalska", "female") in surnames
    assert ("Kowalska", "male") not in surnames
