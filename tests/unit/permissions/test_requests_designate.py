"""Who insures a child adds another guardian."""

from typing import Any
from uuid import UUID

import pytest

from services.permissions.asking.requests import REPEATED, UNKNOWN, Designate
from services.permissions.rules.facts import GuardianDesignated
from tests.asking import CHILD, EVENT, FATHER, GRANDMOTHER, MOTHER, NOW, STRANGER, Family, said, surname_check
from tests.permissions import APPRENTICE, MILL, moment

OTHER_NUMBER = UUID(int=0xC1)


@pytest.fixture
def family() -> Family:
    return Family()


def designate(viewer: UUID = GRANDMOTHER, surname: str = "Wiśniewska", **changes: Any) -> Designate:
    asked: dict[str, Any] = {"by": MOTHER, "subject": CHILD, "viewer": viewer, "declares_guardian": True}
    return Designate(**{**asked, "surname_check": surname_check(viewer, surname), **changes})


def test_the_insuring_parent_designates_an_adult_by_number_and_surname(family: Family) -> None:
    (fact,) = family.has_done(designate())
    assert isinstance(fact, GuardianDesignated)
    assert (fact.subject, fact.event_id, fact.occurred_at) == (CHILD, EVENT, moment(NOW))
    assert said(fact) == {"viewer": GRANDMOTHER, "designator": MOTHER, "sealed": b""}
    assert family.opens(GRANDMOTHER, CHILD, NOW)


@pytest.mark.parametrize("surname", ["wiśniewska", " WIŚNIEWSKA "])
def test_a_surname_is_compared_without_case_and_outer_spaces(family: Family, surname: str) -> None:
    family.has_done(designate(surname=surname))


def test_the_surname_that_counts_is_the_one_of_today(family: Family) -> None:
    family.called(GRANDMOTHER, "Zielińska")
    assert family.refuses(designate()) == "no_match"
    family.has_done(designate(surname="Zielińska"))


def test_whoever_is_designated_and_sees_is_so_already(family: Family) -> None:
    family.has_done(designate())
    assert family.asks(designate(), "2026-03-02") == REPEATED


def test_what_one_parent_designated_the_other_may_designate_too(family: Family) -> None:
    """Should the one be blocked, what the other said still holds."""
    family.designates(FATHER, GRANDMOTHER, CHILD, "2026-01-01")
    (fact,) = family.has_done(designate())
    assert said(fact)["designator"] == MOTHER


def test_whoever_was_removed_may_be_designated_again(family: Family) -> None:
    family.has_done(designate())
    family.removes(MOTHER, GRANDMOTHER, CHILD, "2026-03-02")
    family.has_done(designate(), "2026-03-03")
    assert family.opens(GRANDMOTHER, CHILD, "2026-03-03")


def test_what_a_blocked_parent_designated_the_other_parent_may_designate_anew(family: Family) -> None:
    family.works(FATHER, "2020-01-01", payer=MILL)
    family.registers(FATHER, CHILD, "2020-01-01", payer=MILL)
    family.designates(FATHER, GRANDMOTHER, CHILD, "2025-01-01")
    family.blocks(FATHER, CHILD, "2026-01-01")
    family.has_done(designate())
    assert family.opens(GRANDMOTHER, CHILD, NOW)


@pytest.mark.parametrize("by", [FATHER, STRANGER, GRANDMOTHER])
def test_who_does_not_insure_the_child_may_not_designate(family: Family, by: UUID) -> None:
    assert family.refuses(designate(by=by)) == "may_not_designate"


def test_who_insured_until_yesterday_may_not_designate(family: Family) -> None:
    family.deregisters(MOTHER, CHILD, "2026-03-01")
    family.has_done(designate(), moment("2026-03-01") - 1)
    assert family.refuses(designate(FATHER, "Nowak"), "2026-03-01") == "may_not_designate"


