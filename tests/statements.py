"""Example data has one home: valid events of every type, and the Kafka records that carry them."""

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import fastavro

import schemas
from services.kernel.bookmarks import Bookmark, Move
from services.kernel.partition import Partition
from services.records.contract import Record
from services.records.renumbering import PrepareAgain

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
ANNA = "85010112345"
JAN = "15210112331"
CLINIC = "clinic-1"
_offsets = count()

EXAMPLES: dict[str, dict[str, Any]] = {
    "PersonRegistered": {
        "person": ANNA, "birth_date": date(1985, 1, 1), "sex": "female", "given_names": "Anna Maria",
        "surname": "Kowalska-Nowak", "mother": None, "father": None,
    },
    "InsuranceTitleOpened": {
        "insured_person": ANNA, "title_code": "011000", "payer": "5260250995",
        "valid_from": date(2025, 1, 1), "valid_until": None,
    },
    "FamilyMemberRegistered": {
        "child": JAN, "insured": ANNA, "kinship": "11", "payer": "5260250995",
        "valid_from": date(2025, 1, 1), "reported_on": date(2025, 1, 5),
    },
    "PrescriptionIssued": {
        "patient": ANNA, "prescription": "1" * 44, "access_code": "1234", "practitioner": "5425740",
        "profession": "physician", "provider": "000000000123", "issued_at": NOW, "valid_until": date(2026, 4, 1),
        "chronic": False,
        "items": [
            {"item": 1, "medicine": "Ibuprofenum", "strength": "200 mg", "quantity": 3, "dosage": "1 x 1",
             "payment_level": "100%"},
        ],
    },
    "PrescriptionDispensed": {
        "patient": ANNA, "prescription": "1" * 44, "dispensing": "D-1", "item": 1, "quantity": 1,
        "pharmacy": "1234567", "country": "PL", "dispensed_at": NOW,
    },
    "PrescriptionCancelled": {"patient": ANNA, "prescription": "1" * 44, "reason": "mistake", "cancelled_at": NOW},
    "DispensingReversed": {
        "patient": ANNA, "prescription": "1" * 44, "dispensing": "D-1", "reason": "wrong medicine",
        "pharmacy": "1234567", "reversed_at": NOW,
    },
    "ReferralIssued": {
        "patient": ANNA, "referral": "2" * 44, "access_code": "4321", "practitioner": "5425740",
        "profession": "physician", "provider": "000000000123", "issued_at": NOW, "referral_kind": "specialist",
        "target": "Poradnia kardiologiczna", "urgency": "stable", "diagnosis": "I10", "valid_until": None,
    },
    "ReferralUsed": {
        "patient": ANNA, "referral": "2" * 44, "provider": "000000000124", "visit": "W-2", "used_at": NOW,
    },
    "ReferralCancelled": {"patient": ANNA, "referral": "2" * 44, "reason": "mistake", "cancelled_at": NOW},
    "DeviceOrderIssued": {
        "patient": ANNA, "device_order": "ZW-1", "practitioner": "5425740", "profession": "physician",
        "provider": "000000000123", "issued_at": NOW, "valid_until": date(2027, 3, 1),
        "items": [{"item": 1, "device": "Soczewki okularowe", "device_code": "O.01", "quantity": 2}],
    },
    "DeviceOrderFulfilled": {
        "patient": ANNA, "device_order": "ZW-1", "fulfilment": "F-1", "item": 1, "quantity": 1, "shop": "S-77",
        "fulfilled_at": NOW,
    },
    "VisitRecorded": {
        "patient": ANNA, "visit": "W-2", "visit_kind": "visit", "started_at": NOW, "ended_at": None,
        "provider": "000000000124", "practitioner": "5425740", "profession": "physician",
        "diagnosis": "Nadciśnienie",
    },
    "VisitCorrected": {
        "patient": ANNA, "visit": "W-2", "visit_kind": None, "started_at": None, "ended_at": NOW, "provider": None,
        "practitioner": None, "profession": None, "diagnosis": "I10", "reason": "end was missing",
    },
    "DocumentIndexed": {
        "patient": ANNA, "document": "1.2.616.1.9", "document_kind": "hospital_discharge", "issued_at": NOW,
        "provider": "000000000124", "practitioner": None, "profession": None, "visit": None,
        "title": "Karta informacyjna", "content_type": "application/pdf", "digest": "ab" * 32,
        "place": "https://repo.example.org/doc/9",
    },
    "DocumentWithdrawn": {"patient": ANNA, "document": "1.2.616.1.9", "reason": "wrong patient", "withdrawn_at": NOW},
    "TestResultPublished": {
        "patient": ANNA, "result": "R-1", "test": "SARS-CoV-2 RNA", "sampled_at": NOW, "issued_at": None,
        "provider": "000000000125", "visit": None,
        "items": [
            {"item": 1, "name": "RNA", "test_code": "94500-6", "result_value": "niewykryty", "unit": None,
             "reference_range": None},
        ],
    },
    "VaccinationDoseRecorded": {
        "patient": JAN, "vaccination": "V-1", "target_disease": "HPV", "product": "Gardasil 9", "dose_number": 1,
        "visit": "W-1", "given_at": NOW, "provider": "000000000123",
    },
    "VaccinationDoseClosed": {
        "patient": JAN, "vaccination": "V-1", "visit": "W-1", "closed_at": NOW, "provider": "000000000123",
    },
    "VaccinationDoseWithdrawn": {
        "patient": JAN, "vaccination": "V-1", "reason": "wrong child", "withdrawn_at": NOW, "provider": "000000000123",
    },
    "InsuranceTitleClosed": {
        "insured_person": ANNA, "title_code": "011000", "payer": "5260250995", "valid_from": date(2025, 1, 1),
        "valid_until": date(2026, 2, 1), "reason": "600",
    },
    "FamilyMemberDeregistered": {
        "child": JAN, "insured": ANNA, "payer": "5260250995", "valid_until": date(2026, 2, 1),
        "reported_on": date(2026, 2, 3), "reason": None,
    },
    "SickLeaveIssued": {
        "patient": ANNA, "sick_leave": "ZA1234567", "child": JAN, "practitioner": "5425740",
        "profession": "physician", "provider": "000000000123", "payer": "5260250995", "issued_at": NOW,
        "valid_from": date(2026, 3, 1), "valid_until": date(2026, 3, 8), "diagnosis": "J06.9",
    },
    "SickLeaveCancelled": {"patient": ANNA, "sick_leave": "ZA1234567", "reason": "mistake", "cancelled_at": NOW},
    "ContributionPosted": {
        "insured_person": ANNA, "month": date(2026, 1, 1), "payer": "5260250995", "basis": 812_345, "amount": 73_111,
    },
    "EntitlementConfirmed": {
        "patient": ANNA, "ground": "insured", "as_of": date(2026, 3, 1), "valid_until": None, "reference": "eWUŚ 77",
    },
    "EntitlementWithdrawn": {
        "patient": ANNA, "ground": "insured", "as_of": date(2026, 4, 1), "reason": "title ended",
    },
    "ServiceSettled": {
        "patient": ANNA, "settlement": "S-1", "visit": "W-2", "provider": "000000000124",
        "provided_on": date(2026, 2, 2), "service": "Porada kardiologiczna", "amount": 15_050,
    },
    "PrimaryCareChosen": {
        "patient": ANNA, "role": "physician", "practitioner": "5425740", "provider": "000000000123",
        "valid_from": date(2026, 1, 1),
    },
    "EkuzStatusChanged": {
        "patient": ANNA, "application": "E-1", "status": "issued", "changed_at": NOW, "valid_from": date(2026, 3, 1),
        "valid_until": date(2026, 9, 1), "card": "80616000510012345678", "reason": None,
    },
    "NameChanged": {
        "person": ANNA, "given_names": None, "surname": "Nowak", "changed_on": date(2026, 2, 14),
    },
    "PersonDied": {"person": ANNA, "died_on": date(2026, 2, 20)},
    "PersonNumberChanged": {"person": ANNA, "new_number": "85010112352", "changed_on": date(2026, 2, 15)},
    "ParentalRightsChanged": {
        "child": JAN, "parent": ANNA, "rights": "limited", "valid_from": date(2026, 1, 10),
        "court": "Sąd Rejonowy w Płocku", "court_file": "III Nsm 12/26",
    },
    "GuardianshipEstablished": {
        "ward": JAN, "guardian": ANNA, "valid_from": date(2026, 1, 10), "court": "Sąd Rejonowy w Płocku",
        "court_file": "III Op 3/26",
    },
    "GuardianshipEnded": {
        "ward": JAN, "guardian": ANNA, "valid_until": date(2026, 2, 10), "court": "Sąd Rejonowy w Płocku",
        "court_file": "III Op 3/26",
    },
    "ContactDataConfirmed": {
        "patient": ANNA, "phone": "+48500600700", "email": "anna@example.org", "confirmed_at": NOW,
    },
    "LanguageChosen": {"patient": ANNA, "language": "uk", "chosen_at": NOW},
    "NotificationWishesChanged": {
        "patient": ANNA, "wishes": [{"message": "prescription", "channel": "sms"}], "changed_at": NOW,
    },
    "IrregularityReported": {
        "patient": ANNA, "irregularity": "I-1", "disputed_entry": UUID(int=77), "disputed_kind": "visit",
        "wrong": "did_not_take_place", "description": "Nie byłam tam", "reported_at": NOW,
    },
    "IrregularityAnswered": {
        "patient": ANNA, "irregularity": "I-1", "answer": "confirmed", "answered_by": "NFZ, oddział mazowiecki",
        "explanation": "Świadczenie wycofano", "answered_at": NOW,
    },
}  # fmt: skip


