"""What the processes say about themselves, on real servers that come and go."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any, Final

import psutil
import pytest
from aiokafka import AIOKafkaProducer
from prometheus_client.parser import text_string_to_metric_families

from infra.ports import free_port
from infra.servers import EmbeddedServers
from kartoteka.publishing import Publisher
from kartoteka.simulation import records
from services.kernel import metrics
from services.operations import tokens
from services.operations.house import HEALTH_PORT, House
from services.operations.processes import PROCESSES

EVENTS: Final = list(islice(records(10, 1, 7, date(2026, 11, 1)), 200))
BAD_PUBLISHER: Final = "broken-clinic"
COMMANDS: Final = "permissions.commands"
# The product's processes, which look more often and are less patient.
HURRIED: Final = """
import sys
from importlib import import_module
from services.kernel import watch
main = import_module(f"services.{sys.argv[1]}.main").main
watch.LOOK_SECONDS, watch.PATIENCE_SECONDS, watch.ANSWER_MS = 0.3, 2.0, 3000
main(sys.argv[2])
"""


@dataclass(frozen=True)
class Running:
    """A process of ours, and where it answers."""

    child: subprocess.Popen[bytes]
    address: str
    log: Path

    def ask(self, path: str) -> tuple[int, str]:
        """Status and body; status 0 where nobody answers."""
        try:
            with urllib.request.urlopen(self.address + path, timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except OSError:
            return 0, ""

    def checks(self, path: str = "/readyz") -> tuple[int, dict[str, str]]:
        status, body = self.ask(path)
        return status, json.loads(body)["checks"] if body else {}

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 60
        while not holds():
            assert self.child.poll() is None, self.log.read_text()[-2000:]
            assert time.monotonic() < end, f"{self.ask('/readyz')}\n{self.log.read_text()[-2000:]}"
            time.sleep(0.1)

    def until_ready(self) -> None:
        self.until(lambda: self.ask("/readyz")[0] == 200)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """Servers of these tests' own."""
    opened = House(tmp_path_factory.mktemp("house") / "data")
    opened.open()
    yield opened
    opened.close()


