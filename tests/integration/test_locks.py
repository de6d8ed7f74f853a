"""Two transactions that speak of one person take turns: whatever is stated at the same time, nothing of it is lost."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from services.permissions.deciding import Decider
from services.permissions.recorder import DecisionRecorder
from services.permissions.rules.access import viewers
from services.permissions.rules.facts import (
    Fact,
    FamilyMemberRegistered,
    InsuranceTitleClosed,
    InsuranceTitleOpened,
    PersonDied,
    PersonNumberChanged,
    PersonRegistered,
    Record,
)
from services.permissions.rules.instants import start_of
from services.permissions.store import Store
from tests.conftest import Databases

Db = Connection[Any]
MOTHER, CHILD, PAYER, NEW_NUMBER = (UUID(int=number) for number in range(1, 5))
NOBODY_ELSE: Mapping[str, Any] = {"father": None, "surname_check": b""}
TITLE: Mapping[str, Any] = {"title_code": "011000", "payer": PAYER, "valid_from": date(2025, 1, 1)}
WAITING = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'second' AND wait_event_type = 'Lock'"


def stated(kind: type[Fact], position: int, **fields: Any) -> Fact:
    """A fact of the ledger; its position is its time too."""
    head = {"event_id": uuid4(), "publisher": "zus", "occurred_at": position, "recorded_at": position}
    return kind(position=position, **head, **fields)


BEFORE = (
    stated(PersonRegistered, 1, subject=MOTHER, birth_date=date(1985, 1, 1), mother=None, **NOBODY_ELSE),
    stated(PersonRegistered, 2, subject=CHILD, birth_date=date(2020, 1, 1), mother=MOTHER, **NOBODY_ELSE),
    stated(InsuranceTitleOpened, 3, subject=MOTHER, **TITLE, valid_until=None),
)
CLOSED = stated(InsuranceTitleClosed, 4, subject=MOTHER, **TITLE, valid_until=date(2026, 2, 1))
REGISTERED = stated(
    FamilyMemberRegistered, 5, subject=CHILD, insured=MOTHER, kinship="11", payer=PAYER, valid_from=date(2025, 1, 1)
)


@pytest.fixture
def decider(databases: Databases) -> Iterator[Decider]:
    decider = Decider(1, DecisionRecorder(databases.url("permissions_facts")))
    yield decider
    decider.recorder.datastore.close()


@pytest.fixture
def learn(databases: Databases, decider: Decider) -> Callable[[Fact, Fact], None]:
    """Learn two facts in two transactions: the second begins while the first is open, and the first commits when the
    second waits for it, or has not waited and is done.
    """

    def learn_alone(facts: Sequence[Fact]) -> None:
        with databases.connect("permissions_facts") as db, db.transaction():
            db.execute("SET application_name = 'second'")
            decider.learn(db, facts)

    def learn(first: Fact, second: Fact) -> None:
        learn_alone(BEFORE)
        thread = threading.Thread(target=learn_alone, args=([second],))
        with databases.admin() as observer, databases.connect("permissions_facts") as db:
            with db.transaction():
                decider.learn(db, [first])
                thread.start()
                until(lambda: not thread.is_alive() or observer.execute(WAITING).fetchone() == (1,))
            thread.join(10)
            assert not thread.is_alive()

    return learn


def until(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.01)


def assert_nothing_is_lost(databases: Databases) -> None:
    """What was decided is what follows from everything that was stated: access for as long as the title ran."""
    all_known = viewers(CHILD, {MOTHER: Record([BEFORE[0], BEFORE[2], CLOSED]), CHILD: Record([BEFORE[1], REGISTERED])})
    assert [(period.begins, period.ends) for period in all_known[MOTHER]] == [
        (start_of(date(2025, 1, 1)), start_of(date(2026, 2, 1)))
    ]
    with databases.admin() as db:
        decided = Store(1).periods(db, [CHILD])
    assert {viewer: periods for (_, viewer), periods in decided.items()} == all_known, "not what follows from all_known"


BOTH_WAYS = pytest.mark.parametrize(
    ("first", "second"), [(CLOSED, REGISTERED), (REGISTERED, CLOSED)], ids=["closed first", "registered first"]
)


@BOTH_WAYS
def test_a_title_closed_while_a_child_is_registered_by_it_is_not_lost(
    databases: Databases, learn: Callable[[Fact, Fact], None], first: Fact, second: Fact
) -> None:
    learn(first, second)
    assert_nothing_is_lost(databases)


@BOTH_WAYS
def test_without_the_lock_on_persons_it_would_be(
    databases: Databases,
    learn: Callable[[Fact, Fact], None],
    first: Fact,
    second: Fact,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Store, "lock_persons", lambda _self, _db, named, _locked=(): set(named))
    learn(first, second)
    with pytest.raises(AssertionError, match="all_known"):
        assert_nothing_is_lost(databases)


def test_until_the_end_of_a_transaction_all_numbers_of_those_whom_it_names_are_locked(
    databases: Databases, decider: Decider
) -> None:
    renumbered = stated(PersonNumberChanged, 6, subject=CHILD, new_number=NEW_NUMBER)
    with databases.connect("permissions_facts") as db:
        with db.transaction():
            decider.learn(db, [*BEFORE, renumbered])
        with db.transaction():
            decider.learn(db, [stated(PersonDied, 7, subject=NEW_NUMBER, died_on=date(2026, 1, 1))])
            assert locked(databases) == {CHILD, NEW_NUMBER}
    assert locked(databases) == set()


def locked(databases: Databases) -> set[UUID]:
    """The persons for whom somebody else would have to wait."""
    with databases.admin() as db:
        everybody = {row[0] for row in db.execute("SELECT person_id FROM permissions.person")}
        free = db.execute("SELECT person_id FROM permissions.person FOR UPDATE SKIP LOCKED").fetchall()
    return everybody - {row[0] for row in free}