def event(name: str, event_id: UUID | None = None, **changes: Any) -> dict[str, Any]:
    """A valid event of a type, with some fields changed."""
    return {"event_id": event_id or uuid4(), "occurred_at": NOW, **EXAMPLES[name], **changes}


def wire(name: str, value: dict[str, Any]) -> bytes:
    """The event as a publisher sends it."""
    kind = schemas.event_type(name)
    assert kind.published is not None
    out = io.BytesIO()
    fastavro.schemaless_writer(out, kind.published.parsed, value, strict=True)
    return schemas.frame(kind.published.id, out.getvalue())


def record(name: str, stated: dict[str, Any] | None = None, **changes: Any) -> Record:
    """The Kafka record that carries an event; changes may break it in any way."""
    kind = schemas.event_type(name)
    said = stated or event(name)
    whole: dict[str, Any] = {
        "topic": kind.topic,
        "partition": 0,
        "offset": next(_offsets),
        "published_at": int((NOW + timedelta(seconds=1)).timestamp() * 1_000_000),
        "key": said[kind.subject or ""].encode(),
        "value": wire(name, said),
        "headers": (("publisher", CLINIC.encode()),),
    }
    return Record(**{**whole, **changes})


def take_in(desk: Any, records: Iterable[Record]) -> list[Move]:
    """Let ingest take these records in as one batch, whatever offsets they have."""
    batch = list(records)
    try:
        return _take_in(desk, batch)
    except PrepareAgain:
        return _take_in(desk, batch)


def _take_in(desk: Any, batch: list[Record]) -> list[Move]:
    partitions = dict.fromkeys(Partition(one.topic, one.partition) for one in batch)
    bookmarks = {p: _bookmark(desk, p, batch) for p in partitions}
    return list(desk.intake.append(desk.records, desk.intake.prepare(desk.records, desk.keys, batch), bookmarks))


def _bookmark(desk: Any, partition: Partition, batch: list[Record]) -> Bookmark:
    """A bookmark that stands just before the batch's first record of this partition."""
    first = next(one.offset for one in batch if (one.topic, one.partition) == partition)
    desk.intake.bookmarks.create(desk.records, [partition])
    desk.records.execute(
        "UPDATE kernel.bookmark SET next_offset = %s, epoch = 1 WHERE topic = %s AND partition = %s",
        (first, partition.topic, partition.number),
    )
    return Bookmark(partition, first, 0, 1)
