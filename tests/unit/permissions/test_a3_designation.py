"""A3: whom an insuring parent designates may see from that moment, whatever becomes of the insurance."""

from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, Story, just_before

NOON = "2021-05-05 12:00"


def family() -> Story:
    told = Story()
    told.born(CHILD, "2010-07-01", mother=MOTHER, father=FATHER)
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.designates(MOTHER, FATHER, CHILD, NOON)
    return told


def test_from_the_very_moment_of_the_designation() -> None:
    told = family()
    assert told.opens(FATHER, CHILD, NOON)
    assert told.grounds(FATHER, CHILD, NOON) == {"designated"}


def test_it_does_not_depend_on_the_insurance_afterwards() -> None:
    told = family()
    told.deregisters(MOTHER, CHILD, "2021-05-06")
    assert told.closes(MOTHER, CHILD, "2021-05-06")
    assert told.sees(FATHER, CHILD, "2021-05-06")


def test_it_ends_by_removal_at_that_very_moment() -> None:
    told = family()
    told.removes(MOTHER, FATHER, CHILD, "2022-01-01 10:00")
    assert told.closes(FATHER, CHILD, "2022-01-01 10:00")


def test_removed_at_the_moment_of_designation_it_never_was() -> None:
    told = family()
    told.removes(MOTHER, FATHER, CHILD, NOON)
    told.facts.reverse()
    assert told.periods(FATHER, CHILD) == ()


def test_a_removal_before_it_takes_nothing() -> None:
    told = family()
    told.removes(MOTHER, FATHER, CHILD, just_before(NOON))
    assert told.opens(FATHER, CHILD, NOON)


def test_designated_anew_after_the_removal_it_counts_again() -> None:
    told = family()
    told.removes(MOTHER, FATHER, CHILD, "2022-01-01")
    told.designates(MOTHER, FATHER, CHILD, "2022-02-01")
    assert told.closes(FATHER, CHILD, "2022-01-01")
    assert told.opens(FATHER, CHILD, "2022-02-01")


def test_designated_twice_it_makes_one_period() -> None:
    told = family()
    told.designates(MOTHER, FATHER, CHILD, "2022-02-01")
    assert len(told.periods(FATHER, CHILD)) == 1


def test_a_removal_ends_what_every_designator_gave() -> None:
    told = family()
    told.designates(FATHER, GRANDMOTHER, CHILD, "2021-06-01")
    told.designates(MOTHER, GRANDMOTHER, CHILD, "2021-07-01")
    told.removes(MOTHER, GRANDMOTHER, CHILD, "2022-01-01")
    assert told.closes(GRANDMOTHER, CHILD, "2022-01-01")
    assert told.sees(FATHER, CHILD, "2022-01-01")


def test_it_ends_at_18() -> None:
    assert family().closes(FATHER, CHILD, "2028-07-01")


def test_it_waits_for_a_birth_that_nobody_has_stated() -> None:
    told = Story()
    told.designates(MOTHER, FATHER, CHILD, NOON)
    assert told.periods(FATHER, CHILD) == ()


def test_it_ends_by_rights_lost_from_midnight_on_and_never_comes_back() -> None:
    told = family()
    told.rights(FATHER, CHILD, "suspended", "2022-07-01")
    told.rights(FATHER, CHILD, "full", "2022-10-01")
    assert told.closes(FATHER, CHILD, "2022-07-01")
    assert not told.sees(FATHER, CHILD, "2022-10-01")
    told.designates(MOTHER, FATHER, CHILD, "2022-10-02")
    assert told.opens(FATHER, CHILD, "2022-10-02")


def test_made_while_rights_are_lost_it_never_counts() -> None:
    told = family()
    told.rights(FATHER, CHILD, "suspended", "2021-05-05")
    told.rights(FATHER, CHILD, "full", "2021-05-06")
    assert told.periods(FATHER, CHILD) == ()


def test_rights_lost_and_given_back_before_it_take_nothing() -> None:
    told = family()
    told.rights(FATHER, CHILD, "suspended", "2021-01-01")
    told.rights(FATHER, CHILD, "full", "2021-05-05")
    assert told.opens(FATHER, CHILD, NOON)


def test_rights_lost_after_the_removal_do_not_put_it_off() -> None:
    told = family()
    told.removes(MOTHER, FATHER, CHILD, "2022-01-01")
    told.rights(FATHER, CHILD, "removed", "2023-01-01")
    assert told.closes(FATHER, CHILD, "2022-01-01")
    assert not told.sees(FATHER, CHILD, "2022-06-01")


def test_the_rights_of_the_designator_do_not_touch_it() -> None:
    told = family()
    told.rights(MOTHER, CHILD, "removed", "2022-01-01")
    assert told.closes(MOTHER, CHILD, "2022-01-01")
    assert told.sees(FATHER, CHILD, "2022-01-01")
