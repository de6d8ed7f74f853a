"""The whole corridor on servers of its own, with processes that may be killed, and the proof that all is exact.

    with Corridor(folder) as corridor:
        corridor.start("ingest", "relay", "projection")
        corridor.publish(parcels)
        corridor.settle()
        corridor.check()

As the supervisor would, ``settle`` starts again what crashed. Plans make a worker die at a named moment, stop
there, or run as a mutant (``tests/chaos/dying_worker.py``).
"""

import asyncio
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import psutil
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from psycopg import Connection

from infra.database import DATABASE
from infra.servers import EmbeddedServers
from infra.topics import LEDGER, PARTITIONS, all_topics, publishers_topics
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.database import NO_LIMITS, connect
from services.kernel.partition import Partition
from services.operations.house import House
from services.operations.processes import PROCESSES
from services.records import consumer, relay
from services.records.replay.versions import reader_name
from tests.chaos.proof import CheckFailed, Reach, prove
from tests.chaos.sending import Acknowledged, Parcel, Tap

REPOSITORY: Final = Path(__file__).parents[1]
LOOK_SECONDS: Final = 0.1
GIVE_UP_SECONDS: Final = 120.0
LEASE_SECONDS: Final = 1.0
ALL: Final = ("ingest", "relay", "projection")
READERS: Final = {"ingest": consumer.READER, "relay": relay.READER, "projection": reader_name("records_v1")}
ALL_SENT: Final = """
    SELECT (SELECT coalesce(min(position), 0) FROM kernel.bookmark WHERE starts_with(reader, 'records.relay'))
        = (SELECT coalesce(max(notification_id), 0) FROM records.event)
        AND NOT EXISTS (SELECT FROM records.outcome o, records.outcome_sent s WHERE o.number > s.number)
"""
NOTHING_NOW_POSSIBLE: Final = """
    SELECT NOT EXISTS (
        SELECT FROM records.quarantine_open o JOIN records.person p USING (digest) WHERE o.reason = 'impossible_number'
    )
"""
_PROCESSES: Final = {process.name: process for process in PROCESSES if process.service == "records"}
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Plan:
    """How a worker differs from the product's: the moment at whose n-th coming it dies or stops, its build, its pace.

    ``hurry`` divides the time limits that the product sets for its transactions.
    """

    moment: str | None = None
    call: int = 1
    deed: str = "kill"
    mutant: str | None = None
    lease_seconds: float = LEASE_SECONDS
    batch: int = 100
    hurry: int = 1
    note: str = ""


@dataclass(slots=True)
class Worker:
    """One process of a service."""

    process: str
    plan: Plan
    child: subprocess.Popen[bytes]
    log: Path
    note: Path

    @property
    def stopped(self) -> bool:
        return psutil.Process(self.child.pid).status() == psutil.STATUS_STOPPED

    def said(self, event: str) -> list[dict[str, Any]]:
        """Its log lines about one thing."""
        return [line for line in _json_lines(self.log) if line.get("event") == event]

    def noted(self) -> dict[str, Any] | None:
        """What it wrote down at its moment; None when the moment has not come."""
        return next(_json_lines(self.note), None)

    def signal(self, number: signal.Signals) -> None:
        self.child.send_signal(number)

    def kill(self) -> None:
        """``kill -9``, and gone."""
        self.child.kill()
        self.child.wait()


