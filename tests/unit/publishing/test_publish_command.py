"""The command: exit codes, what stands on which stream, and that nothing is half sent."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kartoteka.publishing import BrokerUnreachable, KafkaNotConfigured, KafkaSettings, PublishingFailed, Record
from kartoteka.publishing import outcome as outcome_module
from kartoteka.publishing.commands import publish_app

Run = Callable[..., Result]
BUNDLE = {"resourceType": "Bundle", "type": "collection", "entry": []}


class Kafka:
    """Takes every record, or fails as told."""

    def __init__(self) -> None:
        self.sent: list[Record] = []
        self.fails: Exception | None = None

    def __call__(self, settings: KafkaSettings, publisher: str) -> "Kafka":
        return self

    def __enter__(self) -> "Kafka":
        if isinstance(self.fails, BrokerUnreachable):
            raise self.fails
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def send_all(self, ready: Iterable[Record], tell: Callable[[int], None]) -> int:
        self.sent.extend(ready)
        if self.fails:
            raise self.fails
        tell(len(self.sent))
        return len(self.sent)


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    kafka = Kafka()
    monkeypatch.setattr(outcome_module, "BlockingPublisher", kafka)
    return kafka


@pytest.fixture
def run() -> Run:
    app = publish_app(lambda: KafkaSettings("kafka.example:9092"))
    return lambda *arguments, **more: CliRunner().invoke(app, [str(a) for a in arguments], **more)


@pytest.fixture
def lines(tmp_path: Path, title: dict[str, Any]) -> Path:
    """A file with one line in order and one that is not."""
    path = tmp_path / "lines.jsonl"
    path.write_text(json.dumps(title) + "\n" + json.dumps(title | {"payer": "1", "valid_from": 5}) + "\n")
    return path


@pytest.fixture
def good(tmp_path: Path, title: dict[str, Any]) -> Path:
    path = tmp_path / "good.jsonl"
    path.write_text(json.dumps(title) + "\n")
    return path


def test_the_command_does_not_load_what_only_fetches_jars() -> None:
    program = "import sys, services.operations.main; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert "kartoteka.publishing.commands" in loaded
    assert {"jgo", "requests", "kartoteka.publishing.events"}.isdisjoint(loaded)


def test_a_file_in_order_is_sent(run: Run, kafka, good) -> None:
    result = run("jsonl", good)
    assert result.exit_code == 0
    assert result.stdout == "1 read, 1 in order, 1 sent.\n"
    assert dict(kafka.sent[0].headers)["publisher"] == b"example"


def test_one_problem_and_nothing_is_sent(run: Run, kafka, lines) -> None:
    result = run("jsonl", lines)
    assert result.exit_code == 2
    assert kafka.sent == []
    assert [line.partition(": ")[0] for line in result.stderr.splitlines()] == [
        f"{lines}:2 valid_from",
        f"{lines}:2 payer",
    ]
    assert "nothing was sent" in result.stdout


HALF = [
    pytest.param(lambda raw: raw + raw[:60], id="a line cut in the middle"),
    pytest.param(lambda raw: raw + raw.replace(b'"011000"', b'"\\ud800"'), id="half of a character"),
    pytest.param(lambda raw: raw + raw.replace(b'"011000"', b"NaN"), id="NaN"),
    pytest.param(lambda raw: raw + raw.replace(b'"011000"', b"9223372036854775808"), id="2^63"),
    pytest.param(lambda raw: raw + raw.replace(b"2026-01-01", b"1899-12-31"), id="1899"),
    pytest.param(lambda raw: raw + b"x" * 2 * 1024 * 1024 + b"\n", id="a very long line"),
    pytest.param(lambda raw: raw.decode().encode("utf-16"), id="UTF-16"),
    pytest.param(lambda raw: raw * 3 + b'{"type": "PersonDied", "type": "PersonDied"}', id="a key twice"),
]


@pytest.mark.parametrize("spoil", HALF)
def test_of_a_file_with_one_line_that_cannot_be_understood_nothing_is_half_sent(run: Run, kafka, good, spoil) -> None:
    good.write_bytes(spoil(good.read_bytes()))
    result = run("jsonl", good)
    assert (result.exit_code, kafka.sent) == (2, [])
    assert all(line.startswith(f"{good}:") for line in result.stderr.splitlines())


def test_partial_sends_what_is_in_order_and_still_exits_with_2(run: Run, kafka, lines) -> None:
    result = run("jsonl", lines, "--partial")
    assert result.exit_code == 2
    assert len(kafka.sent) == 1


def test_a_dry_run_checks_and_sends_nothing(run: Run, kafka, good, lines) -> None:
    assert run("jsonl", good, "--dry-run").exit_code == 0
    assert run("jsonl", lines, "--dry-run", "--partial").exit_code == 2
    assert kafka.sent == []


def test_json_is_one_object_on_standard_output_and_nothing_else(run: Run, kafka, lines) -> None:
    result = run("jsonl", lines, "--partial", "--json")
    assert result.stderr == ""
    assert json.loads(result.stdout) == {
        "file": str(lines),
        "read": 2,
        "valid": 1,
        "sent": 1,
        "events": {"InsuranceTitleOpened": 1},
        "dry_run": False,
        "problems": [
            {"line": 2, "path": "valid_from", "problem": "must be a day such as 2026-03-01"},
            {"line": 2, "path": "payer", "problem": "must have the form ^[0-9]{10}$"},
        ],
        "error": None,
    }


def test_standard_input_is_checked_to_its_end_before_anything_is_sent(run: Run, kafka, lines, good) -> None:
    assert run("jsonl", "-", input=lines.read_bytes()).exit_code == 2
    assert kafka.sent == []
    assert run("jsonl", "-", input=good.read_bytes()).exit_code == 0
    assert len(kafka.sent) == 1


def test_a_pipe_can_be_read_twice(monkeypatch, good) -> None:
    import os

    from kartoteka.publishing.source import opened

    reading, writing = os.pipe()
    os.write(writing, good.read_bytes())
    os.close(writing)
    with os.fdopen(reading) as pipe:
        monkeypatch.setattr(sys, "stdin", pipe)
        with opened("-") as file:
            first = file.read()
            file.seek(0)
            assert first == file.read() == good.read_bytes()


def test_the_publisher_is_as_said_unless_the_line_says_it(run: Run, kafka, tmp_path, title) -> None:
    path = tmp_path / "two.jsonl"
    path.write_text(json.dumps(title) + "\n" + json.dumps(title | {"publisher": "zus"}))
    run("jsonl", path, "--publisher", "clinic-7")
    assert [dict(record.headers)["publisher"] for record in kafka.sent] == [b"clinic-7", b"zus"]


def test_examples_are_filled_in_for_a_day(run: Run, kafka, examples) -> None:
    assert run("jsonl", examples / "families.jsonl").exit_code == 2
    assert run("jsonl", examples / "families.jsonl", "--today", "2026-03-01").exit_code == 0
    assert len(kafka.sent) == len((examples / "families.jsonl").read_text().splitlines())


@pytest.mark.parametrize("arguments", [["jsonl", "missing.jsonl"], ["jsonl", "."], ["fhir", "missing.json"]])
def test_a_file_that_cannot_be_read_is_bad_input(run: Run, kafka, arguments) -> None:
    result = run(*arguments, "--json")
    assert result.exit_code == 2
    assert arguments[1] in json.loads(result.stdout)["error"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--publisher", "44051401359"],
        ["--today", "yesterday"],
        ["--unknown"],
    ],
)
def test_wrong_options_are_bad_input(run: Run, kafka, good, arguments) -> None:
    assert run("jsonl", good, *arguments).exit_code == 2
    assert kafka.sent == []


def test_stated_at_needs_an_offset(run: Run, kafka, examples) -> None:
    assert run("fhir", examples / "fhir", "--stated-at", "2026-03-01T09:30:00", "--dry-run").exit_code == 2


def test_no_broker_is_not_running(run: Run, kafka, good) -> None:
    kafka.fails = BrokerUnreachable("no Kafka broker answers at kafka.example:9092: is it running?")
    result = run("jsonl", good)
    assert result.exit_code == 3
    assert "kafka.example:9092" in result.stderr
    assert json.loads(run("jsonl", good, "--json").stdout)["sent"] == 0


def test_no_address_is_not_running(kafka, good) -> None:
    def nobody_knows() -> KafkaSettings:
        raise KafkaNotConfigured("KAFKA_BOOTSTRAP_SERVERS is not set")

    assert CliRunner().invoke(publish_app(nobody_knows), ["jsonl", str(good)]).exit_code == 3


def test_a_failure_on_the_way_says_how_much_arrived_and_what_to_do(run: Run, kafka, good) -> None:
    kafka.fails = PublishingFailed("it is gone", acknowledged=1)
    result = run("jsonl", good)
    assert result.exit_code == 1
    assert "acknowledged 1 of 1" in result.stderr
    assert "send the same file again" in result.stderr


def test_bundles_are_mapped_sent_and_told(run: Run, kafka, examples) -> None:
    result = run("fhir", examples / "fhir", "--synthetic-identifiers", "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["sent"] == len(kafka.sent) == sum(told["events"].values())
    assert told["mapped"]["Patient"] == 3
    assert told["no_counterpart_yet"]["Claim"] > 0


def test_bundles_without_polish_numbers_are_refused_naming_the_option(run: Run, kafka, examples) -> None:
    result = run("fhir", examples / "fhir")
    assert result.exit_code == 2
    assert "--synthetic-identifiers" in result.stderr
    assert kafka.sent == []


def test_an_empty_bundle_is_fine_and_sends_nothing(run: Run, kafka, tmp_path) -> None:
    path = tmp_path / "empty.json"
    path.write_text(json.dumps(BUNDLE))
    assert run("fhir", path).exit_code == 0
    assert kafka.sent == []
