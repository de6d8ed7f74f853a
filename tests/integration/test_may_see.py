"""The one question about access, asked of real PostgreSQL: in doubt no, and one's own account stays open."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from psycopg import Connection

from services.kernel.bookmarks import Bookmarks
from services.kernel.ledger_topic import keep_up
from tests.conftest import Databases

Db = Connection[Any]
MOTHER, FATHER, CHILD, SISTER, STRANGER = (UUID(int=number) for number in range(1, 6))
BEGINS, ENDS = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)
BETWEEN = datetime(2026, 3, 1, tzinfo=UTC)
TICK = timedelta(microseconds=1)
READER, TOPIC = "permissions.facts.v1", "ledger.patient-record.v1"


@pytest.fixture
def db(databases: Databases) -> Iterator[Db]:
    with databases.admin() as connection:
        yield connection


def grant(db: Db, viewer: UUID, subject: UUID, scope: str = "manage", version: int = 1) -> None:
    """A period from BEGINS to ENDS, in both tables."""
    for table in ("access_by_subject", "access_by_viewer"):
        db.execute(
            f"INSERT INTO permissions.{table} (version, subject_id, viewer_id, valid_from, valid_until, scope, grounds)"
            " VALUES (%s, %s, %s, %s, %s, %s, '{insures}')",
            (version, subject, viewer, BEGINS, ENDS, scope),
        )


def sealed(db: Db, position: int, seconds_ago: float) -> None:
    """The ledger goes up to this position, recorded so long ago."""
    db.execute(
        "INSERT INTO records.seal (last_position, first_position, events, recorded_at, hash) VALUES"
        " (%s, %s, 1, clock_timestamp() - make_interval(secs => %s), decode(repeat('00', 32), 'hex'))",
        (position, position, seconds_ago),
    )


def relayed(db: Db, *positions: int) -> None:
    """The last position that the relay sent to each partition; it has sent everything up to the greatest."""
    db.execute(
        "INSERT INTO kernel.bookmark (reader, topic, partition, position) VALUES ('records.relay', 'x', 0, %s)"
        " ON CONFLICT (reader, topic, partition) DO UPDATE SET position = excluded.position",
        (max(positions),),
    )
    db.cursor().executemany("INSERT INTO records.relay_sent VALUES (%s, %s)", list(enumerate(positions)))


def read(db: Db, *positions: int) -> None:
    """Where permissions stands in each partition."""
    db.cursor().executemany(
        f"INSERT INTO kernel.bookmark (reader, topic, partition, position) VALUES ('{READER}', '{TOPIC}', %s, %s)",
        list(enumerate(positions)),
    )


def may_see(
    db: Db, viewer: UUID | None, subject: UUID | None, scope: str | None = "see", at: datetime | None = BETWEEN
) -> bool | None:
    row = db.execute("SELECT access.may_see(%s, %s, %s, %s)", (viewer, subject, scope, at)).fetchone()
    assert row is not None
    answer: bool | None = row[0]
    return answer


def test_whoever_has_a_period_may_see_and_nobody_else(db: Db) -> None:
    grant(db, MOTHER, CHILD)
    assert may_see(db, MOTHER, CHILD) is True
    assert may_see(db, FATHER, CHILD) is False
    assert may_see(db, MOTHER, SISTER) is False
    assert may_see(db, CHILD, MOTHER) is False


def test_nobody_may_see_whom_nobody_knows(db: Db) -> None:
    grant(db, MOTHER, CHILD)
    assert may_see(db, uuid4(), uuid4()) is False
    assert may_see(db, MOTHER, uuid4()) is False
    assert may_see(db, uuid4(), CHILD) is False


@pytest.mark.parametrize("own", [False, True])
def test_a_question_with_a_hole_in_it_is_answered_with_no(db: Db, own: bool) -> None:
    grant(db, MOTHER, CHILD)
    subject = MOTHER if own else CHILD
    assert may_see(db, None, subject) is False
    assert may_see(db, MOTHER, None) is False
    assert may_see(db, None, None) is False
    assert may_see(db, MOTHER, subject, None) is False
    assert may_see(db, MOTHER, subject, "see", None) is False


@pytest.mark.parametrize("scope", ["", "SEE", "record", "manage "])
def test_a_scope_that_there_is_not_is_answered_with_no(db: Db, scope: str) -> None:
    grant(db, MOTHER, CHILD)
    assert may_see(db, MOTHER, CHILD, scope) is False
    assert may_see(db, MOTHER, MOTHER, scope) is False


def test_a_period_begins_at_its_first_microsecond_and_has_ended_at_its_last(db: Db) -> None:
    grant(db, MOTHER, CHILD)
    answers = [may_see(db, MOTHER, CHILD, "see", at) for at in (BEGINS - TICK, BEGINS, ENDS - TICK, ENDS)]
    assert answers == [False, True, True, False]


def test_without_a_time_it_is_asked_about_now(db: Db) -> None:
    grant(db, MOTHER, CHILD)
    now = "SELECT access.may_see(%s, %s)"
    db.execute("UPDATE permissions.access_by_viewer SET valid_until = clock_timestamp() + interval '1 hour'")
    assert db.execute(now, (MOTHER, CHILD)).fetchone() == (True,)
    db.execute("UPDATE permissions.access_by_viewer SET valid_until = clock_timestamp()")
    assert db.execute(now, (MOTHER, CHILD)).fetchone() == (False,)


def test_who_may_see_may_not_manage_but_who_may_manage_may_see(db: Db) -> None:
    grant(db, MOTHER, CHILD, "manage")
    grant(db, FATHER, CHILD, "see")
    assert [may_see(db, MOTHER, CHILD, scope) for scope in ("see", "manage")] == [True, True]
    assert [may_see(db, FATHER, CHILD, scope) for scope in ("see", "manage")] == [True, False]


def test_ones_own_account_is_always_open(db: Db) -> None:
    for at in (BEGINS - TICK, BETWEEN, datetime(1900, 1, 1, tzinfo=UTC), datetime(2999, 1, 1, tzinfo=UTC)):
        assert may_see(db, STRANGER, STRANGER, "manage", at) is True


def all_asked(db: Db) -> list[bool | None]:
    """The answers to one who may see, to a stranger, about somebody whom nobody knows, and about one's own account."""
    grant(db, MOTHER, CHILD)
    pairs = [(MOTHER, CHILD), (STRANGER, CHILD), (uuid4(), uuid4()), (STRANGER, STRANGER)]
    return [may_see(db, *pair) for pair in pairs]