@dataclass(slots=True)
class Corridor:
    """Servers, workers, and everything that was published."""

    data_dir: Path
    workers: list[Worker] = field(default_factory=list)
    acknowledged: Acknowledged = field(default_factory=Acknowledged)
    crashes: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        self.house.open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for worker in self.workers:
            worker.kill()
        self.house.close()

    @property
    def house(self) -> House:
        return House(self.data_dir)

    @property
    def servers(self) -> EmbeddedServers:
        return EmbeddedServers(self.data_dir)

    def admin(self) -> Connection[Any]:
        connection = connect(self.house.addresses().database, "test")
        connection.execute(NO_LIMITS)
        return connection

    def begin_anew(self) -> None:
        """The same servers with nothing on them, and nobody at work."""
        while self.workers:
            self.kill(self.workers[-1])
        endpoints = self.servers.start()
        asyncio.run(_without_topics(self.house.addresses().kafka))
        for url in (endpoints.postgres, endpoints.postgres_keys):
            with connect(url, "test") as admin:
                admin.execute(f"DROP DATABASE {DATABASE} WITH (FORCE)")
        self.house.open()
        self.acknowledged = Acknowledged()

    # Workers

    def start(self, *processes: str, plan: Plan | None = None) -> Worker:
        """Start one worker of each of these; the last one is returned."""
        for process in processes:
            self.workers.append(self._started(process, plan or Plan()))
        return self.workers[-1]

    def end(self, *workers: Worker) -> None:
        """Ask these workers, or all, to end, and wait until they have."""
        ending = list(workers or self.workers)
        for worker in ending:
            worker.signal(signal.SIGCONT)
            worker.signal(signal.SIGTERM)
        for worker in ending:
            try:
                worker.child.wait(30)
            except subprocess.TimeoutExpired:
                worker.kill()
            self.workers.remove(worker)

    def kill(self, worker: Worker) -> None:
        """``kill -9``, and nobody starts it again."""
        worker.kill()
        self.workers.remove(worker)

    def worker(self, process: str) -> Worker:
        return next(worker for worker in self.workers if worker.process == process)

    def until_dead(self, worker: Worker) -> dict[str, Any]:
        """Wait for the moment of a worker that has one; what it noted before it killed itself."""
        self.wait_for(lambda: worker.child.poll() is not None, f"the end of a worker at: {worker.plan.moment}")
        noted = worker.noted()
        assert worker.child.returncode == -signal.SIGKILL, f"it ended by itself:\n{_tail(worker.log)}"
        assert noted is not None
        self.workers.remove(worker)
        return noted

    def until_stopped(self, worker: Worker) -> dict[str, Any]:
        """Wait until a worker has stopped itself at its moment."""
        self.wait_for(lambda: worker.stopped, f"a worker to stop at: {worker.plan.moment}")
        noted = worker.noted()
        assert noted is not None
        return noted

    def kill_server(self, name: str) -> None:
        """``kill -9`` of 'kafka', 'postgres' or 'postgres-keys'; ``servers.start()`` brings it back."""
        pid = self.servers.pid(name)
        assert pid is not None
        victim = psutil.Process(pid)
        os.kill(pid, signal.SIGKILL)
        psutil.wait_procs([victim], timeout=30)

    # Traffic

    def publish(self, parcels: Iterable[Parcel]) -> None:
        """Send, and return when Kafka has acknowledged everything."""
        asyncio.run(Tap(self.house.addresses().kafka, self.acknowledged).send(list(parcels)))

    @contextmanager
    def publishing(self, parcels: Sequence[Parcel], seconds: float = 0.5) -> Iterator[None]:
        """Let these flow, over a while, while the block goes on; all are acknowledged when it is left."""
        tap = Tap(self.house.addresses().kafka, self.acknowledged)
        with ThreadPoolExecutor(1) as pool:
            flowing = pool.submit(lambda: asyncio.run(tap.send(parcels, seconds)))
            yield
            flowing.result()

    # Waiting

    def settle(self, *processes: str) -> None:
        """Wait until these processes, or all, have worked off everything that was published."""
        wanted = processes or ALL
        ends = asyncio.run(self._ends(publishers_topics()))
        last: list[object] = []

        def quiet() -> bool:
            last[:] = [name for name in wanted if not self._done(name, ends)]
            return not last

        self.wait_for(quiet, f"{', '.join(wanted)} to work everything off", lambda: f"still working: {last}")

    def wait_for(self, done: Callable[[], bool], what: str, state: Callable[[], str] = str) -> None:
        """Wait, starting again whoever crashes meanwhile; giving up is a failure with the ends of all logs."""
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while not done():
            self._start_again()
            if time.monotonic() > deadline:
                logs = "\n".join(f"--- {w.process}\n{_tail(w.log)}" for w in self.workers)
                raise AssertionError(f"waited in vain for {what}; {state()}\n{logs}")
            time.sleep(LOOK_SECONDS)

    def check(self, reach: Reach = Reach.WHOLE) -> None:
        """CheckFailed with everything that does not hold."""
        ends = asyncio.run(self._ends(publishers_topics()))
        with self.admin() as connection:
            findings = prove(connection, self.house.addresses().kafka, self.acknowledged, ends, reach)
        if findings:
            raise CheckFailed(findings)

    def bookmarks(self, reader: str = consumer.READER) -> dict[Partition, tuple[int, int, int, int]]:
        """Next offset, appended, repeated and quarantined of each partition."""
        query = "SELECT topic, partition, next_offset, appended, repeated, quarantined FROM kernel.bookmark"
        with self.admin() as connection:
            rows = connection.execute(f"{query} WHERE reader = %s".encode(), (reader,)).fetchall()
        return {Partition(topic, number): (a, b, c, d) for topic, number, a, b, c, d in rows}

    def scalar(self, query: str) -> Any:
        """One value, as the database's administrator."""
        with self.admin() as connection:
            row = connection.execute(query.encode()).fetchone()
        return None if row is None else row[0]

    def _started(self, process: str, plan: Plan) -> Worker:
        number = next(_numbers)
        log = self.data_dir / "logs" / f"{number:03d}-{process}.log"
        note = log.with_suffix(".note")
        plan = Plan(**{**asdict(plan), "note": str(note)})
        environment = {**self.house.environment(_PROCESSES[process]), "CHAOS_PLAN": json.dumps(asdict(plan))}
        with log.open("ab") as output:
            child = subprocess.Popen(
                [sys.executable, "-m", "tests.chaos.dying_worker", process],
                cwd=REPOSITORY,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        return Worker(process, plan, child, log, note)

    def _start_again(self) -> None:
        """As the supervisor would; a worker whose plan it was to die is left to the test."""
        for place, worker in enumerate(self.workers):
            if worker.child.poll() is not None and worker.noted() is None:
                self.crashes.append(f"{worker.process} ended with {worker.child.returncode}:\n{_tail(worker.log)}")
                self.workers[place] = self._started(worker.process, worker.plan)

    def _done(self, process: str, ends: dict[Partition, int]) -> bool:
        if process == "ingest":
            return self._reached("ingest", ends) and bool(self.scalar(NOTHING_NOW_POSSIBLE))
        if process == "relay":
            return bool(self.scalar(ALL_SENT))
        return self._reached("projection", asyncio.run(self._ends([LEDGER])))

    def _reached(self, process: str, ends: dict[Partition, int]) -> bool:
        stand = self.bookmarks(READERS[process])
        return all(stand.get(partition, (0,))[0] == end for partition, end in ends.items())

    async def _ends(self, topics: Sequence[str]) -> dict[Partition, int]:
        kafka = self.house.addresses().kafka
        async with AIOKafkaConsumer(**kafka.for_aiokafka(), auto_offset_reset="none") as reader:
            partitions = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]
            reader.assign(partitions)
            ends = await reader.end_offsets(partitions)
            return {Partition(tp.topic, tp.partition): end for tp, end in ends.items()}


async def _without_topics(kafka: KafkaSettings) -> None:
    admin = AIOKafkaAdminClient(**kafka.for_aiokafka())
    await admin.start()
    try:
        names = {topic.name for topic in all_topics()}
        await admin.delete_topics(list(names))
        while names & set(await admin.list_topics()):  # noqa: ASYNC110 - the broker tells nobody
            await asyncio.sleep(LOOK_SECONDS)
    finally:
        await admin.close()


def _json_lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in path.read_text().splitlines() if path.exists() else ():
        if line.startswith("{"):
            yield json.loads(line)


def _tail(path: Path, lines: int = 15) -> str:
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