def test_a_designated_person_may_not_designate(family: Family) -> None:
    family.designates(MOTHER, FATHER, CHILD, "2025-01-01")
    assert family.sees(FATHER, CHILD, NOW)
    assert family.refuses(designate(by=FATHER)) == "may_not_designate"


def test_a_blocked_parent_may_not_designate(family: Family) -> None:
    family.blocks(MOTHER, CHILD, "2026-02-28")
    assert family.refuses(designate()) == "may_not_designate"


@pytest.mark.parametrize("rights", ["limited", "suspended", "removed"])
def test_rights_that_are_not_full_do_not_suffice_from_their_first_day_on(family: Family, rights: str) -> None:
    family.rights(MOTHER, CHILD, rights, "2026-03-02")
    assert family.refuses(designate(), "2026-03-02") == "may_not_designate"
    family.has_done(designate(), moment("2026-03-02") - 1)


def test_full_rights_again_suffice(family: Family) -> None:
    family.rights(MOTHER, CHILD, "limited", "2026-01-01")
    family.rights(MOTHER, CHILD, "full", "2026-03-02")
    assert family.refuses(designate(), moment("2026-03-02") - 1) == "may_not_designate"
    family.has_done(designate(), "2026-03-02")


def test_nobody_designates_while_the_child_has_a_title_of_its_own(family: Family) -> None:
    family.works(CHILD, "2026-03-01", payer=MILL, code=APPRENTICE)
    assert family.refuses(designate()) == "may_not_designate"


def test_nobody_designates_for_an_adult(family: Family) -> None:
    family.has_done(designate(), moment("2033-06-15") - 1)
    assert family.refuses(designate(FATHER, "Nowak"), "2033-06-15") == "may_not_designate"


def test_oneself_cannot_be_designated_under_any_number(family: Family) -> None:
    family.renumbered(MOTHER, OTHER_NUMBER)
    assert family.refuses(designate(MOTHER, "Kowalska")) == "oneself"
    assert family.refuses(designate(OTHER_NUMBER, "Kowalska")) == "oneself"


def test_without_the_declaration_nobody_is_designated(family: Family) -> None:
    assert family.refuses(designate(declares_guardian=False)) == "not_declared"


def test_unknown_otherwise_called_minor_dead_blocked_and_without_rights_are_one_answer(family: Family) -> None:
    minor, dead, blocked, rightless = UUID(int=0xD1), UUID(int=0xD2), STRANGER, FATHER
    family.born(minor, "2008-03-02")
    family.born(dead, "1950-01-01")
    for person in (minor, dead):
        family.called(person, "Wiśniewska")
    family.dies(dead, "2026-03-01")
    family.blocks(blocked, CHILD, "2026-01-01")
    family.rights(rightless, CHILD, "removed", "2026-01-01")
    answers = {
        family.asks(designate(UNKNOWN)),
        family.asks(designate(GRANDMOTHER, "Kowalska")),
        family.asks(designate(minor)),
        family.asks(designate(dead)),
        family.asks(designate(blocked, "Obcy")),
        family.asks(designate(rightless, "Nowak")),
    }
    assert len(answers) == 1
    assert family.refuses(designate(UNKNOWN)) == "no_match"


def test_a_minor_becomes_an_adult_at_the_start_of_the_birthday(family: Family) -> None:
    young = UUID(int=0xD1)
    family.born(young, "2008-03-02")
    family.called(young, "Wiśniewska")
    assert family.refuses(designate(young), moment("2026-03-02") - 1) == "no_match"
    family.has_done(designate(young), "2026-03-02")


def test_a_stranger_learns_nothing_about_whom_they_name(family: Family) -> None:
    asked = [designate(UNKNOWN, by=STRANGER), designate(by=STRANGER), designate(STRANGER, "Obcy", by=STRANGER)]
    assert {family.refuses(one) for one in asked} == {"may_not_designate"}


def test_a_child_whom_nobody_knows_is_like_a_child_of_others(family: Family) -> None:
    assert family.asks(designate(subject=UNKNOWN)) == family.asks(designate(by=STRANGER))
