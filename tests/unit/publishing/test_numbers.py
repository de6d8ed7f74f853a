"""Check digits, against numbers from public sources."""

from datetime import date

import pytest
from stdnum.pl import pesel

from kartoteka.publishing.licences import possible_pwz
from kartoteka.publishing.numbers import PESEL_SERIALS, nip_of, pesel_of, pwz_of
from kartoteka.publishing.validation import possible_nip


@pytest.mark.parametrize("number", ["5425740", "8310830", "5223344", "4727124"])
def test_published_licence_numbers_are_possible(number) -> None:
    assert possible_pwz(number)


@pytest.mark.parametrize(
    "number", ["5425741", "6425740", "542574", "54257400", "0000000", "", "542574x", "５425740", " 5425740"]
)
def test_licence_numbers_that_cannot_exist_are_not(number) -> None:
    assert not possible_pwz(number)


def test_every_made_licence_number_is_possible_and_most_are_different() -> None:
    made = {pwz_of(number) for number in range(0, 1_000_000, 997)}
    assert all(possible_pwz(number) for number in made)
    assert len(made) > 990


@pytest.mark.parametrize("number", ["8567346215", "5250001026"])
def test_a_possible_tax_number_is_accepted_and_with_one_digit_changed_refused(number) -> None:
    assert possible_nip(number)
    assert not possible_nip(number[:-1] + str((int(number[-1]) + 1) % 10))


def test_made_tax_numbers_are_possible() -> None:
    assert all(possible_nip(nip_of(number)) for number in range(100_000_000, 100_001_000))


@pytest.mark.parametrize(
    ("born", "sex", "serial", "number"),
    [
        (date(1944, 5, 14), "male", 67, "44051401359"),
        (date(2002, 7, 8), "male", 1, "02270800034"),
        (date(1899, 12, 31), "female", 0, "99923100000"),
    ],
)
def test_a_pesel_begins_with_the_birth_date_and_its_century(born, sex, serial, number) -> None:
    made = pesel_of(born, sex, serial)
    assert made[:10] == number[:10]
    assert pesel.is_valid(made)
    assert (pesel.get_birth_date(made), pesel.get_gender(made)) == (born, {"male": "M", "female": "F"}[sex])


def test_the_serials_of_a_day_are_all_different() -> None:
    made = {pesel_of(date(2016, 2, 29), sex, serial) for sex in ("female", "male") for serial in range(PESEL_SERIALS)}
    assert len(made) == 2 * PESEL_SERIALS
    with pytest.raises(ValueError, match="serial"):
        pesel_of(date(2016, 2, 29), "male", PESEL_SERIALS)