CHECKED, BEING_CHECKED = [True, False, False, True], [None, None, None, True]


def test_with_an_empty_ledger_nothing_is_behind(db: Db) -> None:
    assert all_asked(db) == CHECKED


def test_up_to_a_minute_behind_the_answers_are_as_usual(db: Db) -> None:
    sealed(db, 10, seconds_ago=50)
    relayed(db, 10)
    read(db, 9)
    assert all_asked(db) == CHECKED


def test_more_than_a_minute_behind_everybody_is_told_the_same(db: Db) -> None:
    sealed(db, 10, seconds_ago=61)
    relayed(db, 10)
    read(db, 9)
    assert all_asked(db) == BEING_CHECKED


def test_one_partition_behind_closes_all_accounts(db: Db) -> None:
    sealed(db, 10, seconds_ago=61)
    relayed(db, 10, 8)
    read(db, 10, 7)
    assert all_asked(db) == BEING_CHECKED


def test_a_quiet_partition_and_an_old_ledger_are_not_behind(db: Db) -> None:
    sealed(db, 10, seconds_ago=1_000_000)
    relayed(db, 10, 3)
    read(db, 10, 3)
    assert all_asked(db) == CHECKED


def test_where_nobody_has_begun_to_read_an_old_ledger_nothing_is_known(db: Db) -> None:
    sealed(db, 10, seconds_ago=61)
    assert all_asked(db) == BEING_CHECKED


def test_a_dead_relay_closes_accounts_though_permissions_has_read_all_that_was_sent(db: Db) -> None:
    sealed(db, 10, seconds_ago=1_000)
    relayed(db, 10)
    read(db, 10)
    sealed(db, 11, seconds_ago=61)
    assert all_asked(db) == BEING_CHECKED


def test_the_oldest_event_that_is_missing_counts_not_the_newest(db: Db) -> None:
    relayed(db, 10)
    read(db, 10)
    sealed(db, 11, seconds_ago=61)
    sealed(db, 12, seconds_ago=1)
    assert all_asked(db) == BEING_CHECKED


