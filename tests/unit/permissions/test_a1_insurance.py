"""A1: whoever has a running registration of the child as own, adopted or spouse's child may see, unasked."""

import pytest

from tests.permissions import CHILD, FATHER, GRANDMOTHER, MILL, MOTHER, SHOP, STRANGER, Story, just_before


def born(**parents: object) -> Story:
    told = Story()
    told.born(CHILD, "2010-05-05", **({"mother": MOTHER, "father": FATHER} | parents))  # type: ignore[arg-type]
    return told


@pytest.mark.parametrize("day", ["2022-01-15", "2022-07-15", "2020-02-29"])
def test_from_the_first_day_of_the_registration_at_midnight_in_warsaw(day: str) -> None:
    told = born()
    told.registers(MOTHER, CHILD, day)
    assert told.opens(MOTHER, CHILD, day)
    assert told.grounds(MOTHER, CHILD, day) == {"insures"}


@pytest.mark.parametrize("day", ["2022-01-15", "2022-07-15", "2024-02-29"])
def test_until_the_day_of_its_deregistration(day: str) -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.deregisters(MOTHER, CHILD, day)
    assert told.closes(MOTHER, CHILD, day)
    assert not told.sees(MOTHER, CHILD, "2027-01-01")


@pytest.mark.parametrize("kinship", ["12", "10", "30", "99"])
def test_another_kinship_gives_nothing(kinship: str) -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01", kinship=kinship)
    assert told.periods(MOTHER, CHILD) == ()


def test_another_kinship_from_a_later_day_on_ends_it() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.registers(MOTHER, CHILD, "2021-01-01", kinship="12")
    assert told.closes(MOTHER, CHILD, "2021-01-01")


def test_a_kinship_corrected_for_the_same_day_counts_as_last_stated() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01", kinship="11", said="2020-02-02")
    told.registers(MOTHER, CHILD, "2020-01-01", kinship="12", said="2020-02-01")
    assert told.opens(MOTHER, CHILD, "2020-01-01")
    told.registers(MOTHER, CHILD, "2020-01-01", kinship="12", said="2020-02-03")
    assert told.periods(MOTHER, CHILD) == ()


def test_somebody_else_than_the_parents_whom_the_register_names_gets_nothing() -> None:
    told = born()
    told.registers(GRANDMOTHER, CHILD, "2020-01-01")
    assert told.periods(GRANDMOTHER, CHILD) == ()


@pytest.mark.parametrize("known", ["mother", "father"])
def test_one_known_parent_is_enough_to_shut_others_out(known: str) -> None:
    told = born(**({"mother": None, "father": None} | {known: MOTHER}))
    told.registers(STRANGER, CHILD, "2020-01-01")
    told.registers(MOTHER, CHILD, "2020-01-01")
    assert told.periods(STRANGER, CHILD) == ()
    assert told.opens(MOTHER, CHILD, "2020-01-01")


def test_where_the_register_names_no_parents_whoever_insures_may_see() -> None:
    told = born(mother=None, father=None)
    told.registers(GRANDMOTHER, CHILD, "2020-01-01")
    assert told.opens(GRANDMOTHER, CHILD, "2020-01-01")


def test_a_later_statement_without_parents_takes_none_back() -> None:
    told = born()
    told.born(CHILD, "2010-05-05")
    told.registers(STRANGER, CHILD, "2020-01-01")
    assert told.periods(STRANGER, CHILD) == ()


def test_a_corrected_parent_takes_the_place_of_the_old_one() -> None:
    told = born(father=None)
    told.born(CHILD, "2010-05-05", mother=GRANDMOTHER)
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.registers(GRANDMOTHER, CHILD, "2020-01-01")
    assert told.periods(MOTHER, CHILD) == ()
    assert told.opens(GRANDMOTHER, CHILD, "2020-01-01")


def test_a_birth_that_nobody_has_stated_opens_nothing() -> None:
    told = Story()
    told.registers(MOTHER, CHILD, "2020-01-01")
    assert told.periods(MOTHER, CHILD) == ()
    told.born(CHILD, "2010-05-05")
    assert told.opens(MOTHER, CHILD, "2020-01-01")


@pytest.mark.parametrize("end", ["2021-02-01", "2021-07-01"])
def test_it_ends_with_the_last_title_through_its_payer(end: str) -> None:
    told = born()
    told.works(MOTHER, "2019-01-01")
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.stops_working(MOTHER, "2019-01-01", end)
    assert told.closes(MOTHER, CHILD, end)


def test_another_title_through_the_same_payer_carries_it_on() -> None:
    told = born()
    told.works(MOTHER, "2019-01-01", "2021-01-01")
    told.works(MOTHER, "2021-01-01", "2022-01-01", code="011500")
    told.registers(MOTHER, CHILD, "2020-01-01")
    assert told.closes(MOTHER, CHILD, "2022-01-01")


def test_a_day_without_title_ends_it_and_a_later_title_does_not_revive_it() -> None:
    told = born()
    told.works(MOTHER, "2019-01-01", "2021-01-01")
    told.works(MOTHER, "2021-01-02")
    told.registers(MOTHER, CHILD, "2020-01-01")
    assert told.closes(MOTHER, CHILD, "2021-01-01")
    assert not told.sees(MOTHER, CHILD, "2021-01-02")
    assert not told.sees(MOTHER, CHILD, "2025-01-01")


