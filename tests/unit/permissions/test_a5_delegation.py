"""A5: an adult lets another adult see or manage, with or without an end, and may revoke it at once."""

import pytest

from services.permissions.rules.standing import Scope
from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, Story, just_before

NOON = "2022-05-05 12:00"


def adult() -> Story:
    told = Story()
    told.born(GRANDMOTHER, "1950-01-01")
    return told


def test_from_the_very_moment_and_without_end() -> None:
    told = adult()
    told.delegates(GRANDMOTHER, MOTHER, NOON)
    assert told.opens(MOTHER, GRANDMOTHER, NOON)
    assert told.grounds(MOTHER, GRANDMOTHER, "2090-01-01") == {"delegated"}


def test_until_its_end() -> None:
    told = adult()
    told.delegates(GRANDMOTHER, MOTHER, NOON, until="2022-10-31")
    assert told.closes(MOTHER, GRANDMOTHER, "2022-10-31")


def test_revoked_at_once() -> None:
    told = adult()
    told.delegates(GRANDMOTHER, MOTHER, NOON, until="2022-10-31")
    told.revokes(GRANDMOTHER, MOTHER, "2022-05-05 12:01")
    assert told.closes(MOTHER, GRANDMOTHER, "2022-05-05 12:01")


def test_revoked_at_the_very_moment_it_never_was() -> None:
    told = adult()
    told.revokes(GRANDMOTHER, MOTHER, NOON)
    told.delegates(GRANDMOTHER, MOTHER, NOON)
    assert told.periods(MOTHER, GRANDMOTHER) == ()


def test_revoked_twice_is_revoked() -> None:
    told = adult()
    told.delegates(GRANDMOTHER, MOTHER, NOON)
    told.revokes(GRANDMOTHER, MOTHER, "2022-06-01")
    told.revokes(GRANDMOTHER, MOTHER, "2022-06-02")
    assert told.closes(MOTHER, GRANDMOTHER, "2022-06-01")


def test_an_end_in_the_past_gives_nothing() -> None:
    told = adult()
    told.delegates(GRANDMOTHER, MOTHER, NOON, until=just_before(NOON))
    assert told.periods(MOTHER, GRANDMOTHER) == ()


@pytest.mark.parametrize("scope", ["see", "manage"])
def test_to_see_or_to_manage(scope: str) -> None:
    told = adult()
    told.delegates(GRANDMOTHER, MOTHER, NOON, scope=scope)
    assert [period.scope.value for period in told.periods(MOTHER, GRANDMOTHER)] == [scope]


def test_the_last_authorisation_says_what_and_until_when() -> None:
    told = adult()
    told.delegates(GRANDMOTHER, MOTHER, NOON, scope="manage")
    told.delegates(GRANDMOTHER, MOTHER, "2022-06-01", scope="see", until="2022-07-01")
    manage, see = told.periods(MOTHER, GRANDMOTHER)
    assert (manage.scope, see.scope) == (Scope.MANAGE, Scope.SEE)
    assert manage.ends == see.begins
    assert told.closes(MOTHER, GRANDMOTHER, "2022-07-01")


def test_who_sees_by_it_and_manages_by_another_ground_manages() -> None:
    told = adult()
    told.guardian(MOTHER, GRANDMOTHER, "2022-01-01")
    told.delegates(GRANDMOTHER, MOTHER, NOON, scope="see")
    assert {period.scope for period in told.periods(MOTHER, GRANDMOTHER)} == {Scope.MANAGE}


def test_what_is_revoked_for_one_stays_for_another() -> None:
    told = adult()
    told.delegates(GRANDMOTHER, MOTHER, NOON)
    told.delegates(GRANDMOTHER, FATHER, NOON)
    told.revokes(GRANDMOTHER, MOTHER, "2022-06-01")
    assert told.sees(FATHER, GRANDMOTHER, "2022-06-01")


def test_whom_the_young_adult_authorises_sees_from_the_18th_birthday_on() -> None:
    told = Story()
    told.born(CHILD, "2004-07-01", mother=MOTHER)
    told.registers(MOTHER, CHILD, "2020-01-01")
    told.delegates(CHILD, MOTHER, "2022-07-02")
    assert told.closes(MOTHER, CHILD, "2022-07-01")
    assert told.opens(MOTHER, CHILD, "2022-07-02")


def test_a_doctor_is_nobody_who_logs_in() -> None:
    told = adult()
    given = told.delegates(GRANDMOTHER, MOTHER, NOON)
    told.facts = [type(given)(**{f: getattr(given, f) for f in given.__struct_fields__} | {"viewer": None})]
    assert told.periods(MOTHER, GRANDMOTHER) == ()
