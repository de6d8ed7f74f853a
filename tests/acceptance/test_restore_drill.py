"""The restore drill: the database goes back to a backup, Kafka is ahead, and the runbook's steps bring it right."""

import asyncio
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from services.kernel.database import Link
from services.permissions.replay.published import begin_anew
from services.records.topic_restart import examine, forget_topic
from tests.acceptance.conftest import Shell
from tests.chaos.traffic import again, chunk
from tests.corridor import Corridor
from tests.replay import periods, published

RESTART = ("ledger", "restart-topic", "--reason", "restored from the backup of the night", "--yes")
READERS = ("ingest", "relay", "projection.records_v1")


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    """A house of its own: this test takes it apart."""
    tmp_path.chmod(0o711)
    shell = Shell(tmp_path / "data")
    assert shell("up").code == 0
    yield shell
    shell("down")


def copy(source: Path, target: Path) -> None:
    """A folder of a server that is down, with its owners and modes."""
    subprocess.run(["cp", "-a", source, target], check=True)


def refused(status: Any) -> bool:
    errors = [status["services"]["records"][name]["last_error"] or "" for name in READERS]
    return all("the ledger does not have that event" in error for error in errors)


def test_a_ledger_that_was_restored_behind_kafka_is_brought_right_by_the_runbooks_steps(
    shell: Shell, tmp_path: Path
) -> None:
    corridor, data = Corridor(shell.data_dir), shell.data_dir
    before = chunk(1)
    corridor.publish(before)
    corridor.settle()
    running = shell(*RESTART)
    assert (running.code, "the services are running" in running.err) == (2, True)

    back_up(shell, tmp_path)
    agreeing = shell(*RESTART)
    assert (agreeing.code, "there is nothing to write anew" in agreeing.err) == (2, True)

    shell("up")
    corridor.publish([*chunk(2), *again(before, seed=3)])
    corridor.settle()
    lost = corridor.scalar("SELECT max(notification_id) FROM records.event")
    restore(shell, tmp_path)

    shell("up")
    status = shell.until(refused)
    assert status["counters"]["ledger_position"] < lost
    assert set(status["not_running"]) >= {"records.relay"}

    # Step 1 and 2 of the runbook: stop, and keep copies.
    assert shell("down").code == 0
    for name in ("kafka", "postgres", "postgres-keys"):
        copy(data / name, tmp_path / f"evidence-{name}")
    # Step 4, twice: it may die and be given again.
    die_half_way(corridor)
    done = shell(*RESTART, "--json")
    assert done.code == 0, done.err
    assert "the ledger does not have that event" in done.json["found"]
    assert (done.json["ledger_position"], done.json["gone"]) == (status["counters"]["ledger_position"], [])
    # Step 5.
    assert shell("up").code == 0
    corridor.settle()
    verified = shell("ledger", "verify", "--json")
    assert verified.code == 0, verified.out
    assert verified.json["events"] == verified.json["on_topic"] >= lost
    corridor.check()
    shell.until(lambda status: status["services"]["permissions"]["facts.v1"]["lag_events"] == 0 and speaks(corridor))
    with corridor.admin() as admin:
        assert_told_once(admin)
        kept = admin.execute("SELECT operator ~ '^operator:', reason FROM records.topic_restart").fetchall()
    assert kept == [(True, "died half way"), (True, RESTART[3])]


def speaks(corridor: Corridor) -> bool:
    """Whether permissions has caught up and publishes again."""
    return bool(corridor.scalar("SELECT NOT quiet FROM permissions.active_version"))


def assert_told_once(admin: Any) -> None:
    """Of each viewer and account the last word is what holds, and no word was said twice in a row."""
    words: dict[Any, list[Any]] = {}
    for subject, said in published(admin, "AccessChanged"):
        words.setdefault((subject, said["viewer"]), []).append(said["periods"])
    assert all(one != other for said in words.values() for one, other in pairwise(said))
    assert {pair for pair, said in words.items() if said[-1]} == {row[:2] for row in periods(admin, 1)}
    assert words


def back_up(shell: Shell, folder: Path) -> None:
    assert shell("down").code == 0
    copy(shell.data_dir / "postgres", folder / "backup")


def restore(shell: Shell, folder: Path) -> None:
    assert shell("down").code == 0
    shutil.rmtree(shell.data_dir / "postgres")
    copy(folder / "backup", shell.data_dir / "postgres")


def die_half_way(corridor: Corridor) -> None:
    """A first attempt that ends when the databases have forgotten and the topic is still there."""
    corridor.servers.start()
    addresses = corridor.house.addresses()
    link = Link(addresses.database, "test")
    findings = asyncio.run(examine(addresses.kafka, link))
    forget_topic(link.get(), findings, "operator:test", "died half way", begin_anew)
    link.drop()


def test_it_wants_a_reason_and_asks_before_it_forgets(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "data")
    assert shell("ledger", "restart-topic").code == 2
    empty = shell("ledger", "restart-topic", "--reason", " ", "--yes")
    assert (empty.code, "--reason TEXT" in empty.err) == (2, True)
    silent = shell("ledger", "restart-topic", "--reason", "x", "--json")
    assert (silent.code, "--yes" in silent.err) == (2, True)
