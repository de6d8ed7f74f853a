"""M2: suspended or removed rights hide every ground of that parent, from the court's day to its next decision."""

import pytest

from tests.permissions import BROTHER, CHILD, FATHER, MOTHER, Story


def family() -> Story:
    told = Story()
    told.born(CHILD, "2010-07-01", mother=MOTHER, father=FATHER)
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.registers(FATHER, CHILD, "2020-01-01")
    return told


@pytest.mark.parametrize("rights", ["suspended", "removed"])
@pytest.mark.parametrize("day", ["2022-01-15", "2022-07-15", "2024-02-29"])
def test_from_the_courts_day_that_parent_sees_no_more(rights: str, day: str) -> None:
    told = family()
    told.rights(FATHER, CHILD, rights, day)
    assert told.closes(FATHER, CHILD, day)
    assert told.sees(MOTHER, CHILD, day)


@pytest.mark.parametrize("rights", ["full", "limited"])
def test_until_a_later_decision_then_insurance_counts_again(rights: str) -> None:
    told = family()
    told.rights(FATHER, CHILD, "suspended", "2022-01-01")
    told.rights(FATHER, CHILD, rights, "2022-10-31")
    assert told.opens(FATHER, CHILD, "2022-10-31")


def test_a_decision_for_an_earlier_day_that_is_stated_later_does_not_end_it() -> None:
    told = family()
    told.rights(FATHER, CHILD, "suspended", "2022-01-01")
    told.rights(FATHER, CHILD, "full", "2021-01-01")
    assert told.closes(FATHER, CHILD, "2022-01-01")
    assert not told.sees(FATHER, CHILD, "2023-01-01")


def test_of_two_decisions_for_one_day_the_later_stated_counts() -> None:
    told = family()
    told.rights(FATHER, CHILD, "full", "2022-01-01", said="2022-02-02")
    told.rights(FATHER, CHILD, "removed", "2022-01-01", said="2022-02-01")
    assert told.sees(FATHER, CHILD, "2022-01-01")


@pytest.mark.parametrize("rights", ["limited", "full"])
def test_limited_rights_hide_nothing(rights: str) -> None:
    told = family()
    told.rights(FATHER, CHILD, rights, "2022-01-01")
    assert told.sees(FATHER, CHILD, "2022-01-01")


def test_they_hide_every_ground_of_that_parent() -> None:
    told = family()
    told.designates(MOTHER, FATHER, CHILD, "2021-01-01")
    told.confirms(FATHER, CHILD, "2021-01-01")
    told.guardian(FATHER, CHILD, "2021-01-01")
    told.rights(FATHER, CHILD, "removed", "2022-01-01")
    assert told.closes(FATHER, CHILD, "2022-01-01")


def test_a_designation_lost_so_does_not_come_back_but_a_confirmation_does() -> None:
    told = family()
    told.designates(MOTHER, FATHER, CHILD, "2021-01-01")
    told.confirms(FATHER, CHILD, "2021-01-01")
    told.rights(FATHER, CHILD, "suspended", "2022-01-01")
    told.rights(FATHER, CHILD, "full", "2022-07-01")
    assert told.grounds(FATHER, CHILD, "2021-12-31") == {"insures", "designated", "confirmed"}
    assert told.grounds(FATHER, CHILD, "2022-07-01") == {"insures", "confirmed"}


def test_rights_over_one_child_are_not_rights_over_another() -> None:
    told = family()
    told.born(BROTHER, "2012-01-01", mother=MOTHER, father=FATHER)
    told.registers(FATHER, BROTHER, "2020-01-01")
    told.rights(FATHER, BROTHER, "removed", "2022-01-01")
    assert told.closes(FATHER, BROTHER, "2022-01-01")
    assert told.sees(FATHER, CHILD, "2022-01-01")


def test_parental_rights_end_with_childhood_and_so_does_their_loss() -> None:
    told = family()
    told.rights(FATHER, CHILD, "removed", "2022-01-01")
    told.guardian(FATHER, CHILD, "2028-07-01")
    assert told.opens(FATHER, CHILD, "2028-07-01")


def test_the_adult_child_may_authorise_that_parent() -> None:
    told = family()
    told.rights(FATHER, CHILD, "removed", "2022-01-01")
    told.rights(FATHER, CHILD, "removed", "2028-07-01")
    told.delegates(CHILD, FATHER, "2028-08-01")
    assert told.opens(FATHER, CHILD, "2028-08-01")
