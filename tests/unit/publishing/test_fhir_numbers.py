"""Polish numbers: the resources' own, or synthetic ones where that is asked for."""

from datetime import date

from stdnum.pl import pesel

from kartoteka.publishing.licences import possible_pwz
from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import ALL, PATIENT, Json, bundle

GOLDEN_PESEL = "14300537632"
GOLDEN_PWZ = "8481816"
GOLDEN_RPWDL = "296030023832"
GOLDEN_EVENT_ID = "0f96c80c-755e-5c8c-a970-e30ebdabd018"


def without_numbers(*resources: Json) -> list[Json]:
    return [{key: value for key, value in resource.items() if key != "identifier"} for resource in resources]


def test_without_polish_numbers_input_is_refused_naming_the_option(publish: Publish) -> None:
    wrong = publish(bundle(*without_numbers(*ALL))).wrong
    assert wrong
    assert all("--synthetic-identifiers" in sentence for sentence in wrong)
    assert sum("Patient/p1 has no PESEL" in sentence for sentence in wrong) == 1


def test_with_the_option_every_number_is_valid_and_always_the_same(publish: Publish) -> None:
    published = publish(bundle(*without_numbers(*ALL)), synthetic=True)
    assert published.wrong == []
    person, prescription = published.one("PersonRegistered"), published.one("PrescriptionIssued")
    assert pesel.is_valid(person["person"])
    assert pesel.get_birth_date(person["person"]) == date(2014, 10, 5)
    assert pesel.get_gender(person["person"]) == "M"
    assert possible_pwz(prescription["practitioner"])
    # Golden: another derivation would make every person of every earlier run somebody else.
    assert person["person"] == GOLDEN_PESEL
    assert prescription["practitioner"] == GOLDEN_PWZ
    assert prescription["provider"] == GOLDEN_RPWDL
    assert str(person["event_id"]) == GOLDEN_EVENT_ID


def test_the_same_id_from_another_system_is_another_person(publish: Publish) -> None:
    (patient,) = without_numbers(PATIENT)
    first, second = (
        publish(bundle(patient, identifier={"system": system}), synthetic=True).one("PersonRegistered")["person"]
        for system in ("https://a.example", "https://b.example")
    )
    assert first != second


def test_a_synthetic_number_that_two_resources_would_have_is_refused(publish: Publish, monkeypatch) -> None:
    monkeypatch.setattr("kartoteka.publishing.fhir.synthetic._number", lambda kind, identity: 7)
    patient, *others = without_numbers(*ALL)
    wrong = publish(bundle(patient, patient | {"id": "p2"}, *others), synthetic=True).wrong
    assert len(wrong) == 1
    assert "Patient/p2 and Patient/p1 have one PESEL" in wrong[0]
