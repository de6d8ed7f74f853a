"""When a process calls itself alive and ready, and how far behind it says it is."""

import socket
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from infra.ports import HOST
from services.kernel.checks import Checks, Moment
from services.kernel.health import Health
from services.kernel.partition import Partition
from services.kernel.settings import NotConfigured, Settings
from services.kernel.watch import Watch
from services.operations.house import HEALTH_HOST, House
from services.operations.processes import PROCESSES

PLACE = Partition("clinic.events.v1", 3)


class Reader:
    """A service in the state that a test wants."""

    def __init__(self, *, crashed: bool = False, started: bool = True, **checks: str) -> None:
        self.crashed, self.started, self._checks = crashed, started, checks

    def checks(self) -> Checks:
        return self._checks


def health(*services: Any) -> Health:
    return Health(services)


def test_a_crashed_service_is_neither_alive_nor_ready() -> None:
    crashed = health(Reader(crashed=True))
    assert crashed.alive() == {"reader": "crashed"}
    assert crashed.ready() == {"reader": "crashed"}


def test_one_that_starts_is_alive_and_not_ready() -> None:
    starting = health(Reader(started=False))
    assert starting.alive() == {"reader": "ok"}
    assert starting.ready() == {"reader": "starting"}


def test_one_failing_check_says_so_and_leaves_it_alive() -> None:
    failing = health(Reader(database="last went well 40 s ago", kafka="ok"))
    assert failing.alive() == {"reader": "ok"}
    assert failing.ready() == {"reader": "ok", "database": "last went well 40 s ago", "kafka": "ok"}


def test_a_moment_holds_as_long_as_patience_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: clock[0])
    moment = Moment()
    assert moment.check(30) == "not yet"
    moment.now()
    clock[0] = 130.0
    assert moment.check(30) == "ok"
    clock[0] = 131.0
    assert moment.check(30) == "last went well 31 s ago"


def watch(published_at: dict[Partition, float]) -> Any:
    watched: Any = SimpleNamespace(bookmarks=SimpleNamespace(reader="records.ingest"), published_at=published_at)
    link: Any = None
    return Watch(watched, link, link, lambda _: {})


def test_who_has_read_everything_is_not_behind() -> None:
    assert watch({PLACE: 0.0})._behind({PLACE: 0}) == 0


def test_who_has_a_backlog_is_behind_by_the_age_of_what_it_read_last() -> None:
    assert watch({PLACE: time.time() - 500})._behind({PLACE: 1}) == pytest.approx(500, abs=5)


def test_the_first_record_after_a_quiet_night_is_not_a_night_behind() -> None:
    seen = watch({PLACE: time.time() - 30_000})
    seen._behind({PLACE: 0})
    assert seen._behind({PLACE: 1}) < 5


def test_a_port_that_is_none_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.setenv(name, "there")
    for bad in ("eighty", "-1", "65536"):
        monkeypatch.setenv("KARTOTEKA_HEALTH_PORT", bad)
        with pytest.raises(NotConfigured, match=r"KARTOTEKA_HEALTH_PORT is .*: give a port from 1 to 65535"):
            Settings.from_environment()
    monkeypatch.setenv("KARTOTEKA_HEALTH_PORT", "8080")
    assert Settings.from_environment().health_port == 8080


def test_without_a_word_only_this_machine_may_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "KAFKA_BOOTSTRAP_SERVERS"):
        monkeypatch.setenv(name, "there")
    monkeypatch.delenv(HEALTH_HOST, raising=False)
    assert Settings.from_environment().health_host == "127.0.0.1"


def test_a_process_keeps_its_port_for_the_next_start_unless_it_is_taken(tmp_path: Path) -> None:
    house, process = House(tmp_path), PROCESSES[0]
    port = house.choose_health_port(process)
    assert house.choose_health_port(process) == port
    assert house.health() == {process.title: f"http://127.0.0.1:{port}"}
    with socket.socket() as taken:
        taken.bind((HOST, port))
        taken.listen()
        assert house.choose_health_port(process) != port
