"""An operator has checked papers: somebody may see a child's account for whom ZUS does not know."""

from typing import Any
from uuid import UUID

import pytest

from services.permissions.asking.requests import REPEATED, UNKNOWN, Confirm, Unconfirm
from services.permissions.rules.facts import AccessConfirmed, ConfirmationWithdrawn
from tests.asking import CHILD, FATHER, GRANDMOTHER, NOW, STRANGER, Family, said
from tests.permissions import moment

OTHER_NUMBER = UUID(int=0xC1)


@pytest.fixture
def family() -> Family:
    return Family()


def confirm(viewer: UUID = FATHER, **changes: Any) -> Confirm:
    asked: dict[str, Any] = {"operator": "hotline-3", "subject": CHILD, "viewer": viewer, "has_document": True}
    return Confirm(**{**asked, "until": None, **changes})


def withdraw(viewer: UUID = FATHER) -> Unconfirm:
    return Unconfirm("hotline-4", CHILD, viewer)


def test_papers_open_a_childs_account(family: Family) -> None:
    (fact,) = family.has_done(confirm())
    assert isinstance(fact, AccessConfirmed)
    assert said(fact) == {"viewer": FATHER, "operator": "hotline-3", "valid_until": None, "sealed": b""}
    assert family.opens(FATHER, CHILD, NOW)


def test_it_ends_when_the_papers_say(family: Family) -> None:
    family.has_done(confirm(until=moment("2026-09-01")))
    assert family.closes(FATHER, CHILD, "2026-09-01")


def test_the_same_again_is_so_already_and_another_end_takes_its_place(family: Family) -> None:
    family.has_done(confirm(until=moment("2026-09-01")))
    assert family.asks(confirm(until=moment("2026-09-01")), "2026-03-02") == REPEATED
    family.has_done(confirm(until=moment("2026-04-01")), "2026-03-02")
    assert family.closes(FATHER, CHILD, "2026-04-01")


def test_without_a_document_nothing_is_confirmed(family: Family) -> None:
    assert family.refuses(confirm(has_document=False)) == "no_document"


def test_an_end_that_has_passed_is_refused(family: Family) -> None:
    assert family.refuses(confirm(until=moment(NOW))) == "end_in_the_past"


def test_nobody_is_confirmed_to_the_own_account(family: Family) -> None:
    assert family.refuses(confirm(subject=FATHER)) == "oneself"


@pytest.mark.parametrize("changes", [{"viewer": UNKNOWN}, {"subject": UNKNOWN}])
def test_both_must_be_known(family: Family, changes: dict[str, Any]) -> None:
    assert family.refuses(confirm(**changes)) == "unknown_person"


def test_a_minor_is_not_confirmed_and_the_dead_are_not(family: Family) -> None:
    brother = UUID(int=0xD1)
    family.born(brother, "2010-01-01")
    family.dies(FATHER, "2026-01-01")
    assert family.refuses(confirm(brother)) == "viewer_not_an_adult"
    assert family.refuses(confirm(FATHER)) == "viewer_not_an_adult"


def test_only_a_living_childs_account_is_opened_so(family: Family) -> None:
    assert family.refuses(confirm(), "2033-06-15") == "not_a_child"
    assert family.refuses(confirm(subject=STRANGER)) == "not_a_child"
    family.dies(CHILD, "2026-02-01")
    assert family.refuses(confirm()) == "not_a_child"


def test_against_a_block_and_lost_rights_nothing_is_confirmed(family: Family) -> None:
    family.blocks(FATHER, CHILD, "2026-01-01")
    family.rights(GRANDMOTHER, CHILD, "suspended", "2026-01-01")
    assert family.refuses(confirm()) == "blocked"
    assert family.refuses(confirm(GRANDMOTHER)) == "rights_lost"


def test_a_confirmation_is_withdrawn_once(family: Family) -> None:
    family.has_done(confirm())
    (fact,) = family.has_done(withdraw(), "2026-03-02")
    assert isinstance(fact, ConfirmationWithdrawn)
    assert said(fact) == {"viewer": FATHER, "operator": "hotline-4", "sealed": b""}
    assert family.closes(FATHER, CHILD, "2026-03-02")
    assert family.asks(withdraw(), "2026-03-03") == REPEATED


@pytest.mark.parametrize("viewer", [UNKNOWN, STRANGER])
def test_what_is_not_there_is_withdrawn_already(family: Family, viewer: UUID) -> None:
    assert family.asks(withdraw(viewer)) == REPEATED


def test_it_is_withdrawn_under_all_numbers(family: Family) -> None:
    family.confirms(FATHER, CHILD, "2026-01-01")
    family.renumbered(FATHER, OTHER_NUMBER)
    (fact,) = family.has_done(withdraw(OTHER_NUMBER))
    assert fact.viewer == FATHER
