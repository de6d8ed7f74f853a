"""The bundles that are shipped: every instance of the mapped types becomes a statement."""

from datetime import UTC, datetime

import pytest

from kartoteka.publishing.fhir.run import Run

# After the latest of their dates.
NOW = datetime(2026, 12, 31, tzinfo=UTC)


@pytest.fixture
def run(examples) -> Run:
    run = Run(sorted((examples / "fhir").iterdir()), synthetic=True, stated_at=None, now=NOW)
    assert list(run.check()) == []
    return run


def test_every_instance_of_a_mapped_type_is_mapped(run: Run) -> None:
    assert run.counts.not_mapped == {}
    assert run.counts.mapped == {
        "Patient": 3,
        "Encounter": 69,
        "Immunization": 97,
        "MedicationRequest": 9,
        "DiagnosticReport": 47,
        "DocumentReference": 56,
        "Coverage": 2,
    }


def test_each_says_what_it_has_to_say(run: Run) -> None:
    assert run.counts.events == {
        "PersonRegistered": 3,
        "VisitRecorded": 69,
        "VaccinationDoseRecorded": 97,
        "VaccinationDoseClosed": 97,
        "PrescriptionIssued": 9,
        "TestResultPublished": 47,
        "DocumentIndexed": 56,
        "EntitlementConfirmed": 2,
    }
    assert run.counts.events.total() == sum(1 for _ in run.statements())


def test_the_rest_is_counted_and_named(run: Run) -> None:
    assert run.counts.resources == 1464
    assert run.counts.no_counterpart_yet.total() == 1464 - run.counts.mapped.total()
    assert {"Claim", "Condition", "Observation", "Procedure"} <= run.counts.no_counterpart_yet.keys()
