"""Runs the services' processes of one data folder and its schema registry, and starts again what crashed.

``python -m services.operations.supervisor DATA_DIR`` runs until it is told to stop, and takes the
processes with it. A crashed process comes back after a back-off; what it said last stands in its log.
"""

import ctypes
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from types import FrameType
from typing import Final

from infra.processes import Mark, alive, ask_to_end, mark_of, until_gone
from services.operations import registry
from services.operations.house import HEALTH_PORT, House
from services.operations.processes import PROCESSES, Process
from services.operations.versions import Versions, processes_of_versions

LONGEST_BACK_OFF_SECONDS: Final = 30.0
STEADY_SECONDS: Final = 60.0
LOOK_SECONDS: Final = 0.2
STOP_SECONDS: Final = 30.0
_PR_SET_PDEATHSIG: Final = 1
MODULE: Final = "services.operations.supervisor"


@dataclass(slots=True)
class Charge:
    """One process in the supervisor's care."""

    command: list[str]
    environment: Callable[[], dict[str, str]]
    log: Path
    child: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    crashes: int = 0
    not_before: float = 0.0

    def start(self) -> None:
        with self.log.open("ab") as output:
            self.child = subprocess.Popen(
                self.command,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_end_with_parent,
            )
        self.started = time.monotonic()

    def look(self) -> None:
        """Start it, or start it again once its back-off is over."""
        now = time.monotonic()
        if self.child is not None and self.child.poll() is None:
            return
        if self.child is not None:
            self.crashes = 1 if now - self.started > STEADY_SECONDS else self.crashes + 1
            self.not_before = now + min(LONGEST_BACK_OFF_SECONDS, 0.5 * 2**self.crashes)
            self.child = None
        if now >= self.not_before:
            self.start()

    def stop(self) -> None:
        if self.child is not None and self.child.poll() is None:
            self.child.terminate()

    def wait(self) -> None:
        if self.child is not None:
            try:
                self.child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()


def _end_with_parent() -> None:
    """The kernel ends the process when its supervisor is gone, however that came about."""
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def supervise(house: House) -> None:
    """Care for all processes until a signal."""
    ending = False

    def end(_: int, __: FrameType | None) -> None:
        nonlocal ending
        ending = True

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    charges, versions = charges_of(house), VersionCharges(house)
    while not ending:
        for charge in [*charges, *versions.now()]:
            charge.look()
        time.sleep(LOOK_SECONDS)
    charges += versions.now()
    for charge in charges:
        charge.stop()
    for charge in charges:
        charge.wait()


class VersionCharges:
    """A process for each version of what is made from the topic; that of a pruned one is ended."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._versions = Versions(partial(processes_of_versions, house))
        self._charges: dict[Process, Charge] = {}

    def now(self) -> list[Charge]:
        """The processes that there shall be at this moment."""
        there = self._versions.now()
        for gone in self._charges.keys() - there:
            self._end(gone)
        for new in sorted(there - self._charges.keys(), key=lambda process: process.title):
            self._charges[new] = _charge(self._house, new)
        return list(self._charges.values())

    def _end(self, process: Process) -> None:
        charge = self._charges.pop(process)
        charge.stop()
        charge.wait()
        self._house.forget_health_port(process)


def charges_of(house: House) -> list[Charge]:
    """All processes that are ours, but for those of versions, and the schema registry unless there is another."""
    charges = [_charge(house, process) for process in PROCESSES if not process.per_version]
    if (command := registry.command(house.data_dir)) is not None:
        log = house.logs / f"{registry.NAME}.log"
        charges.append(Charge([sys.executable, "-m", *command], registry.environment, log))
    return charges


def _charge(house: House, process: Process) -> Charge:
    return Charge(process.command, partial(_environment, house, process), house.logs / f"{process.title}.log")


def _environment(house: House, process: Process) -> dict[str, str]:
    """All that a process may know, and where it answers for its health; chosen at each start."""
    known = house.environment(process)
    return {**known, HEALTH_PORT: str(house.choose_health_port(process))}


def start(house: House, registry_port: int | None = None) -> None:
    """Start the supervisor of a folder, detached, unless it runs."""
    if running(house) is not None:
        return
    registry.keep_port(house.data_dir, registry_port)
    child = subprocess.Popen(
        [sys.executable, "-m", MODULE, str(house.data_dir)],
        stdin=subprocess.DEVNULL,
        stdout=(house.logs / "supervisor.log").open("ab"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    _file(house).write_text(json.dumps(asdict(mark_of(child.pid, MODULE))))


def stop(house: House) -> None:
    """End the supervisor and with it the services' processes."""
    mark = running(house)
    if mark is not None:
        ask_to_end(mark, signal.SIGTERM)
        until_gone(mark, STOP_SECONDS * 2)


def running(house: House) -> Mark | None:
    """The supervisor of this folder, if it is alive."""
    path = _file(house)
    mark = Mark(**json.loads(path.read_text())) if path.exists() else None
    return mark if alive(mark) else None


def _file(house: House) -> Path:
    return house.data_dir / "supervisor.json"


if __name__ == "__main__":
    supervise(House(Path(sys.argv[1])))
