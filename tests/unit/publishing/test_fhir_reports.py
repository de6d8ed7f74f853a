"""DiagnosticReport → TestResultPublished, or DocumentIndexed."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest

from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import AROUND, LOINC, OBSERVATION, REPORT, SECTIONS, bundle

FORM = {"contentType": "application/pdf", "data": "JVBERi0xLjcK"}


def test_a_laboratory_report_is_a_test_result_with_an_item_for_each_value(publish: Publish) -> None:
    result = publish(bundle(*AROUND, OBSERVATION, REPORT)).one("TestResultPublished")
    assert (result["patient"], result["test"], result["provider"]) == ("14300530581", "Morfologia", "000000001688")
    assert result["sampled_at"] == datetime(2026, 1, 10, 8, 10, tzinfo=UTC)
    assert result["issued_at"] == result["occurred_at"] == datetime(2026, 1, 11, 8, 10, tzinfo=UTC)
    assert result["items"] == [
        {
            "item": 1,
            "name": "Hemoglobin",
            "test_code": "718-7",
            "result_value": "13.2",
            "unit": "g/dL",
            "reference_range": "12 g/dL – 16 g/dL",
        }
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ({"valueQuantity": {"value": 5, "comparator": "<", "code": "mg"}}, "<5"),
        ({"valueCodeableConcept": {"text": "Wykryto"}}, "Wykryto"),
        ({"valueString": "zielony"}, "zielony"),
        ({"valueBoolean": False}, "nie"),
        ({"valueInteger": 0}, "0"),
        ({"valueRange": {"low": {"value": 1}, "high": {"value": 2}}}, "1 – 2"),
        ({"valueRatio": {"numerator": {"value": 1}, "denominator": {"value": 80}}}, "1 : 80"),
        ({"valueDateTime": "2026-01-10"}, "2026-01-10"),
        ({"dataAbsentReason": {"text": "nie wykonano"}}, "nie wykonano"),
        ({"interpretation": [{"text": "dodatni"}]}, "dodatni"),
    ],
)
def test_a_value_is_given_in_digits_or_words(publish: Publish, value, said) -> None:
    observation = {name: part for name, part in OBSERVATION.items() if name != "valueQuantity"} | value
    (item,) = publish(bundle(*AROUND, observation, REPORT)).one("TestResultPublished")["items"]
    assert item["result_value"] == said


def test_components_and_members_of_a_panel_are_items_of_their_own_once(publish: Publish) -> None:
    pressure = {"resourceType": "Observation", "id": "b2", "code": {"text": "Ciśnienie"}, "component": [
        {"code": {"text": "skurczowe"}, "valueQuantity": {"value": 120}},
        {"code": {"text": "rozkurczowe"}, "valueQuantity": {"value": 80}},
    ]}  # fmt: skip
    panel = {"resourceType": "Observation", "id": "b3", "hasMember": [
        {"reference": "Observation/b1"}, {"reference": "Observation/b2"}, {"reference": "Observation/b3"},
    ]}  # fmt: skip
    report = REPORT | {"result": [{"reference": "Observation/b3"}, {"reference": "Observation/b1"}]}
    published = publish(bundle(*AROUND, OBSERVATION, pressure, panel, report))
    items = published.one("TestResultPublished")["items"]
    assert [item["name"] for item in items] == ["Hemoglobin", "skurczowe", "rozkurczowe"]


def test_a_result_that_was_withdrawn_is_no_item(publish: Publish) -> None:
    wrong = OBSERVATION | {"status": "entered-in-error"}
    assert publish(bundle(*AROUND, wrong, REPORT)).of("TestResultPublished") == []


def test_results_in_another_bundle_are_found(publish: Publish) -> None:
    elsewhere = bundle(OBSERVATION | {"meta": {"source": "urn:lab"}}, OBSERVATION | {"id": "nobody-asks"})
    assert len(publish(bundle(*AROUND, REPORT), elsewhere).one("TestResultPublished")["items"]) == 1


@pytest.mark.parametrize(
    ("change", "kind", "content_type", "digest"),
    [
        ({"presentedForm": [FORM]}, "laboratory_result", "application/pdf", b"%PDF-1.7\n"),
        ({"conclusion": "W normie."}, "laboratory_result", "text/plain", b"W normie."),
        ({}, "laboratory_result", "application/fhir+json", None),
        ({"category": [{"coding": [{"system": SECTIONS, "code": "RAD"}]}]}, "imaging_description", None, None),
        ({"category": [{"coding": [{"system": LOINC, "code": "LP29684-5"}]}]}, "imaging_description", None, None),
        ({"category": None, "code": {"coding": [{"system": LOINC, "code": "11488-4"}]}},
         "referring_doctor_information", None, None),
        ({"category": None}, "other", None, None),
    ],
)  # fmt: skip
def test_a_report_without_values_is_a_document(publish: Publish, change, kind, content_type, digest) -> None:
    document = publish(bundle(*AROUND, REPORT | {"result": None} | change)).one("DocumentIndexed")
    assert document["document_kind"] == kind
    assert document["content_type"] == (content_type or "application/fhir+json")
    assert digest is None or document["digest"] == sha256(digest).hexdigest()
    assert document["place"].startswith("urn:uuid:")


def test_an_imaging_report_is_a_description_even_where_it_has_measurements(publish: Publish) -> None:
    report = REPORT | {"category": [{"coding": [{"system": SECTIONS, "code": "CT"}]}]}
    published = publish(bundle(*AROUND, OBSERVATION, report))
    assert published.of("TestResultPublished") == []
    assert published.one("DocumentIndexed")["document_kind"] == "imaging_description"


def test_more_values_than_a_result_can_hold_are_a_document(publish: Publish) -> None:
    many = OBSERVATION | {"component": [{"valueInteger": number} for number in range(200)]}
    assert len(publish(bundle(*AROUND, many, REPORT)).of("DocumentIndexed")) == 1


@pytest.mark.parametrize("status", ["registered", "cancelled", "entered-in-error"])
def test_a_report_that_is_none_is_counted_with_its_reason(publish: Publish, status) -> None:
    published = publish(bundle(*AROUND, OBSERVATION, REPORT | {"status": status}))
    assert dict(published.counts.not_mapped) == {("DiagnosticReport", f"status {status}"): 1}


def test_a_result_that_points_to_nothing_is_refused(publish: Publish) -> None:
    (wrong,) = publish(bundle(*AROUND, REPORT)).wrong
    assert "result points to Observation/b1, which is in none of the bundles: add the bundle that has it" in wrong
