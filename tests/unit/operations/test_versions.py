"""Which versions the supervisor cares for, while the database answers and while it does not."""

import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from services.kernel.command_line import BadInput
from services.operations.house import House
from services.operations.processes import PER_VERSION, PROCESSES, Process
from services.operations.supervisor import VersionCharges
from services.operations.versions import Versions, at_its_version

FACTS, PROJECTION = PER_VERSION["permissions"], PER_VERSION["records"]
FIRST, SECOND = (replace(FACTS, version=number) for number in "12")
SHOWN = replace(PROJECTION, version="records_v1")


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_a_new_version_is_noticed_and_so_is_one_that_is_gone() -> None:
    there = {FIRST}
    found = Versions(lambda: set(there), every_seconds=0.01)
    until(lambda: found.now() == {FIRST})
    there.add(SECOND)
    until(lambda: found.now() == {FIRST, SECOND})
    there.remove(FIRST)
    until(lambda: found.now() == {SECOND})


def test_while_the_database_is_away_the_last_list_stays() -> None:
    answers = iter([{FIRST, SHOWN}])
    asked = 0

    def ask() -> set[Process]:
        nonlocal asked
        asked += 1
        if (answer := next(answers, None)) is None:
            raise psycopg.OperationalError
        return answer

    found = Versions(ask, every_seconds=0.01)
    until(lambda: asked > 5)
    assert found.now() == {FIRST, SHOWN}


def test_each_version_is_a_charge_and_stays_the_same_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {FIRST, SECOND, SHOWN}
    monkeypatch.setattr("services.operations.supervisor.processes_of_versions", lambda _: set(there))
    monkeypatch.setattr("services.operations.supervisor.Versions", lambda ask: Versions(ask, every_seconds=0.01))
    house = House(tmp_path)
    charges = VersionCharges(house)
    until(lambda: len(charges.now()) == 3)
    first, second, shown = charges.now()
    assert [charge.log.name for charge in (first, second, shown)] == [
        "permissions.facts.v1.log",
        "permissions.facts.v2.log",
        "records.projection.records_v1.log",
    ]
    house.choose_health_port(FIRST)
    there.remove(FIRST)
    until(lambda: len(charges.now()) == 2)
    assert charges.now() == [second, shown]
    assert charges.now()[0] is second
    assert house.health() == {}, "who will not come back answers nowhere"


@pytest.mark.parametrize(("process", "given"), [(FACTS, "3"), (PROJECTION, "records_v3")])
def test_the_environment_names_the_version_to_work_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, process: Process, given: str
) -> None:
    assert process.per_version
    monkeypatch.setenv(process.per_version.variable, given)
    assert at_its_version(House(tmp_path), process) == replace(process, version=given)
    monkeypatch.setenv(process.per_version.variable, "two; three")
    with pytest.raises(BadInput, match=r"_VERSION is 'two; three', which is no version"):
        at_its_version(House(tmp_path), process)


def test_a_process_without_versions_is_what_it_is(tmp_path: Path) -> None:
    assert at_its_version(House(tmp_path), PROCESSES[0]) is PROCESSES[0]


def test_variables_of_versions_are_the_ones_that_the_processes_read() -> None:
    assert [process.per_version.variable for process in (FACTS, PROJECTION) if process.per_version] == [
        "KARTOTEKA_PERMISSIONS_VERSION",
        "KARTOTEKA_READ_MODEL_VERSION",
    ]
    assert [process.title for process in (FACTS, PROJECTION)] == ["permissions.facts", "records.projection"]
