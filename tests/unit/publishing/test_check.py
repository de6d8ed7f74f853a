"""The conformance check: what would be refused, what is odd but accepted, what a sample shows; without any Kafka."""

import json
import uuid
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from typer.testing import CliRunner

from kartoteka.publishing import KafkaSettings
from kartoteka.publishing import conformance as conformance_module
from kartoteka.publishing.commands import publish_app
from kartoteka.publishing.oddities import FIRST
from schemas import event_types
from tests.statements import EXAMPLES, NOW, event

Json = dict[str, Any]
Check = Callable[..., Result]


def nobody() -> KafkaSettings:
    raise AssertionError("the check must not ask where Kafka is")


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Checks lines given as objects, each list one file, or files by name."""

    def check(*files: list[Json] | Path | str, **options: str) -> Result:
        names = []
        for number, lines in enumerate(files):
            if isinstance(lines, list):
                path = tmp_path / f"{number}.jsonl"
                path.write_text("".join(json.dumps(line) + "\n" for line in lines))
                names.append(str(path))
            else:
                names.append(str(lines))
        arguments = [part for name, value in options.items() for part in (f"--{name}", value) if part]
        return CliRunner().invoke(publish_app(nobody), ["check", *names, *arguments])

    return check


def line(name: str, moment: int = 0, **changes: Any) -> Json:
    """An event of the examples as a line; each moment is a minute later."""
    stated = event(name, uuid.uuid4(), occurred_at=NOW + timedelta(minutes=moment), **changes)
    written: Json = json.loads(
        json.dumps(stated, default=lambda v: v.isoformat() if isinstance(v, datetime | date) else str(v))
    )
    return {"type": name, **written}


def told(result: Result) -> Json:
    answer: Json = json.loads(result.stdout)
    return answer


def warnings(result: Result) -> list[tuple[str, str]]:
    assert result.exit_code == 0, result.output
    return [(one["path"], one["warning"]) for one in told(result)["warnings"]]


def test_a_sample_of_every_type_is_accepted_and_covers_everything(check: Check) -> None:
    result = check([line(name, number) for number, name in enumerate(EXAMPLES)], json="")
    assert result.exit_code == 0, result.output
    answer = told(result)
    assert (answer["read"], answer["in_order"], answer["problems"]) == (len(EXAMPLES), len(EXAMPLES), [])
    assert answer["not_covered"] == {topic: [] for topic in answer["not_covered"]}
    assert len(answer["not_covered"]) == 5


def test_what_a_topic_takes_and_the_sample_does_not_show_is_named(check: Check) -> None:
    answer = told(check([line("LanguageChosen")], json=""))
    assert answer["events"] == {"LanguageChosen": 1}
    assert list(answer["not_covered"]) == ["patient.events.v1"]
    assert "IrregularityReported" in answer["not_covered"]["patient.events.v1"]


def test_what_would_be_refused_is_told_with_place_and_remedy_and_exit_code_2(check: Check) -> None:
    result = check([line("LanguageChosen"), line("LanguageChosen", patient="85010112344")])
    assert result.exit_code == 2
    assert ":2 patient: is no PESEL" in result.stderr
    assert "2 read, 1 in order, 1 refused." in result.stdout
    assert "mend what is listed" in result.stdout
    assert "85010112344" not in result.output


def test_one_event_id_with_two_contents_is_found_across_files(check: Check) -> None:
    died = line("PersonDied")
    result = check([died], [died, died | {"died_on": "2026-02-21"}])
    assert result.exit_code == 2
    assert "with other content: a new statement needs a new id" in result.stderr
    other = check([died], [died | {"died_on": "2026-02-21"}])
    assert other.exit_code == 2
    assert "1.jsonl:1 event_id: stands in" in other.stderr
    assert "0.jsonl:1 too" in other.stderr
    assert check([died], [died]).exit_code == 0


def test_numbers_that_the_register_announces_in_one_file_may_be_named_in_the_next(check: Check) -> None:
    odd = "85010112344"
    announced, spoken = line("PersonRegistered", person=odd), line("LanguageChosen", patient=odd)
    assert check([announced], [spoken]).exit_code == 0
    assert check([spoken], [announced]).exit_code == 2


def test_a_pesel_in_a_header_is_refused(check: Check) -> None:
    hidden = line("LanguageChosen") | {"event_id": "85010112-3450-4000-8000-000000000000"}
    assert check([hidden]).exit_code == 0
    smuggled = line("LanguageChosen") | {"event_id": "00000000-0000-4000-8000-085010112345"}
    result = check([smuggled])
    assert result.exit_code == 2
    assert "PESEL into a header" in result.stderr
    assert "85010112345" not in result.output


@pytest.mark.parametrize(
    ("spoiled", "says"),
    [("decoded", "does not come back from Avro"), ("limit", "is larger than 10 bytes")],
)
def test_what_is_lost_on_the_way_is_noticed(check: Check, monkeypatch, spoiled, says) -> None:
    if spoiled == "limit":
        monkeypatch.setattr(conformance_module, "VALUE_LIMIT_BYTES", 10)
    else:
        monkeypatch.setattr(conformance_module, "decoded", lambda value: {})
    result = check([line("LanguageChosen")])
    assert result.exit_code == 2
    assert says in result.stderr


def test_a_file_that_cannot_be_read_is_bad_input(check: Check) -> None:
    result = check("missing.jsonl", json="")
    assert result.exit_code == 2
    assert "missing.jsonl cannot be read" in told(result)["error"]
    assert check("missing.json").exit_code == 2


def test_bundles_are_checked_too_and_may_stand_beside_lines(check: Check, examples: Path) -> None:
    bundles = sorted((examples / "fhir").iterdir())
    refused = check(*bundles)
    assert refused.exit_code == 2
    assert "--synthetic-identifiers" in refused.stderr
    options = {"synthetic-identifiers": "", "json": ""}
    answer = told(check(*bundles, [line("LanguageChosen")], **options))
    assert answer["in_order"] == answer["read"] == sum(answer["events"].values()) > 10
    assert answer["events"]["LanguageChosen"] == 1
    assert answer["events"]["PersonRegistered"] == 3


def test_an_empty_sample_says_that_there_is_nothing(check: Check) -> None:
    result = check([])
    assert (result.exit_code, "There is nothing in it." in result.stdout) == (0, True)


# Odd, and accepted


def test_a_good_sample_is_not_odd(check: Check) -> None:
    course = [line("PrescriptionIssued"), line("PrescriptionDispensed", 1), line("PrescriptionCancelled", 2)]
    assert warnings(check(course, json="")) == []


@pytest.mark.parametrize("follower", ["PrescriptionDispensed", "PrescriptionCancelled"])
def test_a_medicine_dispensed_or_cancelled_before_it_was_prescribed_is_odd(check: Check, follower) -> None:
    path = "dispensed_at" if follower == "PrescriptionDispensed" else "cancelled_at"
    early = line(follower, 1) | {path: "2026-02-28T12:00:00Z"}
    ((found, says),) = warnings(check([line("PrescriptionIssued"), early], json=""))
    assert found == path
    assert "before that of the PrescriptionIssued" in says


@pytest.mark.parametrize(
    ("follower", "first"),
    [("VaccinationDoseClosed", "VaccinationDoseRecorded"), ("PrescriptionDispensed", "PrescriptionIssued"),
     ("InsuranceTitleClosed", "InsuranceTitleOpened"), ("SickLeaveCancelled", "SickLeaveIssued")],
)  # fmt: skip
def test_what_follows_without_a_beginning_is_odd(check: Check, follower, first) -> None:
    ((_, says),) = warnings(check([line(follower)], json=""))
    assert f"no {first} names it" in says
    assert warnings(check([line(first), line(follower, 1)], json="")) == []


def test_two_versions_of_one_statement_at_the_same_moment_are_odd(check: Check) -> None:
    first, second = line("PrescriptionIssued"), line("PrescriptionIssued", chronic=True)
    ((path, says),) = warnings(check([first, second], json=""))
    assert path == "occurred_at"
    assert "left to the event ids" in says
    assert warnings(check([first, second | {"occurred_at": "2026-03-01T12:00:01Z"}], json="")) == []


def test_the_same_said_again_under_another_event_id_is_odd(check: Check) -> None:
    ((path, says),) = warnings(check([line("PersonDied"), line("PersonDied", 1)], json=""))
    assert path == "event_id"
    assert "a re-send keeps its event id" in says


@pytest.mark.parametrize("odd", [str(uuid.uuid1()), str(uuid.UUID(int=0)), "00000000-0000-6000-8000-000000000000"])
def test_event_ids_that_others_may_give_too_are_odd(check: Check, odd) -> None:
    ((path, says),) = warnings(check([line("PersonDied") | {"event_id": odd}], json=""))
    assert path == "event_id"
    assert "use version 4 or 7" in says
    fine = str(uuid.uuid5(uuid.NAMESPACE_URL, "our key"))
    assert warnings(check([line("PersonDied") | {"event_id": fine}], json="")) == []


def test_what_begins_an_entry_is_an_event_of_that_kind() -> None:
    assert {kind: event_types()[name].entry_kind for kind, name in FIRST.items()} == {kind: kind for kind in FIRST}
    followed = {kind.entry_kind for kind in event_types().values() if kind.entry_fields and kind.published}
    alone = {"contribution", "ekuz", "parental-rights", "primary-care", "settled-service", "test-result"}
    assert followed == set(FIRST) | alone
