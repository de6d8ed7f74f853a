"""Synthetic numbers are valid and nobody's twice."""

from datetime import date, timedelta

import pytest
from stdnum.pl import nip, pesel

from kartoteka.publishing.licences import possible_pwz
from kartoteka.publishing.statement import Statement
from kartoteka.simulation.numbers import FAMILIES_LIMIT, SLOTS, FamilyNumbers
from kartoteka.simulation.numbers import nip as draw_nip
from kartoteka.simulation.numbers import pwz as draw_pwz
from kartoteka.simulation.population import Population
from kartoteka.simulation.stream import stream
from tests.unit.simulation.looking import of_type, register

NAMED = ("mother", "father", "insured", "child", "parent", "guardian")


def test_every_person_has_a_valid_pesel_of_their_own(told: list[Statement], people: Population) -> None:
    numbers = [s.value["person"] for s in of_type(told, "PersonRegistered")]
    assert len(set(numbers)) == len(numbers) == people.patients
    assert all(pesel.is_valid(number) for number in numbers)


def test_the_pesel_says_birth_date_and_sex(told: list[Statement]) -> None:
    for statement in of_type(told, "PersonRegistered"):
        value = statement.value
        assert pesel.get_birth_date(value["person"]) == value["birth_date"]
        assert (pesel.get_gender(value["person"]) == "M") == (value["sex"] == "male")


def test_whoever_is_named_is_registered(told: list[Statement]) -> None:
    registered = set(register(told))
    named = {s.value[field] for s in told for field in NAMED if s.value.get(field)}
    assert named
    assert named <= registered
    assert {s.key.decode() for s in told} <= registered


def test_payers_and_practitioners_have_valid_numbers(told: list[Statement]) -> None:
    assert all(nip.is_valid(payer) for payer in {s.value["payer"] for s in told if "payer" in s.value})
    assert all(possible_pwz(s.value["practitioner"]) for s in of_type(told, "PrescriptionIssued"))
    roles = {s.value["role"] for s in of_type(told, "PrimaryCareChosen")}
    assert roles == {"physician", "nurse", "midwife"}


def test_numbers_that_are_drawn_are_always_valid() -> None:
    chance = stream(1)
    assert all(nip.is_valid(draw_nip(chance)) for _ in range(2_000))
    assert all(possible_pwz(draw_pwz(chance)) for _ in range(2_000))


def test_families_never_share_a_number_even_for_one_day_of_birth() -> None:
    families, day = 2 * SLOTS + 17, date(1990, 5, 20)
    given = [FamilyNumbers(n, families, 99).give(day, male=False) for n in range(families)]
    assert len({number for _, number in given}) == families
    assert all(timedelta() <= day - born < timedelta(days=3) for born, _ in given)


def test_twins_get_numbers_of_different_days() -> None:
    numbers = FamilyNumbers(3, 10, 0)
    first, second, sister = (numbers.give(date(2010, 1, 1), male) for male in (True, True, False))
    assert len({first[1], second[1], sister[1]}) == 3
    assert (first[0], second[0], sister[0]) == (date(2010, 1, 1), date(2009, 12, 31), date(2010, 1, 1))


def test_more_families_than_numbers_are_refused() -> None:
    FamilyNumbers(0, FAMILIES_LIMIT, 0)
    with pytest.raises(ValueError, match="families"):
        FamilyNumbers(0, FAMILIES_LIMIT + 1, 0)
