"""MedicationRequest → PrescriptionIssued."""

from datetime import UTC, date, datetime

import pytest

from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import ALL, AROUND, REQUEST, bundle


def test_a_medication_request_is_a_prescription_of_one_item(publish: Publish) -> None:
    prescription = publish(bundle(*ALL)).one("PrescriptionIssued")
    assert (prescription["prescription"], prescription["access_code"]) == ("4" * 44, "0042")
    assert (prescription["practitioner"], prescription["profession"]) == ("5425740", "physician")
    assert prescription["valid_until"] == date(2026, 2, 9)
    (item,) = prescription["items"]
    assert (item["medicine"], item["quantity"], item["dosage"]) == ("Amoksycylina 500 mg", 1, "co 8 godzin")


def test_a_dosage_in_parts_is_put_together(publish: Publish) -> None:
    parts = {
        "asNeededBoolean": True,
        "timing": {"repeat": {"frequency": 3, "period": 1, "periodUnit": "d"}},
        "doseAndRate": [{"doseQuantity": {"value": 2, "unit": "tabl."}}],
    }
    request = REQUEST | {"dosageInstruction": [parts], "dispenseRequest": {"numberOfRepeatsAllowed": 2}}
    (item,) = publish(bundle(*ALL[:4], request)).one("PrescriptionIssued")["items"]
    assert item["dosage"] == "po 2 tabl., 3 × / d, w razie potrzeby"
    assert item["quantity"] == 3


@pytest.mark.parametrize(
    ("resource", "reason"),
    [
        (REQUEST | {"intent": "plan"}, "intent plan"),
        (REQUEST | {"status": "cancelled"}, "status cancelled"),
        (REQUEST | {"status": "entered-in-error"}, "status entered-in-error"),
        (
            REQUEST | {"encounter": None},
            "no practitioner is named, by it or by its Encounter (--synthetic-identifiers derives one)",
        ),
        (REQUEST | {"authoredOn": "2026", "encounter": None}, "no day on which it was issued"),
        (REQUEST | {"medicationCodeableConcept": None}, "no medicine is named"),
    ],
)
def test_what_says_nothing_is_counted_with_its_reason(publish: Publish, resource, reason) -> None:
    published = publish(bundle(*AROUND, resource))
    assert published.wrong == []
    assert dict(published.counts.not_mapped) == {(resource["resourceType"], reason): 1}


@pytest.mark.parametrize("change", [{"status": "stopped"}, {"status": "unknown"}, {"intent": "original-order"}])
def test_whatever_was_ordered_is_issued(publish: Publish, change) -> None:
    assert len(publish(bundle(*AROUND, REQUEST | change)).of("PrescriptionIssued")) == 1


def test_an_odd_status_does_not_spoil_the_order(publish: Publish) -> None:
    published = publish(bundle(*AROUND, REQUEST | {"status": {"Jan": "Nowak"}}))
    assert published.wrong == []
    assert published.counts.mapped["MedicationRequest"] == 1


def test_without_a_day_of_its_own_it_was_issued_when_its_visit_began(publish: Publish) -> None:
    prescription = publish(bundle(*AROUND, REQUEST | {"authoredOn": None})).one("PrescriptionIssued")
    assert prescription["issued_at"] == datetime(2026, 1, 10, 8, tzinfo=UTC)


def test_a_role_names_who_prescribed_and_where(publish: Publish) -> None:
    role = {
        "resourceType": "PractitionerRole",
        "id": "x1",
        "practitioner": {"reference": "Practitioner/d1"},
        "organization": {"reference": "Organization/o1"},
    }
    request = REQUEST | {"encounter": None, "requester": {"reference": "PractitionerRole/x1"}}
    prescription = publish(bundle(*AROUND[:3], role, request)).one("PrescriptionIssued")
    assert (prescription["practitioner"], prescription["provider"]) == ("5425740", "000000001688")


def test_a_medicine_is_found_where_it_is_referred_to_or_by_its_ingredients(publish: Publish) -> None:
    medicine = {
        "resourceType": "Medication",
        "id": "m9",
        "ingredient": [
            {"itemCodeableConcept": {"text": "Amoksycylina"}},
            {"itemCodeableConcept": {"text": "Klawulanian"}},
        ],
    }
    request = REQUEST | {"medicationCodeableConcept": None, "medicationReference": {"reference": "#m9"}}
    (item,) = publish(bundle(*AROUND, request | {"contained": [medicine]})).one("PrescriptionIssued")["items"]
    assert item["medicine"] == "Amoksycylina + Klawulanian"


def test_a_prescription_may_be_dispensed_on_the_last_day_of_its_validity(publish: Publish) -> None:
    request = REQUEST | {"dispenseRequest": {"validityPeriod": {"end": "2026-02"}}}
    assert publish(bundle(*AROUND, request)).one("PrescriptionIssued")["valid_until"] == date(2026, 3, 1)
