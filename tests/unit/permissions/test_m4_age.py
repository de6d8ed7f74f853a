"""M4: at the start of the day on which the child comes of age, everything ends but guardianship anew and delegation."""

import pytest

from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, Story, just_before, moment


def child(birth: str) -> Story:
    told = Story()
    told.born(CHILD, birth, mother=MOTHER, father=FATHER)
    told.registers(MOTHER, CHILD, "2015-01-01")
    return told


@pytest.mark.parametrize(
    ("birth", "of_age"),
    [
        ("2004-01-15", "2022-01-15"),
        ("2004-07-15", "2022-07-15"),
        ("2004-02-28", "2022-02-28"),
        ("2004-02-29", "2022-02-28"),
        ("2004-03-01", "2022-03-01"),
        ("2004-03-27", "2022-03-27"),
        ("2004-03-28", "2022-03-28"),
        ("2004-10-31", "2022-10-31"),
    ],
)
def test_at_midnight_in_warsaw_that_begins_the_18th_birthday(birth: str, of_age: str) -> None:
    told = child(birth)
    assert told.sees(MOTHER, CHILD, just_before(of_age))
    assert not told.sees(MOTHER, CHILD, of_age)
    assert [period.ends for period in told.periods(MOTHER, CHILD)] == [moment(of_age)]


def test_insurance_designation_and_confirmation_end_together() -> None:
    told = child("2004-07-15")
    told.designates(MOTHER, FATHER, CHILD, "2021-01-01")
    told.confirms(GRANDMOTHER, CHILD, "2021-01-01")
    for viewer in (MOTHER, FATHER, GRANDMOTHER):
        assert told.closes(viewer, CHILD, "2022-07-15")


def test_a_delegation_and_a_guardian_of_the_adult_stay() -> None:
    told = child("2004-07-15")
    told.delegates(CHILD, MOTHER, "2022-07-15")
    told.guardian(FATHER, CHILD, "2022-07-15")
    assert told.grounds(MOTHER, CHILD, "2023-01-01") == {"delegated"}
    assert told.grounds(FATHER, CHILD, "2023-01-01") == {"court_guardian"}


@pytest.mark.parametrize("birthday", ["2013-07-15", "2018-07-15", "2020-07-15"])
def test_9_14_and_16_touch_nothing(birthday: str) -> None:
    told = child("2004-07-15")
    told.registers(FATHER, CHILD, "2010-01-01")
    assert told.sees(FATHER, CHILD, just_before(birthday))
    assert told.sees(FATHER, CHILD, birthday)


def test_registered_after_the_birthday_nobody_sees() -> None:
    told = Story()
    told.born(CHILD, "2004-07-15", mother=MOTHER)
    told.registers(MOTHER, CHILD, "2022-07-15")
    assert told.periods(MOTHER, CHILD) == ()


def test_a_corrected_birth_date_counts_as_last_stated() -> None:
    told = child("2004-07-15")
    told.born(CHILD, "2005-07-15")
    assert told.closes(MOTHER, CHILD, "2023-07-15")
