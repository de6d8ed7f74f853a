"""Rebuilds of records as processes in a small town: started with a plan, watched, and looked at when they ended."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import psutil
from psycopg import Connection

from services.operations.processes import PER_VERSION
from services.records.replay import versions
from services.records.replay.versions import reader_name
from tests.acceptance.conftest import Done
from tests.corridor import REPOSITORY, Corridor
from tests.dying_load import LoadPlan
from tests.replay import owner
from tests.small_town import Town

Db = Connection[Any]
EVENTS: Final = 2000
MOST_EVENTS: Final = 20_000
# All tests share two cores with many processes.
PATIENCE_SECONDS: Final = 120.0
REBUILD: Final = ("rebuild", "records")
SLOW: Final = LoadPlan(pause_seconds=0.1)
# Behind the first of Kafka's batches one worker waits for minutes, so that there is time to look.
AT_REST: Final = ("--max-rate", "1", "--workers", "1")
READ: Final = "SELECT coalesce(sum(next_offset), 0)::bigint FROM kernel.bookmark WHERE reader = %s"


@contextmanager
def small_town(folder: Path) -> Iterator[tuple[Corridor, Town]]:
    """A house of its own with some thousand events on the ledger and its topic."""
    folder.chmod(0o711)
    with Corridor(folder / "data") as corridor:
        town = Town(corridor.house, MOST_EVENTS)
        town.up_to(EVENTS)
        yield corridor, town


@contextmanager
def alone_again(corridor: Corridor) -> Iterator[Db]:
    """The owner's connection; afterwards nothing but the first version is left."""
    with owner(corridor.house.addresses().database) as connection:
        yield connection
    with owner(corridor.house.addresses().database) as connection:
        versions.prune(connection, also_previous=True)


class Running:
    """A rebuild with a plan, under way."""

    def __init__(self, corridor: Corridor, plan: LoadPlan, *words: str) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "tests.dying_load", "--data-dir", str(corridor.data_dir), *REBUILD, *words],
            cwd=REPOSITORY, env=plan.environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip

    def workers(self) -> list[psutil.Process]:
        """Its workers."""
        return psutil.Process(self.child.pid).children()

    def done(self) -> Done:
        """How it ended, once it has."""
        out, err = self.child.communicate(timeout=PATIENCE_SECONDS)
        return Done(self.child.returncode, out, err)


@contextmanager
def running(corridor: Corridor, plan: LoadPlan, *words: str) -> Iterator[Running]:
    """A rebuild that goes on while the block does; nothing of it is left behind."""
    rebuild = Running(corridor, plan, *words)
    try:
        yield rebuild
    finally:
        rebuild.child.kill()
        rebuild.child.communicate()


@contextmanager
def live(corridor: Corridor, version: str) -> Iterator[None]:
    """The process of one version, as the supervisor runs it."""
    process = replace(PER_VERSION["records"], version=version)
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


@contextmanager
def without_keys(corridor: Corridor) -> Iterator[None]:
    """The database of the patients' keys is stopped."""
    pid = corridor.servers.pid("postgres-keys")
    assert pid is not None
    server = psutil.Process(pid)
    server.send_signal(signal.SIGINT)
    psutil.wait_procs([server], timeout=30)
    assert corridor.servers.pid("postgres-keys") is None
    try:
        yield
    finally:
        corridor.servers.start()


def until(holds: Callable[[], bool]) -> None:
    """Wait for something."""
    give_up = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.05)


def new(db: Db) -> str:
    """The version beside the first one; nothing while there is none."""
    return next((one.name for one in versions.versions(db) if not one.active), "")


def read(db: Db, reader: str | None = None) -> int:
    """How far the new version stands, or another reader."""
    return int(db.execute(READ, (reader or reader_name(new(db)),)).fetchall()[0][0])


def complete(db: Db, *names: str) -> bool:
    """Whether these versions have everything that the ledger has."""
    ((end,),) = db.execute("SELECT max(last_position) FROM records.seal").fetchall()
    asked = "SELECT records_door.complete_to(%s)"
    return all(db.execute(asked, (reader_name(name),)).fetchall() == [(end,)] for name in names)