def start(house: House, title: str, port: int | None = None) -> Running:
    process = next(one for one in PROCESSES if one.title == title)
    port, log = free_port() if port is None else port, house.logs / f"{title}-{time.monotonic_ns()}.log"
    with log.open("ab") as output:
        child = subprocess.Popen(
            [sys.executable, "-c", HURRIED, process.service, process.name],
            env={**house.environment(process), HEALTH_PORT: str(port)}, stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    return Running(child, f"http://127.0.0.1:{port}", log)


def end(running: Running) -> int:
    running.child.terminate()
    return running.child.wait(30)


@pytest.fixture(scope="module")
def workers(house: House) -> Iterator[dict[str, Running]]:
    """All of them, ready."""
    started = {one.title: start(house, one.title) for one in PROCESSES}
    for one in started.values():
        one.until_ready()
    yield started
    assert {title: end(one) for title, one in started.items()} == dict.fromkeys(started, 0)


def kill(house: House, server: str) -> None:
    pid = EmbeddedServers(house.data_dir).pid(server)
    assert pid is not None
    victim = psutil.Process(pid)
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([victim], timeout=30)


def families(running: Running) -> dict[str, Any]:
    """What ``/metrics`` gives, by the name that the table uses."""
    found = text_string_to_metric_families(running.ask("/metrics")[1])
    return {f"{one.name}_total" if one.type == "counter" else one.name: one for one in found}


def value(running: Running, sample: str, **labels: str) -> float:
    """Sum of the samples of a name that carry these labels."""
    samples = (one for family in families(running).values() for one in family.samples)
    return sum(s.value for s in samples if s.name == sample and labels.items() <= s.labels.items())


def test_a_process_that_works_is_alive_and_ready(workers: dict[str, Running]) -> None:
    for title, one in workers.items():
        assert one.ask("/livez")[0] == 200
        status, checks = one.checks()
        assert (status, set(checks.values())) == (200, {"ok"})
        reads_no_topic = title == COMMANDS
        wanted = {"database", "keys"} if reads_no_topic else {"database", "kafka", "leases", "step", "watch"}
        assert wanted <= set(checks)


def test_nothing_else_is_served(workers: dict[str, Running]) -> None:
    for path in ("/", "/table/", "/router/", "/stats/", "/graph/"):
        assert workers["records.ingest"].ask(path)[0] == 404


def test_one_that_waits_to_take_over_is_ready(house: House, workers: dict[str, Running]) -> None:
    standby = start(house, "records.relay")
    standby.until_ready()
    standby.until(lambda: value(standby, "kartoteka_workers") == 2)
    assert value(standby, "kartoteka_leases") + value(workers["records.relay"], "kartoteka_leases") == 1
    assert end(standby) == 0


def test_without_a_port_of_its_own_a_process_takes_any_and_says_which(
    house: House, workers: dict[str, Running]
) -> None:
    one = start(house, "records.projection", port=0)
    said = re.compile(r'"address": "(http://127\.0\.0\.1:\d+)", "event": "answers_for_health"')
    one.until(lambda: said.search(one.log.read_text()) is not None)
    found = said.search(one.log.read_text())
    assert found is not None
    moved = replace(one, address=found[1])
    moved.until_ready()
    assert end(moved) == 0


async def _publish(house: House) -> None:
    """Good ones twice, and so many bad ones of one publisher that it is parked."""
    kafka = house.addresses().kafka
    async with Publisher(kafka, "test") as publisher:
        await publisher.send_all(EVENTS)
        await publisher.send_all(EVENTS[:20])
    producer = AIOKafkaProducer(**kafka.for_aiokafka())
    await producer.start()
    for _ in range(60):
        headers = [("publisher", BAD_PUBLISHER.encode())]
        await producer.send_and_wait("clinic.events.v1", b"rubbish", EVENTS[0].key, headers=headers)
    await producer.stop()


@pytest.fixture(scope="module")
def after_traffic(house: House, workers: dict[str, Running]) -> dict[str, Running]:
    asyncio.run(_publish(house))
    ingest, projection = workers["records.ingest"], workers["records.projection"]
    read = len(EVENTS) + 20 + 60
    ingest.until(lambda: value(ingest, "messaging_client_consumed_messages_total") == read)
    ingest.until(lambda: value(ingest, "kartoteka_parked_publishers") == 1)
    end_of_ledger = value(ingest, "kartoteka_ledger_position")
    projection.until(lambda: value(projection, "kartoteka_complete_to_position") == end_of_ledger)
    _command(house, workers[COMMANDS])
    return workers


def _command(house: House, commands: Running) -> None:
    """One that changes nothing."""
    doctor = {"by": EVENTS[0].key.decode(), "profession": "nurse", "licence": "1234567P"}
    headers = {
        "Authorization": f"Bearer {tokens.token(house.secrets)}",
        "Idempotency-Key": "health",
        "Content-Type": "application/json",
    }
    address = f"{commands.address}/commands/unauthorise"
    asked = urllib.request.Request(address, json.dumps(doctor).encode(), headers)
    assert json.loads(urllib.request.urlopen(asked, timeout=10).read())["outcome"] == "repeated"


def test_every_metric_of_the_file_is_there_and_no_other(after_traffic: dict[str, Running]) -> None:
    given: dict[str, Any] = {}
    for one in after_traffic.values():
        for name, family in families(one).items():
            if family.samples:
                given[name] = family
    listed = {one.name: one for one in metrics.ALL}
    assert set(given) == set(listed)
    for name, family in given.items():
        assert family.type == listed[name].kind
        assert family.documentation == listed[name].meaning
        labels = {label for sample in family.samples for label in sample.labels} - {"le"}
        assert labels == set(listed[name].labels), name


def test_outcomes_and_reasons_are_counted_as_the_database_counts(after_traffic: dict[str, Running]) -> None:
    ingest = after_traffic["records.ingest"]
    outcomes = ("appended", "repeated", "quarantined")
    counted = {one: value(ingest, "kartoteka_outcomes_total", outcome=one) for one in outcomes}
    assert counted == {"appended": len(EVENTS), "repeated": 20, "quarantined": 60}
    for metric in ("kartoteka_quarantined_total", "kartoteka_quarantine_waiting_records"):
        assert value(ingest, metric, reason="unreadable") == 51
        assert value(ingest, metric, reason="parked") == 9


def test_whoever_has_read_everything_is_not_behind(after_traffic: dict[str, Running]) -> None:
    for one in after_traffic.values():
        one.until(lambda one=one: value(one, "kartoteka_behind_seconds") == 0)  # type: ignore[misc]
        assert value(one, "kafka_consumergroup_lag") == 0
    ingest = after_traffic["records.ingest"]
    assert value(ingest, "kafka_consumergroup_current_offset") == len(EVENTS) + 80
    assert value(ingest, "kartoteka_leases") == 40
    sent_to = value(after_traffic["records.relay"], "kartoteka_sent_to_position")
    assert sent_to == value(ingest, "kartoteka_ledger_position") > len(EVENTS)


def test_no_number_and_no_publisher_is_in_the_metrics(after_traffic: dict[str, Running]) -> None:
    said = "".join(one.ask("/metrics")[1] for one in after_traffic.values())
    numbers = {record.key.decode() for record in EVENTS}
    assert not [number for number in numbers if number in said]
    assert BAD_PUBLISHER not in said
    assert not re.search(r"\b\d{11}\b", said)


@pytest.mark.parametrize(("server", "check"), [("postgres", "database"), ("kafka", "kafka")])
def test_a_process_without_its_server_is_alive_and_not_ready_until_it_is_back(
    house: House, after_traffic: dict[str, Running], server: str, check: str
) -> None:
    projection = after_traffic["records.projection"]
    kill(house, server)
    projection.until(lambda: projection.checks()[1].get(check, "ok") != "ok")
    status, checks = projection.checks()
    assert status == 503
    assert re.fullmatch(r"last went well \d+ s ago", checks[check])
    assert projection.ask("/livez")[0] == 200
    assert value(projection, "kartoteka_check", check=check) == 0
    EmbeddedServers(house.data_dir).start()
    for one in after_traffic.values():
        one.until_ready()


def test_a_loop_that_stands_still_is_not_alive(after_traffic: dict[str, Running]) -> None:
    relay = after_traffic["records.relay"]
    relay.child.send_signal(signal.SIGSTOP)
    assert relay.ask("/livez")[0] == 0
    relay.child.send_signal(signal.SIGCONT)
    relay.until_ready()
