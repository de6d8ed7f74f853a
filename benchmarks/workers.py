"""A house of its own for a measurement, and the processes that run in it."""

import json
import os
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil

from services.operations.house import House
from services.operations.processes import PROCESSES

LOOK_SECONDS = 0.1


@contextmanager
def opened_house() -> Iterator[House]:
    """Fresh servers in a temporary folder, stopped at the end."""
    with TemporaryDirectory(prefix="kartoteka-bench-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o711)
        house = House(Path(folder) / "data")
        house.open()
        try:
            yield house
        finally:
            house.close()


@contextmanager
def running(house: House, titles: Sequence[str], core: int | None = None) -> Iterator[list[subprocess.Popen[bytes]]]:
    """These processes, ended at the end; all held to one core where one is named."""
    children: list[subprocess.Popen[bytes]] = []
    hold = None if core is None else partial(os.sched_setaffinity, 0, {core})
    try:
        for process in PROCESSES:
            if process.title in titles:
                with (house.logs / f"{process.title}.log").open("ab") as log:
                    to = {"stdout": log, "stderr": subprocess.STDOUT}
                    children.append(
                        subprocess.Popen(process.command, env=house.environment(process), preexec_fn=hold, **to)
                    )
        yield children
    finally:
        for child in children:
            child.terminate()
        for child in children:
            child.wait(30)


def assigned_at(house: House, title: str) -> float:
    """When a reader got its partitions, seconds since 1970: from here on it could work."""
    from datetime import datetime

    for line in (house.logs / f"{title}.log").read_text().splitlines():
        if '"event": "assigned"' in line:
            found: str = json.loads(line)["timestamp"]
            return datetime.fromisoformat(found).timestamp()
    raise RuntimeError(f"{title} was never assigned a partition; see its log")


class PeakMemory:
    """Greatest resident memory of some processes together, MB, while it runs."""

    def __init__(self, pids: Sequence[int]) -> None:
        self._pids = pids
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self.megabytes = 0.0

    def __enter__(self) -> "PeakMemory":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ending.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ending.wait(LOOK_SECONDS):
            resident = sum(_resident(pid) for pid in self._pids)
            self.megabytes = max(self.megabytes, resident / 1e6)


def _resident(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        return sum(one.memory_info().rss for one in (process, *process.children(recursive=True)))
    except psutil.NoSuchProcess:
        return 0


def processor_seconds(pid: int) -> float:
    """How long a process has been on a processor."""
    times = psutil.Process(pid).cpu_times()
    return float(times.user + times.system)


def until(condition: object, seconds: float = 600.0) -> None:
    """Wait for a condition; RuntimeError when it never comes."""
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise RuntimeError("the condition did not come about")
        time.sleep(LOOK_SECONDS)


def cores() -> int:
    return len(os.sched_getaffinity(0))
