"""A change, from schema to switch, as the runbook tells it: with clinics who send and people who read all the while."""

import asyncio
import json
import re
import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from kartoteka.simulation.numbers import pesel
from services.kernel.database import connect
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.who import resolve
from services.operations.house import House
from tests.acceptance.conftest import REPOSITORY, Shell
from tests.chaos.sending import Acknowledged, Tap
from tests.chaos.traffic import parcel, statements
from tests.next_release import next_release

STORY = "### A change, from schema to switch"
CHILDREN = [pesel(date(2014, 5, 2), serial) for serial in (11, 22, 33)]
FIRST_DOSE = "2024-10-01T10:00:00Z"
# A day too late, and right.
LAST_DAY, LAST_GOOD_DAY = "2025-10-01", "2025-09-30"
CLINIC = {"publisher": "clinic-zdrowie", "provider": "000000012345"}
A_SECOND = 20


@dataclass
class Operator:
    """Types what the runbook says, in a house that has the program of one release after the other."""

    shell: Shell
    typed: list[str] = field(default_factory=list)

    def types(self, line: str, code: int = 0) -> str:
        """What a command says that stands in the runbook; it ends as it should."""
        self.typed.append(line)
        name, *arguments = shlex.split(line)
        done = self.shell(*arguments)
        assert (name, done.code) == ("kartoteka", code), done.out + done.err
        return done.out

    def installs(self, release: Path) -> None:
        """From now on everything is this release's."""
        self.shell = replace(self.shell, tree=release)


def runbook() -> list[str]:
    """The commands of the story, in their order."""
    told = (REPOSITORY / "docs" / "runbook.md").read_text().split(STORY)[1].split("\n## ")[0]
    return re.findall(r"^    (kartoteka .+)$", told, re.MULTILINE)


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    """A house with today's release."""
    tmp_path.chmod(0o711)
    found = Operator(Shell(tmp_path / "data"))
    assert found.shell("up").code == 0
    yield found
    found.shell("down")


def said(event_type: str, number: str, **fields: Any) -> str:
    """A line that a clinic or the register publishes."""
    return json.dumps(
        {"type": event_type, "event_id": str(uuid4()), "occurred_at": FIRST_DOSE, **CLINIC, **fields}
        | {"person" if event_type == "PersonRegistered" else "patient": number}
    )


def life(number: str) -> Iterator[str]:
    """A child who had a dose, and two visits."""
    person = said("PersonRegistered", number, birth_date="2014-05-02", sex="female", given_names="Ewa", surname="Lis")
    yield json.dumps({name: value for name, value in json.loads(person).items() if name != "provider"})
    yield said("VaccinationDoseRecorded", number, vaccination=f"V-{number}", target_disease="HPV",
               product="Gardasil 9", dose_number=1, visit=f"W-{number}", given_at=FIRST_DOSE)  # fmt: skip
    yield said("VaccinationDoseClosed", number, vaccination=f"V-{number}", visit=f"W-{number}", closed_at=FIRST_DOSE)
    for nth in range(2):
        yield visit(number, f"W-{number}-{nth}")


def visit(number: str, name: str, **more: str) -> str:
    return said("VisitRecorded", number, visit=name, visit_kind="visit", started_at=FIRST_DOSE, **more)


def publish(operator: Operator, lines: Iterator[str]) -> None:
    file = operator.shell.data_dir.parent / "lines.jsonl"
    file.write_text("\n".join(lines) + "\n")
    done = operator.shell("publish", "jsonl", str(file))
    assert done.code == 0, done.out + done.err


def until_kept(operator: Operator, specialty: str) -> None:
    """Until the tables of the version that is read have a column for it, and all that was said."""
    asked, give_up = "SELECT count(*) FROM records_v1.visit_recorded WHERE specialty = %s", time.monotonic() + 60
    with connect(House(operator.shell.data_dir).addresses().database, "test") as connection:
        while connection.execute(asked, (specialty,)).fetchone() != (len(CHILDREN),):
            assert time.monotonic() < give_up
            time.sleep(0.2)


@contextmanager
def traffic(operator: Operator) -> Iterator[Acknowledged]:
    """Families whom nobody knew, at a steady pace, until the block is left."""
    house, ended, sent = House(operator.shell.data_dir), threading.Event(), Acknowledged()

    def send() -> None:
        tap = Tap(house.addresses().kafka, sent)
        for seed in count(1):
            parcels = [parcel(one) for one in statements(seed, patients=4, most=2 * A_SECOND)]
            asyncio.run(tap.send(parcels, len(parcels) / A_SECOND))
            if ended.is_set():
                return

    sending = threading.Thread(target=send)
    sending.start()
    try:
        yield sent
    finally:
        ended.set()
        sending.join()


