"""Coverage → EntitlementConfirmed."""

from datetime import date

import pytest

from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import ACTS, COVERAGE, PATIENT, Json, bundle

RELATIONSHIPS = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"


def of_type(code: str) -> Json:
    return {"type": {"coding": [{"system": ACTS, "code": code}]}}


def of_relationship(code: str) -> Json:
    return {"relationship": {"coding": [{"system": RELATIONSHIPS, "code": code}]}}


def test_a_coverage_confirms_an_entitlement_and_no_title(publish: Publish) -> None:
    published = publish(bundle(PATIENT, COVERAGE))
    entitlement = published.one("EntitlementConfirmed")
    assert (entitlement["patient"], entitlement["ground"]) == ("14300530581", "other")
    assert (entitlement["as_of"], entitlement["valid_until"]) == (date(2025, 1, 1), date(2026, 1, 1))
    assert {statement.topic for statement in published.statements} == {"registry.events.v1", "nfz.events.v1"}


@pytest.mark.parametrize(
    ("change", "ground"),
    [
        (of_type("HIP"), "other"),
        (of_type("RETIRE"), "pension"),
        (of_type("SOCIAL"), "social_assistance"),
        (of_type("MILITARY"), "uniformed_service"),
        (of_relationship("self"), "insured"),
        (of_relationship("child"), "family_member"),
        (of_relationship("injured"), "other"),
        ({"type": None}, "other"),
    ],
)
def test_the_ground_is_told_where_type_or_relationship_clearly_say_it(publish: Publish, change, ground) -> None:
    assert publish(bundle(PATIENT, COVERAGE | change)).one("EntitlementConfirmed")["ground"] == ground


def test_a_year_or_a_month_is_a_period_from_its_first_to_its_last_day(publish: Publish) -> None:
    coverage = COVERAGE | {"period": {"start": "2024", "end": "2025-02"}}
    entitlement = publish(bundle(PATIENT, coverage)).one("EntitlementConfirmed")
    assert (entitlement["as_of"], entitlement["valid_until"]) == (date(2024, 1, 1), date(2025, 3, 1))


def test_without_a_beginning_it_holds_from_the_day_of_the_statement(publish: Publish) -> None:
    coverage = COVERAGE | {"period": None, "meta": {"lastUpdated": "2026-02-01T23:30:00Z"}}
    assert publish(bundle(PATIENT, coverage)).one("EntitlementConfirmed")["as_of"] == date(2026, 2, 2)


def test_a_cancelled_coverage_held_until_its_end(publish: Publish) -> None:
    assert publish(bundle(PATIENT, COVERAGE | {"status": "cancelled"})).one("EntitlementConfirmed")["valid_until"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "draft"}, "status draft"),
        ({"status": "entered-in-error"}, "status entered-in-error"),
        ({"status": "cancelled", "period": {"start": "2025-01-01"}}, "status cancelled, and no end of its period"),
        ({"period": None}, "no day from which it holds (--stated-at TIME states one)"),
    ],
)
def test_what_confirms_nothing_is_counted_with_its_reason(publish: Publish, change, reason) -> None:
    published = publish(bundle(PATIENT, COVERAGE | change))
    assert published.wrong == []
    assert dict(published.counts.not_mapped) == {("Coverage", reason): 1}
