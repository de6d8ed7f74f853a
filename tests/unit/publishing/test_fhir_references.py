"""What references point to, in whatever form they are written."""

import pytest

from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import (
    AROUND,
    COVERAGE,
    DOSE,
    ORGANIZATION,
    PATIENT,
    PESEL_SYSTEM,
    PRACTITIONER,
    PROVIDER_SYSTEM,
    REQUEST,
    VISIT,
    bundle,
    polish,
)

REFERENCES = [
    "Organization/o1",
    "https://server.example/fhir/Organization/o1/_history/3",
    "urn:uuid:6a2a3c5e-0000-4000-8000-000000000001",
    f"Organization?identifier={PROVIDER_SYSTEM}|000000001688",
    f"Organization?identifier={PROVIDER_SYSTEM}%7C000000001688",
    "Organization?identifier=000000001688",
]


@pytest.mark.parametrize("reference", REFERENCES)
@pytest.mark.parametrize("elsewhere", [False, True])
def test_references_are_followed_within_the_bundle_and_into_others(publish: Publish, reference, elsewhere) -> None:
    home = bundle(PATIENT, PRACTITIONER, VISIT | {"serviceProvider": {"reference": reference}}, DOSE)
    hospital = {"fullUrl": REFERENCES[2], "resource": ORGANIZATION}
    if elsewhere:
        published = publish(home, bundle() | {"entry": [hospital]})
    else:
        home["entry"].append(hospital)
        published = publish(home)
    assert published.wrong == []
    assert published.one("VaccinationDoseRecorded")["provider"] == "000000001688"


def test_a_contained_resource_is_found(publish: Publish) -> None:
    dose = DOSE | {"contained": [ORGANIZATION], "performer": [{"actor": {"reference": "#o1"}}]}
    published = publish(bundle(PATIENT, PRACTITIONER, VISIT | {"serviceProvider": None}, dose))
    assert published.one("VaccinationDoseRecorded")["provider"] == "000000001688"


def test_a_resource_without_id_is_known_by_its_full_url(publish: Publish) -> None:
    """As in a transaction, whose resources get their ids from the server."""
    names = {
        "Patient": "urn:uuid:6a2a3c5e-0000-4000-8000-0000000000aa",
        "Coverage": "urn:uuid:6a2a3c5e-0000-4000-8000-0000000000bb",
    }
    coverage = COVERAGE | {"beneficiary": {"reference": names["Patient"]}}
    bare = [{name: part for name, part in one.items() if name != "id"} for one in (PATIENT, coverage)]
    entries = [{"fullUrl": names[one["resourceType"]], "resource": one, "request": {"method": "POST"}} for one in bare]
    published = publish(bundle() | {"type": "transaction", "entry": entries})
    assert published.wrong == []
    assert published.counts.mapped == {"Patient": 1, "Coverage": 1}


def test_a_mere_identifier_names_a_resource_in_a_bundle_or_by_itself(publish: Publish) -> None:
    by_number = {"identifier": polish(PROVIDER_SYSTEM, "000000001688")[0]}
    patient = {"identifier": polish(PESEL_SYSTEM, "14300530581")[0]}
    visit = VISIT | {"serviceProvider": by_number, "subject": patient, "participant": None}
    for around in ([PATIENT, ORGANIZATION], []):
        found = publish(bundle(*around, visit)).one("VisitRecorded")
        assert (found["patient"], found["provider"]) == ("14300530581", "000000001688")


def test_several_patients_of_one_bundle_keep_their_own(publish: Publish) -> None:
    second = PATIENT | {"id": "p2", "identifier": polish(PESEL_SYSTEM, "44051401359"), "birthDate": "1944-05-14"}
    theirs = VISIT | {"id": "v2", "subject": {"reference": "Patient/p2"}}
    visits = publish(bundle(*AROUND, second, theirs)).of("VisitRecorded")
    assert [visit["patient"] for visit in visits] == ["14300530581", "44051401359"]


def test_a_name_that_two_resources_answer_to_is_refused(publish: Publish) -> None:
    twin = ORGANIZATION | {"meta": {"source": "https://there.example"}}
    (wrong, *_) = publish(bundle(*AROUND, twin)).wrong
    assert "serviceProvider points to Organization/o1, which several resources answer to: point to one" in wrong


@pytest.mark.parametrize("reference", ["RelatedPerson/g1", "urn:uuid:6a2a3c5e-0000-4000-8000-0000000000cc"])
def test_what_is_neither_person_nor_place_may_be_named_and_says_nothing(publish: Publish, reference) -> None:
    mother = {
        "fullUrl": "urn:uuid:6a2a3c5e-0000-4000-8000-0000000000cc",
        "resource": {"resourceType": "RelatedPerson", "id": "g1"},
    }
    whole = bundle(*AROUND, REQUEST | {"requester": {"reference": reference}})
    whole["entry"].append(mother)
    assert publish(whole).one("PrescriptionIssued")["practitioner"] == "5425740"


def test_places_and_roles_in_files_of_their_own_are_found_by_their_identifiers(publish: Publish) -> None:
    place_number, role_number = polish("urn:places", "7"), polish("urn:roles", "8")
    place = {"resourceType": "Location", "id": "l1", "identifier": place_number}
    role = {"resourceType": "PractitionerRole", "id": "x1", "identifier": role_number}
    owner = {"managingOrganization": {"reference": f"Organization?identifier={PROVIDER_SYSTEM}|000000001688"}}
    who = {"practitioner": {"reference": "Practitioner/d1"}}
    visit = VISIT | {
        "serviceProvider": None,
        "location": [{"location": {"reference": "Location?identifier=urn:places|7"}}],
        "participant": [{"individual": {"reference": "PractitionerRole?identifier=urn:roles|8"}}],
    }
    hospitals, staff = bundle(ORGANIZATION, place | owner), bundle(PRACTITIONER, role | who)
    found = publish(bundle(PATIENT, visit), hospitals, staff).one("VisitRecorded")
    assert (found["provider"], found["practitioner"]) == ("000000001688", "5425740")
