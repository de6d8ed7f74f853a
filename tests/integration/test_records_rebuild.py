"""``kartoteka rebuild records`` as processes, from a real topic: cut short in every way, and gone on with."""

import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

import psutil
import pytest

from benchmarks.rebuild.checksums import as_filled
from services.records.replay import versions
from tests.acceptance.conftest import Shell
from tests.corridor import REPOSITORY, Corridor
from tests.dying_load import LoadPlan
from tests.rebuilding import (
    AT_REST,
    EVENTS,
    REBUILD,
    SLOW,
    Db,
    alone_again,
    new,
    read,
    running,
    small_town,
    until,
    without_keys,
)
from tests.replay import owner
from tests.small_town import Rows, rows_of

LEASED: Final = "SELECT count(*) FROM kernel.bookmark WHERE reader ~ %s AND lease_until > clock_timestamp()"
KEYS: Final = """
    SELECT count(*) FROM pg_constraint WHERE contype = 'p' AND connamespace = to_regnamespace(%s)
"""


@pytest.fixture(scope="module")
def corridor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corridor]:
    with small_town(tmp_path_factory.mktemp("rebuild-records")) as (corridor, _):
        yield corridor


@pytest.fixture(scope="module")
def shell(corridor: Corridor) -> Shell:
    return Shell(corridor.data_dir)


@pytest.fixture
def db(corridor: Corridor) -> Iterator[Db]:
    with alone_again(corridor) as connection:
        yield connection


@pytest.fixture(scope="module")
def whole(corridor: Corridor, shell: Shell) -> Rows:
    """What a rebuild holds that nobody disturbed: of every patient the events that the ledger has."""
    done = shell(*REBUILD, "--json")
    assert done.code == 0, done.err
    with owner(corridor.house.addresses().database) as db:
        assert as_filled(db, done.json["version"])
        rows = rows_of(db, done.json["version"])
        assert sum(count for count, _ in rows.values()) == done.json["events"] > EVENTS
        versions.prune(db, also_previous=True)
    return rows


def left(db: Db) -> int:
    """Leases of the new version that somebody holds."""
    return int(db.execute(LEASED, (new(db),)).fetchall()[0][0])


def gone(workers: list[psutil.Process]) -> bool:
    return not any(one.is_running() and one.status() != psutil.STATUS_ZOMBIE for one in workers)


def completed(shell: Shell, db: Db, whole: Rows) -> None:
    """Given once more, the command goes on with the version that was begun, and it is as if nothing had happened."""
    (_, begun) = versions.versions(db)
    some = sum(count for count, _ in rows_of(db, begun.name).values())
    every = sum(count for count, _ in whole.values())
    assert 0 < some < every
    done = shell(*REBUILD, "--json", "--workers", "1")
    assert (done.code, done.json["version"], done.json["events"]) == (0, begun.name, every - some), done.err
    assert rows_of(db, begun.name) == whole


# The plan


def test_a_dry_run_says_what_would_be_done_and_does_nothing(corridor: Corridor, shell: Shell, db: Db) -> None:
    done = shell(*REBUILD, "--dry-run")
    assert done.code == 0, done.err
    for part in ("a new version", "ledger's topic", "8 partitions", "recorded from", "disk", "not touched", "keys"):
        assert part in done.out
    for source in ("kafka", "ledger"):
        planned = shell(*REBUILD, "--dry-run", "--json", "--from", source).json["plan"]
        events = corridor.scalar("SELECT count(*) FROM records.event")
        assert (planned["source"], planned["events"], planned["left"], planned["version"]) == (
            source,
            events,
            events,
            None,
        )
        assert planned["first_at"] <= planned["last_at"]
        assert planned["estimated_seconds"] > 0
        assert 0 < planned["estimated_bytes"] < planned["free_bytes"]
        assert sum(planned["ends"].values()) == events
    assert new(db) == ""
    assert read(db, "records.projection.records_v2") == 0


# Progress


def test_the_plan_comes_first_then_lines_of_json_and_status_shows_how_far_it_is(
    corridor: Corridor, shell: Shell, whole: Rows, db: Db
) -> None:
    with running(corridor, LoadPlan(), *AT_REST, "--json") as rebuild:
        until(lambda: read(db) > 0)
        status = shell("status", "--json").json
        (_, loading) = status["versions"]["records"]
        assert (loading["version"], loading["loading"], loading["there_as"]) == (new(db), True, "next")
        shown = status["services"]["records"][f"projection.{new(db)}"]
        assert shown["running"]
        assert 0 < shown["lag_events"] < sum(count for count, _ in whole.values())
        rebuild.child.send_signal(signal.SIGINT)
        rebuild.done()
    done = shell(*REBUILD, "--json")
    assert done.code == 0, done.err
    first, *lines = [json.loads(line) for line in done.err.splitlines()]
    assert first["plan"] == done.json["plan"]
    loads = [line for line in lines if "partition 0" in line["parts"]]
    assert {"read", "events", "events_per_second", "seconds_left", "parts", "memory"} <= loads[-1].keys()
    assert [line["read"] for line in loads] == sorted(line["read"] for line in loads)
    assert lines[-1]["parts"].keys() == {"keys"}
    assert all((line["seconds_left"] or 0) >= 0 for line in lines)
    assert rows_of(db, done.json["version"]) == whole


def test_on_a_terminal_it_shows_bars_behind_the_plan(corridor: Corridor, whole: Rows, db: Db) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "services.operations.main", "--data-dir", str(corridor.data_dir), *REBUILD]
    child = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, cwd=REPOSITORY)
    os.close(theirs)
    shown = b"".join(iter(lambda: _shown(ours), b"")).decode()
    os.close(ours)
    assert child.wait() == 0, shown
    places = [shown.find(part) for part in ("not touched:", "partition 7", "/s, memory", "        keys", "is full:")]
    assert places == sorted(places)
    assert -1 not in places
    assert '{"read"' not in shown
    assert rows_of(db, new(db)) == whole


