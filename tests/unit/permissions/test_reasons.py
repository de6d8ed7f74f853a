"""Each row of the table "why not", with the day before and the day after, and what stands beside what."""

import pytest

from services.permissions.why.reasons import reasons
from tests.families import Family, when, who

ANNA, PIOTR, ZOSIA = "anna", "piotr", "zosia"
EVE, MIDNIGHT = "2026-03-01 23:59:59.999999", "2026-03-02 00:00"


@pytest.fixture
def family() -> Family:
    family = Family()
    family.born(ZOSIA, "2018-05-04", ANNA, PIOTR)
    return family


def test_nobody_registers_the_child(family: Family) -> None:
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_a_registration_that_has_not_begun_insures_nobody_yet(family: Family) -> None:
    family.insures(PIOTR, ZOSIA, "2026-03-02")
    assert family.codes(ANNA, ZOSIA, EVE) == ["not_registered"]
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["another_parent_insures"]


def test_grandparents_who_register_a_grandchild_do_not_insure_it(family: Family) -> None:
    family.insures("grandfather", ZOSIA, "2020-01-01", kinship="30")
    assert family.codes("grandfather", ZOSIA, MIDNIGHT) == ["not_registered"]
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_somebody_whom_the_register_does_not_name_as_a_parent_does_not_insure_it(family: Family) -> None:
    family.insures("neighbour", ZOSIA, "2020-01-01")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_the_dead_insure_nobody(family: Family) -> None:
    family.insures(PIOTR, ZOSIA, "2020-01-01")
    family.died(PIOTR, "2026-03-02")
    assert family.codes(ANNA, ZOSIA, EVE) == ["another_parent_insures"]
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_a_registration_may_be_on_its_way_for_21_days_after_a_title_opened(family: Family) -> None:
    family.title(ANNA, "2026-03-02")
    assert family.codes(ANNA, ZOSIA, EVE) == ["not_registered"]
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["registration_on_its_way"]
    assert family.codes(ANNA, ZOSIA, "2026-03-23 23:59:59.999999") == ["registration_on_its_way"]
    assert family.codes(ANNA, ZOSIA, "2026-03-24 00:00") == ["not_registered"]


def test_days_on_its_way_are_counted_in_warsaw(family: Family) -> None:
    family.title(ANNA, "2026-06-01")
    late_in_utc = when("2026-06-23 00:30")
    assert [reason.code for reason in reasons(who(ANNA), who(ZOSIA), family.records(), late_in_utc)] == [
        "not_registered"
    ]


def test_it_says_until_when_to_wait(family: Family) -> None:
    family.title(ANNA, "2026-03-02")
    (reason,) = family.reasons(ANNA, ZOSIA, "2026-03-10")
    assert (str(reason.day), str(reason.until)) == ("2026-03-02", "2026-03-23")
    assert reason.facts == (family.facts[-1],)


def test_a_registration_may_be_on_its_way_after_the_last_one_ended(family: Family) -> None:
    family.insures(ANNA, ZOSIA, "2020-01-01")
    family.insures_no_more(ANNA, ZOSIA, "2026-03-02")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["registration_on_its_way"]
    assert family.codes(ANNA, ZOSIA, "2026-03-24") == ["not_registered"]


def test_the_newest_of_title_and_ended_registration_counts(family: Family) -> None:
    family.insures(ANNA, ZOSIA, "2020-01-01", payer="bakery")
    family.insures_no_more(ANNA, ZOSIA, "2026-03-02", payer="bakery")
    family.title(ANNA, "2026-03-12", payer="school")
    (reason,) = family.reasons(ANNA, ZOSIA, "2026-03-30")
    assert (reason.code, str(reason.until)) == ("registration_on_its_way", "2026-04-02")


def test_a_title_still_to_come_hides_no_registration_that_ended_lately(family: Family) -> None:
    family.insures(ANNA, ZOSIA, "2020-01-01")
    family.insures_no_more(ANNA, ZOSIA, "2026-03-02")
    family.title(ANNA, "2026-04-01", payer="school")
    (reason,) = family.reasons(ANNA, ZOSIA, "2026-03-10")
    assert str(reason.until) == "2026-03-23"


def test_a_title_that_was_taken_back_opens_no_wait(family: Family) -> None:
    family.title(ANNA, "2026-03-02", until="2026-03-02")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_the_other_parents_title_opens_no_wait(family: Family) -> None:
    family.title(PIOTR, "2026-03-02")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_without_a_registration_the_asker_reads_of_the_last_one(family: Family) -> None:
    family.insures(ANNA, ZOSIA, "2020-01-01")
    family.insures_no_more(ANNA, ZOSIA, "2025-03-02")
    (reason,) = family.reasons(ANNA, ZOSIA, MIDNIGHT)
    assert reason.facts == tuple(family.facts[-2:])


