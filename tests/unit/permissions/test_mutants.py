"""Each rule broken once: the tests that hold it must go red, or they hold nothing."""

from collections.abc import Callable, Iterator
from datetime import UTC
from typing import Any
from unittest.mock import ANY
from uuid import UUID

import pytest
from msgspec.structs import replace

from services.permissions.rules import grounds, instants, insurance, masks
from services.permissions.rules.childhood import comes_of_age
from services.permissions.rules.facts import AccessBlocked, Record, Records
from services.permissions.rules.instants import Span
from services.permissions.rules.insurance import Registration, titles
from services.permissions.rules.standing import Ground, Mask, Standing
from tests.unit.permissions import (
    test_a1_insurance,
    test_a2_gap_between_jobs,
    test_a3_designation,
    test_a4_court_guardian,
    test_a6_confirmation,
    test_instants,
    test_m1_own_title,
    test_m2_parental_rights,
    test_m3_block,
    test_m4_age,
    test_m5_death,
)

Test = Callable[[], object]


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """The rules, to be broken for one test; midnights are not remembered from before or after."""
    instants.start_of.cache_clear()
    yield monkeypatch
    monkeypatch.undo()
    instants.start_of.cache_clear()


def go_red(*tests: Test) -> None:
    for test in tests:
        with pytest.raises(AssertionError):
            test()


def test_a_grant_wins_over_a_mask_of_the_same_instant(broken: pytest.MonkeyPatch) -> None:
    def seen(self: Standing, ground: Ground) -> list[Span]:
        lying = [mask for mask in self.masks if mask.lies_over(ground) and mask.span.begins != ground.span.begins]
        spans = [ground.span]
        for mask in lying:
            spans = [rest for span in spans for rest in span.without(mask.span)]
        return spans

    broken.setattr(Standing, "seen", seen)
    go_red(
        lambda: test_m3_block.test_it_wins_over_every_grant_at_its_moment_and_later(test_m3_block.NOON),
        test_m4_age.test_registered_after_the_birthday_nobody_sees,
    )


def test_a_mask_begins_a_microsecond_late(broken: pytest.MonkeyPatch) -> None:
    without = Span.without
    broken.setattr(Span, "without", lambda self, other: without(self, Span(other.begins + 1, other.ends)))
    go_red(
        lambda: test_m1_own_title.test_from_the_day_on_which_the_title_starts_neither_parent_sees(
            "011000", "2022-01-15"
        ),
        lambda: test_m2_parental_rights.test_from_the_courts_day_that_parent_sees_no_more("suspended", "2022-01-15"),
        test_m3_block.test_from_its_very_moment_that_person_sees_no_more,
        lambda: test_m4_age.test_at_midnight_in_warsaw_that_begins_the_18th_birthday("2004-07-15", "2022-07-15"),
        lambda: test_m5_death.test_the_viewers_death_ends_it_for_the_viewer_alone("2022-01-15"),
    )


@pytest.mark.parametrize("day", ["2022-01-15", "2022-07-15"])
def test_valid_time_is_compared_in_utc(broken: pytest.MonkeyPatch, day: str) -> None:
    broken.setattr(instants, "POLAND", UTC)
    go_red(
        lambda: test_a1_insurance.test_from_the_first_day_of_the_registration_at_midnight_in_warsaw(day),
        lambda: test_a1_insurance.test_until_the_day_of_its_deregistration(day),
        lambda: test_a4_court_guardian.test_from_the_day_of_the_court_until_the_day_of_its_end(day),
        lambda: test_m1_own_title.test_from_the_day_on_which_the_title_starts_neither_parent_sees("011000", day),
        lambda: test_m2_parental_rights.test_from_the_courts_day_that_parent_sees_no_more("removed", day),
        lambda: test_m4_age.test_at_midnight_in_warsaw_that_begins_the_18th_birthday(day.replace("22", "04"), day),
        lambda: test_m5_death.test_the_childs_death_ends_it_for_everybody(day),
        lambda: test_instants.test_a_day_begins_at_midnight_in_warsaw(day, f"{day}T23:00:00+00:00"),
    )


