"""Encounter → VisitRecorded."""

from datetime import UTC, datetime

import pytest

from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import ACTS, ALL, AROUND, VISIT, bundle


def test_an_encounter_is_a_visit_with_its_provider_and_practitioner(publish: Publish) -> None:
    visit = publish(bundle(*AROUND[:3], VISIT | {"reasonCode": [{"text": "Kaszel"}]})).one("VisitRecorded")
    assert (visit["patient"], visit["visit_kind"], visit["diagnosis"]) == ("14300530581", "visit", "Kaszel")
    assert visit["started_at"] == datetime(2026, 1, 10, 8, tzinfo=UTC)
    assert visit["ended_at"] == visit["occurred_at"] == datetime(2026, 1, 10, 8, 30, tzinfo=UTC)
    assert (visit["provider"], visit["practitioner"], visit["profession"]) == ("000000001688", "5425740", "physician")


def test_a_dose_and_its_visit_speak_of_one_number(publish: Publish) -> None:
    published = publish(bundle(*ALL))
    assert published.one("VisitRecorded")["visit"] == published.one("VaccinationDoseRecorded")["visit"]


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("AMB", "visit"),
        ("VR", "teleconsultation"),
        ("HH", "home_visit"),
        ("IMP", "stay"),
        ("ACUTE", "stay"),
        ("EMER", "emergency"),
        ("something", "visit"),
    ],
)
def test_the_class_says_the_kind(publish: Publish, code, kind) -> None:
    visit = VISIT | {"class": {"system": ACTS, "code": code}}
    assert publish(bundle(*AROUND[:3], visit)).one("VisitRecorded")["visit_kind"] == kind


def test_without_class_an_admission_is_a_stay(publish: Publish) -> None:
    visit = {name: value for name, value in VISIT.items() if name != "class"}
    assert publish(bundle(*AROUND[:3], visit | {"hospitalization": {}})).one("VisitRecorded")["visit_kind"] == "stay"


@pytest.mark.parametrize("status", ["finished", "in-progress", "arrived", "triaged", "onleave", "unknown", None])
def test_whatever_took_place_is_recorded(publish: Publish, status) -> None:
    assert len(publish(bundle(*AROUND[:3], VISIT | {"status": status})).of("VisitRecorded")) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "planned"}, "status planned"),
        ({"status": "cancelled"}, "status cancelled"),
        ({"status": "entered-in-error"}, "status entered-in-error"),
        ({"period": {"start": "2026-01"}}, "no day on which it began"),
        ({"subject": {"reference": "Group/g1"}}, "subject is no Patient"),
        (
            {"serviceProvider": None},
            "no provider is named, by it or by its Encounter (--synthetic-identifiers derives one)",
        ),
    ],
)
def test_what_did_not_happen_or_says_nothing_is_counted_with_its_reason(publish: Publish, change, reason) -> None:
    published = publish(bundle(*AROUND[:3], {"resourceType": "Group", "id": "g1"}, VISIT | change))
    assert published.wrong == []
    assert dict(published.counts.not_mapped) == {("Encounter", reason): 1}


def test_without_a_period_its_parts_say_when_it_began(publish: Publish) -> None:
    history = [{"status": "arrived", "period": {"start": "2026-01-09T10:00:00Z"}}]
    visit = publish(bundle(*AROUND[:3], VISIT | {"period": None, "statusHistory": history})).one("VisitRecorded")
    assert visit["started_at"] == datetime(2026, 1, 9, 10, tzinfo=UTC)


def test_a_mere_day_ends_nothing_that_began_within_it(publish: Publish) -> None:
    visit = VISIT | {"period": {"start": "2026-01-10T09:00:00+01:00", "end": "2026-01-10"}}
    assert publish(bundle(*AROUND[:3], visit)).one("VisitRecorded")["ended_at"] is None


def test_a_visit_that_ends_before_it_begins_is_refused(publish: Publish) -> None:
    visit = VISIT | {"period": {"start": "2026-01-10T09:00:00+01:00", "end": "2026-01-08"}}
    (wrong,) = publish(bundle(*AROUND[:3], visit)).wrong
    assert "ended_at of its VisitRecorded must not be earlier than started_at: correct it" in wrong


def test_a_place_names_the_provider_where_the_visit_does_not(publish: Publish) -> None:
    place = {"resourceType": "Location", "id": "l1", "managingOrganization": {"reference": "Organization/o1"}}
    visit = VISIT | {"serviceProvider": None, "location": [{"location": {"reference": "Location/l1"}}]}
    assert publish(bundle(*AROUND[:3], place, visit)).one("VisitRecorded")["provider"] == "000000001688"