@contextmanager
def readers(operator: Operator, patients: list[str]) -> Iterator[list[Any]]:
    """People who read with this release's program; the list has what they saw once the block is left."""
    command = [sys.executable, "-m", "tests.reading_loop", str(operator.shell.data_dir), LAST_DAY, *patients]
    reading = subprocess.Popen(
        command, cwd=operator.shell.tree, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    seen: list[Any] = []
    try:
        yield seen
    finally:
        out, _ = reading.communicate()
        seen.append(json.loads(out or "{}"))


def patient_ids(operator: Operator) -> list[str]:
    settings = House(operator.shell.data_dir).settings("operator", keys=True)
    index = IndexKey(read_key_file(settings.keys_folder / "index.key"))
    with connect(settings.database_url, "test") as records:
        return [str(resolve(records, index, number, secret=True)) for number in CHILDREN]


def shows(operator: Operator, patient: str) -> tuple[set[Any], str]:
    """What people are shown: the specialties of the visits, and the last day for the next dose."""
    with connect(House(operator.shell.data_dir).settings("operator").database_url, "test") as records:
        visits = records.execute("SELECT content FROM records_door.timeline(%s) WHERE kind = 'visit'", (patient,))
        dose = records.execute("SELECT latest_on FROM records_door.next_dose(%s, current_date)", (patient,))
        ((last_day,),) = dose.fetchall()
        return {content.get("specialty") for (content,) in visits}, str(last_day)


def differing(verdict: str) -> set[str]:
    """The names in verify's line about what differs."""
    (told,) = re.findall(r"^what differs: (.*);", verdict, re.MULTILINE)
    return {one.rsplit(" ", 1)[0] for one in re.split(r", (?=[a-z])", told)}


def test_a_new_field_a_new_column_and_a_corrected_view_come_to_people_without_an_error_or_a_mixture(
    operator: Operator, tmp_path: Path
) -> None:
    publish(operator, (line for number in CHILDREN for line in life(number)))
    operator.shell.until_read()
    patients = patient_ids(operator)
    old, new = ({None}, LAST_DAY), ({None, "4100"}, LAST_GOOD_DAY)
    assert shows(operator, patients[0]) == old
    with ExitStack() as going_on:
        sent = going_on.enter_context(traffic(operator))
        of_today = going_on.enter_context(readers(operator, patients))
        operator.installs(next_release(tmp_path / "release"))
        operator.types("kartoteka down --services")
        up = operator.types("kartoteka up")
        assert "records_v1, which is read, was made by another build" in up
        of_next = going_on.enter_context(readers(operator, patients))
        publish(operator, (visit(number, f"W-{number}-9", specialty="4100") for number in CHILDREN))
        until_kept(operator, "4100")
        assert shows(operator, patients[0]) == old, "what a version shows never changes"

        assert "rebuild a new version from the ledger's topic, beside records_v1" in operator.types(
            "kartoteka rebuild records --dry-run"
        )
        assert "records_v2 is full" in operator.types("kartoteka rebuild records")
        verdict = operator.types("kartoteka verify records", code=1)
        assert differing(verdict) == {"visit.specialty", "next_dose.latest_on"}
        accepted = "kartoteka verify records --accept visit.specialty --accept next_dose.latest_on"
        assert "are equal but for next_dose.latest_on, visit.specialty" in operator.types(accepted)
        assert shows(operator, patients[0]) == old

        assert "records_v2 is read now" in operator.types("kartoteka switch records")
        assert shows(operator, patients[0]) == new
        assert "records_v1 is read now" in operator.types("kartoteka rollback records")
        assert shows(operator, patients[0]) == old
        operator.types("kartoteka switch records")
        assert shows(operator, patients[0]) == new
        assert "dropped records_v1; left are records_v2" in operator.types("kartoteka prune records --also-previous")
        assert shows(operator, patients[0]) == new

    assert operator.typed == runbook()
    record = operator.shell("patient", "show", patients[0], "--json").json
    assert {entry["specialty"] for entry in record["entries"] if entry["kind"] == "visit"} == {None, "4100"}
    for seen in (*of_today, *of_next):
        assert seen["errors"] == {}
        assert set(seen["versions"]) == {"old", "new"}
    counters = operator.shell.until_read()["counters"]
    assert counters["received"] == counters["appended"] + counters["repeated"] + counters["quarantined"]
    assert counters["appended"] >= len(sent.events) > 0
    assert counters["quarantined"] == 0
    assert operator.shell("ledger", "verify").code == 0
