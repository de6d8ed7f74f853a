"""``kartoteka rebuild permissions`` from a real topic, beside the version that is read and its live process."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import Connection
from typer.testing import CliRunner

from kartoteka.simulation.population import Population
from services.kernel.replaying import hold
from services.operations.main import app
from services.operations.processes import PER_VERSION
from services.permissions.recorder import DecisionRecorder
from services.permissions.replay import versions
from tests.acceptance.conftest import Shell
from tests.chaos.traffic import parcel
from tests.corridor import REPOSITORY, Corridor
from tests.replay import carry_out, facts_of, owner, periods

Db = Connection[Any]
UNTIL = date(2026, 3, 1)


@pytest.fixture(scope="module")
def corridor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corridor]:
    """Some families' years on the ledger's topic, ingest and relay at work."""
    folder = tmp_path_factory.mktemp("rebuild")
    folder.chmod(0o711)
    with Corridor(folder / "data") as corridor:
        corridor.start("ingest", "relay")
        corridor.publish(map(parcel, Population(40, 3, 5, UNTIL).statements()))
        corridor.settle("ingest", "relay")
        with live(corridor, 1):
            corridor.wait_for(lambda: complete(corridor, 1), "the first version")
        yield corridor


@pytest.fixture
def db(corridor: Corridor) -> Iterator[Db]:
    with owner(corridor.house.addresses().database) as connection:
        yield connection
        prune_all(connection)


def prune_all(connection: Db) -> None:
    """Back to the first version alone."""
    connection.execute("UPDATE permissions.active_version SET version = 1, previous = NULL")
    versions.prune(connection, also_previous=True)


@pytest.fixture
def shell(corridor: Corridor) -> Shell:
    return Shell(corridor.data_dir)


@contextmanager
def live(corridor: Corridor, version: int) -> Iterator[None]:
    """The process of one version, as the supervisor runs it."""
    process = replace(PER_VERSION["permissions"], version=str(version))
    with (corridor.house.logs / f"{process.title}.log").open("ab") as log:
        child = subprocess.Popen(
            process.command, cwd=REPOSITORY, env=corridor.house.environment(process), stdout=log, stderr=log
        )
    try:
        yield
        assert child.poll() is None, (corridor.house.logs / f"{process.title}.log").read_text()[-2000:]
    finally:
        child.terminate()
        child.wait(30)


def complete(corridor: Corridor, version: int) -> bool:
    """Whether a version has everything, commands included."""
    with corridor.admin() as admin:
        row = admin.execute(versions.SQL["stands"], (version,)).fetchone()
    return row is not None and row[1:] == (0.0, False) and row[0] > 0


def decided(db: Db, corridor: Corridor, kind: str, number: int) -> None:
    """A command about one of those whose accounts others may see."""
    rows = db.execute(
        "SELECT DISTINCT subject_id, viewer_id FROM permissions.access_by_subject WHERE version = 1 ORDER BY 1, 2"
    ).fetchall()
    subject, viewer = rows[number % len(rows)]
    carry_out(db, DecisionRecorder(corridor.house.addresses().database), kind, subject, viewer=viewer)


def decisions(db: Db) -> int:
    return int(db.execute("SELECT count(*) FROM permissions.event").fetchall()[0][0])


def equal(db: Db, *numbers: int) -> bool:
    first, *others = numbers
    return all(
        (facts_of(db, first), periods(db, first)) == (facts_of(db, other), periods(db, other)) for other in others
    )


def test_a_dry_run_says_what_would_be_done_and_does_nothing(corridor: Corridor, shell: Shell, db: Db) -> None:
    done = shell("rebuild", "permissions", "--dry-run")
    assert done.code == 0, done.err
    for part in ("a new version", "ledger.patient-record.v1", "8 partitions", "recorded from", "not touched", "keys"):
        assert part in done.out
    planned = shell("rebuild", "permissions", "--dry-run", "--json").json["plan"]
    events = corridor.scalar("SELECT count(*) FROM records.event")
    assert (planned["events"], planned["left"], planned["version"], planned["active"]) == (events, events, None, 1)
    assert planned["first_at"] <= planned["last_at"]
    assert [one.number for one in versions.versions(db)] == [1]


def test_what_is_rebuilt_equals_what_lives_with_commands_before_during_and_after(
    corridor: Corridor, shell: Shell, db: Db
) -> None:
    with live(corridor, 1):
        decided(db, corridor, "AccessBlocked", 0)
        decided(db, corridor, "AccessConfirmed", 1)
        during = threading.Thread(target=while_rebuilding, args=(corridor,))
        during.start()
        done = shell("rebuild", "permissions", "--json")
        during.join()
        assert done.code == 0, done.err
        lines = [json.loads(line) for line in done.err.splitlines()]
        assert lines
        assert {"read", "events", "events_per_second", "seconds_left", "parts"} <= lines[-1].keys()
        version = done.json["version"]
        with live(corridor, version):
            decided(db, corridor, "AccessUnblocked", 0)
            decided(db, corridor, "AccessBlocked", 4)
            corridor.publish(map(parcel, Population(3, 2, 77, UNTIL).statements()))
            corridor.settle("ingest", "relay")
            corridor.wait_for(lambda: complete(corridor, 1) and complete(corridor, version), "both versions")
            assert equal(db, 1, version)
            assert len(periods(db, version)) > 20
            verified = shell("verify", "permissions", "--json")
            assert (verified.code, verified.json["equal"]) == (0, True), verified.out
            readers = shell("status", "--json").json["services"]["permissions"]
            assert {"facts.v1", f"facts.v{version}"} <= readers.keys()


def while_rebuilding(corridor: Corridor) -> None:
    """Commands in the middle of it."""
    with owner(corridor.house.addresses().database) as db:
        for number in range(2, 12):
            decided(db, corridor, "AccessBlocked" if number % 2 else "AccessConfirmed", number)
            time.sleep(0.2)


def test_a_rebuild_publishes_nothing(corridor: Corridor, shell: Shell, db: Db) -> None:
    before = decisions(db)
    done = shell("rebuild", "permissions", "--json")
    assert done.code == 0, done.err
    assert equal(db, 1, done.json["version"])
    assert decisions(db) == before


def test_after_kill_9_in_the_middle_it_goes_on_where_it_stood(corridor: Corridor, shell: Shell, db: Db) -> None:
    command = [sys.executable, "-m", "tests.dying_rebuild", str(corridor.data_dir), "5"]
    killed = subprocess.run(command, cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    (_, begun) = versions.versions(db)
    some, every = len(facts_of(db, begun.number)), len(facts_of(db, 1))
    assert 0 < some < every
    planned = shell("rebuild", "permissions", "--dry-run", "--json").json["plan"]
    assert planned["version"] == begun.number
    assert 0 < planned["left"] < planned["events"]
    done = shell("rebuild", "permissions", "--json")
    assert (done.code, done.json["version"]) == (0, begun.number), done.err
    assert equal(db, 1, begun.number)


def test_after_ctrl_c_it_goes_on_at_once(corridor: Corridor, shell: Shell, db: Db) -> None:
    command = [sys.executable, "-m", "services.operations.main", "--data-dir", str(corridor.data_dir), "rebuild"]
    child = subprocess.Popen([*command, "permissions"], cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    until(lambda: len(versions.versions(db)) == 2)
    until(lambda: db.execute("SELECT FROM kernel.bookmark WHERE owner ~ 'rebuild'").fetchall() != [])
    child.send_signal(signal.SIGINT)
    child.communicate(timeout=30)
    assert db.execute("SELECT FROM kernel.bookmark WHERE owner ~ 'rebuild'").fetchall() == []
    done = shell("rebuild", "permissions", "--json")
    assert done.code == 0, done.err
    assert equal(db, 1, done.json["version"])


def test_a_second_rebuild_refuses_to_start(corridor: Corridor, shell: Shell, db: Db) -> None:
    with owner(corridor.house.addresses().database) as other:
        hold(other, versions.PROJECTION)
        done = shell("rebuild", "permissions")
    assert (done.code, "somebody else is rebuilding, comparing or pruning" in done.err) == (2, True)
    assert [one.number for one in versions.versions(db)] == [1]


def test_a_version_that_other_rules_began_is_not_gone_on_with(shell: Shell, db: Db) -> None:
    number = versions.create(db)
    db.execute("UPDATE permissions.version SET build = 'older' WHERE version = %s", (number,))
    done = shell("rebuild", "permissions")
    assert (done.code, f"version {number} of permissions was not made by these rules alone" in done.err) == (2, True)
    done = shell("prune", "permissions", "--json")
    assert (done.code, done.json) == (0, {"dropped": [number], "left": [1]})


def test_under_traffic_it_is_verified_switched_and_rolled_back_and_who_asks_hears_nothing_wrong(
    corridor: Corridor, shell: Shell, db: Db
) -> None:
    subject, viewer = open_pair(db)
    with live(corridor, 1):
        version = shell("rebuild", "permissions", "--json").json["version"]
        more = [parcel(one) for one in Population(12, 3, 91, UNTIL).statements()]
        asked = asking(corridor, subject, viewer)
        with live(corridor, version), corridor.publishing(more, seconds=25.0), asked as heard:
            verified = shell("verify", "permissions", "--json")
            assert verified.code == 0, verified.out + verified.err
            for command, read in (("switch", version), ("rollback", 1), ("switch", version)):
                if command == "switch" and read == version:
                    assert shell("verify", "permissions").code == 0
                done = shell(command, "permissions", "--json")
                assert (done.code, done.json and done.json["version"]) == (0, read), done.err
            before = len(heard)
            until(lambda: len(heard) > before + 50)
        # Null: after a quiet minute the first event of a partition makes every reader look late for a moment.
        assert set(heard) <= {True, None}
        assert heard.count(None) < len(heard) / 20
        corridor.settle("ingest", "relay")
    with live(corridor, version), live(corridor, 1):
        corridor.wait_for(lambda: complete(corridor, 1) and complete(corridor, version), "both versions")
    assert equal(db, 1, version)


def open_pair(db: Db) -> tuple[UUID, UUID]:
    """Somebody who may see somebody else's account, today and for long, whatever else is said."""
    rows = db.execute(
        "SELECT subject_id, viewer_id FROM permissions.access_by_subject"
        " WHERE version = 1 AND valid_from <= now() AND valid_until > now() + interval '1 year' ORDER BY 1, 2 LIMIT 1"
    ).fetchall()
    return rows[0]