def test_the_first_instant_of_the_18th_birthday_is_still_childhood(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(masks, "comes_of_age", lambda child: comes_of_age(child) + 1)
    go_red(
        lambda: test_m4_age.test_at_midnight_in_warsaw_that_begins_the_18th_birthday("2004-07-15", "2022-07-15"),
        lambda: test_m4_age.test_at_midnight_in_warsaw_that_begins_the_18th_birthday("2004-02-29", "2022-02-28"),
        test_m4_age.test_insurance_designation_and_confirmation_end_together,
        test_a3_designation.test_it_ends_at_18,
        test_a6_confirmation.test_it_ends_at_18_whatever_the_operator_named,
    )


def test_a_later_title_revives_a_registration(broken: pytest.MonkeyPatch) -> None:
    registrations = insurance.registrations

    def revived(child: Record, insured: UUID, record: Record) -> Iterator[Registration]:
        for one in registrations(child, insured, record):
            yield one
            later = (title for title in titles(record) if one.ends is not None and title.begins > one.ends)
            yield from (replace(one, begins=title.begins, ends=title.ends) for title in later)

    broken.setattr(grounds, "registrations", revived)
    go_red(
        test_a1_insurance.test_a_day_without_title_ends_it_and_a_later_title_does_not_revive_it,
        lambda: test_a2_gap_between_jobs.test_in_the_gap_the_first_parent_has_none_and_the_other_one_has(
            "2021-01-01", "2021-02-01"
        ),
    )


def test_a_designation_comes_back_with_the_rights(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(grounds, "_until_lost", lambda ground, lost: ground)
    go_red(
        test_a3_designation.test_it_ends_by_rights_lost_from_midnight_on_and_never_comes_back,
        test_a3_designation.test_made_while_rights_are_lost_it_never_counts,
        test_m2_parental_rights.test_a_designation_lost_so_does_not_come_back_but_a_confirmation_does,
    )


def test_a_block_is_per_viewer_and_not_per_child(broken: pytest.MonkeyPatch) -> None:
    blocks = masks.blocks

    def everywhere(viewer: UUID, subject: UUID, records: Records) -> Iterator[Mask]:
        for child, record in records.items():
            if record.all(AccessBlocked):
                yield from blocks(viewer, child, records)

    broken.setattr(masks, "blocks", everywhere)
    go_red(test_m3_block.test_it_is_per_child)


def test_kinship_is_ignored(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(grounds, "OWN_CHILD", ANY)
    go_red(
        lambda: test_a1_insurance.test_another_kinship_gives_nothing("12"),
        test_a1_insurance.test_another_kinship_from_a_later_day_on_ends_it,
    )


def test_titles_of_any_payer_end_and_carry_a_registration(broken: pytest.MonkeyPatch) -> None:
    class Whatever(dict[UUID, Any]):
        def get(self, key: UUID, default: Any = ()) -> Any:
            return [one for some in self.values() for one in some]

    by_payer = insurance._by_payer
    broken.setattr(insurance, "_by_payer", lambda statements: Whatever(by_payer(statements)))
    go_red(
        test_a1_insurance.test_where_no_title_with_the_payer_is_known_it_runs,
        test_a1_insurance.test_a_deregistration_of_another_payer_or_parent_changes_nothing,
    )


def test_parents_whom_the_register_names_do_not_matter(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(grounds, "parents", lambda child: set())
    broken.setattr(masks, "parents", lambda child: set())
    go_red(
        test_a1_insurance.test_somebody_else_than_the_parents_whom_the_register_names_gets_nothing,
        lambda: test_a1_insurance.test_one_known_parent_is_enough_to_shut_others_out("mother"),
        test_m3_block.test_a_registered_parent_keeps_what_a_blocked_person_designated,
    )


def test_numbers_of_one_person_are_strangers(broken: pytest.MonkeyPatch) -> None:
    broken.setattr(masks, "numbers_of", lambda person, records: {person})
    go_red(
        test_m3_block.test_a_block_for_either_number_of_a_child_counts,
        test_m3_block.test_the_block_of_the_designators_other_number_counts,
    )


def test_unbroken_rules_are_green(broken: pytest.MonkeyPatch) -> None:
    """What goes red above does so because of what was broken."""
    with pytest.raises(pytest.fail.Exception):
        go_red(test_m3_block.test_it_is_per_child)
