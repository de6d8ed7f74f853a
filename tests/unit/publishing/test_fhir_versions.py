"""The same bundle says the same, a corrected one something new, and nothing ties."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kartoteka.publishing.fhir.run import Run
from kartoteka.publishing.fhir.versions import Journal
from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import (
    ALL,
    AROUND,
    DOSE,
    NOW,
    PATIENT,
    PESEL_SYSTEM,
    Json,
    Published,
    bundle,
    polish,
)


def test_the_same_bundle_gives_the_same_bytes_in_any_run_and_beside_any_other(publish: Publish) -> None:
    stranger = bundle(PATIENT | {"id": "p2", "identifier": polish(PESEL_SYSTEM, "44051401359")})
    alone = publish(bundle(*ALL))
    beside = publish(stranger, bundle(*ALL), now=datetime(2027, 1, 1, tzinfo=UTC))
    assert alone.statements
    assert [s.record("x") for s in alone.statements] == [s.record("x") for s in beside.statements[1:]]


def test_a_corrected_resource_is_a_new_statement_and_a_corrected_neighbour_too(publish: Publish) -> None:
    first = publish(bundle(*ALL)).one("VaccinationDoseRecorded")
    corrected = publish(bundle(*ALL[:4], DOSE | {"lotNumber": "A1"})).one("VaccinationDoseRecorded")
    moved = publish(bundle(*ALL[:4], DOSE, DOSE | {"id": "i0", "occurrenceDateTime": "2025-01-01"}))
    second = next(dose for dose in moved.of("VaccinationDoseRecorded") if dose["dose_number"] == 2)
    assert len({first["event_id"], corrected["event_id"], second["event_id"]}) == 3
    assert first["vaccination"] == corrected["vaccination"] == second["vaccination"]


def test_the_resource_the_bundle_and_the_option_say_in_this_order_when_it_was_stated(
    publish: Publish,
) -> None:
    stated, stamp = datetime(2026, 3, 1, tzinfo=UTC), "2026-03-02T00:00:00Z"
    updated = PATIENT | {"meta": {"lastUpdated": "2026-03-03T00:00:00Z"}}
    days = [
        publish(bundle(updated, timestamp=stamp), stated_at=stated).one("PersonRegistered")["occurred_at"].day,
        publish(bundle(PATIENT, timestamp=stamp), stated_at=stated).one("PersonRegistered")["occurred_at"].day,
        publish(bundle(PATIENT), stated_at=stated).one("PersonRegistered")["occurred_at"].day,
    ]
    assert days == [3, 2, 1]


def test_two_versions_of_one_time_are_refused(publish: Publish) -> None:
    published = publish(bundle(*ALL), bundle(*ALL[:4], DOSE | {"lotNumber": "A1"}))
    assert len(published.wrong) == 1
    assert "entry[4] Immunization/i1" in published.wrong[0]
    assert "--stated-at" in published.wrong[0]


def test_two_versions_of_which_one_is_stated_later_are_two_statements(publish: Publish) -> None:
    later = PATIENT | {"meta": {"lastUpdated": "2026-03-03T00:00:00Z"}, "gender": "male", "active": True}
    assert len(publish(bundle(PATIENT), bundle(later)).of("PersonRegistered")) == 2


@pytest.fixture
def in_turn(tmp_path: Path) -> Callable[..., Published]:
    """One run after the other in one data folder."""

    def run(content: Json, stated_at: datetime | None = None, publisher: str = "clinic-1") -> Published:
        path = tmp_path / "bundle.json"
        path.write_text(json.dumps(content))
        with Journal(tmp_path / "data" / "published.sqlite", publisher) as journal:
            return Published(Run([path], False, stated_at, NOW, journal))

    return run


def test_a_correction_in_a_later_run_that_would_only_tie_is_refused_until_somebody_states_a_time(in_turn) -> None:
    corrected = bundle(*AROUND, DOSE | {"lotNumber": "A1"})
    assert in_turn(bundle(*AROUND, DOSE)).wrong == []
    (wrong,) = in_turn(corrected).wrong
    assert wrong.startswith("entry[4] Immunization/i1: ")
    assert "--stated-at" in wrong
    assert in_turn(corrected, stated_at=NOW).wrong == []


def test_a_correction_that_nobody_dated_does_not_lose_unseen(in_turn) -> None:
    assert in_turn(bundle(PATIENT), stated_at=NOW).wrong == []
    assert len(in_turn(bundle(PATIENT | {"active": True})).wrong) == 1
    assert in_turn(bundle(PATIENT)).wrong == []


def test_the_same_bundle_may_be_published_as_often_as_one_likes(in_turn) -> None:
    assert all(in_turn(bundle(*ALL)).wrong == [] for _ in range(3))


def test_what_another_publisher_says_ties_with_nothing(in_turn) -> None:
    in_turn(bundle(PATIENT))
    assert in_turn(bundle(PATIENT | {"active": True}), publisher="clinic-2").wrong == []


def test_the_journal_holds_no_number_and_is_nobody_elses_to_read(in_turn, tmp_path) -> None:
    in_turn(bundle(*ALL))
    journal = tmp_path / "data" / "published.sqlite"
    assert b"14300530581" not in journal.read_bytes()
    assert journal.stat().st_mode & 0o077 == 0


def test_a_check_alone_is_not_remembered(publish: Publish, tmp_path) -> None:
    publish(bundle(PATIENT))
    assert not (tmp_path / "data").exists()