@contextmanager
def asking(corridor: Corridor, subject: UUID, viewer: UUID) -> Iterator[list[Any]]:
    """Ask all the while; what was answered. An error ends the test."""
    heard: list[Any] = []
    over = threading.Event()

    def ask() -> None:
        with corridor.admin() as connection:
            while not over.is_set():
                try:
                    heard.extend(connection.execute("SELECT access.may_see(%s, %s)", (viewer, subject)).fetchall()[0])
                except psycopg.Error as error:
                    heard.append(type(error).__name__)
                time.sleep(0.002)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield heard
    finally:
        over.set()
        thread.join(10)


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.02)


def test_the_commands_say_what_is_missing(shell: Shell, db: Db) -> None:
    for command, says in (
        ("verify", "there is only version 1"),
        ("switch", "no version is newer than 1"),
        ("rollback", "no version was read before 1"),
    ):
        done = shell(command, "permissions")
        assert (done.code, says in done.err) == (2, True), done.err
    assert "nothing to drop; left are 1" in shell("prune", "permissions").out


@pytest.mark.parametrize("command", ["rebuild", "verify", "switch", "rollback", "prune"])
def test_they_are_on_the_command(command: str) -> None:
    assert "permissions" in CliRunner().invoke(app, [command, "--help"]).output
