"""A guardian or a delegate is removed, or gives it up."""

from uuid import UUID

import pytest

from services.permissions.asking.requests import REPEATED, UNKNOWN, Remove
from services.permissions.rules.facts import DelegateRemoved, GuardianRemoved
from tests.asking import CHILD, FATHER, GRANDMOTHER, MOTHER, NOW, STRANGER, Family, said

OTHER_NUMBER = UUID(int=0xC1)


@pytest.fixture
def family() -> Family:
    family = Family()
    family.designates(MOTHER, GRANDMOTHER, CHILD, "2026-01-01")
    family.delegates(MOTHER, FATHER, "2026-01-01")
    return family


def test_the_insuring_parent_removes_whom_anybody_designated(family: Family) -> None:
    (fact,) = family.has_done(Remove(MOTHER, CHILD, GRANDMOTHER))
    assert isinstance(fact, GuardianRemoved)
    assert (fact.subject, said(fact)) == (CHILD, {"viewer": GRANDMOTHER, "removed_by": MOTHER})
    assert family.closes(GRANDMOTHER, CHILD, NOW)


def test_a_designated_person_gives_it_up(family: Family) -> None:
    (fact,) = family.has_done(Remove(GRANDMOTHER, CHILD, GRANDMOTHER))
    assert said(fact) == {"viewer": GRANDMOTHER, "removed_by": GRANDMOTHER}


def test_an_adult_removes_a_delegate_of_the_own_account(family: Family) -> None:
    (fact,) = family.has_done(Remove(MOTHER, MOTHER, FATHER))
    assert isinstance(fact, DelegateRemoved)
    assert said(fact) == {"viewer": FATHER, "profession": None, "licence": None}
    assert family.closes(FATHER, MOTHER, NOW)


def test_a_delegate_gives_it_up(family: Family) -> None:
    family.has_done(Remove(FATHER, MOTHER, FATHER))
    assert not family.sees(FATHER, MOTHER, NOW)


def test_removed_twice_is_removed_once(family: Family) -> None:
    family.has_done(Remove(MOTHER, CHILD, GRANDMOTHER))
    family.has_done(Remove(MOTHER, MOTHER, FATHER))
    assert family.asks(Remove(MOTHER, CHILD, GRANDMOTHER), "2026-03-02") == REPEATED
    assert family.asks(Remove(MOTHER, MOTHER, FATHER), "2026-03-02") == REPEATED


@pytest.mark.parametrize("viewer", [UNKNOWN, STRANGER])
def test_what_is_not_there_is_removed_already_also_for_numbers_that_nobody_has(family: Family, viewer: UUID) -> None:
    assert family.asks(Remove(MOTHER, CHILD, viewer)) == REPEATED
    assert family.asks(Remove(MOTHER, MOTHER, viewer)) == REPEATED


def test_a_designation_that_is_hidden_is_removed_too(family: Family) -> None:
    family.blocks(GRANDMOTHER, CHILD, "2026-02-01")
    family.has_done(Remove(MOTHER, CHILD, GRANDMOTHER))
    family.unblocks(GRANDMOTHER, CHILD, "2026-03-02")
    assert not family.sees(GRANDMOTHER, CHILD, "2026-03-03")


def test_somebody_is_removed_under_all_numbers(family: Family) -> None:
    family.born(OTHER_NUMBER, "1980-05-05")
    family.renumbered(GRANDMOTHER, OTHER_NUMBER)
    family.designates(MOTHER, OTHER_NUMBER, CHILD, "2026-02-01")
    facts = family.has_done(Remove(MOTHER, CHILD, OTHER_NUMBER))
    assert {fact.viewer for fact in facts} == {GRANDMOTHER, OTHER_NUMBER}
    assert len({fact.event_id for fact in facts}) == 2
    assert not family.sees(GRANDMOTHER, CHILD, NOW)


@pytest.mark.parametrize("by", [STRANGER, FATHER])
@pytest.mark.parametrize("viewer", [GRANDMOTHER, MOTHER, UNKNOWN])
def test_nobody_else_may_remove_and_learns_nothing(family: Family, by: UUID, viewer: UUID) -> None:
    assert family.refuses(Remove(by, CHILD, viewer)) == "may_not_remove"


def test_a_parent_whose_rights_are_limited_may_remove_only_whom_that_parent_designated(family: Family) -> None:
    family.rights(MOTHER, CHILD, "limited", "2026-01-01")
    family.designates(FATHER, STRANGER, CHILD, "2026-01-01")
    assert family.refuses(Remove(MOTHER, CHILD, STRANGER)) == "may_not_remove"
    family.has_done(Remove(MOTHER, CHILD, GRANDMOTHER))


def test_who_designated_takes_it_back_also_without_insuring_any_more(family: Family) -> None:
    family.designates(FATHER, STRANGER, CHILD, "2026-01-01")
    (fact,) = family.has_done(Remove(FATHER, CHILD, STRANGER))
    assert said(fact) == {"viewer": STRANGER, "removed_by": FATHER}
    assert family.closes(STRANGER, CHILD, NOW)


def test_a_blocked_person_takes_nothing_back(family: Family) -> None:
    family.designates(FATHER, STRANGER, CHILD, "2026-01-01")
    family.blocks(FATHER, CHILD, "2026-01-02")
    assert family.refuses(Remove(FATHER, CHILD, STRANGER)) == "may_not_remove"


def test_a_child_does_not_remove_its_guardians(family: Family) -> None:
    assert family.refuses(Remove(CHILD, CHILD, GRANDMOTHER)) == "may_not_remove"


def test_the_insuring_parent_has_no_say_over_delegates_of_an_adult(family: Family) -> None:
    assert family.refuses(Remove(STRANGER, MOTHER, FATHER)) == "may_not_remove"
