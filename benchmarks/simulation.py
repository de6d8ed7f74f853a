"""How quickly the simulation fills Kafka when nobody reads."""

import asyncio
import json
import subprocess
import sys
from dataclasses import dataclass

from benchmarks.workers import opened_house
from infra.topics import publishers_topics
from services.operations.house import House
from services.operations.status import end_offsets


@dataclass(frozen=True)
class SimulationResult:
    """What ``kartoteka simulate`` says, and whether the topics hold as many records."""

    events: int
    rate: float
    equal: bool


def simulation(patients: int) -> SimulationResult:
    """One year of so many people, by the command itself."""
    with opened_house() as house:
        command = [sys.executable, "-m", "services.operations.main", "--data-dir", str(house.data_dir), "simulate"]
        arguments = ["--patients", str(patients), "--seed", "5", "--until", "2026-11-01", "--json"]
        done = subprocess.run([*command, *arguments], stdout=subprocess.PIPE, check=True)
        said = json.loads(done.stdout)
        return SimulationResult(said["sent"], said["events_per_second"], _on_topics(house) == said["sent"])


def _on_topics(house: House) -> int:
    ends = asyncio.run(end_offsets(house.addresses().kafka, set(publishers_topics())))
    return sum(end - begin for begin, end in ends.values())