def test_a_new_registration_revives_it() -> None:
    told = born()
    told.works(MOTHER, "2019-01-01", "2021-01-01")
    told.works(MOTHER, "2021-03-01")
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.registers(MOTHER, CHILD, "2021-03-01")
    assert told.closes(MOTHER, CHILD, "2021-01-01")
    assert told.opens(MOTHER, CHILD, "2021-03-01")


def test_where_no_title_with_the_payer_is_known_it_runs() -> None:
    told = born()
    told.works(MOTHER, "2019-01-01", "2020-01-01", payer=MILL)
    told.registers(MOTHER, CHILD, "2020-01-01", payer=SHOP)
    assert told.opens(MOTHER, CHILD, "2020-01-01")


def test_where_all_titles_with_the_payer_have_ended_on_its_first_day_it_never_runs() -> None:
    told = born()
    told.works(MOTHER, "2019-01-01", "2020-01-01")
    told.registers(MOTHER, CHILD, "2020-01-01")
    assert told.periods(MOTHER, CHILD) == ()
    told.registers(MOTHER, CHILD, "2019-12-31")
    assert told.sees(MOTHER, CHILD, "2019-12-31")
    assert told.closes(MOTHER, CHILD, "2020-01-01")


def test_a_title_that_begins_later_than_the_registration_does_not_end_it() -> None:
    told = born()
    told.works(MOTHER, "2020-06-01", "2021-01-01")
    told.registers(MOTHER, CHILD, "2020-01-01")
    assert told.opens(MOTHER, CHILD, "2020-01-01")
    assert told.closes(MOTHER, CHILD, "2021-01-01")


def test_the_latest_statement_about_a_title_gives_its_end_opened_or_closed() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.works(MOTHER, "2019-01-01", said="2019-01-01")
    told.stops_working(MOTHER, "2019-01-01", "2021-01-01", said="2021-01-05")
    assert told.closes(MOTHER, CHILD, "2021-01-01")
    told.stops_working(MOTHER, "2019-01-01", "2021-03-01", said="2021-01-06")
    assert told.closes(MOTHER, CHILD, "2021-03-01")
    told.works(MOTHER, "2019-01-01", said="2021-01-07")
    assert told.sees(MOTHER, CHILD, "2021-03-01")


def test_of_two_statements_of_one_moment_the_greater_event_id_counts() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.works(MOTHER, "2019-01-01", "2021-01-01", said="2019-01-01")
    told.works(MOTHER, "2019-01-01", "2022-01-01", said="2019-01-01")
    told.facts.reverse()
    assert told.closes(MOTHER, CHILD, "2022-01-01")


def test_a_deregistration_counts_for_the_registration_in_which_it_lies() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.registers(MOTHER, CHILD, "2022-01-01")
    told.deregisters(MOTHER, CHILD, "2021-01-01")
    assert told.closes(MOTHER, CHILD, "2021-01-01")
    assert told.opens(MOTHER, CHILD, "2022-01-01")


def test_of_two_deregistrations_of_one_registration_the_last_stated_counts() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.deregisters(MOTHER, CHILD, "2022-01-01", said="2021-02-02")
    told.deregisters(MOTHER, CHILD, "2021-01-01", said="2021-02-01")
    assert told.closes(MOTHER, CHILD, "2022-01-01")


def test_registered_anew_on_the_day_of_its_end_it_goes_on() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.deregisters(MOTHER, CHILD, "2021-01-01")
    told.registers(MOTHER, CHILD, "2021-01-01")
    assert told.sees(MOTHER, CHILD, just_before("2021-01-01"))
    assert told.sees(MOTHER, CHILD, "2021-01-01")


def test_an_end_corrected_to_the_day_on_which_it_was_made_anew_leaves_no_gap() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.deregisters(MOTHER, CHILD, "2021-01-01")
    told.deregisters(MOTHER, CHILD, "2022-01-01")
    told.registers(MOTHER, CHILD, "2022-01-01")
    assert len(told.periods(MOTHER, CHILD)) == 1


def test_deregistered_from_its_own_first_day_it_was_never_made() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.deregisters(MOTHER, CHILD, "2021-01-01")
    told.registers(MOTHER, CHILD, "2022-01-01")
    told.deregisters(MOTHER, CHILD, "2022-01-01")
    assert told.closes(MOTHER, CHILD, "2021-01-01")
    assert not told.sees(MOTHER, CHILD, just_before("2022-01-01"))
    assert not told.sees(MOTHER, CHILD, "2022-01-01")


def test_a_deregistration_before_everything_takes_back_what_was_stated_before_it() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.deregisters(MOTHER, CHILD, "2019-12-31")
    assert told.periods(MOTHER, CHILD) == ()
    told.registers(MOTHER, CHILD, "2020-01-01")
    assert told.opens(MOTHER, CHILD, "2020-01-01")


def test_a_deregistration_of_another_payer_or_parent_changes_nothing() -> None:
    told = born()
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.deregisters(MOTHER, CHILD, "2021-01-01", payer=MILL)
    told.deregisters(FATHER, CHILD, "2021-01-01")
    assert told.sees(MOTHER, CHILD, "2021-01-01")


def test_nobody_has_a_ground_over_themselves() -> None:
    told = Story()
    told.born(CHILD, "2010-05-05")
    told.registers(CHILD, CHILD, "2020-01-01")
    assert told.periods(CHILD, CHILD) == ()