def test_who_insures_too_is_not_told_that_another_parent_does(family: Family) -> None:
    family.insures(ANNA, ZOSIA, "2020-01-01", payer="school")
    family.insures(PIOTR, ZOSIA, "2020-01-01", payer="railway")
    family.rights(ANNA, ZOSIA, "suspended", "2026-03-02")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["rights_lost"]


def test_the_child_has_a_title_of_its_own(family: Family) -> None:
    family.insures(ANNA, ZOSIA, "2020-01-01")
    family.title(ZOSIA, "2026-03-02", until="2026-09-01", payer="workshop")
    (reason,) = family.reasons(ANNA, ZOSIA, MIDNIGHT)
    assert (reason.code, str(reason.day)) == ("own_title", "2026-03-02")
    assert family.codes(ANNA, ZOSIA, "2026-08-31 23:59") == ["own_title"]
    assert "own_title" not in family.codes(ANNA, ZOSIA, EVE) + family.codes(ANNA, ZOSIA, "2026-09-01")


def test_of_several_own_titles_the_first_that_runs_says_since_when(family: Family) -> None:
    family.title(ZOSIA, "2024-01-01", until="2025-01-01", payer="workshop")
    family.title(ZOSIA, "2026-02-01", payer="pension office")
    family.title(ZOSIA, "2026-03-01", payer="workshop")
    assert [str(r.day) for r in family.reasons(ANNA, ZOSIA, MIDNIGHT) if r.code == "own_title"] == ["2026-02-01"]


def test_of_age_on_the_birthday_everything_else_is_moot() -> None:
    family = Family()
    family.born("julia", "2008-03-02", ANNA, PIOTR)
    family.insures(PIOTR, "julia", "2010-01-01")
    family.title("julia", "2026-01-01", payer="workshop")
    family.rights(ANNA, "julia", "removed", "2020-01-01")
    assert family.codes(ANNA, "julia", EVE) == ["another_parent_insures", "own_title", "rights_lost"]
    (reason,) = family.reasons(ANNA, "julia", MIDNIGHT)
    assert (reason.code, str(reason.day)) == ("came_of_age", "2026-03-02")


def test_taken_off_the_guardians_until_designated_again(family: Family) -> None:
    family.insures(PIOTR, ZOSIA, "2020-01-01")
    family.designates(PIOTR, ANNA, ZOSIA, "2026-01-10 09:00")
    family.removes(PIOTR, ANNA, ZOSIA, "2026-03-01 20:00")
    family.designates(PIOTR, ANNA, ZOSIA, "2026-05-01 09:00")
    family.rights(ANNA, ZOSIA, "suspended", "2026-06-01")
    before = [reason.code for reason in family.reasons(ANNA, ZOSIA, "2026-03-01 19:59")]
    after = family.reasons(ANNA, ZOSIA, "2026-03-01 20:00")
    assert "removed" not in before
    assert [(r.code, str(r.day)) for r in after] == [("another_parent_insures", "None"), ("removed", "2026-03-01")]
    assert family.codes(ANNA, ZOSIA, "2026-06-02") == ["another_parent_insures", "rights_lost"]


@pytest.mark.parametrize("rights", ["suspended", "removed"])
def test_rights_lost_from_the_courts_day_until_they_are_back(family: Family, rights: str) -> None:
    family.rights(ANNA, ZOSIA, rights, "2026-03-02")
    family.rights(ANNA, ZOSIA, "full", "2026-08-01")
    assert family.codes(ANNA, ZOSIA, EVE) == ["not_registered"]
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered", "rights_lost"]
    assert family.codes(ANNA, ZOSIA, "2026-08-01") == ["not_registered"]


def test_limited_rights_and_the_other_parents_rights_are_no_reason(family: Family) -> None:
    family.rights(ANNA, ZOSIA, "limited", "2026-01-01")
    family.rights(PIOTR, ZOSIA, "removed", "2026-01-01")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_all_rows_that_hold_stand_in_the_tables_order(family: Family) -> None:
    family.insures(PIOTR, ZOSIA, "2020-01-01")
    family.designates(PIOTR, ANNA, ZOSIA, "2025-01-01")
    family.removes(PIOTR, ANNA, ZOSIA, "2025-02-01")
    family.rights(ANNA, ZOSIA, "suspended", "2026-01-01")
    family.title(ZOSIA, "2026-02-01", payer="workshop")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["another_parent_insures", "own_title", "removed", "rights_lost"]


def test_a_block_hides_every_other_row_and_lifts_with_it(family: Family) -> None:
    family.blocks(ANNA, ZOSIA, "2026-03-02")
    family.unblocks(ANNA, ZOSIA, "2026-04-01")
    assert family.codes(ANNA, ZOSIA, EVE) == ["not_registered"]
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["no_tie"]
    assert family.codes(ANNA, ZOSIA, "2026-04-01") == ["not_registered"]


