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
    "VaccinationDoseRecorded": {
        "patient": JAN, "vaccination": "V-1", "target_disease": "HPV", "product": "Gardasil 9", "dose_number": 1,
        "visit": "W-1", "given_at": NOW, "provider": "000000000123",
    },
    "VaccinationDoseClosed": {
        "patient": JAN, "vaccination": "V-1", "visit": "W-1", "closed_at": NOW, "provider": "000000000123",
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
