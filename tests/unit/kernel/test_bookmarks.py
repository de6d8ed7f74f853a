"""Bookmarks on real PostgreSQL: leases shared fairly, moves by compare-and-set, each role its own rows."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from infra.database import role_url
from infra.servers import Endpoints
from services.kernel.bookmarks import Bookmark, BookmarkRefused, Bookmarks, Move
from services.kernel.database import connect
from services.kernel.partition import Partition
from tests.conftest import TEMPLATE, _create

Db = Connection[Any]
EIGHT = [Partition("t", number) for number in range(8)]
_readers = count(1)


@pytest.fixture(scope="module")
def as_role(servers: Endpoints, secrets: Path) -> Iterator[Callable[[str], Db]]:
    """Connections to one provisioned database, by role."""
    _create(servers.postgres, "test_bookmarks", TEMPLATE)
    url = make_conninfo(servers.postgres, dbname="test_bookmarks")
    with ExitStack() as stack:
        roles = ("records_ingest", "records_relay", "records_projection")
        found = {role: stack.enter_context(connect(role_url(url, role, secrets), "test")) for role in roles}
        found["admin"] = stack.enter_context(connect(url, "test"))
        yield found.__getitem__
    with psycopg.connect(servers.postgres, autocommit=True) as admin:
        admin.execute("DROP DATABASE test_bookmarks WITH (FORCE)")


@pytest.fixture
def db(as_role: Callable[[str], Db]) -> Db:
    return as_role("records_ingest")


@pytest.fixture
def admin(as_role: Callable[[str], Db]) -> Db:
    return as_role("admin")


@pytest.fixture
def reader() -> str:
    """A reader that no other test has."""
    return f"records.ingest.{next(_readers)}"


def worker(db: Db, reader: str, owner: str, partitions: list[Partition] = EIGHT) -> Bookmarks:
    made = Bookmarks(reader, owner)
    made.create(db, partitions)
    return made


def numbers(bookmarks: list[Bookmark]) -> list[int]:
    return [bookmark.partition.number for bookmark in bookmarks]


def run_out(admin: Db, reader: str) -> None:
    """The database's clock passes the end of every lease."""
    admin.execute("UPDATE kernel.bookmark SET lease_until = clock_timestamp() WHERE reader = %s", (reader,))


def test_every_partition_gets_one_bookmark_and_keeps_it(db: Db, reader: str) -> None:
    me = worker(db, reader, "me")
    (first, *_) = me.share(db)
    me.move(db, [Move(first, 5)])
    me.create(db, EIGHT)
    assert [b.next_offset for b in me.held(db)] == [5, 0, 0, 0, 0, 0, 0, 0]


def test_a_worker_alone_claims_everything_in_a_first_epoch(db: Db, reader: str) -> None:
    held = worker(db, reader, "me").share(db)
    assert numbers(held) == list(range(8))
    assert {b.epoch for b in held} == {1}


def test_what_one_holds_another_does_not_get(db: Db, reader: str) -> None:
    worker(db, reader, "me").share(db)
    assert worker(db, reader, "other").share(db) == []


def test_two_workers_come_to_share_evenly(db: Db, reader: str) -> None:
    me, other = worker(db, reader, "me"), worker(db, reader, "other")
    me.share(db)
    other.share(db)
    assert numbers(me.share(db)) == [0, 1, 2, 3]
    assert numbers(other.share(db)) == [4, 5, 6, 7]
    assert numbers(me.share(db)) == [0, 1, 2, 3]


def test_three_workers_hold_everything_once(db: Db, reader: str) -> None:
    three = [worker(db, reader, name) for name in ("a", "b", "c")]
    for _ in range(3):
        held = [numbers(one.share(db)) for one in three]
    assert sorted(number for part in held for number in part) == list(range(8))
    assert max(map(len, held)) == 3


def test_more_workers_than_partitions_leave_some_with_nothing(db: Db, reader: str) -> None:
    three = [worker(db, reader, name, EIGHT[:2]) for name in ("a", "b", "c")]
    for _ in range(3):
        held = [len(one.share(db)) for one in three]
    assert sorted(held) == [0, 1, 1]


