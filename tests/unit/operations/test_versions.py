"""Which versions the supervisor cares for, while the database answers and while it does not."""

import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from services.kernel.command_line import BadInput
from services.operations import versions
from services.operations.house import FACTS, PERMISSIONS_VERSION, House
from services.operations.supervisor import VersionCharges
from services.operations.versions import Versions, version_to_work_at


def until(holds: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < give_up
        time.sleep(0.01)


def test_a_new_version_is_noticed_and_so_is_one_that_is_gone() -> None:
    there = {1}
    found = Versions(lambda: set(there), every_seconds=0.01)
    until(lambda: found.now() == {1})
    there.add(2)
    until(lambda: found.now() == {1, 2})
    there.remove(1)
    until(lambda: found.now() == {2})


def test_while_the_database_is_away_the_last_list_stays() -> None:
    answers = iter([{1, 2}])
    asked = 0

    def ask() -> set[int]:
        nonlocal asked
        asked += 1
        if (answer := next(answers, None)) is None:
            raise psycopg.OperationalError
        return answer

    found = Versions(ask, every_seconds=0.01)
    until(lambda: asked > 5)
    assert found.now() == {1, 2}


def test_each_version_is_a_charge_and_stays_the_same_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    there = {1, 2}
    monkeypatch.setattr(versions, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr("services.operations.supervisor.versions_of_permissions", lambda _: set(there))
    monkeypatch.setattr("services.operations.supervisor.Versions", lambda ask: Versions(ask, every_seconds=0.01))
    charges = VersionCharges(House(tmp_path))
    until(lambda: len(charges.now()) == 2)
    first, second = charges.now()
    assert [charge.log.name for charge in (first, second)] == ["permissions.facts.v1.log", "permissions.facts.v2.log"]
    there.remove(1)
    until(lambda: len(charges.now()) == 1)
    assert charges.now() == [second]
    assert charges.now()[0] is second


def test_the_environment_names_the_version_to_work_at(tmp_path: Path) -> None:
    assert version_to_work_at(House(tmp_path), "3") == 3
    with pytest.raises(BadInput, match="must be a number, and is 'two'"):
        version_to_work_at(House(tmp_path), "two")
    assert PERMISSIONS_VERSION == "KARTOTEKA_PERMISSIONS_VERSION"
    assert FACTS.title == "permissions.facts"
