"""The embedded servers of one data folder: Kafka, the main database and the keys' database.

    endpoints = EmbeddedServers(Path(".kartoteka")).start()

They outlive the process that started them and are found again through `servers.json`. Whoever starts or stops
holds the folder's lock, so two of them never interfere.
"""

from __future__ import annotations

import fcntl
from collections import defaultdict
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from infra.kafka import Kafka
from infra.ports import choose_ports
from infra.postgres import Postgres
from infra.processes import (
    LogsSince,
    Mark,
    Server,
    ServerDidNotStart,
    ServerDidNotStop,
    alive,
    ask_to_end,
    until,
    until_gone,
)
from infra.state import State

__all__ = ["EmbeddedServers", "Endpoints", "ServerDidNotStart", "ServerDidNotStop"]

# Long, because a database that was killed under load first replays its log.
START_SECONDS = 300.0
STOP_SECONDS = 120.0
# What the end of a log tells, in the words of somebody who wants to go on.
REASONS = {
    "Address already in use": "its port is taken by another process",
    "No space left on device": "the disk is full",
    "Permission denied": "it may not read or write one of its files",
    "AccessDeniedException": "it may not read or write one of its files",
    "Cannot allocate memory": "there is not enough memory",
}


@dataclass(frozen=True, repr=False)
class Endpoints:
    """Where the servers answer; the URLs are the superusers' and hold their passwords."""

    kafka: str
    postgres: str
    postgres_keys: str

    def __repr__(self) -> str:
        """Without passwords, because this ends up in logs."""
        places = ", ".join(f"{name}={url.rpartition('@')[2]!r}" for name, url in asdict(self).items())
        return f"Endpoints({places})"


class EmbeddedServers:
    """Starts, finds and stops the three servers of a data folder."""

    def __init__(
        self,
        data_dir: Path,
        *,
        kafka_port: int | None = None,
        postgres_port: int | None = None,
        keys_port: int | None = None,
    ) -> None:
        self.data_dir = data_dir.resolve()
        self._state_file = self.data_dir / "servers.json"
        given = {"kafka": kafka_port, "postgres": postgres_port, "postgres-keys": keys_port}
        self._given_ports = {name: port for name, port in given.items() if port is not None}

    def start(self) -> Endpoints:
        """Starts what is not running, all at once, and returns when every server answers.

        What runs already is left alone, on the port it has.
        """
        self._make_folders()
        with self._locked():
            state = State.read(self._state_file)
            missing = [s.name for s in self._servers(state.ports) if not alive(state.marks.get(s.name))]
            state.ports |= choose_ports(missing, given=self._given_ports, last=state.ports)
            servers = self._servers(state.ports)
            self._start([s for s in servers if s.name in missing], state)
            return _endpoints(*servers)

    def stop(self) -> None:
        """Stops what is running, and returns when it is gone."""
        if not self._state_file.exists():
            return
        with self._locked():
            state = State.read(self._state_file)
            _stop([(s, state.marks[s.name]) for s in self._servers(state.ports) if s.name in state.marks])

    def running(self, *, with_keys: bool = True) -> Endpoints | None:
        """The endpoints when all three servers run, or all but that of the keys where nobody asks for those."""
        state = State.read(self._state_file)
        servers = self._servers(state.ports)
        needed = servers if with_keys else servers[:2]
        return _endpoints(*servers) if all(alive(state.marks.get(s.name)) for s in needed) else None

    def pid(self, name: str) -> int | None:
        """The process of 'kafka', 'postgres' or 'postgres-keys', when it runs."""
        mark = State.read(self._state_file).marks.get(name)
        return mark.pid if mark is not None and alive(mark) else None

    def keep_port(self, name: str, given: int | None = None) -> int:
        """The port for something beside the servers, chosen and kept as theirs are."""
        self._make_folders()
        with self._locked():
            state = State.read(self._state_file)
            asked = {} if given is None else {name: given}
            state.ports |= choose_ports([name], given=asked, last=state.ports)
            state.write(self._state_file)
            return state.ports[name]

    def kept_port(self, name: str) -> int | None:
        """The port that was chosen last, if one ever was."""
        return State.read(self._state_file).ports.get(name)

    def _make_folders(self) -> None:
        """Only we look inside; others may pass through, because PostgreSQL may run as another user."""
        self.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        for name in ("logs", "secrets"):
            (self.data_dir / name).mkdir(mode=0o700, exist_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with (self.data_dir / "servers.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _servers(self, ports: dict[str, int]) -> tuple[Kafka, Postgres, Postgres]:
        folder, port = self.data_dir, defaultdict(int, ports)
        return (
            Kafka(folder, port=port["kafka"]),
            # What many write at once waits for the disk less often.
            Postgres(
                folder,
                "postgres",
                port=port["postgres"],
                shared_buffers="256MB",
                wal_buffers="64MB",
                max_connections=100,
            ),
            Postgres(
                folder,
                "postgres-keys",
                port=port["postgres-keys"],
                shared_buffers="32MB",
                wal_buffers="1MB",
                max_connections=40,
            ),
        )

    def _start(self, servers: Sequence[Server], state: State) -> None:
        """Prepares all at once, launches each and notes it before anything can fail, waits for all at once."""
        logs = [LogsSince(server.logs) for server in servers]
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda server: server.prepare(), servers))
            for server in servers:
                state.marks[server.name] = server.launch()
                state.versions[server.name] = server.version
                state.write(self._state_file)
            marks = [state.marks[server.name] for server in servers]
            failures = [failure for failure in pool.map(_failure, servers, marks, logs) if failure]
        if failures:
            _stop(list(zip(servers, marks, strict=True)))
            raise ServerDidNotStart("\n".join(failures))


def _endpoints(kafka: Kafka, postgres: Postgres, keys: Postgres) -> Endpoints:
    return Endpoints(kafka.bootstrap_servers, postgres.url, keys.url)


def _failure(server: Server, mark: Mark, logs: LogsSince) -> str | None:
    """Waits until the server answers; otherwise the sentence that says why it does not."""
    until(lambda: not alive(mark) or server.answers(), START_SECONDS)
    if alive(mark) and server.answers():
        return None
    lines = logs.last_lines()
    reasons = [words for sign, words in REASONS.items() if sign in "".join(lines)]
    why = reasons[0] if reasons else "it ended" if not alive(mark) else f"no answer in {START_SECONDS:.0f} seconds"
    return "\n".join([f"{server.title} did not start: {why}. The end of its log:", *lines])


def _stop(running: Sequence[tuple[Server, Mark]]) -> None:
    """Asks all, then waits for each."""
    for server, mark in running:
        ask_to_end(mark, server.stop_signal)
    for server, mark in running:
        if not until_gone(mark, STOP_SECONDS):
            raise ServerDidNotStop(f"{server.title} (PID {mark.pid}) is still there after {STOP_SECONDS:.0f} seconds.")