def test_a_worker_that_leaves_gives_everything_to_the_other_at_once(db: Db, reader: str) -> None:
    me, other = worker(db, reader, "me"), worker(db, reader, "other")
    for _ in range(2):
        me.share(db)
        other.share(db)
    other.leave(db)
    assert numbers(me.share(db)) == list(range(8))


def test_a_dead_worker_is_not_counted_when_its_time_has_passed(db: Db, admin: Db, reader: str) -> None:
    me, dead = worker(db, reader, "me"), worker(db, reader, "dead")
    dead.share(db)
    run_out(admin, reader)
    admin.execute("UPDATE kernel.worker SET seen_until = clock_timestamp() WHERE owner = 'dead'")
    assert numbers(me.share(db)) == list(range(8))
    assert dead.held(db) == []


def test_sharing_renews_the_leases_that_are_held(db: Db, admin: Db, reader: str) -> None:
    me = worker(db, reader, "me")
    me.share(db)
    admin.execute("UPDATE kernel.bookmark SET lease_until = clock_timestamp() + interval '2 s'")
    assert {b.epoch for b in me.share(db)} == {1}
    soon = "SELECT count(*) FROM kernel.bookmark WHERE reader = %s AND lease_until < clock_timestamp() + interval '5 s'"
    assert db.execute(soon, (reader,)).fetchone() == (0,)


def test_a_lease_that_has_run_out_is_claimed_anew_even_by_its_last_holder(db: Db, admin: Db, reader: str) -> None:
    me = worker(db, reader, "me")
    me.share(db)
    run_out(admin, reader)
    assert me.held(db) == []
    assert {b.epoch for b in me.share(db)} == {2}


def test_what_was_given_back_is_free_at_once(db: Db, reader: str) -> None:
    me, other = worker(db, reader, "me"), worker(db, reader, "other")
    me.share(db)
    me.release(db, EIGHT[:3])
    assert numbers(me.held(db)) == [3, 4, 5, 6, 7]
    assert [(b.partition.number, b.epoch) for b in other.share(db)] == [(0, 2), (1, 2), (2, 2)]


def test_nobody_gives_back_what_another_holds(db: Db, reader: str) -> None:
    me, other = worker(db, reader, "me"), worker(db, reader, "other")
    me.share(db)
    other.release(db, EIGHT)
    assert numbers(me.held(db)) == list(range(8))


def test_moves_add_up_their_outcomes(db: Db, reader: str) -> None:
    me = worker(db, reader, "me", EIGHT[:1])
    (first,) = me.share(db)
    step = Move(first, 10, position=7, appended=5, repeated=3, quarantined=2)
    me.move(db, [step])
    me.move(db, [Move(step.moved, 12, position=9, appended=2)])
    row = db.execute(
        "SELECT next_offset, position, appended, repeated, quarantined FROM kernel.bookmark WHERE reader = %s",
        (reader,),
    )
    assert row.fetchone() == (12, 9, 7, 3, 2)
    assert me.held(db) == [Bookmark(Partition("t", 0), 12, 9, 1)]


def test_the_same_move_twice_is_refused(db: Db, reader: str) -> None:
    me = worker(db, reader, "me")
    (first, *_) = me.share(db)
    me.move(db, [Move(first, 10)])
    with pytest.raises(BookmarkRefused):
        me.move(db, [Move(first, 10)])


def test_a_worker_that_slept_through_its_lease_is_refused_and_leaves_no_effect(db: Db, admin: Db, reader: str) -> None:
    slept, other = worker(db, reader, "slept"), worker(db, reader, "other")
    (believed, *_) = slept.share(db)
    run_out(admin, reader)
    other.share(db)

    def batch() -> None:
        with db.transaction():
            db.execute("INSERT INTO records.gap VALUES (%s, gen_random_uuid(), '', '', now())", (reader,))
            slept.move(db, [Move(believed, 10)])

    with pytest.raises(BookmarkRefused):
        batch()
    assert db.execute("SELECT FROM records.gap WHERE set_aside = %s", (reader,)).fetchone() is None


