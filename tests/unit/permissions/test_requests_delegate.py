"""An adult lets another adult see or manage the own account."""

from typing import Any
from uuid import UUID

import pytest

from services.permissions.asking.requests import REPEATED, UNKNOWN, Delegate
from services.permissions.rules.facts import DelegateAuthorised
from services.permissions.rules.standing import Scope
from tests.asking import CHILD, FATHER, GRANDMOTHER, MOTHER, NOW, STRANGER, Family, said, surname_check
from tests.permissions import moment


@pytest.fixture
def family() -> Family:
    return Family()


def delegate(viewer: UUID = FATHER, surname: str | None = None, **changes: Any) -> Delegate:
    check = None if surname is None else surname_check(viewer, surname)
    asked: dict[str, Any] = {"by": GRANDMOTHER, "viewer": viewer, "scope": Scope.SEE, "until": None}
    return Delegate(**{**asked, "surname_check": check, **changes})


def test_an_adult_lets_another_look_without_an_end(family: Family) -> None:
    (fact,) = family.has_done(delegate())
    assert isinstance(fact, DelegateAuthorised)
    assert fact.subject == GRANDMOTHER
    assert said(fact) == {
        "viewer": FATHER, "profession": None, "licence": None, "scope": "see", "valid_until": None,
    }  # fmt: skip
    assert family.opens(FATHER, GRANDMOTHER, NOW)


def test_it_ends_at_the_end_that_it_was_given(family: Family) -> None:
    family.has_done(delegate(until=moment("2026-04-01")))
    assert family.closes(FATHER, GRANDMOTHER, "2026-04-01")


def test_the_same_again_is_so_already(family: Family) -> None:
    family.has_done(delegate(until=moment("2026-04-01")))
    assert family.asks(delegate(until=moment("2026-04-01")), "2026-03-31") == REPEATED


def test_what_has_ended_is_given_anew(family: Family) -> None:
    family.delegates(GRANDMOTHER, FATHER, "2026-01-01", scope="see")
    family.revokes(GRANDMOTHER, FATHER, "2026-02-01")
    family.has_done(delegate())
    assert family.opens(FATHER, GRANDMOTHER, NOW)


@pytest.mark.parametrize("changes", [{"scope": Scope.MANAGE}, {"until": moment("2026-05-01")}])
def test_another_scope_or_end_takes_the_place_of_the_last(family: Family, changes: dict[str, Any]) -> None:
    family.has_done(delegate())
    (fact,) = family.has_done(delegate(**changes), "2026-03-02")
    assert said(fact)["scope"] == changes.get("scope", "see")


@pytest.mark.parametrize("until", [NOW, "2026-02-28", "2026-03-01"])
def test_an_end_that_has_passed_is_refused(family: Family, until: str) -> None:
    assert family.refuses(delegate(until=moment(until))) == "end_in_the_past"


def test_an_end_a_microsecond_ahead_is_not_past(family: Family) -> None:
    family.has_done(delegate(until=moment(NOW) + 1))


def test_a_child_delegates_nothing_until_it_is_of_age(family: Family) -> None:
    assert family.refuses(delegate(by=CHILD), moment("2033-06-15") - 1) == "not_an_adult"
    family.has_done(delegate(by=CHILD), "2033-06-15")


def test_oneself_needs_no_delegation(family: Family) -> None:
    assert family.refuses(delegate(GRANDMOTHER)) == "oneself"


def test_unknown_minor_dead_blocked_and_otherwise_called_are_one_answer(family: Family) -> None:
    family.dies(MOTHER, "2026-01-01")
    family.blocks(STRANGER, GRANDMOTHER, "2026-01-01")
    asked = [delegate(UNKNOWN), delegate(CHILD), delegate(MOTHER), delegate(STRANGER), delegate(surname="Obcy")]
    assert {family.refuses(one) for one in asked} == {"no_match"}


def test_a_surname_that_was_asked_for_and_fits_does(family: Family) -> None:
    family.has_done(delegate(surname="Nowak"))
