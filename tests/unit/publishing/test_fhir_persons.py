"""Patient → PersonRegistered."""

from datetime import UTC, date, datetime

from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import ALL, NOW, PATIENT, PESEL_SYSTEM, bundle, polish


def test_a_patient_is_registered_under_the_pesel_of_the_bundle(publish: Publish) -> None:
    person = publish(bundle(PATIENT)).one("PersonRegistered")
    assert person["person"] == "14300530581"
    assert (person["given_names"], person["surname"], person["sex"]) == ("Jan Maria", "Nowak", "male")
    assert person["birth_date"] == date(2014, 10, 5)
    assert person["occurred_at"] == datetime(2014, 10, 4, 22, tzinfo=UTC)


def test_a_person_is_registered_before_anything_is_said_about_them(publish: Publish) -> None:
    published = publish(bundle(*reversed(ALL)))
    assert published.wrong == []
    assert published.statements[0].type == "PersonRegistered"


def test_a_pesel_with_a_wrong_check_digit_is_refused_for_a_bundle_is_not_the_register(publish: Publish) -> None:
    odd = PATIENT | {"identifier": polish(PESEL_SYSTEM, "14300530582")}
    assert any("look for a typing error" in wrong for wrong in publish(bundle(odd)).wrong)


def test_a_time_of_statement_that_is_none_is_refused_and_not_passed_over(publish: Publish) -> None:
    for meta in ({"lastUpdated": "yesterday"}, {"lastUpdated": 2020}, "x"):
        (wrong,) = publish(bundle(PATIENT | {"meta": meta})).wrong
        assert "meta.lastUpdated that is no time" in wrong


def test_one_name_in_two_systems_is_two_persons(publish: Publish) -> None:
    others = [PATIENT | {"identifier": polish(PESEL_SYSTEM, "44051401359"), "birthDate": "1944-05-14"}, *ALL[1:]]
    there = [resource | {"meta": {"source": "https://there.example#r1"}} for resource in others]
    published = publish(bundle(*ALL), bundle(*there))
    assert published.wrong == []
    assert [dose["patient"] for dose in published.of("VaccinationDoseRecorded")] == ["14300530581", "44051401359"]


def test_a_birth_of_1899_is_registered_where_somebody_states_when_it_was_said(publish: Publish) -> None:
    old = PATIENT | {"birthDate": "1899-12-31", "identifier": polish(PESEL_SYSTEM, "99923100014")}
    (wrong,) = publish(bundle(old)).wrong
    assert "must be a time from 1900-01-01" in wrong
    assert "--stated-at" in wrong
    assert publish(bundle(old), stated_at=NOW).one("PersonRegistered")["birth_date"] == date(1899, 12, 31)


def test_a_resource_that_is_too_large_or_has_too_many_parts_is_refused_unread(publish: Publish) -> None:
    (large,) = publish(bundle(PATIENT | {"photo": [{"data": "A" * 34_000_000}]})).wrong
    assert "is larger than 32 MiB" in large
    (parts,) = publish(bundle(PATIENT | {"photo": [[]] * 300_000})).wrong
    assert "has more than 500,000 parts" in parts
    assert publish(bundle(PATIENT | {"photo": [{"data": "A" * 8_000_000}]})).wrong == []