def test_a_sleeper_is_refused_even_when_the_new_holder_has_not_moved_and_has_left(
    db: Db, admin: Db, reader: str
) -> None:
    slept, other = worker(db, reader, "slept"), worker(db, reader, "other")
    (believed, *_) = slept.share(db)
    run_out(admin, reader)
    other.share(db)
    other.leave(db)
    slept.share(db)
    with pytest.raises(BookmarkRefused):
        slept.move(db, [Move(believed, 10)])


def test_one_refused_move_refuses_them_all(db: Db, reader: str) -> None:
    me = worker(db, reader, "me")
    first, second, *_ = me.share(db)
    me.move(db, [Move(second, 1)])
    with pytest.raises(BookmarkRefused), db.transaction():
        me.move(db, [Move(first, 10), Move(second, 10)])
    assert [b.next_offset for b in me.held(db)][:2] == [0, 1]


def test_a_commit_whose_answer_was_lost_is_known_by_offset_and_epoch(db: Db, admin: Db, reader: str) -> None:
    me = worker(db, reader, "me")
    (first, *_) = me.share(db)
    step = Move(first, 10)
    assert not me.has_moved(db, [step])
    me.move(db, [step])
    assert me.has_moved(db, [step])
    run_out(admin, reader)
    me.share(db)
    assert not me.has_moved(db, [step])


def test_a_stop_is_remembered(db: Db, reader: str) -> None:
    me = worker(db, reader, "me", EIGHT[:2])
    first, second = me.share(db)
    me.move(db, [Move(first, 1, stop=True), Move(second, 1)])
    assert [b.stopped for b in me.held(db)] == [True, False]


def test_an_error_is_noted_where_the_worker_reads(db: Db, reader: str) -> None:
    me = worker(db, reader, "me")
    me.share(db)
    worker(db, reader, "other").note_error(db, "not mine")
    me.note_error(db, "OperationalError")
    rows = db.execute("SELECT DISTINCT last_error FROM kernel.bookmark WHERE reader = %s", (reader,)).fetchall()
    assert rows == [("OperationalError",)]


# Roles


def test_everybody_sees_how_far_everybody_got(as_role: Callable[[str], Db], db: Db, reader: str) -> None:
    worker(db, reader, "me").share(db)
    assert len(Bookmarks(reader, "me").held(as_role("records_relay"))) == 8


@pytest.mark.parametrize("role", ["records_relay", "records_projection"])
def test_one_role_cannot_move_claim_renew_or_release_anothers_bookmarks(
    as_role: Callable[[str], Db], db: Db, admin: Db, reader: str, role: str
) -> None:
    stranger = as_role(role)
    me = worker(db, reader, "me")
    (first, *_) = me.share(db)
    with pytest.raises(BookmarkRefused):
        Bookmarks(reader, "me").move(stranger, [Move(first, 10)])
    Bookmarks(reader, "me").release(stranger, EIGHT)
    assert len(me.held(db)) == 8
    run_out(admin, reader)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        Bookmarks(reader, "stranger").share(stranger)
    assert stranger.execute("UPDATE kernel.bookmark SET next_offset = 0 WHERE reader = %s", (reader,)).rowcount == 0


def test_nobody_makes_a_bookmark_for_another_role_or_gives_one_away(
    as_role: Callable[[str], Db], db: Db, reader: str
) -> None:
    insert = "INSERT INTO kernel.bookmark (reader, topic, partition, role_name) VALUES (%s, 't', 99, 'records_ingest')"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role("records_relay").execute(insert, (reader,))
    worker(db, reader, "me")
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute("UPDATE kernel.bookmark SET role_name = 'records_relay' WHERE reader = %s", (reader,))


@pytest.mark.parametrize("statement", ["DELETE FROM kernel.bookmark", "TRUNCATE kernel.bookmark"])
def test_nobody_deletes_a_bookmark(db: Db, statement: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.execute(statement.encode())


def test_nobody_makes_a_bookmark_in_another_readers_name(as_role: Callable[[str], Db]) -> None:
    insert = "INSERT INTO kernel.bookmark (reader, topic, partition, position) VALUES ('records.relay', 'x', 0, 1000)"
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        as_role("records_projection").execute(insert)
