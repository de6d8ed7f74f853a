"""``publish fhir``: its answer, its exit codes, and what it remembers."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kartoteka.publishing import BrokerUnreachable, KafkaSettings
from kartoteka.publishing import outcome as outcome_module
from kartoteka.publishing.commands import publish_app
from tests.unit.publishing.fhir_samples import ALL, DOSE, PATIENT, Json, bundle
from tests.unit.publishing.test_publish_command import Kafka

Run = Callable[..., Result]


@pytest.fixture
def kafka(monkeypatch: pytest.MonkeyPatch) -> Kafka:
    kafka = Kafka()
    monkeypatch.setattr(outcome_module, "BlockingPublisher", kafka)
    return kafka


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "data" / "published.sqlite"


@pytest.fixture
def run(tmp_path: Path, kafka: Kafka, journal: Path) -> Run:
    """Publishes one bundle."""
    app = publish_app(lambda: KafkaSettings("kafka.example:9092"), lambda: journal)

    def publish(content: Json, *options: str) -> Result:
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps(content))
        return CliRunner().invoke(app, ["fhir", str(path), "--json", *options])

    return publish


def test_the_answer_tells_what_became_of_every_resource(run: Run, kafka) -> None:
    result = run(bundle(*ALL, DOSE | {"id": "i2", "status": "not-done"}, {"resourceType": "Claim", "id": "x"}))
    told = json.loads(result.stdout)
    assert (result.exit_code, told["bundles"], told["resources"]) == (0, 1, 8)
    assert told["mapped"] == {"Patient": 1, "Encounter": 1, "Immunization": 1, "MedicationRequest": 1}
    assert told["sent"] == sum(told["events"].values()) == len(kafka.sent) == 5
    assert told["not_mapped"] == [{"resource_type": "Immunization", "reason": "status not-done", "count": 1}]
    assert told["no_counterpart_yet"] == {"Organization": 1, "Practitioner": 1, "Claim": 1}
    assert (told["problems"], told["error"], told["dry_run"]) == ([], None, False)


def test_a_problem_is_told_with_file_and_place_and_nothing_is_sent(run: Run, kafka, tmp_path) -> None:
    result = run(bundle(*ALL, PATIENT | {"id": "p2"}))
    (problem,) = json.loads(result.stdout)["problems"]
    assert result.exit_code == 2
    assert problem["file"] == str(tmp_path / "bundle.json")
    assert problem["place"] == "entry[6] Patient/p2"
    assert "have one PESEL" in problem["problem"]
    assert kafka.sent == []


def test_a_correction_that_would_only_tie_is_refused_and_sent_with_a_time(run: Run, kafka) -> None:
    corrected = bundle(PATIENT | {"active": True})
    assert run(bundle(PATIENT)).exit_code == 0
    assert run(bundle(PATIENT)).exit_code == 0
    refused = run(corrected)
    assert refused.exit_code == 2
    assert "--stated-at" in json.loads(refused.stdout)["problems"][0]["problem"]
    assert len(kafka.sent) == 2
    assert run(corrected, "--stated-at", "2026-03-01").exit_code == 0
    assert len(kafka.sent) == 3


def test_what_was_not_sent_is_not_remembered(run: Run, kafka, journal) -> None:
    kafka.fails = BrokerUnreachable("no Kafka broker answers")
    assert run(bundle(PATIENT)).exit_code == 3
    assert run(bundle(PATIENT), "--dry-run").exit_code == 0
    assert not journal.parent.exists()


def test_a_journal_that_cannot_be_used_is_said(run: Run, journal) -> None:
    journal.mkdir(parents=True)
    result = run(bundle(PATIENT))
    assert result.exit_code == 1
    assert "published.sqlite cannot be used" in json.loads(result.stdout)["error"]
