"""``kartoteka rebuild records`` beside what lives: from the ledger, at a limited pace, and what it never does."""

import asyncio
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from infra.topics import LEDGER, all_topics
from kartoteka.simulation.population import Population
from services.operations import supervisor
from services.records.replay import versions
from services.records.replay.versions import loader_name, reader_name
from tests.acceptance.conftest import Shell
from tests.chaos.traffic import UNTIL, parcel
from tests.corridor import Corridor
from tests.dying_load import LoadPlan
from tests.rebuilding import (
    AT_REST,
    REBUILD,
    SLOW,
    Db,
    alone_again,
    complete,
    live,
    new,
    read,
    running,
    small_town,
    until,
    without_keys,
)
from tests.small_town import Rows, Town, rows_of

FIRST: Final = "records_v1"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Corridor, Town]]:
    with small_town(tmp_path_factory.mktemp("rebuild-live")) as found:
        yield found


@pytest.fixture(scope="module")
def corridor(house: tuple[Corridor, Town]) -> Corridor:
    return house[0]


@pytest.fixture(scope="module")
def shell(corridor: Corridor) -> Shell:
    return Shell(corridor.data_dir)


@pytest.fixture
def db(corridor: Corridor) -> Iterator[Db]:
    with alone_again(corridor) as connection:
        yield connection


# The ledger itself as the source


def test_from_the_ledger_it_is_the_same_row_for_row_and_its_process_goes_on_without_loss(
    house: tuple[Corridor, Town], shell: Shell, db: Db
) -> None:
    corridor, town = house
    # As a rebuild leaves it that was killed before its first bookmark: it was begun from neither.
    name = versions.create(db).name
    with running(corridor, LoadPlan(), "--from", "ledger", *AT_REST) as rebuild:
        until(lambda: loaded(db, name) > 0)
        begun_at = read(db)
        behind = shell("status", "--json").json["services"]["records"][f"projection.{name}.ledger"]
        assert 0 < behind["lag_events"] < begun_at
        rebuild.child.send_signal(signal.SIGINT)
        rebuild.done()
    town.up_to(begun_at + 300)
    done = shell(*REBUILD, "--from", "ledger", "--json")
    assert (done.code, done.json["version"]) == (0, name), done.err
    assert read(db) == begun_at == done.json["plan"]["events"]
    assert db.execute("SELECT FROM kernel.bookmark WHERE reader = %s", (loader_name(name),)).fetchall() == []
    assert not complete(db, name)
    with live(corridor, name):
        until(lambda: complete(db, name))
    from_ledger = rows_of(db, name)
    versions.prune(db, also_previous=True)
    assert from_ledger == from_topic(shell, db)


def loaded(db: Db, name: str) -> int:
    """How many rows a version has."""
    return sum(count for count, _ in rows_of(db, name).values())


def from_topic(shell: Shell, db: Db) -> Rows:
    """By as many workers as there are partitions, though more were asked for."""
    done = shell(*REBUILD, "--json", "--workers", "8")
    assert done.code == 0, done.err
    return rows_of(db, done.json["version"])


def test_what_was_begun_from_the_ledger_goes_on_from_there_and_from_nowhere_else(
    corridor: Corridor, shell: Shell, db: Db
) -> None:
    words = ("--from", "ledger", "--workers", "1")
    with running(corridor, LoadPlan(dies="both", chunk=3), *words) as rebuild:
        rebuild.done()
    assert (some := loaded(db, new(db))) > 0
    done = shell(*REBUILD)
    assert (done.code, f"{new(db)} was begun from ledger" in done.err) == (2, True), done.err
    done = shell(*REBUILD, *words, "--json")
    assert (done.code, done.json["events"]) == (0, done.json["plan"]["events"] - some), done.err
    assert complete(db, new(db))
    assert loaded(db, new(db)) == done.json["plan"]["events"]


# A limited pace


