"""Servers as detached processes: started, recognised again and ended by another process.

A PID alone proves nothing, the system gives it out again. A process is ours when its PID, the time it was
started (counted from boot, so that a corrected clock changes nothing) and its command line agree.
"""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import psutil

LOOK_AGAIN_SECONDS = 0.05
START_TIME_TOLERANCE_SECONDS = 1.0
SHOWN_LOG_LINES = 15

# Kept so that Python reaps those that end while we still run, and does not warn about the others.
_children: list[subprocess.Popen[bytes]] = []


class ServerDidNotStart(Exception):
    """A sentence for people: which server, why as far as known, and the end of its log."""


class ServerDidNotStop(Exception):
    """A server was asked to stop and is still there."""


@dataclass(frozen=True)
class Mark:
    """What identifies a process across restarts of everything else."""

    pid: int
    started: float
    named: str  # an argument that only this server of this folder has


class Server(Protocol):
    """What `EmbeddedServers` needs to know of Kafka and of a PostgreSQL cluster."""

    name: str
    title: str
    version: str
    port: int
    logs: tuple[Path, ...]
    stop_signal: signal.Signals

    def prepare(self) -> None:
        """Everything that may take long and is safe to repeat: fetch, format, write settings."""

    def launch(self) -> Mark:
        """Starts the process and returns at once."""

    def answers(self) -> bool:
        """Whether a client is served now."""


def spawn(command: Sequence[str | Path], *, named: str, folder: Path, output: Path) -> Mark:
    """Starts a process that outlives us, with an environment of its own.

    What stands in our environment (keys, database addresses, JAVA_TOOL_OPTIONS, PGPORT)
    is not the servers' business.
    """
    with output.open("ab") as log:
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=server_environment(folder),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            umask=0o077,
        )
    _children.append(child)
    return mark_of(child.pid, named)


def mark_of(pid: int, named: str) -> Mark:
    """What identifies a process that was started just now."""
    return Mark(pid, _started(psutil.Process(pid)), named)


def server_environment(folder: Path) -> dict[str, str]:
    return {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C", "TZ": "UTC"}


def _started(process: psutil.Process) -> float:
    return process.create_time() - psutil.boot_time()


def alive(mark: Mark | None) -> bool:
    """Whether exactly this process still runs; a zombie does not."""
    if mark is None:
        return False
    for child in _children:
        child.poll()
    try:
        process = psutil.Process(mark.pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        # While a process replaces its program (exec), its command line reads as empty for a moment.
        arguments = process.cmdline() or [mark.named]
        return mark.named in arguments and abs(_started(process) - mark.started) < START_TIME_TOLERANCE_SECONDS
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def until(condition: Callable[[], bool], seconds: float) -> bool:
    """Looks until the condition holds; False when it did not within the time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(LOOK_AGAIN_SECONDS)
    return True


def until_gone(mark: Mark, seconds: float) -> bool:
    return until(lambda: not alive(mark), seconds)


def ask_to_end(mark: Mark, by: signal.Signals) -> None:
    """Sends the signal to exactly this process, if it is still there."""
    if alive(mark):
        os.kill(mark.pid, by)


class LogsSince:
    """What a server wrote to its logs since this was made: the part that explains a failed start."""

    def __init__(self, logs: Sequence[Path]) -> None:
        self._starts = {log: log.stat().st_size if log.exists() else 0 for log in logs}

    def last_lines(self) -> list[str]:
        return [line for log, start in self._starts.items() for line in _lines(log, start)][-SHOWN_LOG_LINES:]


def _lines(log: Path, start: int) -> list[str]:
    if not log.exists():
        return []
    content = log.read_bytes()
    # A log that was rolled in between is shorter than where we began: then all of it is new.
    return content[start if start <= len(content) else 0 :].decode(errors="replace").splitlines()
