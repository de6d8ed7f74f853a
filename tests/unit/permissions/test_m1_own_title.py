"""M1: while the child has a title of its own, nobody sees by insuring it; afterwards they do again."""

import pytest

from tests.permissions import APPRENTICE, CHILD, FATHER, GRANDMOTHER, JOB, MOTHER, Story, just_before


def family() -> Story:
    told = Story()
    told.born(CHILD, "2006-01-01", mother=MOTHER, father=FATHER)
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.registers(FATHER, CHILD, "2020-01-01")
    return told


@pytest.mark.parametrize("code", [APPRENTICE, JOB, "250000"])
@pytest.mark.parametrize("day", ["2022-01-15", "2022-07-15"])
def test_from_the_day_on_which_the_title_starts_neither_parent_sees(code: str, day: str) -> None:
    told = family()
    told.works(CHILD, day, code=code)
    assert told.closes(MOTHER, CHILD, day)
    assert told.closes(FATHER, CHILD, day)


@pytest.mark.parametrize("day", ["2022-11-15", "2023-07-15"])
def test_from_the_day_on_which_it_ends_they_see_again(day: str) -> None:
    told = family()
    told.works(CHILD, "2022-01-01")
    told.stops_working(CHILD, "2022-01-01", day)
    assert told.opens(MOTHER, CHILD, day)


def test_it_hides_as_long_as_any_of_two_titles_runs() -> None:
    told = family()
    told.works(CHILD, "2022-01-01", "2022-06-01")
    told.works(CHILD, "2022-05-01", "2022-09-01", code=APPRENTICE)
    assert told.closes(MOTHER, CHILD, "2022-01-01")
    assert not told.sees(MOTHER, CHILD, "2022-06-01")
    assert told.opens(MOTHER, CHILD, "2022-09-01")


def test_a_title_that_ended_before_it_began_hides_nothing() -> None:
    told = family()
    told.works(CHILD, "2022-01-01", "2022-01-01")
    told.works(CHILD, "2022-05-01", "2022-03-01")
    assert told.sees(MOTHER, CHILD, "2022-01-01")
    assert told.sees(MOTHER, CHILD, "2022-04-01")
    assert told.sees(MOTHER, CHILD, "2022-05-01")


def test_other_grounds_stay() -> None:
    told = family()
    told.designates(MOTHER, FATHER, CHILD, "2021-01-01")
    told.guardian(GRANDMOTHER, CHILD, "2021-01-01")
    told.works(CHILD, "2022-01-01")
    assert told.grounds(FATHER, CHILD, just_before("2022-01-01")) == {"insures", "designated"}
    assert told.grounds(FATHER, CHILD, "2022-01-01") == {"designated"}
    assert told.sees(GRANDMOTHER, CHILD, "2022-01-01")


def test_a_title_of_the_parents_hides_nothing() -> None:
    told = family()
    told.works(MOTHER, "2019-01-01")
    assert told.sees(MOTHER, CHILD, "2022-01-01")