def test_at_a_limited_pace_it_waits_and_nobody_takes_that_for_a_standstill(corridor: Corridor, db: Db) -> None:
    plan = LoadPlan(standstill_seconds=0.5)
    with running(corridor, plan, *AT_REST) as rebuild:
        until(lambda: read(db) > 0)
        first, (worker,) = read(db), rebuild.workers()
        # Long enough for everything, were it not told to wait for minutes.
        asked = busy(db, new(db))
        until(lambda: busy(db, new(db)) > asked + 12)
        assert (read(db), rebuild.child.poll()) == (first, None)
        assert worker.status() != psutil.STATUS_ZOMBIE


def busy(db: Db, version: str) -> Any:
    """Until when its worker is alive, in shares of a lease: it grows whenever leases are renewed."""
    asked = "SELECT extract(epoch FROM max(seen_until)) * 3 FROM kernel.worker WHERE reader = %s"
    return db.execute(asked, (reader_name(version),)).fetchall()[0][0]


# With everything running


@pytest.fixture(scope="module")
def up(corridor: Corridor) -> Iterator[None]:
    """All services at work, and everything taken in."""
    supervisor.start(corridor.house)
    corridor.publish(map(parcel, Population(3, 2, 77, UNTIL).statements()))
    corridor.settle("ingest", "relay")
    with alone_again(corridor) as db:
        until(lambda: complete(db, FIRST) and settled(db))
    yield
    supervisor.stop(corridor.house)


def settled(db: Db) -> bool:
    """Whether permissions have followed the ledger, and have told what they had to tell."""
    ((read_to, told, end),) = db.execute(
        "SELECT records_door.complete_to('permissions.facts.v1'),"
        " (SELECT max(position) FROM kernel.bookmark WHERE reader = 'permissions.relay')"
        " >= (SELECT coalesce(max(notification_id), 0) FROM permissions.event),"
        " (SELECT max(last_position) FROM records.seal)"
    ).fetchall()
    return bool(read_to == end and told)


def test_a_rebuild_publishes_nothing_plans_nothing_and_tells_nobody(
    corridor: Corridor, shell: Shell, db: Db, up: None
) -> None:
    before = written(corridor, db)
    done = shell(*REBUILD, "--json", "--workers", "1")
    assert done.code == 0, done.err
    until(lambda: complete(db, new(db)))
    assert written(corridor, db) == before
    assert rows_of(db, new(db)) == rows_of(db, FIRST)


