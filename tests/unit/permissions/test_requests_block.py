"""A court has shut somebody out of an account, or lets them in again."""

from uuid import UUID

import pytest

from services.permissions.asking.requests import REPEATED, UNKNOWN, Block, Unblock
from services.permissions.rules.facts import AccessBlocked, AccessUnblocked
from tests.asking import CHILD, MOTHER, NOW, STRANGER, Family, said

OTHER_NUMBER, OTHER_CHILD = UUID(int=0xC1), UUID(int=0xC2)


@pytest.fixture
def family() -> Family:
    return Family()


def block(viewer: UUID = MOTHER, subject: UUID = CHILD, *, has_document: bool = True) -> Block:
    return Block("hotline-3", subject, viewer, has_document)


def unblock(viewer: UUID = MOTHER, subject: UUID = CHILD, *, has_document: bool = True) -> Unblock:
    return Unblock("hotline-3", subject, viewer, has_document)


def test_a_block_shuts_out_who_insures_the_child(family: Family) -> None:
    (fact,) = family.has_done(block())
    assert isinstance(fact, AccessBlocked)
    assert said(fact) == {"viewer": MOTHER, "operator": "hotline-3", "sealed": b""}
    assert family.closes(MOTHER, CHILD, NOW)


def test_somebody_without_a_tie_is_blocked_ahead(family: Family) -> None:
    family.has_done(block(STRANGER))
    family.confirms(STRANGER, CHILD, "2026-03-02")
    assert not family.sees(STRANGER, CHILD, "2026-03-02")


def test_blocked_twice_is_blocked_once(family: Family) -> None:
    family.has_done(block())
    assert family.asks(block(), "2026-03-02") == REPEATED


def test_a_block_needs_the_courts_reference_and_so_does_its_end(family: Family) -> None:
    assert family.refuses(block(has_document=False)) == "no_document"
    assert family.refuses(unblock(has_document=False)) == "no_document"


@pytest.mark.parametrize(("viewer", "subject"), [(UNKNOWN, CHILD), (MOTHER, UNKNOWN)])
def test_only_known_persons_are_blocked(family: Family, viewer: UUID, subject: UUID) -> None:
    assert family.refuses(block(viewer, subject)) == "unknown_person"


def test_nobody_is_blocked_from_the_own_account(family: Family) -> None:
    assert family.refuses(block(CHILD)) == "oneself"


def test_once_unblocked_the_grounds_count_again(family: Family) -> None:
    family.has_done(block())
    (fact,) = family.has_done(unblock(), "2026-03-02")
    assert isinstance(fact, AccessUnblocked)
    assert family.opens(MOTHER, CHILD, "2026-03-02")
    assert family.asks(unblock(), "2026-03-03") == REPEATED


@pytest.mark.parametrize("viewer", [UNKNOWN, STRANGER])
def test_who_is_not_blocked_is_unblocked_already(family: Family, viewer: UUID) -> None:
    assert family.asks(unblock(viewer)) == REPEATED


def test_every_block_of_all_numbers_is_lifted_in_the_record_where_it_stands(family: Family) -> None:
    family.renumbered(MOTHER, OTHER_NUMBER)
    family.renumbered(CHILD, OTHER_CHILD)
    family.blocks(OTHER_NUMBER, OTHER_CHILD, "2026-01-01")
    assert not family.sees(MOTHER, CHILD, "2026-02-01")
    assert family.asks(block()) == REPEATED
    (fact,) = family.has_done(unblock())
    assert (fact.subject, fact.viewer) == (OTHER_CHILD, OTHER_NUMBER)
    assert family.opens(MOTHER, CHILD, NOW)
