"""The results as tables for people."""

from typing import Final

from rich.console import Console
from rich.table import Table

from benchmarks.rebuild.growth import MOST_MEGABYTES, MOST_RISE, rise
from benchmarks.rebuild.peers import FAUST, PLAIN, STREAMS
from benchmarks.rebuild.results import Results
from benchmarks.workers import cores

REQUIRED: Final = 150_000
GOAL: Final = 200_000
CLOCKED: Final = ("load", "keys")
TIMES: Final = {STREAMS: 3, FAUST: 25, PLAIN: 8}


def printed(results: Results, console: Console) -> None:
    """Print everything."""
    _growth(results, console)
    _peers(results, console)
    _limits(results, console)
    _settings(results, console)
    for name, value in results.machine.items():
        console.print(f"{name}: {value}", highlight=False, soft_wrap=True)


def _growth(results: Results, console: Console) -> None:
    table = Table("rebuild, events", "seconds", "events/s", "µs each", "memory, MB", "equal")
    for run in results.growth.values():
        table.add_row(
            f"{run.events:,}", f"{run.seconds:.1f}", f"{run.rate:,.0f}", f"{run.microseconds:.2f}",
            f"{run.megabytes:.0f}", _yes(run.equal),
        )  # fmt: skip
    console.print(table)
    ours = results.ours
    little = all(run.megabytes <= MOST_MEGABYTES for run in results.growth.values())
    console.print(
        f"{results.types} types, {results.patients:,} patients, values of {results.value_bytes:.0f} bytes on average\n"
        f"{ours.rate:,.0f} events/s; required {REQUIRED:,}: {_yes(ours.rate >= REQUIRED)}; "
        f"goal {GOAL:,}: {_yes(ours.rate >= GOAL)}\n"
        f"time per event rises by {rise(results.growth):.0%}, at most {MOST_RISE:.0%}; "
        f"memory at most {MOST_MEGABYTES} MB: {_yes(little)}"
    )


def _peers(results: Results, console: Console) -> None:
    table = Table("peer, same topic", "events", "events/s", "ours is", "goal", "equal")
    for peer in results.peers:
        times = f"{results.ours.rate / peer.rate:.1f} ×"
        table.add_row(
            peer.name, f"{peer.events:,}", f"{peer.rate:,.0f}", times, f"{TIMES[peer.name]} ×", _yes(peer.equal)
        )
    if STREAMS not in {peer.name for peer in results.peers}:
        table.add_row(STREAMS, "not measured: there is no javac here", "", "", f"{TIMES[STREAMS]} ×", "")
    console.print(table)
    for peer in results.peers:
        said = ", ".join(f"{name}={value}" for name, value in peer.settings.items())
        console.print(f"{peer.name}: {said}", highlight=False, soft_wrap=True)


def _limits(results: Results, console: Console) -> None:
    assert results.limits is not None
    limits, ours = results.limits, results.ours
    table = Table("where the time goes", "seconds", "share")
    for name, seconds in ours.parts.items():
        table.add_row(name, f"{seconds:.1f}", f"{seconds / ours.seconds:.0%}")
    table.add_section()
    for name, seconds in ours.stages.items():
        if name not in CLOCKED:
            table.add_row(f"{name}, all workers together", f"{seconds:.1f}", "")
    table.add_section()
    for name, seconds in ours.processors.items():
        table.add_row(f"on a processor: {name}", f"{seconds:.1f}", f"{seconds / ours.seconds / cores():.0%}")
    table.add_section()
    alone = {"raw fetch": limits.fetch_seconds, "binary COPY": limits.copy_seconds, "keys": limits.keys_seconds}
    for name, seconds in alone.items():
        table.add_row(f"{name} alone", f"{seconds:.1f}", "")
    console.print(table)
    console.print(
        f"the three alone, one after the other: {limits.rate:,.0f} events/s; ours: {ours.rate / limits.rate:.0%} of it"
    )


def _settings(results: Results, console: Console) -> None:
    table = Table("PostgreSQL", "seconds", "events/s", "equal")
    for name, run in results.settings.items():
        table.add_row(name, f"{run.seconds:.1f}", f"{run.rate:,.0f}", _yes(run.equal))
    console.print(table)


def _yes(holds: bool) -> str:
    return "yes" if holds else "NO"