def written(corridor: Corridor, db: Db) -> dict[str, int]:
    """The ends of all topics, and how many rows there are in every table that is not the new version's."""
    tables = db.execute(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname IN ('records', 'permissions',"
        " 'records_v1') AND tablename NOT IN ('version', 'viewing') ORDER BY 1"
    ).fetchall()
    rows = {table: db.execute(f"SELECT count(*) FROM {table}".encode()).fetchall()[0][0] for (table,) in tables}
    return rows | asyncio.run(ends(corridor))


async def ends(corridor: Corridor) -> dict[str, int]:
    async with AIOKafkaConsumer(**corridor.house.addresses().kafka.for_aiokafka()) as reader:
        tps = [TopicPartition(topic.name, n) for topic in all_topics() for n in range(topic.partitions)]
        return {f"{tp.topic}/{tp.partition}": end for tp, end in (await reader.end_offsets(tps)).items()}


def test_what_comes_while_it_loads_its_own_process_takes_up_and_the_old_one_goes_on_too(
    corridor: Corridor, db: Db, up: None
) -> None:
    with running(corridor, SLOW, "--workers", "1", "--json") as rebuild:
        until(lambda: read(db) > 0)
        corridor.publish(map(parcel, Population(3, 2, 78, UNTIL).statements()))
        corridor.settle("ingest", "relay")
        done = rebuild.done()
    assert done.code == 0, done.err
    until(lambda: complete(db, FIRST, new(db)))
    assert read(db) > done.json["events"]
    assert rows_of(db, new(db)) == rows_of(db, FIRST)


def test_one_patient_is_made_right_without_any_key(corridor: Corridor, shell: Shell, db: Db, up: None) -> None:
    ((patient,),) = db.execute("SELECT patient_id FROM records_v1.person_registered LIMIT 1").fetchall()
    before = rows_of(db, FIRST)
    db.execute("DELETE FROM records_v1.person_registered WHERE patient_id = %s", (patient,))
    with without_keys(corridor):
        done = shell(*REBUILD, "--patient", str(patient), "--json")
    assert (done.code, done.json["patient_id"]) == (0, str(patient)), done.err
    assert rows_of(db, FIRST) == before


# What cannot be


def test_one_patient_is_rebuilt_at_once_so_nothing_else_is_asked_for_beside(corridor: Corridor, shell: Shell) -> None:
    for words, says in (
        (("--workers", "2"), "--workers means nothing beside --patient"),
        (("--max-rate", "5"), "--max-rate means nothing beside --patient"),
        ((), "give an account identifier, a patient id"),
    ):
        done = shell(*REBUILD, "--patient", "nobody", *words)
        assert (done.code, says in done.err) == (2, True), done.err


def test_without_servers_it_says_how_to_start_them(tmp_path: Path) -> None:
    done = Shell(tmp_path)(*REBUILD)
    assert (done.code, "start it with 'kartoteka up'" in done.err) == (3, True), done.err


@pytest.fixture
def ledger_behind(corridor: Corridor, up: None) -> Iterator[None]:
    """As if a backup had been restored that does not have the last event."""
    supervisor.stop(corridor.house)
    move = "UPDATE records.event SET notification_id = {} (SELECT max(last_position) FROM records.seal){}"
    with corridor.admin() as admin:
        admin.execute("SET session_replication_role = replica")
        admin.execute(move.format("notification_id + 9999 WHERE notification_id =", "").encode())
        yield
        admin.execute(move.format("notification_id - 9999 WHERE notification_id >", "").encode())


@pytest.mark.parametrize("source", ["kafka", "ledger"])
def test_a_topic_that_is_ahead_of_the_ledger_is_not_replayed(
    shell: Shell, db: Db, source: str, ledger_behind: None
) -> None:
    done = shell(*REBUILD, "--from", source)
    assert (done.code, "the ledger stands behind Kafka" in done.err) == (1, True), done.err
    assert new(db) == ""


def test_a_record_that_the_relay_did_not_write_ends_it_loudly(
    corridor: Corridor, shell: Shell, db: Db, up: None
) -> None:
    supervisor.stop(corridor.house)
    asyncio.run(spoil(corridor, repeat_last=True))
    done = shell(*REBUILD, "--workers", "2")
    assert (done.code, "ledger.patient-record.v1/3, offsets" in done.err) == (1, True), done.err
    assert "The relay writes nothing like it" in done.err
    assert "Traceback" not in done.err
    asyncio.run(spoil(corridor, repeat_last=False))
    done = shell(*REBUILD)
    assert (done.code, "has no header of the ledger" in done.err) == (1, True), done.err


async def spoil(corridor: Corridor, *, repeat_last: bool) -> None:
    """Somebody writes to the ledger's topic who must not; behind it perhaps its last record again, as a relay may."""
    kafka, tp = corridor.house.addresses().kafka.for_aiokafka(), TopicPartition(LEDGER, 3)
    async with AIOKafkaConsumer(**kafka) as reader, AIOKafkaProducer(**kafka) as producer:
        reader.assign([tp])
        reader.seek(tp, (await reader.end_offsets([tp]))[tp] - 1)
        last = await reader.getone()
        await producer.send_and_wait(LEDGER, b"anything", b"nobody knows", partition=3)
        if repeat_last:
            await producer.send_and_wait(LEDGER, last.value, last.key, partition=3, headers=list(last.headers))