def _shown(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65_536)
    except OSError:
        return b""


# Cut short, and gone on with


def test_after_ctrl_c_nobody_is_left_and_it_goes_on_from_the_last_chunk(
    corridor: Corridor, shell: Shell, whole: Rows, db: Db
) -> None:
    with running(corridor, SLOW, "--workers", "2") as rebuild:
        until(lambda: read(db) > 0)
        workers = rebuild.workers()
        rebuild.child.send_signal(signal.SIGINT)
        done = rebuild.done()
    assert done.code == 130, done.err
    assert "Traceback" not in done.err
    assert (gone(workers), left(db)) == (True, 0)
    completed(shell, db, whole)


@pytest.mark.parametrize("dies", ["command", "both"])
def test_after_kill_9_in_the_third_chunk_no_worker_is_left_and_nothing_comes_twice(
    corridor: Corridor, shell: Shell, whole: Rows, db: Db, dies: str
) -> None:
    with running(corridor, LoadPlan(dies=dies, chunk=3, pause_seconds=0.1), "--workers", "2") as rebuild:
        until(lambda: read(db) > 0)
        workers = rebuild.workers()
        assert rebuild.done().code == -signal.SIGKILL
    assert len(workers) == 2
    until(lambda: gone(workers))
    completed(shell, db, whole)


def test_when_one_of_two_workers_is_killed_the_other_one_takes_its_partitions_over(
    corridor: Corridor, whole: Rows, db: Db
) -> None:
    with running(corridor, LoadPlan(dies="worker", chunk=2, pause_seconds=0.05), "--workers", "2", "--json") as rebuild:
        done = rebuild.done()
    assert done.code == 0, done.err
    assert rows_of(db, done.json["version"]) == whole


@pytest.mark.parametrize("server", ["postgres", "kafka"])
def test_it_goes_on_by_itself_after_a_restart(corridor: Corridor, whole: Rows, db: Db, server: str) -> None:
    with running(corridor, LoadPlan(pause_seconds=0.1), "--workers", "2", "--json") as rebuild:
        until(lambda: read(db) > 0)
        corridor.kill_server(server)
        corridor.servers.start()
        done = rebuild.done()
    assert done.code == 0, done.err
    with owner(corridor.house.addresses().database) as again:
        assert rows_of(again, done.json["version"]) == whole


def test_killed_between_two_keys_it_goes_on_with_those_that_are_missing(
    corridor: Corridor, shell: Shell, whole: Rows, db: Db
) -> None:
    with running(corridor, LoadPlan(key=12)) as rebuild:
        assert rebuild.done().code == -signal.SIGKILL
    assert 0 < db.execute(KEYS, (new(db),)).fetchall()[0][0] < len(whole)
    done = shell(*REBUILD, "--json", "--workers", "1")
    assert (done.code, done.json["events"]) == (0, 0), done.err
    keyed = {table for (table,) in db.execute(
        "SELECT relname FROM pg_class c JOIN pg_index i ON i.indrelid = c.oid"
        " WHERE i.indisprimary AND i.indisvalid AND c.relnamespace = to_regnamespace(%s)", (new(db),))}  # fmt: skip
    assert whole.keys() <= keyed
    assert rows_of(db, new(db)) == whole


# One at a time


def test_another_rebuild_and_a_prune_refuse_while_it_goes_on(
    corridor: Corridor, shell: Shell, whole: Rows, db: Db
) -> None:
    with running(corridor, LoadPlan(), *AT_REST) as rebuild:
        until(lambda: read(db) > 0)
        for words in (REBUILD, ("prune", "records")):
            done = shell(*words)
            assert (done.code, "somebody else is rebuilding, comparing or pruning records" in done.err) == (2, True), (
                done.err
            )
        done = shell(*REBUILD, "--from", "ledger")
        assert (done.code, f"{new(db)} was begun from kafka" in done.err) == (2, True), done.err
        rebuild.child.send_signal(signal.SIGTERM)
        rebuild.done()
    completed(shell, db, whole)


def test_a_full_version_that_waits_is_decided_about_first(shell: Shell, db: Db) -> None:
    name = versions.create(db).name
    db.execute("UPDATE records.version SET filled_at = now() WHERE version = %s", (name,))
    done = shell(*REBUILD)
    assert (done.code, f"{name} is full and follows the topic" in done.err) == (2, True), done.err
    assert [one.name for one in versions.versions(db)] == ["records_v1", name]


def test_a_version_that_another_build_began_is_not_gone_on_with(shell: Shell, db: Db) -> None:
    name = versions.create(db).name
    db.execute("UPDATE records.version SET build = 'older' WHERE version = %s", (name,))
    done = shell(*REBUILD)
    assert (done.code, f"{name} was not made by this program (build older" in done.err) == (2, True), done.err


# Keys


def test_it_needs_no_key(corridor: Corridor, whole: Rows, db: Db) -> None:
    with without_keys(corridor), running(corridor, SLOW, "--json", "--workers", "2") as rebuild:
        until(lambda: read(db) > 0)
        for worker in rebuild.workers():
            known = worker.environ()
            assert "DATABASE_URL" in known
            assert not [name for name in known if "KEY" in name.replace("LOAD_PLAN", "")]
        done = rebuild.done()
    assert done.code == 0, done.err
    assert rows_of(db, done.json["version"]) == whole
