"""M3: a block, per person and child, hides everything and wins over every grant, until it is lifted."""

import pytest

from tests.permissions import BROTHER, CHILD, FATHER, GRANDMOTHER, MOTHER, STRANGER, Story, just_before

NOON = "2022-05-05 12:00"
AGAIN = STRANGER


def family() -> Story:
    told = Story()
    for child in (CHILD, BROTHER):
        told.born(child, "2010-07-01", mother=MOTHER, father=FATHER)
        told.registers(MOTHER, child, "2020-01-01")
        told.registers(FATHER, child, "2020-01-01")
    return told


def test_from_its_very_moment_that_person_sees_no_more() -> None:
    told = family()
    told.blocks(FATHER, CHILD, NOON)
    assert told.closes(FATHER, CHILD, NOON)
    assert not told.sees(FATHER, CHILD, "2027-01-01")


def test_it_is_per_person() -> None:
    told = family()
    told.blocks(FATHER, CHILD, NOON)
    assert told.sees(MOTHER, CHILD, NOON)


def test_it_is_per_child() -> None:
    told = family()
    told.blocks(FATHER, CHILD, NOON)
    assert told.sees(FATHER, BROTHER, NOON)


def test_it_hides_every_ground() -> None:
    told = family()
    told.designates(MOTHER, FATHER, CHILD, "2021-01-01")
    told.guardian(FATHER, CHILD, "2021-01-01")
    told.confirms(FATHER, CHILD, "2021-01-01")
    told.delegates(CHILD, FATHER, "2021-01-01")
    told.blocks(FATHER, CHILD, NOON)
    assert told.closes(FATHER, CHILD, NOON)


@pytest.mark.parametrize("at", [NOON, "2022-05-05 12:00:00.000001", "2023-01-01"])
def test_it_wins_over_every_grant_at_its_moment_and_later(at: str) -> None:
    told = family()
    told.blocks(GRANDMOTHER, CHILD, NOON)
    told.designates(MOTHER, GRANDMOTHER, CHILD, at)
    told.confirms(GRANDMOTHER, CHILD, at)
    told.delegates(CHILD, GRANDMOTHER, at)
    assert told.periods(GRANDMOTHER, CHILD) == ()


def test_lifted_what_still_holds_counts_again() -> None:
    told = family()
    told.designates(MOTHER, GRANDMOTHER, CHILD, "2021-01-01")
    for viewer in (FATHER, GRANDMOTHER):
        told.blocks(viewer, CHILD, NOON)
        told.unblocks(viewer, CHILD, "2022-06-01 08:00")
        assert told.opens(viewer, CHILD, "2022-06-01 08:00")


def test_lifted_twice_is_lifted_and_set_twice_is_set() -> None:
    told = family()
    told.blocks(FATHER, CHILD, NOON)
    told.blocks(FATHER, CHILD, "2022-05-06")
    told.unblocks(FATHER, CHILD, "2022-06-01")
    told.unblocks(FATHER, CHILD, "2022-06-02")
    assert told.closes(FATHER, CHILD, NOON)
    assert told.opens(FATHER, CHILD, "2022-06-01")


def test_set_and_lifted_at_one_moment_it_holds() -> None:
    told = family()
    told.blocks(FATHER, CHILD, NOON)
    told.unblocks(FATHER, CHILD, NOON)
    assert told.closes(FATHER, CHILD, NOON)
    told.facts.reverse()
    assert not told.sees(FATHER, CHILD, "2023-01-01")


def test_what_was_lifted_before_it_was_set_stays_set() -> None:
    told = family()
    told.unblocks(FATHER, CHILD, just_before(NOON))
    told.blocks(FATHER, CHILD, NOON)
    assert told.closes(FATHER, CHILD, NOON)


def test_it_ends_what_that_person_designated_from_its_moment_until_it_is_lifted() -> None:
    told = family()
    told.designates(FATHER, GRANDMOTHER, CHILD, "2021-01-01")
    told.blocks(FATHER, CHILD, NOON)
    assert told.closes(GRANDMOTHER, CHILD, NOON)
    told.unblocks(FATHER, CHILD, "2022-06-01")
    assert told.opens(GRANDMOTHER, CHILD, "2022-06-01")


def test_a_registered_parent_keeps_what_a_blocked_person_designated() -> None:
    told = family()
    told.deregisters(FATHER, CHILD, "2021-01-01")
    told.designates(MOTHER, FATHER, CHILD, "2021-01-01")
    told.blocks(MOTHER, CHILD, NOON)
    assert told.sees(FATHER, CHILD, NOON)


@pytest.mark.parametrize("designators", [(MOTHER, FATHER), (FATHER, MOTHER)])
def test_what_another_parent_designated_too_stays(designators: tuple[object, ...]) -> None:
    told = family()
    for day, designator in zip(("2021-01-01", "2021-02-01"), designators, strict=True):
        told.designates(designator, GRANDMOTHER, CHILD, day)  # type: ignore[arg-type]
    told.blocks(FATHER, CHILD, NOON)
    assert told.sees(GRANDMOTHER, CHILD, NOON)


def test_other_grounds_of_whom_that_person_designated_stay() -> None:
    told = family()
    told.designates(FATHER, GRANDMOTHER, CHILD, "2021-01-01")
    told.guardian(GRANDMOTHER, CHILD, "2021-01-01")
    told.blocks(FATHER, CHILD, NOON)
    assert told.grounds(GRANDMOTHER, CHILD, just_before(NOON)) == {"designated", "court_guardian"}
    assert told.grounds(GRANDMOTHER, CHILD, NOON) == {"court_guardian"}


@pytest.mark.parametrize(("known", "blocked"), [(FATHER, AGAIN), (AGAIN, FATHER)])
def test_a_block_of_either_number_of_a_person_counts(known: object, blocked: object) -> None:
    told = family()
    told.renumbered(known, blocked)  # type: ignore[arg-type]
    told.blocks(AGAIN, CHILD, NOON)
    assert told.closes(FATHER, CHILD, NOON)


def test_a_block_for_either_number_of_a_child_counts() -> None:
    told = family()
    told.renumbered(CHILD, AGAIN)
    told.blocks(FATHER, AGAIN, NOON)
    assert told.closes(FATHER, CHILD, NOON)


def test_the_block_of_the_designators_other_number_counts() -> None:
    told = family()
    told.designates(FATHER, GRANDMOTHER, CHILD, "2021-01-01")
    told.renumbered(FATHER, AGAIN)
    told.blocks(AGAIN, CHILD, NOON)
    assert told.closes(GRANDMOTHER, CHILD, NOON)


def test_nothing_but_blocks_is_merged_between_two_numbers() -> None:
    told = family()
    told.renumbered(FATHER, AGAIN)
    told.registers(AGAIN, CHILD, "2020-01-01")
    assert told.periods(AGAIN, CHILD) == ()
