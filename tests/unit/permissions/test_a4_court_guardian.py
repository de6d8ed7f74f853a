"""A4: a guardian appointed by a court may see while that lasts; an adult's has to be appointed for an adult."""

import pytest

from tests.permissions import CHILD, GRANDMOTHER, STRANGER, Story


def ward(birth: str = "2004-07-01") -> Story:
    told = Story()
    told.born(CHILD, birth)
    return told


@pytest.mark.parametrize("day", ["2020-01-15", "2020-07-15", "2020-02-29"])
def test_from_the_day_of_the_court_until_the_day_of_its_end(day: str) -> None:
    told = ward()
    told.guardian(GRANDMOTHER, CHILD, day)
    assert told.opens(GRANDMOTHER, CHILD, day)
    assert told.grounds(GRANDMOTHER, CHILD, day) == {"court_guardian"}
    told.guardian_no_more(GRANDMOTHER, CHILD, "2021-01-01")
    assert told.closes(GRANDMOTHER, CHILD, "2021-01-01")


def test_the_end_of_one_guardian_is_not_the_end_of_another() -> None:
    told = ward()
    told.guardian(GRANDMOTHER, CHILD, "2020-01-01")
    told.guardian(STRANGER, CHILD, "2020-01-01")
    told.guardian_no_more(STRANGER, CHILD, "2021-01-01")
    assert told.sees(GRANDMOTHER, CHILD, "2021-01-01")
    assert told.closes(STRANGER, CHILD, "2021-01-01")


def test_of_two_statements_about_its_end_the_later_counts() -> None:
    told = ward()
    told.guardian(GRANDMOTHER, CHILD, "2019-01-01")
    told.guardian_no_more(GRANDMOTHER, CHILD, "2021-01-01", said="2020-02-02")
    told.guardian_no_more(GRANDMOTHER, CHILD, "2020-01-01", said="2020-01-01")
    assert told.closes(GRANDMOTHER, CHILD, "2021-01-01")


def test_a_guardian_of_a_child_is_guardian_until_the_18th_birthday() -> None:
    told = ward("2004-02-29")
    told.guardian(GRANDMOTHER, CHILD, "2020-01-01")
    assert told.closes(GRANDMOTHER, CHILD, "2022-02-28")
    assert not told.sees(GRANDMOTHER, CHILD, "2023-01-01")


@pytest.mark.parametrize("renewed", ["2022-07-01", "2022-07-02"])
def test_appointed_anew_for_an_adult_it_counts_on(renewed: str) -> None:
    told = ward()
    told.guardian(GRANDMOTHER, CHILD, "2020-01-01")
    told.guardian(GRANDMOTHER, CHILD, renewed)
    assert told.sees(GRANDMOTHER, CHILD, renewed)
    assert told.sees(GRANDMOTHER, CHILD, "2030-01-01")
    assert told.sees(GRANDMOTHER, CHILD, "2022-07-01") == (renewed == "2022-07-01")


def test_appointed_anew_on_the_eve_of_the_18th_birthday_it_is_still_a_childs() -> None:
    told = ward()
    told.guardian(GRANDMOTHER, CHILD, "2022-06-30")
    assert told.opens(GRANDMOTHER, CHILD, "2022-06-30")
    assert told.closes(GRANDMOTHER, CHILD, "2022-07-01")


def test_the_guardian_of_an_incapacitated_adult_sees_without_any_insurance() -> None:
    told = ward("1980-01-01")
    told.guardian(GRANDMOTHER, CHILD, "2020-01-01")
    assert told.opens(GRANDMOTHER, CHILD, "2020-01-01")


def test_a_court_needs_no_birth_date() -> None:
    told = Story()
    told.guardian(GRANDMOTHER, CHILD, "2020-01-01")
    assert told.opens(GRANDMOTHER, CHILD, "2020-01-01")
