"""Explanations from real databases: what was known when, being checked, and one answer for all who may not know."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
from psycopg import Connection

from services.permissions.rules.facts import AccessBlocked
from services.permissions.why.explaining import SAME_FOR_ALL_SECONDS, Asked, BeingChecked, answer
from services.permissions.why.explanation import Depth
from services.permissions.why.texts import render, to_json
from tests.access import Facts
from tests.conftest import Databases, Desk
from tests.integration.test_access_facts import TOM, admin, facts, family, patient
from tests.statements import ANNA, JAN, event, record, take_in

__all__ = ["admin", "facts"]

IN_2026 = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def operator(databases: Databases) -> Iterator[Connection[Any]]:
    with databases.connect("operator") as connection:
        yield connection


@pytest.fixture
def known(desk: Desk, facts: Facts) -> Facts:
    """Anna insures Jan; Tom is registered and has nothing to do with them."""
    take_in(desk, [record("PersonRegistered"), record("PersonRegistered", event("PersonRegistered", person=TOM))])
    family(desk)
    facts.catch_up()
    return facts


def of(desk: Desk, viewer: str, subject: str, **more: Any) -> Asked:
    return Asked(patient(desk, viewer), patient(desk, subject), **more)


def test_it_says_by_what_and_until_when(desk: Desk, known: Facts, operator: Any) -> None:
    told = answer(operator, of(desk, ANNA, JAN, at=IN_2026))
    assert told.allowed
    assert [ground.code for ground in told.grounds] == ["insures"]
    assert told.until is not None
    assert (told.until.at.date(), told.until.cause) == (date(2033, 1, 1), "came_of_age")


def test_what_was_known_then_is_answered_as_it_was_answered_then(
    desk: Desk, known: Facts, operator: Any, admin: Any
) -> None:
    before = answer(operator, of(desk, ANNA, JAN, at=IN_2026))
    ((learnt,),) = admin.execute("SELECT max(recorded_at) FROM permissions.fact").fetchall()
    take_in(desk, [record("FamilyMemberDeregistered", event("FamilyMemberDeregistered", valid_until=date(2026, 2, 1)))])
    known.catch_up()
    now = answer(operator, of(desk, ANNA, JAN, at=IN_2026))
    assert (now.allowed, [reason.code for reason in now.reasons]) == (False, ["not_registered"])
    then = answer(operator, of(desk, ANNA, JAN, at=IN_2026, known_at=learnt))
    assert msgspec.structs.replace(then, as_of=before.as_of) == before


def block(facts: Facts, viewer: UUID, subject: UUID) -> None:
    said = {"publisher": "kartoteka", "occurred_at": 1, "recorded_at": 1, "position": 1, "operator": "o"}
    fact = AccessBlocked(subject=subject, event_id=uuid4(), viewer=viewer, sealed=b"", **said)
    with facts.databases.admin() as admin:
        facts.decider.store.keep_command_facts(admin, [fact])


@pytest.mark.parametrize("language", ["pl", "uk", "en"])
def test_a_stranger_an_unknown_number_and_a_blocked_parent_get_the_same_bytes(
    desk: Desk, known: Facts, operator: Any, language: str
) -> None:
    block(known, patient(desk, ANNA), patient(desk, JAN))
    anna, tom, jan = (patient(desk, one) for one in (ANNA, TOM, JAN))
    pairs = [(tom, jan), (tom, None), (tom, uuid4()), (anna, jan), (anna, None), (None, jan)]
    told = [answer(operator, Asked(viewer, subject)) for viewer, subject in pairs]
    assert len({to_json(one, language) for one in told}) == 1
    assert len({render(one, language) for one in told}) == 1


def test_and_none_of_them_is_answered_sooner(desk: Desk, known: Facts, operator: Any, monkeypatch: Any) -> None:
    """Each answer waits for the same moment, counted from the question; the clock here stands still."""
    block(known, patient(desk, ANNA), patient(desk, JAN))
    waited: list[float] = []
    monkeypatch.setattr("services.permissions.why.explaining.time.monotonic", lambda: 5.0)
    monkeypatch.setattr("services.permissions.why.explaining.time.sleep", waited.append)
    anna, tom, jan = (patient(desk, one) for one in (ANNA, TOM, JAN))
    for viewer, subject in [(tom, jan), (tom, None), (anna, jan)]:
        answer(operator, Asked(viewer, subject))
    assert waited == pytest.approx([SAME_FOR_ALL_SECONDS] * 3)


def test_an_operator_reads_ids_and_the_block(desk: Desk, known: Facts, operator: Any) -> None:
    anna, jan = patient(desk, ANNA), patient(desk, JAN)
    block(known, anna, jan)
    told = answer(operator, Asked(anna, jan, depth=Depth.OPERATOR))
    said = to_json(told, "en").decode()
    assert "blocked" in said
    assert str(anna) in said
    assert not told.allowed


def grow_old(admin: Any, seconds: int) -> None:
    """As if the ledger's newest batch had been recorded some time ago and nobody had read it since."""
    admin.execute("UPDATE kernel.bookmark SET position = 0 WHERE reader LIKE 'permissions.facts%'")
    admin.execute("UPDATE records.seal SET recorded_at = now() - make_interval(secs => %s)", (seconds,))
    admin.execute("INSERT INTO records.relay_sent VALUES (0, 1) ON CONFLICT DO NOTHING")


def test_more_than_a_minute_behind_others_accounts_are_being_checked_and_ones_own_is_open(
    desk: Desk, known: Facts, operator: Any, admin: Any
) -> None:
    anna, tom, jan = (patient(desk, one) for one in (ANNA, TOM, JAN))
    grow_old(admin, 50)
    assert answer(operator, Asked(anna, jan)).allowed
    grow_old(admin, 61)
    for viewer, subject in [(anna, jan), (tom, jan), (tom, None)]:
        with pytest.raises(BeingChecked):
            answer(operator, Asked(viewer, subject))
    assert answer(operator, Asked(anna, anna)).allowed
