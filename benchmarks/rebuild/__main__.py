"""``make bench-rebuild``: rebuild, peers, limits, settings and growth in one house that is filled further and further.

python -m benchmarks.rebuild [--events 2000000] [--quick]
"""

import argparse
import json
import platform
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
import psycopg
from rich.console import Console

from benchmarks.rebuild.database_settings import series
from benchmarks.rebuild.filling import Beginning, Filling
from benchmarks.rebuild.growth import draw, in_the_middle
from benchmarks.rebuild.limits import limits
from benchmarks.rebuild.ours import measured, rebuilt
from benchmarks.rebuild.peers import peers
from benchmarks.rebuild.printed import printed
from benchmarks.rebuild.results import Results
from benchmarks.workers import cores, opened_house
from infra.topics import PARTITIONS
from services.operations.house import House

RUNS: Final = 3
PICTURE: Final = Path(__file__).parents[2] / "docs" / "rebuild-growth.svg"
SETTINGS: Final = (
    "server_version", "shared_buffers", "fsync", "full_page_writes", "wal_level", "wal_buffers", "wal_compression",
    "max_wal_size", "checkpoint_timeout", "checkpoint_completion_target",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How far the house is filled, step by step; at which step all else is measured, and on which beginnings."""

    steps: tuple[int, ...]
    main: int
    of_streams: int
    of_upserts: int
    runs: int


def plan(events: int, quick: bool) -> Plan:
    """Steps of a quarter, a half, one and two of the events; an eighth first, for the peers that are slow."""
    steps = (events // 8, events // 4, events // 2, events, 2 * events)
    return Plan(steps[:4] if quick else steps, events, events // 2, events // 8, 1 if quick else RUNS)


def measure(chosen: Plan, say: Console) -> Results:
    """The whole benchmark, in a house of its own."""
    with opened_house() as house:
        filling = Filling(house, max(chosen.steps))
        results, beginnings = Results(machine(house)), {}
        for step in chosen.steps:
            beginnings[step] = filling.up_to(step)
            say.print(f"filled with {beginnings[step].position:,} events")
            if step != chosen.of_upserts:
                results.growth[step] = in_the_middle([measured(house) for _ in range(chosen.runs)])
            if step == chosen.main:
                _beside(house, chosen, beginnings, results, say)
        return results


def _beside(house: House, chosen: Plan, beginnings: dict[int, Beginning], results: Results, say: Console) -> None:
    """What is measured at the main step alone."""
    results.main = chosen.main
    results.value_bytes, results.patients, results.types = _filled(house)
    with rebuilt(house) as (_, version):
        say.print("this machine's limits")
        results.limits = limits(house, version, beginnings[chosen.main].ends)
        say.print("the peers")
        results.peers = peers(house, version, beginnings[chosen.of_streams], beginnings[chosen.of_upserts])
    say.print("settings of PostgreSQL")
    results.settings = series(house, quick=chosen.runs == 1)


def machine(house: House) -> dict[str, Any]:
    """What could flatter the figures."""
    with psycopg.connect(house.addresses().database) as connection:
        shown = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in SETTINGS}
    memory = next(line for line in Path("/proc/meminfo").read_text().splitlines() if line.startswith("MemTotal"))
    return {
        "cores": cores(),
        "processor": _processor(),
        "memory": f"{int(memory.split()[1]) / 2**20:.0f} GiB",
        "python": platform.python_version(),
        "partitions": PARTITIONS,
        **{name: value[0] for name, value in shown.items() if value},
        "tables": "logged, with their keys",
        "clock": "from the start of the command to its end: rows, keys, ANALYZE",
        "not waited for": "commits of rows and bookmarks (synchronous_commit off in those transactions)",
        "clock of the peers": "from their first record to their last; starting is outside",
    }


def _processor() -> str:
    """The processor's name where Linux tells it."""
    with suppress(OSError):
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return platform.machine()


def _filled(house: House) -> tuple[float, int, int]:
    """Average bytes of a value, patients, and types of event."""
    question = "SELECT avg(length(state)) - 48, count(DISTINCT originator_id), count(DISTINCT topic) FROM records.event"
    with psycopg.connect(house.addresses().database) as connection:
        row = connection.execute(question).fetchone()
        assert row is not None
        return float(row[0]), int(row[1]), int(row[2])


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks.rebuild")
    arguments.add_argument("--events", type=int, default=2_000_000, help="for all but growth, which goes to twice that")
    arguments.add_argument("--quick", action="store_true", help="few events and one run of each, to see that it runs")
    arguments.add_argument("--results", type=Path, default=Path("results/rebuild.json"))
    arguments.add_argument("--picture", type=Path, default=PICTURE)
    chosen = arguments.parse_args()
    console = Console()
    results = measure(plan(20_000 if chosen.quick else chosen.events, chosen.quick), console)
    printed(results, console)
    if not chosen.quick:
        draw(results.growth, chosen.picture)
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    chosen.results.write_text(json.dumps(msgspec.to_builtins(asdict(results), str_keys=True), indent=2) + "\n")
    if results.unequal:
        raise SystemExit(f"not the same events as in the ledger: {', '.join(results.unequal)}")


if __name__ == "__main__":
    main()
