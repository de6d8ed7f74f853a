"""From the ledger to periods of access, with real PostgreSQL: every kind of fact, repeats, any order, two times."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from services.permissions.contract import fact_of
from services.permissions.rules.facts import FROM_LEDGER, KINDS
from services.permissions.stream import decode, split_state
from tests.access import Facts
from tests.conftest import Databases, Desk
from tests.statements import ANNA, JAN, event, record, take_in

TOM = "82020212342"
BORN = date(2015, 1, 1)


@pytest.fixture
def facts(databases: Databases) -> Iterator[Facts]:
    taken = Facts(databases)
    yield taken
    taken.link.drop()


@pytest.fixture
def admin(databases: Databases) -> Iterator[Connection[Any]]:
    with databases.admin() as connection:
        yield connection


def family(desk: Desk) -> None:
    """Anna insures Jan, her child by the register."""
    child = event("PersonRegistered", person=JAN, birth_date=BORN, mother=ANNA)
    take_in(desk, [record("PersonRegistered", child), record("FamilyMemberRegistered")])


def patient(desk: Desk, number: str) -> UUID:
    digest = desk.intake.index.number_digest(number.encode())
    ((found,),) = desk.records.execute("SELECT patient_id FROM records.person WHERE digest = %s", (digest,)).fetchall()
    return UUID(str(found))


def access(admin: Connection[Any]) -> list[tuple[Any, ...]]:
    by_subject = admin.execute(
        "SELECT subject_id, viewer_id, valid_from, valid_until, scope, grounds FROM permissions.access_by_subject"
        " ORDER BY 1, 2, 3"
    ).fetchall()
    by_viewer = admin.execute(
        "SELECT subject_id, viewer_id, valid_from, valid_until, scope, grounds FROM permissions.access_by_viewer"
        " ORDER BY 1, 2, 3"
    ).fetchall()
    assert by_subject == by_viewer
    return by_subject


def published(admin: Connection[Any], kind: str) -> list[tuple[UUID, dict[str, Any]]]:
    rows = admin.execute(
        "SELECT originator_id, state FROM permissions.event WHERE topic = %s ORDER BY notification_id", (kind,)
    ).fetchall()
    return [(subject, decode(split_state(state)[1])[1]) for subject, state in rows]


def test_every_kind_of_fact_that_speaks_of_access_is_read_from_the_ledgers_own_bytes(desk: Desk, facts: Facts) -> None:
    take_in(desk, [record(name) for name in sorted(FROM_LEDGER - {"PersonNumberShared"})])
    read = [fact for one in facts.ledger() if (fact := fact_of(one)) is not None]
    assert {type(fact).__name__ for fact in read} == FROM_LEDGER - {"PersonNumberShared"}
    for fact in read:
        kind = KINDS[type(fact).__name__]
        assert all(hasattr(fact, name) for name in kind.__struct_fields__)


def test_what_does_not_speak_of_access_is_no_fact(desk: Desk, facts: Facts) -> None:
    take_in(desk, [record("PrescriptionIssued"), record("ContributionPosted"), record("LanguageChosen")])
    assert [fact_of(one) for one in facts.ledger()] == [None, None, None]


def test_who_insures_the_child_may_see_it_until_it_comes_of_age(desk: Desk, facts: Facts, admin: Any) -> None:
    family(desk)
    facts.catch_up()
    anna, jan = patient(desk, ANNA), patient(desk, JAN)
    begins, ends = datetime(2024, 12, 31, 23, tzinfo=UTC), datetime(2032, 12, 31, 23, tzinfo=UTC)
    assert access(admin) == [(jan, anna, begins, ends, "manage", ["insures"])]
    ((subject, said),) = published(admin, "AccessChanged")
    assert (subject, said["viewer"], len(said["periods"])) == (jan, anna, 1)


def test_a_batch_that_comes_again_changes_nothing(desk: Desk, facts: Facts, admin: Any) -> None:
    family(desk)
    facts.catch_up()
    once = access(admin), published(admin, "AccessChanged")
    facts.catch_up()
    assert (access(admin), published(admin, "AccessChanged")) == once


def test_facts_in_any_order_and_in_any_batches_give_the_same_periods(databases: Databases, desk: Desk) -> None:
    family(desk)
    later = [
        event("PersonRegistered"),
        event("InsuranceTitleOpened"),
        event("InsuranceTitleClosed", valid_until=date(2026, 2, 1)),
        event("FamilyMemberRegistered", insured=TOM, valid_from=date(2025, 6, 1)),
        event("ParentalRightsChanged", rights="suspended", valid_from=date(2025, 3, 1)),
        event("ParentalRightsChanged", rights="full", valid_from=date(2025, 5, 1)),
        event("GuardianshipEstablished", guardian=TOM),
    ]
    names = ["PersonRegistered", "InsuranceTitleOpened", "InsuranceTitleClosed", "FamilyMemberRegistered"]
    names += ["ParentalRightsChanged", "ParentalRightsChanged", "GuardianshipEstablished"]
    take_in(desk, [record(name, said) for name, said in zip(names, later, strict=True)])
    found = []
    with databases.admin() as admin:
        for version, turn in enumerate((list, reversed), 1):
            if version > 1:
                admin.execute("CALL permissions.create_version(%s, 'test')", (version,))
            facts = Facts(databases, version)
            learn = [fact for one in facts.ledger() if (fact := fact_of(one)) is not None]
            connection = facts.link.get()
            for fact in turn(learn):
                with connection.transaction():
                    facts.decider.learn(connection, [fact])
            found.append(
                admin.execute(
                    "SELECT subject_id, viewer_id, valid_from, valid_until, grounds FROM permissions.access_by_viewer"
                    " WHERE version = %s ORDER BY 1, 2, 3",
                    (version,),
                ).fetchall()
            )
            facts.link.drop()
    assert found[0] == found[1]
    assert len(found[0]) > 2


def test_only_the_version_that_is_read_publishes(databases: Databases, desk: Desk, admin: Any) -> None:
    family(desk)
    admin.execute("CALL permissions.create_version(2, 'test')")
    second = Facts(databases, 2)
    second.catch_up()
    assert len(access(admin)) == 1
    assert published(admin, "AccessChanged") == []
    second.link.drop()


def test_an_end_by_a_fact_is_announced_once_to_who_may_know(desk: Desk, facts: Facts, admin: Any) -> None:
    family(desk)
    facts.catch_up()
    take_in(desk, [record("FamilyMemberDeregistered")])
    facts.catch_up()
    facts.catch_up()
    ((subject, said),) = published(admin, "AccessEnded")
    anna, jan = patient(desk, ANNA), patient(desk, JAN)
    assert (subject, said["viewer"], said["told"], said["cause"]) == (jan, anna, [anna], "deregistered")
    assert len(published(admin, "AccessChanged")) == 2


def test_two_times_are_kept_since_when_it_holds_and_when_we_learnt_it(desk: Desk, facts: Facts, admin: Any) -> None:
    family(desk)
    facts.catch_up()
    jan = patient(desk, JAN)
    store, connection = facts.decider.store, facts.link.get()
    learnt = admin.execute("SELECT max(recorded_at) FROM permissions.fact").fetchone()[0]
    take_in(desk, [record("FamilyMemberDeregistered")])
    facts.catch_up()
    then = store.records(connection, {jan}, known_at=learnt)[jan]
    now = store.records(connection, {jan})[jan]
    assert len(list(now)) == len(list(then)) + 1
