"""DocumentReference → DocumentIndexed."""

from base64 import b64encode
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest

from tests.unit.publishing.conftest import Publish
from tests.unit.publishing.fhir_samples import AROUND, DOCUMENT, LOINC, Json, bundle


def with_attachment(**attachment: Any) -> Json:
    return DOCUMENT | {"content": [{"attachment": attachment}]}


def test_a_document_reference_enters_the_index(publish: Publish) -> None:
    document = publish(bundle(*AROUND, DOCUMENT)).one("DocumentIndexed")
    assert (document["document_kind"], document["title"]) == ("hospital_discharge", "Discharge summary")
    assert document["issued_at"] == datetime(2026, 1, 12, 9, tzinfo=UTC)
    assert (document["provider"], document["practitioner"]) == ("000000001688", "5425740")
    assert document["content_type"] == "text/plain"
    assert document["digest"] == sha256("żółty\n".encode()).hexdigest()


def test_the_place_is_the_full_url_else_the_number(publish: Publish) -> None:
    there = bundle(*AROUND) | {"entry": [{"resource": r} for r in AROUND]}
    there["entry"].append({"fullUrl": "https://archive.example/DocumentReference/c1", "resource": DOCUMENT})
    assert publish(there).one("DocumentIndexed")["place"] == "https://archive.example/DocumentReference/c1"
    alone = publish(bundle(*AROUND, DOCUMENT)).one("DocumentIndexed")
    assert alone["place"] == f"urn:uuid:{alone['document']}"


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("18842-5", "hospital_discharge"),
        ("18748-4", "imaging_description"),
        ("11502-2", "laboratory_result"),
        ("18776-5", "care_plan"),
        ("57133-1", "referring_doctor_information"),
        ("11488-4", "referring_doctor_information"),
        ("34117-2", "other"),
    ],
)
def test_the_type_says_the_kind_where_it_clearly_does(publish: Publish, code, kind) -> None:
    document = DOCUMENT | {"type": {"coding": [{"system": LOINC, "code": code}]}}
    assert publish(bundle(*AROUND, document)).one("DocumentIndexed")["document_kind"] == kind


def test_the_content_may_stand_in_a_binary_of_the_bundle(publish: Publish) -> None:
    binary = {"resourceType": "Binary", "id": "y1", "contentType": "image/png", "data": "iVBORw=="}
    document = publish(bundle(*AROUND, binary, with_attachment(url="Binary/y1"))).one("DocumentIndexed")
    assert (document["content_type"], document["place"]) == ("image/png", "Binary/y1")
    assert document["digest"] == sha256(bytes.fromhex("89504e47")).hexdigest()


def test_a_document_elsewhere_is_indexed_by_its_sha256(publish: Publish) -> None:
    stated = b64encode(sha256(b"x").digest()).decode()
    document = publish(bundle(*AROUND, with_attachment(url="https://a.example/1", hash=stated))).one("DocumentIndexed")
    assert (document["place"], document["digest"]) == ("https://a.example/1", sha256(b"x").hexdigest())
    assert document["content_type"] == "application/octet-stream"


def test_a_document_whose_sha256_nobody_knows_is_indexed_as_its_reference(publish: Publish) -> None:
    document = publish(bundle(*AROUND, with_attachment(url="https://a.example/1", hash="AAAA"))).one("DocumentIndexed")
    assert document["content_type"] == "application/fhir+json"


def test_a_document_that_bears_a_later_day_was_stated_when_its_visit_began(publish: Publish) -> None:
    document = publish(bundle(*AROUND, DOCUMENT | {"date": "2026-03-20T00:00:00Z"})).one("DocumentIndexed")
    assert document["occurred_at"] == datetime(2026, 1, 10, 8, tzinfo=UTC)


def test_data_that_is_no_base64_is_refused(publish: Publish) -> None:
    (wrong,) = publish(bundle(*AROUND, with_attachment(data="%%%"))).wrong
    assert "DocumentReference/c1: attachment 0 has data that is no base64: encode it again" in wrong


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"status": "entered-in-error"}, "status entered-in-error"),
        ({"docStatus": "entered-in-error"}, "docStatus entered-in-error"),
        ({"date": None, "context": None}, "no day on which it was made (--stated-at TIME states one)"),
    ],
)
def test_what_is_no_document_is_counted_with_its_reason(publish: Publish, change, reason) -> None:
    published = publish(bundle(*AROUND, DOCUMENT | change))
    assert published.wrong == []
    assert dict(published.counts.not_mapped) == {("DocumentReference", reason): 1}


def test_a_superseded_document_is_still_one(publish: Publish) -> None:
    assert len(publish(bundle(*AROUND, DOCUMENT | {"status": "superseded"})).of("DocumentIndexed")) == 1
