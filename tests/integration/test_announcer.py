"""Ends of access are announced ahead of time, once each, also after days on which nothing ran; with real PostgreSQL."""

from datetime import date, timedelta
from typing import Any

import pytest

from services.permissions.announcer import Announcer
from services.permissions.rules.age import reaches
from services.permissions.rules.instants import day_of, start_of
from tests.access import Facts
from tests.conftest import Databases, Desk
from tests.integration.test_access_facts import admin, facts, patient, published
from tests.statements import ANNA, JAN, event, record, take_in

__all__ = ["admin", "facts"]

TODAY = date.today()


def turning_18_in(days: int) -> date:
    """A birth date; 28 February stands for 29."""
    day = TODAY + timedelta(days=days)
    return date(day.year - 18, day.month, min(day.day, 28) if day.month == 2 else day.day)


@pytest.fixture
def announcer(facts: Facts) -> Announcer:
    return Announcer(facts.link, facts.decider)


def insured_child(desk: Desk, facts: Facts, born: date, **registered: Any) -> None:
    child = event("PersonRegistered", person=JAN, birth_date=born, mother=ANNA)
    take_in(
        desk, [record("PersonRegistered", child), record("FamilyMemberRegistered", event("FamilyMemberRegistered"))]
    )
    facts.catch_up()


def test_an_end_within_thirty_days_is_announced_once(
    desk: Desk, facts: Facts, announcer: Announcer, admin: Any
) -> None:
    insured_child(desk, facts, turning_18_in(20))
    assert announcer.announce() == 1
    assert announcer.announce() == 0
    ((subject, said),) = published(admin, "AccessEndAnnounced")
    anna, jan = patient(desk, ANNA), patient(desk, JAN)
    assert (subject, said["viewer"], said["days"], said["cause"]) == (jan, anna, 30, "came_of_age")
    assert day_of(said["ends_at"]) == reaches(18, turning_18_in(20))
    assert said["told"] == sorted([anna, jan]), "at 17 the young person logs in and may know"


def test_what_was_missed_is_made_up_for_by_the_nearest_one_only(
    desk: Desk, facts: Facts, announcer: Announcer, admin: Any
) -> None:
    insured_child(desk, facts, turning_18_in(5))
    assert [announcer.announce(), announcer.announce()] == [1, 0]
    ((_, said),) = published(admin, "AccessEndAnnounced")
    assert said["days"] == 7


def test_thirty_days_said_seven_days_follow(desk: Desk, facts: Facts, announcer: Announcer, admin: Any) -> None:
    born = turning_18_in(5)
    insured_child(desk, facts, born)
    admin.execute(
        "INSERT INTO permissions.announced (subject_id, viewer_id, ends_at, days)"
        " SELECT subject_id, viewer_id, valid_until, 30 FROM permissions.access_by_subject"
    )
    assert [announcer.announce(), announcer.announce()] == [1, 0]


def test_an_end_that_is_farther_away_or_goes_on_by_another_ground_is_not_announced(
    desk: Desk, facts: Facts, announcer: Announcer
) -> None:
    insured_child(desk, facts, turning_18_in(40))
    soon = TODAY + timedelta(days=10)
    ends = event("FamilyMemberDeregistered", valid_until=soon)
    take_in(desk, [record("FamilyMemberDeregistered", ends)])
    again = event("FamilyMemberRegistered", payer="1234563218", valid_from=soon)
    take_in(desk, [record("FamilyMemberRegistered", again)])
    facts.catch_up()
    assert announcer.announce() == 0


def test_a_new_end_is_announced_anew(desk: Desk, facts: Facts, announcer: Announcer, admin: Any) -> None:
    insured_child(desk, facts, turning_18_in(20))
    assert announcer.announce() == 1
    sooner = TODAY + timedelta(days=12)
    take_in(desk, [record("FamilyMemberDeregistered", event("FamilyMemberDeregistered", valid_until=sooner))])
    facts.catch_up()
    assert announcer.announce() == 1
    first, second = (said for _, said in published(admin, "AccessEndAnnounced"))
    assert (second["cause"], second["ends_at"]) == ("deregistered", start_of(sooner))
    assert first["ends_at"] != second["ends_at"]


def test_beside_the_version_that_is_read_nobody_announces(
    databases: Databases, desk: Desk, facts: Facts, admin: Any
) -> None:
    insured_child(desk, facts, turning_18_in(20))
    admin.execute("CALL permissions.create_version(2, 'test')")
    second = Facts(databases, 2)
    second.catch_up()
    assert Announcer(second.link, second.decider).announce() == 0
    second.link.drop()
