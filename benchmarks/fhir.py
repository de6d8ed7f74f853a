"""FHIR bundles end to end: read, mapped, checked, sent and acknowledged, by the command itself, held to one core.

The peer only reads the same files with the standard library and counts what is of a mapped type. It sends
nothing: what it needs is the floor under any reader, not a rival.
"""

import asyncio
import gzip
import json
import os
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from benchmarks.workers import opened_house
from infra.topics import publishers_topics
from services.operations.house import House
from services.operations.status import end_offsets

EXAMPLE = next((Path(__file__).parents[1] / "examples" / "fhir").glob("Deb_*.json.gz"))
MAPPED = {
    "Patient", "Encounter", "Immunization", "MedicationRequest", "DiagnosticReport", "DocumentReference", "Coverage",
}  # fmt: skip
# Hospitals and their staff are the same in every copy, as in life.
SHARED = {"Practitioner", "PractitionerRole", "Organization", "Location"}


@dataclass(frozen=True)
class FhirResult:
    """What ``kartoteka publish fhir`` took for the whole, start of the interpreter included."""

    resources: int
    events: int
    seconds: float
    reading_seconds: float
    equal: bool

    @property
    def rate(self) -> float:
        return self.resources / self.seconds

    @property
    def reading_rate(self) -> float:
        return self.resources / self.reading_seconds


def fhir(patients: int) -> FhirResult:
    """So many copies of one whole life, each another person."""
    with opened_house() as house, TemporaryDirectory(prefix="kartoteka-fhir-") as folder:
        for number, text in enumerate(_copies(patients)):
            (Path(folder) / f"{number}.json.gz").write_bytes(gzip.compress(text.encode(), 1))
        began = time.perf_counter()
        read = _plain_reading(Path(folder))
        reading_seconds = time.perf_counter() - began
        began = time.perf_counter()
        said = _published(house, Path(folder))
        seconds = time.perf_counter() - began
        equal = _on_topics(house) == said["sent"] == sum(said["events"].values()) and said["mapped"] == read
        return FhirResult(said["resources"], said["sent"], seconds, reading_seconds, equal)


def _copies(count: int) -> Iterator[str]:
    text = gzip.decompress(EXAMPLE.read_bytes()).decode()
    entries = json.loads(text)["entry"]
    own = [e["resource"]["id"] for e in entries if e["resource"]["resourceType"] not in SHARED]
    for number in range(count):
        copy = text
        for one in own:
            copy = copy.replace(one, str(uuid.uuid5(uuid.NAMESPACE_OID, f"{number} {one}")))
        yield copy


def _plain_reading(folder: Path) -> dict[str, int]:
    found: Counter[str] = Counter()
    for path in folder.iterdir():
        with gzip.open(path) as file:
            found.update(entry["resource"]["resourceType"] for entry in json.load(file)["entry"])
    return {kind: count for kind, count in found.items() if kind in MAPPED}


def _published(house: House, folder: Path) -> Any:
    command = [sys.executable, "-m", "services.operations.main", "--data-dir", str(house.data_dir)]
    arguments = ["publish", "fhir", str(folder), "--synthetic-identifiers", "--json"]
    core = {min(os.sched_getaffinity(0))}
    done = subprocess.run(
        [*command, *arguments], stdout=subprocess.PIPE, check=True, preexec_fn=lambda: os.sched_setaffinity(0, core)
    )
    return json.loads(done.stdout)


def _on_topics(house: House) -> int:
    ends = asyncio.run(end_offsets(house.addresses().kafka, set(publishers_topics())))
    return sum(end - begin for begin, end in ends.values())
