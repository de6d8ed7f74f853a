"""How a population is shared out, paced and reported."""

import asyncio
import json
import os
import time
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import date

import pytest
import typer
from typer.testing import CliRunner

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.producer import PublishingFailed
from kartoteka.publishing.statement import Record
from kartoteka.simulation import Population, commands
from kartoteka.simulation.crew import Summary, shares
from kartoteka.simulation.population import LANES
from kartoteka.simulation.sending import Share, send

SETTINGS = KafkaSettings("127.0.0.1:1")
PEOPLE = Population(patients=40, years=1, seed=2, until=date(2025, 1, 1))


class Remembering:
    """Stands in for the publisher: keeps what it is sent, and when."""

    def __init__(self) -> None:
        self.sent: list[Record] = []
        self.times: list[float] = []

    async def send_all(self, records: Iterable[Record], on_progress: Callable[[int], None] | None = None) -> int:
        some = list(records)
        self.sent += some
        self.times += [time.monotonic()] * len(some)
        return len(some)


@pytest.mark.parametrize("cores", [1, 2, 3, 4, 64])
def test_each_lane_is_sent_by_one_process(monkeypatch: pytest.MonkeyPatch, cores: int) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: cores)
    many = Population(patients=10_000, years=1, seed=2, until=date(2025, 1, 1))
    work = shares(many, SETTINGS, False, 9_000)
    assert len(work) == min(cores, LANES)
    assert sorted(lane for share in work for lane in share.lanes) == list(range(LANES))
    assert sum(share.rate or 0 for share in work) == pytest.approx(9_000)


def test_little_work_takes_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "cpu_count", lambda: 8)
    assert len(shares(PEOPLE, SETTINGS, False, None)) == 1
    many = Population(patients=10_000, years=1, seed=2, until=date(2025, 1, 1))
    assert len(shares(many, SETTINGS, False, 1_000)) == 1


@pytest.mark.parametrize("disordered", [False, True])
def test_what_is_sent_does_not_depend_on_the_number_of_processes(
    monkeypatch: pytest.MonkeyPatch, disordered: bool
) -> None:
    many = Population(patients=500, years=1, seed=2, until=date(2025, 1, 1))

    def sent(cores: int) -> Counter[bytes]:
        monkeypatch.setattr(os, "cpu_count", lambda: cores)
        work = shares(many, SETTINGS, disordered, None)
        assert len(work) == cores
        return Counter(record.value for share in work for record in share.records(Counter()))

    assert sent(1) == sent(4)


def test_a_share_reaches_its_process_as_it_is() -> None:
    settings = KafkaSettings("kafka:9093", "SASL_SSL", sasl_username="u", sasl_password="p")
    share = Share(PEOPLE, settings, (1, 3), disordered=True, rate=2.5)
    assert Share.from_line(share.as_line().decode()) == share


def test_statements_are_counted_once_however_often_they_are_sent() -> None:
    events: Counter[str] = Counter()
    share = Share(PEOPLE, SETTINGS, tuple(range(LANES)), disordered=True)
    publisher = Remembering()
    sent = asyncio.run(send(share, publisher, events, lambda _: None))
    assert sent == len(publisher.sent) > 1.2 * events.total()
    assert events == Counter(s.type for s in PEOPLE.statements())


def test_a_rate_is_kept_by_the_clock_and_order_stays() -> None:
    publisher = Remembering()
    told: list[int] = []
    share = Share(PEOPLE, SETTINGS, tuple(range(LANES)), rate=4_000)
    sent = asyncio.run(send(share, publisher, Counter(), told.append))
    expected = list(PEOPLE.records())
    assert [r.value for r in publisher.sent] == [r.value for r in expected]
    assert sent == len(expected) == told[-1]
    seconds = publisher.times[-1] - publisher.times[0]
    assert 0.5 * sent / 4_000 < seconds < 2 * sent / 4_000 + 1


def app(settings: KafkaSettings = SETTINGS) -> typer.Typer:
    made = typer.Typer()
    made.callback()(lambda: None)
    made.command("simulate")(commands.simulate_command(lambda: settings))
    return made


def stand_in(monkeypatch: pytest.MonkeyPatch, outcome: Summary | Exception) -> None:
    async def run(work: list[Share], tell: Callable[[int], None]) -> Summary:
        if isinstance(outcome, Exception):
            raise outcome
        tell(outcome.sent)
        return outcome

    monkeypatch.setattr(commands, "run", run)


def test_json_is_one_object_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, Summary(Counter(PersonRegistered=10), 13, 2.0))
    result = CliRunner().invoke(app(), ["simulate", "--patients", "10", "--until", "2025-01-01", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout) == {
        "events": {"PersonRegistered": 10},
        "sent": 13,
        "repeated": 3,
        "seconds": 2.0,
        "events_per_second": 6.5,
        "until": "2025-01-01",
    }


def test_without_json_it_ends_with_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, Summary(Counter(PersonRegistered=10), 13, 2.0))
    result = CliRunner().invoke(app(), ["simulate", "--patients", "10", "--until", "2025-01-01"])
    assert result.stdout.startswith("Sent 13 events, 3 of them repeats, until 2025-01-01")


def test_a_refusal_ends_with_exit_code_1(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in(monkeypatch, PublishingFailed("Kafka refuses the records"))
    result = CliRunner().invoke(app(), ["simulate", "--patients", "10"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "refuses" in result.stderr


@pytest.mark.parametrize(
    "arguments", [["--patients", "0"], ["--patients", "5000000"], ["--patients", "5", "--until", "x"]]
)
def test_bad_input_ends_with_exit_code_2(arguments: list[str]) -> None:
    assert CliRunner().invoke(app(), ["simulate", *arguments]).exit_code == 2


def test_without_a_broker_it_ends_with_exit_code_3() -> None:
    result = CliRunner().invoke(app(), ["simulate", "--patients", "5"])
    assert (result.exit_code, result.stdout) == (3, "")
    assert "127.0.0.1:1" in result.stderr
