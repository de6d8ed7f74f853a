"""A2: between two jobs of one parent access by insurance is the other's; two jobs, or two parents, hold each alone."""

import pytest

from tests.permissions import CHILD, FATHER, MILL, MOTHER, SHOP, Story


def family() -> Story:
    told = Story()
    told.born(CHILD, "2010-05-05", mother=MOTHER, father=FATHER)
    told.works(MOTHER, "2018-01-01", payer=SHOP)
    told.registers(MOTHER, CHILD, "2018-01-01", payer=SHOP)
    return told


@pytest.mark.parametrize(("left", "again"), [("2021-01-01", "2021-02-01"), ("2021-06-01", "2021-08-01")])
def test_in_the_gap_the_first_parent_has_none_and_the_other_one_has(left: str, again: str) -> None:
    told = family()
    told.stops_working(MOTHER, "2018-01-01", left, payer=SHOP)
    told.registers(FATHER, CHILD, left, payer=MILL)
    assert told.closes(MOTHER, CHILD, left)
    assert told.opens(FATHER, CHILD, left)
    assert told.grounds(MOTHER, CHILD, again) == set()
    told.works(MOTHER, again, payer=MILL)
    assert told.grounds(MOTHER, CHILD, again) == set(), "a new job is not yet a registration"
    told.registers(MOTHER, CHILD, again, payer=MILL)
    assert told.opens(MOTHER, CHILD, again)
    assert told.grounds(FATHER, CHILD, again) == {"insures"}


def test_of_two_jobs_one_may_end_and_the_child_stays_insured() -> None:
    told = family()
    told.works(MOTHER, "2019-01-01", payer=MILL)
    told.registers(MOTHER, CHILD, "2019-01-01", payer=MILL)
    told.stops_working(MOTHER, "2018-01-01", "2021-01-01", payer=SHOP)
    assert told.sees(MOTHER, CHILD, "2021-01-01")
    told.stops_working(MOTHER, "2019-01-01", "2022-01-01", payer=MILL)
    assert told.closes(MOTHER, CHILD, "2022-01-01")


def test_two_jobs_make_one_period_without_a_seam() -> None:
    told = family()
    told.stops_working(MOTHER, "2018-01-01", "2021-01-01", payer=SHOP)
    told.registers(MOTHER, CHILD, "2020-06-01", payer=MILL)
    assert len(told.periods(MOTHER, CHILD)) == 1


@pytest.mark.parametrize("first", [MOTHER, FATHER])
def test_two_parents_at_once_both_see_whoever_registered_first(first: object) -> None:
    told = family()
    told.registers(FATHER, CHILD, "2017-01-01" if first == FATHER else "2019-01-01", payer=MILL)
    assert told.grounds(MOTHER, CHILD, "2020-01-01") == {"insures"}
    assert told.grounds(FATHER, CHILD, "2020-01-01") == {"insures"}


def test_what_one_parent_loses_takes_nothing_from_the_other() -> None:
    told = family()
    told.registers(FATHER, CHILD, "2019-01-01", payer=SHOP)
    told.stops_working(MOTHER, "2018-01-01", "2021-01-01", payer=SHOP)
    assert told.closes(MOTHER, CHILD, "2021-01-01")
    assert told.sees(FATHER, CHILD, "2021-01-01")
