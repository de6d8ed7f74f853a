"""Immunization → VaccinationDoseRecorded, and VaccinationDoseClosed."""

import re
from datetime import UTC, datetime

import pytest

from kartoteka.publishing.fhir.vaccines import target_disease
from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import ALL, AROUND, CVX, DOSE, ORGANIZATION, PATIENT, VISIT, bundle


def test_a_dose_is_recorded_and_closed_with_its_finished_visit(publish: Publish) -> None:
    published = publish(bundle(*ALL))
    assert published.wrong == []
    dose, closed = published.one("VaccinationDoseRecorded"), published.one("VaccinationDoseClosed")
    assert (dose["target_disease"], dose["product"], dose["dose_number"]) == ("HPV", "HPV9", 1)
    assert dose["given_at"] == datetime(2026, 1, 10, 8, 15, 0, 123456, tzinfo=UTC)
    assert dose["provider"] == closed["provider"] == "000000001688"
    assert (closed["vaccination"], closed["visit"]) == (dose["vaccination"], dose["visit"])
    assert closed["closed_at"] == datetime(2026, 1, 10, 8, 30, tzinfo=UTC)


def test_an_unfinished_visit_leaves_the_dose_open(publish: Publish) -> None:
    published = publish(bundle(*ALL[:3], VISIT | {"status": "in-progress"}, DOSE))
    assert len(published.of("VaccinationDoseRecorded")) == 1
    assert published.of("VaccinationDoseClosed") == []


def test_doses_of_a_disease_are_counted_by_date_unless_they_say_which_they_are(publish: Publish) -> None:
    later = DOSE | {"id": "i2", "occurrenceDateTime": "2026-02-10"}
    earlier = DOSE | {"id": "i0", "occurrenceDateTime": "2025-12-10"}
    flu = DOSE | {"id": "i3", "vaccineCode": {"coding": [{"system": CVX, "code": "140"}]}}
    booster = DOSE | {"id": "i4", "protocolApplied": [{"doseNumberPositiveInt": 7}]}
    numbers = {
        (dose["given_at"].month, dose["target_disease"], dose["dose_number"])
        for dose in publish(bundle(*ALL[:4], later, earlier, flu, booster)).of("VaccinationDoseRecorded")
    }
    assert numbers == {(12, "HPV", 1), (2, "HPV", 3), (1, "INFLUENZA", 1), (1, "HPV", 7)}


@pytest.mark.parametrize(
    ("codes", "disease"),
    [
        (["62"], "HPV"),
        (["137"], "HPV"),
        (["165"], "HPV"),
        (["3"], "MMR"),
        (["08"], "HEPB"),
        (["115"], "TDAP"),
        (["140"], "INFLUENZA"),
        (["213"], "COVID-19"),
        (["99999"], "OTHER"),
        ([], "OTHER"),
        (["99999", "21"], "VARICELLA"),
    ],
)
def test_the_disease_of_a_vaccine(codes, disease) -> None:
    assert target_disease(codes) == disease


def test_a_visit_that_ends_in_the_future_was_not_stated_in_the_future(publish: Publish) -> None:
    visit = VISIT | {"period": {"start": "2026-03-10T09:00:00Z", "end": "2026-03-17T09:00:00Z"}}
    closed = publish(bundle(*ALL[:3], visit, DOSE)).one("VaccinationDoseClosed")
    assert closed["occurred_at"] == datetime(2026, 1, 10, 8, 15, 0, 123456, tzinfo=UTC)
    assert closed["closed_at"] == datetime(2026, 3, 17, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (DOSE | {"status": "not-done"}, "status not-done"),
        (DOSE | {"status": "entered-in-error"}, "status entered-in-error"),
        (DOSE | {"occurrenceDateTime": "2025"}, "no day on which it was given"),
        (DOSE | {"encounter": None, "occurrenceDateTime": "2026-01"}, "no day on which it was given"),
        (
            DOSE | {"encounter": None},
            "no provider is named, by it or by its Encounter (--synthetic-identifiers derives one)",
        ),
    ],
)
def test_what_says_nothing_is_counted_with_its_reason(publish: Publish, resource, reason) -> None:
    published = publish(bundle(*AROUND, resource))
    assert published.wrong == []
    assert dict(published.counts.not_mapped) == {(resource["resourceType"], reason): 1}


@pytest.mark.parametrize("stated", ["2026-01", "2026", None])
def test_the_day_of_the_visit_stands_in_for_a_month_or_a_year_that_agrees(publish: Publish, stated) -> None:
    dose = publish(bundle(*AROUND, DOSE | {"occurrenceDateTime": stated})).one("VaccinationDoseRecorded")
    assert dose["given_at"] == datetime(2026, 1, 10, 8, tzinfo=UTC)


def test_a_provider_that_nobody_names_is_derived_where_that_is_asked_for(publish: Publish) -> None:
    doses = publish(bundle(PATIENT, DOSE | {"encounter": None}), synthetic=True).of("VaccinationDoseRecorded")
    assert re.fullmatch("[0-9]{12}", doses[0]["provider"])


def test_the_place_of_an_immunization_names_the_provider(publish: Publish) -> None:
    place = {"resourceType": "Location", "id": "l1", "managingOrganization": {"reference": "Organization/o1"}}
    dose = DOSE | {"encounter": None, "location": {"reference": "Location/l1"}}
    published = publish(bundle(PATIENT, ORGANIZATION, place, dose))
    assert published.one("VaccinationDoseRecorded")["provider"] == "000000001688"