def test_only_the_version_that_is_read_counts(db: Db) -> None:
    db.execute("CALL permissions.create_version(2, 'second')")
    grant(db, MOTHER, CHILD, version=2)
    assert may_see(db, MOTHER, CHILD) is False
    db.execute("UPDATE permissions.active_version SET version = 2, previous = 1")
    assert may_see(db, MOTHER, CHILD) is True


def test_whether_it_is_behind_is_asked_of_the_version_that_is_read(db: Db) -> None:
    sealed(db, 10, seconds_ago=61)
    relayed(db, 10)
    read(db, 10)
    db.execute("UPDATE permissions.active_version SET version = 2, previous = 1")
    assert all_asked(db) == BEING_CHECKED


def test_where_no_version_is_read_everything_is_being_checked(db: Db) -> None:
    db.execute("DELETE FROM permissions.active_version")
    assert all_asked(db) == BEING_CHECKED


def who_sees(db: Db, subject: UUID, at: datetime = BETWEEN) -> list[UUID]:
    return [row[0] for row in db.execute("SELECT viewer FROM access.who_sees(%s, %s)", (subject, at))]


def whose_accounts(db: Db, viewer: UUID, at: datetime = BETWEEN) -> list[UUID]:
    return [row[0] for row in db.execute("SELECT subject FROM access.whose_accounts(%s, %s)", (viewer, at))]


def test_lists_hold_exactly_what_may_be_seen_at_that_moment(db: Db) -> None:
    for viewer, subject in ((MOTHER, CHILD), (MOTHER, SISTER), (FATHER, CHILD)):
        grant(db, viewer, subject)
    assert (who_sees(db, CHILD), who_sees(db, SISTER), who_sees(db, MOTHER)) == ([MOTHER, FATHER], [MOTHER], [])
    assert (whose_accounts(db, MOTHER), whose_accounts(db, FATHER)) == ([CHILD, SISTER], [CHILD])
    for moment, open_ in ((BEGINS - TICK, False), (BEGINS, True), (ENDS - TICK, True), (ENDS, False)):
        assert bool(who_sees(db, CHILD, moment)) is bool(whose_accounts(db, FATHER, moment)) is open_


def test_lists_say_scope_grounds_and_for_how_long(db: Db) -> None:
    grant(db, FATHER, CHILD, "see")
    said = ("see", ["insures"], BEGINS, ENDS)
    assert db.execute("SELECT * FROM access.who_sees(%s, %s)", (CHILD, BETWEEN)).fetchall() == [(FATHER, *said)]
    assert db.execute("SELECT * FROM access.whose_accounts(%s, %s)", (FATHER, BETWEEN)).fetchall() == [(CHILD, *said)]


def test_while_it_is_being_checked_nobody_is_offered_an_account_of_others(db: Db) -> None:
    grant(db, MOTHER, CHILD)
    sealed(db, 10, seconds_ago=61)
    assert whose_accounts(db, MOTHER) == []


def test_whoever_has_all_of_a_quiet_partition_stands_where_the_relay_stands(db: Db) -> None:
    """Else the first event after a quiet minute would look as old as the last one before it."""
    sealed(db, 3, seconds_ago=1_000)
    sealed(db, 10, seconds_ago=500)
    relayed(db, 10, 3, 9)
    read(db, 10, 3, 8)
    db.execute("UPDATE kernel.bookmark SET owner = 'me', lease_until = 'infinity' WHERE reader = %s", (READER,))
    keep_up(db, Bookmarks(READER, "me"))
    stands = db.execute(
        "SELECT position FROM kernel.bookmark WHERE reader = %s ORDER BY partition", (READER,)
    ).fetchall()
    assert stands == [(10,), (10,), (8,)], "the last one has not read all that was sent"


def test_the_first_event_after_a_quiet_time_is_as_old_as_it_is(db: Db) -> None:
    sealed(db, 10, seconds_ago=500)
    relayed(db, 10, 3)
    read(db, 10, 3)
    db.execute("UPDATE kernel.bookmark SET owner = 'me', lease_until = 'infinity' WHERE reader = %s", (READER,))
    keep_up(db, Bookmarks(READER, "me"))
    sealed(db, 11, seconds_ago=1)
    db.execute("UPDATE records.relay_sent SET position = 11 WHERE partition = 1")
    assert all_asked(db) == CHECKED