def test_a_block_of_the_askers_other_number_counts(family: Family) -> None:
    family.renumbered(ANNA, "anna's new number", "2020-01-01")
    family.blocks("anna's new number", ZOSIA, "2026-03-02")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["no_tie"]


def test_a_block_of_the_child_of_another_number_counts(family: Family) -> None:
    family.renumbered(ZOSIA, "zosia's new number", "2020-01-01")
    family.blocks(ANNA, "zosia's new number", "2026-03-02")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["no_tie"]


def test_a_block_for_a_sibling_hides_nothing(family: Family) -> None:
    family.blocks(ANNA, "brother", "2026-03-01")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_the_dead_child_and_nothing_else(family: Family) -> None:
    family.rights(ANNA, ZOSIA, "removed", "2020-01-01")
    family.died(ZOSIA, "2026-03-02")
    assert family.codes(ANNA, ZOSIA, EVE) == ["not_registered", "rights_lost"]
    (reason,) = family.reasons(ANNA, ZOSIA, MIDNIGHT)
    assert (reason.code, str(reason.day)) == ("died", "2026-03-02")


def test_a_death_after_the_18th_birthday_is_told_alone() -> None:
    family = Family()
    family.born("julia", "2000-01-01", ANNA)
    family.died("julia", "2026-03-02")
    assert family.codes(ANNA, "julia", MIDNIGHT) == ["died"]


def test_only_the_birth_date_is_missing() -> None:
    family = Family()
    family.insures(ANNA, ZOSIA, "2026-03-01")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["birth_unknown"]


def test_a_missing_birth_date_is_no_reason_where_more_is_missing() -> None:
    family = Family()
    family.insures(ANNA, ZOSIA, "2026-03-01")
    family.title(ZOSIA, "2026-03-02", payer="workshop")
    assert family.codes(ANNA, ZOSIA, MIDNIGHT) == ["own_title"]


def test_each_of_four_ties_is_enough_to_be_told_more() -> None:
    family = Family()
    family.born(ZOSIA, "2018-05-04", ANNA, PIOTR)
    family.insures("uncle", ZOSIA, "2019-01-01", kinship="32")
    family.designates(PIOTR, "aunt", ZOSIA, "2019-01-01")
    family.removes(PIOTR, "aunt", ZOSIA, "2019-02-01")
    family.guardian("guardian", ZOSIA, "2019-01-01")
    family.guardian_ends("guardian", ZOSIA, "2020-01-01")
    tied = [who for who in (ANNA, PIOTR, "uncle", "aunt", "guardian") if "no_tie" not in family.codes(who, ZOSIA, EVE)]
    assert tied == [ANNA, PIOTR, "uncle", "aunt", "guardian"]


def test_a_parent_by_an_older_statement_of_the_register_is_still_tied(family: Family) -> None:
    family.born(ZOSIA, "2018-05-04", ANNA, "another father", said="2020-01-01")
    assert family.codes(PIOTR, ZOSIA, MIDNIGHT) == ["not_registered"]


def test_delegation_confirmation_and_a_block_are_no_ties(family: Family) -> None:
    family.delegates(ZOSIA, "grandmother", "2019-01-01", until="2020-01-01")
    family.confirms("neighbour", ZOSIA, "2019-01-01", until="2020-01-01")
    family.blocks("stranger", ZOSIA, "2019-01-01")
    family.unblocks("stranger", ZOSIA, "2020-01-01")
    asked = ("grandmother", "neighbour", "stranger", "nobody at all")
    assert [family.codes(who, ZOSIA, MIDNIGHT) for who in asked] == [["no_tie"]] * 4


def test_the_child_is_no_tie_to_its_parent(family: Family) -> None:
    assert family.codes(ZOSIA, ANNA, MIDNIGHT) == ["no_tie"]


@pytest.mark.parametrize(("viewer", "subject"), [(None, ZOSIA), (ANNA, None), (None, None)])
def test_an_unknown_number_has_no_tie(family: Family, viewer: str | None, subject: str | None) -> None:
    asker, asked = viewer and who(viewer), subject and who(subject)
    told = reasons(asker or None, asked or None, family.records(), when(MIDNIGHT))
    assert [reason.code for reason in told] == ["no_tie"]


def test_whom_a_blocked_parent_designated_reads_nothing_of_the_block(family: Family) -> None:
    family.insures(ANNA, ZOSIA, "2019-01-01")
    family.designates(ANNA, "uncle", ZOSIA, "2025-01-01")
    family.blocks(ANNA, ZOSIA, "2026-03-02")
    assert family.codes("uncle", ZOSIA, MIDNIGHT) == ["another_parent_insures"]
