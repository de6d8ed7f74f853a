"""``python -m benchmarks [--quick]``: measure, print a table, write results/bench.json."""

import argparse
import json
import platform
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console
from rich.table import Table

from benchmarks.access import AccessResult, access
from benchmarks.decisions import DecisionsResult, decisions
from benchmarks.fhir import FhirResult, fhir
from benchmarks.ingest import EIGHT_TYPES, IngestResult, backlog
from benchmarks.live import LiveResult, live
from benchmarks.one_patient import OnePatientResult, one_patient
from benchmarks.revocation import RevocationResult, revocation
from benchmarks.simulation import SimulationResult, simulation
from benchmarks.validation import ValidationResult, validation
from benchmarks.workers import cores, opened_house

SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")


def main() -> None:
    arguments = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="a tenth of the events, to see that it runs")
    arguments.add_argument("--results", type=Path, default=Path("results/bench.json"))
    chosen = arguments.parse_args()
    share = 10 if chosen.quick else 1
    alone = backlog(100_000 // share, whole_corridor=False)
    twice = backlog(200_000 // share, whole_corridor=False)
    eight = backlog(100_000 // share, whole_corridor=False, types=EIGHT_TYPES)
    whole = backlog(100_000 // share, whole_corridor=True)
    delays = live(1000, 30 // min(share, 2))
    filled = simulation(10_000 // share)
    bundles = fhir(40 // share)
    checked = validation(100_000 // share)
    asked = access(5_000_000 // share, 20_000 // share)
    decided = decisions(50_000 // share, whole_mix=False)
    decided_of_all = decisions(200_000 // share, whole_mix=True)
    revoked = revocation(200, 30 // min(share, 2))
    one = one_patient(2000 // min(share, 4))
    facts = machine()
    _print(Console(), alone, twice, eight, whole, delays, filled, bundles, checked, facts)
    _print_permissions(Console(), asked, decided, decided_of_all, revoked)
    _print_one_patient(Console(), one)
    result = {
        "machine": facts,
        "ingest": _with_rates(alone),
        "ingest_twice_as_long": _with_rates(twice),
        "ingest_of_eight_types": _with_rates(eight),
        "ingest_with_relay_and_projection": _with_rates(whole),
        "live": asdict(delays),
        "simulation": asdict(filled),
        "fhir": {**asdict(bundles), "resources_per_second": bundles.rate, "reading_alone": bundles.reading_rate},
        "validation": {**asdict(checked), "times_the_peer": checked.ratio},
        "access": asdict(asked),
        "decisions": _with_ratio(decided),
        "decisions_of_the_whole_mix": _with_ratio(decided_of_all),
        "revocation": asdict(revoked),
        "one_patient": asdict(one),
    }
    chosen.results.parent.mkdir(parents=True, exist_ok=True)
    chosen.results.write_text(json.dumps(result, indent=2) + "\n")
    if not checked.equal:
        raise SystemExit("our check of JSON lines and JSON Schema do not accept the same lines")
    if not (alone.equal and twice.equal and eight.equal and whole.equal and filled.equal and bundles.equal):
        raise SystemExit("what was sent, the ledger, its peer and the read model do not hold the same statements")
    if not (asked.equal and decided.equal and decided_of_all.equal and revoked.equal):
        raise SystemExit("permissions does not answer what was filled, or what its peer answers")
    if not one.equal:
        raise SystemExit("one patient's rows are not what the live process had written")


def machine() -> dict[str, Any]:
    """What could flatter the figures."""
    with opened_house() as house, psycopg.connect(house.addresses().database) as connection:
        shown = {name: connection.execute(f"SHOW {name}".encode()).fetchone() for name in SETTINGS}
        row = connection.execute(
            "SELECT string_agg(DISTINCT relpersistence::text, '') FROM pg_class c "
            "JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE nspname IN ('records', 'records_v1', 'kernel') AND relkind = 'r'"
        ).fetchone()
    persistence = {"p": "logged", "u": "unlogged"}
    return {
        "cores": cores(),
        "python": platform.python_version(),
        **{name: value[0] for name, value in shown.items() if value},
        "tables": [persistence.get(letter, letter) for letter in (row[0] if row else "")],
        "not waited for": "commits of the read model and of sent_to (synchronous_commit off in those transactions)",
        "clock of ingest": "from the first partition assigned to the last bookmark moved",
        "clock of live": "from the producer's acknowledgement to the row committed",
    }


def _with_rates(result: IngestResult) -> dict[str, Any]:
    return {**asdict(result), "events_per_second": result.rate, "times_the_plain_way": result.ratio}


def _with_ratio(result: DecisionsResult) -> dict[str, Any]:
    return {
        **asdict(result),
        "facts_per_second": result.rate,
        "events_per_second": result.event_rate,
        "times_the_plain_way": result.ratio,
    }


def _print_permissions(
    console: Console,
    asked: AccessResult,
    decided: DecisionsResult,
    decided_of_all: DecisionsResult,
    revoked: RevocationResult,
) -> None:
    console.print(f"may_see at {asked.rows:,} rows, in the database: {asked.in_database}")
    console.print(f"may_see for a client: {asked.for_client}; an empty statement: {asked.empty_statement}")
    for name, result in (("facts alone", decided), ("the whole mix", decided_of_all)):
        console.print(
            f"permissions from a backlog on one core, {name}: {result.events:,} events, {result.facts:,} facts, "
            f"{result.decisions:,} decisions, {result.event_rate:,.0f} events/s, {result.megabytes:.0f} MB; "
            f"equal: {'yes' if result.equal else 'NO'}"
        )
    console.print(
        f"{decided.rate:,.0f} facts/s, {decided.busy_seconds / decided.facts * 1e6:.0f} µs of processor each; "
        f"the plain way, {decided.plain_facts:,} facts: {decided.plain_rate:,.0f}/s, "
        f"{decided.ratio:.1f} ×"
    )
    console.print(f"explain, with a tie: {decided.explained.tied}; without: {decided.explained.strangers}")
    console.print(f"revoked at {revoked.rate}/s, acknowledged to no: {revoked.acknowledged_to_no}")


def _print_one_patient(console: Console, one: OnePatientResult) -> None:
    console.print(
        f"rebuild of one patient in the process, {one.events:,} events: nothing wrong {one.nothing_wrong}; all lost "
        f"{one.all_lost}; the plain way {one.plain}; equal: {'yes' if one.equal else 'NO'}"
    )
    console.print(
        f"as of a day, {one.entries:,} entries, opened: {one.as_of}; in a new session {one.as_of_in_a_new_session}"
    )


def _print(
    console: Console,
    alone: IngestResult,
    twice: IngestResult,
    eight: IngestResult,
    whole: IngestResult,
    delays: LiveResult,
    filled: SimulationResult,
    bundles: FhirResult,
    checked: ValidationResult,
    facts: Any,
) -> None:
    table = Table("ingest of a backlog", "events", "bytes each", "events/s", "× plain way", "plain, events/s",
                  "memory, MB", "equal")  # fmt: skip
    rows = (
        ("ingest alone, all types", alone),
        ("twice as long", twice),
        ("the corridor's eight types", eight),
        ("with relay and projection", whole),
    )
    for name, result in rows:
        table.add_row(
            name, f"{result.events:,}", f"{result.payload_bytes:.0f}", f"{result.rate:,.0f}", f"{result.ratio:.1f}",
            f"{result.plain_rate:,.0f}", f"{result.megabytes:.0f}", "yes" if result.equal else "NO",
        )  # fmt: skip
    console.print(table)
    corridor = whole.events / whole.whole_corridor_seconds
    console.print(f"backlog to readable rows, everything running: {corridor:,.0f} events/s")
    console.print(
        f"live at {delays.rate:,.0f} events/s, acknowledged to readable, {delays.events:,} events: "
        f"p50 {delays.p50:.0f} ms, p99 {delays.p99:.0f} ms, greatest {delays.greatest:.0f} ms"
    )
    console.print(f"simulate into Kafka, nobody reading: {filled.rate:,.0f} events/s")
    console.print(
        f"publish fhir on one core, {bundles.resources:,} resources, {bundles.events:,} events acknowledged: "
        f"{bundles.rate:,.0f} resources/s (json.load of the same files alone: {bundles.reading_rate:,.0f}); "
        f"equal: {'yes' if bundles.equal else 'NO'}"
    )
    console.print(
        f"JSON lines checked on one core, all types, {checked.bytes_each:.0f} bytes each: {checked.rate:,.0f} lines/s; "
        f"JSON Schema {checked.peer_rate:,.0f} lines/s, {checked.ratio:.0f} ×"
    )
    for name, value in facts.items():
        console.print(f"{name}: {value}")


if __name__ == "__main__":
    main()
