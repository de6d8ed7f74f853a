"""An age is reached at the start of the birthday; born on 29 February, in a common year: of 28 February."""

from datetime import date

import pytest

from services.permissions.rules.age import reaches


@pytest.mark.parametrize("age", [9, 14, 16, 18])
def test_an_age_is_reached_on_the_birthday(age: int) -> None:
    assert reaches(age, date(2001, 7, 15)) == date(2001 + age, 7, 15)


@pytest.mark.parametrize(
    ("age", "day"), [(9, "2013-02-28"), (14, "2018-02-28"), (16, "2020-02-29"), (18, "2022-02-28")]
)
def test_who_was_born_on_29_february_reaches_it_in_a_common_year_on_the_28th(age: int, day: str) -> None:
    assert reaches(age, date(2004, 2, 29)) == date.fromisoformat(day)


def test_neighbours_of_29_february_have_birthdays_of_their_own() -> None:
    assert reaches(18, date(2004, 2, 28)) == date(2022, 2, 28)
    assert reaches(18, date(2004, 3, 1)) == date(2022, 3, 1)


def test_a_century_that_is_no_leap_year_has_no_29_february() -> None:
    assert reaches(18, date(2082, 2, 28)) == date(2100, 2, 28)
    assert reaches(4, date(2096, 2, 29)) == date(2100, 2, 28)


def test_an_impossible_birth_date_far_ahead_stops_nobody() -> None:
    assert reaches(18, date(9999, 5, 5)) == date(9999, 5, 5)
