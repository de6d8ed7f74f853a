"""M5: the death of either, from the start of that day, ends everything."""

import pytest

from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, Story


def family() -> Story:
    told = Story()
    told.born(CHILD, "2010-07-01", mother=MOTHER, father=FATHER)
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.designates(MOTHER, GRANDMOTHER, CHILD, "2021-01-01")
    return told


@pytest.mark.parametrize("day", ["2022-01-15", "2022-07-15", "2024-02-29"])
def test_the_childs_death_ends_it_for_everybody(day: str) -> None:
    told = family()
    told.guardian(FATHER, CHILD, "2021-01-01")
    told.delegates(CHILD, FATHER, "2021-01-01")
    told.dies(CHILD, day)
    for viewer in (MOTHER, GRANDMOTHER, FATHER):
        assert told.closes(viewer, CHILD, day)


@pytest.mark.parametrize("day", ["2022-01-15", "2022-07-15"])
def test_the_viewers_death_ends_it_for_the_viewer_alone(day: str) -> None:
    told = family()
    told.dies(MOTHER, day)
    assert told.closes(MOTHER, CHILD, day)
    assert told.sees(GRANDMOTHER, CHILD, day), "the designator's death does not touch what was designated"


def test_what_is_given_afterwards_counts_for_nothing() -> None:
    told = family()
    told.dies(GRANDMOTHER, "2020-12-31")
    assert told.periods(GRANDMOTHER, CHILD) == ()


def test_a_corrected_day_counts_as_last_stated() -> None:
    told = family()
    told.dies(CHILD, "2022-01-01", said="2022-01-02")
    told.dies(CHILD, "2022-03-01", said="2022-03-02")
    assert told.closes(MOTHER, CHILD, "2022-03-01")
