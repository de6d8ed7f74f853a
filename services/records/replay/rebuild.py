"""A new version of the patient read model, beside the one that is read: loaded in bulk, then given its keys.

Workers share the partitions by leases; this process starts them, watches the bookmarks and what they hold, and ends
them when all is in that was there when it began. What comes meanwhile is the version's own live process's.
"""

import os
import socket
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from typing import Final

import msgspec

from services.kernel.bookmarks import Bookmarks
from services.kernel.database import TRANSIENT, Link
from services.kernel.ledger_topic import TOPIC
from services.kernel.partition import Partition
from services.kernel.replaying import Means, Standstill, hold
from services.records.replay.finishing import finish
from services.records.replay.plan import SQL, Plan, gigabytes
from services.records.replay.versions import (
    PROJECTION,
    Version,
    create,
    newer,
    reader_name,
    refuse_other_build,
    versions,
)
from services.records.replay.worker import Task
from services.records.replay.workers import Workers, at_work

LOOK_SECONDS: Final = 0.25
PROCESS: Final = "kartoteka rebuild records"


class Asked(msgspec.Struct, frozen=True):
    """How an operator wants it done."""

    workers: int
    most_per_second: float | None = None


class Stand(msgspec.Struct, frozen=True):
    """How far it is: in each part where it stands and where it ends, and the memory of the whole process tree."""

    parts: Mapping[str, tuple[int, int]]
    memory_bytes: int
    complete: bool = False

    @property
    def read(self) -> int:
        return sum(min(at, end) for at, end in self.parts.values())

    @property
    def events(self) -> int:
        return sum(end for _, end in self.parts.values())

    @property
    def said(self) -> Mapping[str, str]:
        return {"memory": gigabytes(self.memory_bytes)}


class Rebuilt(msgspec.Struct, frozen=True):
    """What was done: into which version, how many events at what pace, with how much memory, and what took how long."""

    version: str
    events: int
    seconds: float
    memory_bytes: int
    stages: Mapping[str, float]

    @property
    def events_per_second(self) -> float:
        return round(self.events / self.seconds, 1)


Show = Callable[[Stand], None]


def rebuild(means: Means, link: Link, planned: Plan, asked: Asked, show: Show) -> Rebuilt:
    """Load what the plan says; ``link`` holds the lock of whoever rebuilds, as the role of the projection."""
    began = time.monotonic()
    hold(link.get(), PROJECTION)
    version = _version(means)
    loading = _Loading(link, version.name, planned, asked, show)
    if version.filled_at is None:
        loading.load(means)
        with loading.timed("keys"):
            finish(means.owner, version.name, loading.show_keys)
    return Rebuilt(
        version.name, loading.events, round(time.monotonic() - began, 3), loading.most_memory, dict(loading.spent)
    )


def _version(means: Means) -> Version:
    """The version that was begun, else a new one."""
    with closing(means.owner(PROCESS)) as connection:
        begun = newer(versions(connection))
        if begun is None:
            return create(connection)
        refuse_other_build(begun)
        return begun


class _Loading:
    """One rebuild under way."""

    def __init__(self, link: Link, version: str, planned: Plan, asked: Asked, show: Show) -> None:
        self.link = link
        self.version = version
        self.ends = planned.ends
        self.asked = asked
        self.show = show
        self.spent: dict[str, float] = defaultdict(float)
        self.most_memory = 0
        self.events = planned.left

    def load(self, means: Means) -> None:
        """Everything that was on the topic when the plan was made."""
        Bookmarks(reader_name(self.version), PROCESS).create(
            self.link.get(), [Partition(TOPIC, number) for number in self.ends]
        )
        with self.timed("load"), at_work(means.settings(), self._tasks()) as workers:
            self._watch(workers)
            self.spent |= workers.end()

    def _tasks(self) -> list[Task]:
        rate = self.asked.most_per_second
        share = None if rate is None else rate / self.asked.workers
        names = [f"{PROCESS} {n}@{socket.gethostname()}:{os.getpid()}" for n in range(self.asked.workers)]
        for name in names:
            self.link.get().execute(SQL["announce"], {"reader": reader_name(self.version), "owner": name})
        return [Task(self.version, name, share) for name in names]

    def _watch(self, workers: Workers) -> None:
        still = Standstill()
        while True:
            workers.look()
            self.most_memory = max(self.most_memory, workers.memory_bytes())
            if (stand := self._stand(workers)) is not None:
                self.show(stand)
                if stand.read >= stand.events:
                    return
                still.refuse(stand.read, self._stands_still(stand))
            time.sleep(LOOK_SECONDS)

    def _stand(self, workers: Workers) -> Stand | None:
        """How far it is; None while the database is away. Whoever lost the lock to another one is refused."""
        try:
            connection = self.link.get()
            hold(connection, PROJECTION)
            at = dict(connection.execute(SQL["read_to"], (reader_name(self.version),)).fetchall())
        except TRANSIENT:
            self.link.drop()
            return None
        parts = {f"partition {number}": (at.get(number, 0), end) for number, end in self.ends.items()}
        return Stand(parts, workers.memory_bytes())

    def _stands_still(self, stand: Stand) -> str:
        said = self.link.get().execute(SQL["said"], (reader_name(self.version),)).fetchone()
        why = f" (last error: {said[0]})" if said else ""
        return (
            f"nothing has moved for a minute, {stand.read} of {stand.events} events loaded{why}; look at Kafka and "
            "PostgreSQL. What is done stays done; give the command again"
        )

    def show_keys(self, done: int, tables: int) -> None:
        """How many tables have their key."""
        self.show(Stand({"keys": (done, tables)}, self.most_memory, complete=done == tables))

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.spent[stage] += time.monotonic() - began
