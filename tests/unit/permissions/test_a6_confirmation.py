"""A6: whom the hotline or an NFZ branch has confirmed by papers may see, for a while or until it is withdrawn."""

from tests.permissions import CHILD, GRANDMOTHER, MOTHER, Story

NOON = "2022-05-05 12:00"


def unknown_to_zus() -> Story:
    told = Story()
    told.born(CHILD, "2010-07-01")
    return told


def test_from_the_very_moment_of_the_confirmation() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON)
    assert told.opens(MOTHER, CHILD, NOON)
    assert told.grounds(MOTHER, CHILD, NOON) == {"confirmed"}


def test_until_the_end_that_the_operator_named() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON, until="2022-10-30")
    assert told.closes(MOTHER, CHILD, "2022-10-30")


def test_until_it_is_withdrawn() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON, until="2023-01-01")
    told.withdraws(MOTHER, CHILD, "2022-06-01 09:30")
    assert told.closes(MOTHER, CHILD, "2022-06-01 09:30")


def test_withdrawn_after_its_end_it_ended_by_itself() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON, until="2022-10-30")
    told.withdraws(MOTHER, CHILD, "2023-01-01")
    assert told.closes(MOTHER, CHILD, "2022-10-30")


def test_withdrawn_at_the_very_moment_it_never_was() -> None:
    told = unknown_to_zus()
    told.withdraws(MOTHER, CHILD, NOON)
    told.confirms(MOTHER, CHILD, NOON)
    assert told.periods(MOTHER, CHILD) == ()


def test_the_last_confirmation_says_until_when() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON, until="2025-01-01")
    told.confirms(MOTHER, CHILD, "2022-06-01", until="2023-01-01")
    assert told.closes(MOTHER, CHILD, "2023-01-01")
    assert len(told.periods(MOTHER, CHILD)) == 1


def test_withdrawn_the_last_one_revives_none_before_it() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON, until="2027-01-01")
    told.confirms(MOTHER, CHILD, "2022-06-01", until="2023-01-01")
    told.withdraws(MOTHER, CHILD, "2024-01-01")
    assert told.closes(MOTHER, CHILD, "2023-01-01")
    assert not told.sees(MOTHER, CHILD, "2023-06-01")


def test_it_ends_at_18_whatever_the_operator_named() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON, until="2040-01-01")
    assert told.closes(MOTHER, CHILD, "2028-07-01")


def test_nobody_else_is_confirmed_by_it() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON)
    assert told.periods(GRANDMOTHER, CHILD) == ()


def test_an_own_title_of_the_child_does_not_touch_it() -> None:
    told = unknown_to_zus()
    told.confirms(MOTHER, CHILD, NOON)
    told.works(CHILD, "2022-01-01")
    assert told.opens(MOTHER, CHILD, NOON)


def test_it_waits_for_a_birth_that_nobody_has_stated() -> None:
    told = Story()
    told.confirms(MOTHER, CHILD, NOON)
    assert told.periods(MOTHER, CHILD) == ()
