"""A new version of the patient read model, beside the one that is read: loaded in bulk, then given its keys.

Workers share the partitions by leases; this process starts them, watches the bookmarks and what they hold, and ends
them when all is in that was there when it began. What comes meanwhile is the version's own live process's.
"""

import asyncio
import os
import socket
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from typing import Final

import msgspec

from services.kernel.database import TRANSIENT, Link
from services.kernel.partition import BATCH_BYTES
from services.kernel.replaying import Means, Standstill, hold, newer
from services.kernel.tails import refuse_if_ledger_is_behind
from services.records.replay.finishing import finish
from services.records.replay.plan import KAFKA, SQL, Plan, gigabytes, refuse_if_full
from services.records.replay.sources import PROCESS, FromLedger, FromTopic, Source
from services.records.replay.versions import PROJECTION, Version, create, refuse_other_build, versions
from services.records.replay.worker import Task
from services.records.replay.workers import Workers, at_work

LOOK_SECONDS: Final = 0.25
WEIGH_SECONDS: Final = 1.0
# Of the relay's batches no event takes fewer bytes than some hundred.
MOST_IN_BATCH: Final = BATCH_BYTES // 100


class Asked(msgspec.Struct, frozen=True):
    """How an operator wants it done, and as whom the ledger is read where it is the source."""

    workers: int
    ledger_url: str
    most_per_second: float | None = None

    @property
    def longest_pause_seconds(self) -> float:
        """For how long a worker that may do only so much a second waits behind one of Kafka's batches."""
        return 0.0 if self.most_per_second is None else MOST_IN_BATCH * self.workers / self.most_per_second


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
    with at_work(means.settings(), asked.workers) as workers:
        # Each worker asks that too; here it is asked before there is a version, and where the ledger is the source.
        asyncio.run(refuse_if_ledger_is_behind(means.settings().kafka, link))
        version = _version(means)
        loading = _Loading(link, _source(means, link, version, planned), version.name, asked, show)
        spent, loaded_at = loading.load(workers), time.monotonic()
    finish(means.owner, version.name, loading.show_keys)
    ended_at = time.monotonic()
    stages = {**spent, "load": loaded_at - began, "keys": ended_at - loaded_at}
    return Rebuilt(version.name, planned.left, round(ended_at - began, 3), loading.most_memory, stages)


def _version(means: Means) -> Version:
    """The version that was begun, else a new one."""
    with closing(means.owner(PROCESS)) as connection:
        begun = newer(versions(connection))
        if begun is None:
            return create(connection)
        refuse_other_build(begun)
        refuse_if_full(begun)
        return begun


def _source(means: Means, link: Link, version: Version, planned: Plan) -> Source:
    if planned.source == KAFKA:
        return FromTopic(link, version, planned.ends)
    return FromLedger(link, means.owner, version, planned.ends)


class _Loading:
    """One rebuild under way."""

    def __init__(self, link: Link, source: Source, version: str, asked: Asked, show: Show) -> None:
        self.link = link
        self.source = source
        self.version = version
        self.asked = asked
        self.show = show
        self.memory = self.most_memory = 0
        self._weigh_at = 0.0

    def load(self, workers: Workers) -> dict[str, float]:
        """Everything that was there when the plan was made; the seconds that the workers spent in each stage."""
        workers.begin(self._tasks())
        self._watch(workers)
        return workers.end()

    def _tasks(self) -> list[Task]:
        rate = self.asked.most_per_second
        share = None if rate is None else rate / self.asked.workers
        names = [f"{PROCESS} {n}@{socket.gethostname()}:{os.getpid()}" for n in range(self.asked.workers)]
        for name in names:
            self.link.get().execute(SQL["announce"], {"reader": self.source.reader, "owner": name})
        return [Task(self.version, name, share, self.source.ledger_to, self.asked.ledger_url) for name in names]

    def _watch(self, workers: Workers) -> None:
        still = Standstill(self.asked.longest_pause_seconds)
        while True:
            workers.look()
            if (stand := self._stand(workers)) is not None:
                self.show(stand)
                if stand.read >= stand.events:
                    return
                still.refuse(stand.read, self._stands_still(stand))
            time.sleep(LOOK_SECONDS)

    def _stand(self, workers: Workers) -> Stand | None:
        """How far it is; None while the database is away. Whoever lost the lock to another one is refused."""
        memory = self._memory(workers)
        try:
            connection = self.link.get()
            hold(connection, PROJECTION)
            at = dict(connection.execute(SQL["read_to"], (self.source.reader,)).fetchall())
        except TRANSIENT:
            self.link.drop()
            return None
        return Stand(self.source.parts(at), memory)

    def _memory(self, workers: Workers) -> int:
        """What the process tree holds; looking takes a while itself, so it is done once a second."""
        if time.monotonic() >= self._weigh_at:
            self._weigh_at = time.monotonic() + WEIGH_SECONDS
            self.memory = workers.memory_bytes()
            self.most_memory = max(self.most_memory, self.memory)
        return self.memory

    def _stands_still(self, stand: Stand) -> str:
        said = self.link.get().execute(SQL["said"], (self.source.reader,)).fetchone()
        why = f" (last error: {said[0]})" if said else ""
        return (
            f"nothing moves any more, {stand.read} of {stand.events} events loaded{why}; look at Kafka and "
            "PostgreSQL. What is done stays done; give the command again"
        )

    def show_keys(self, done: int, tables: int) -> None:
        """How many tables have their key."""
        self.show(Stand({"keys": (done, tables)}, self.most_memory, complete=done == tables))
