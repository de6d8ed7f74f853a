"""A receipt says who is told of what, and is read from the ledger's bytes without their schema."""

from datetime import UTC, datetime
from uuid import UUID

import msgspec
import pytest

import schemas
from kartoteka.publishing.receipts import Receipt
from schemas import ENVELOPE_BYTES
from services.kernel.index_key import IndexKey
from services.kernel.sealing import PatientKey
from services.records.contract import Refused, Statement, read
from services.records.ledger_value import ledger_value, own_value
from services.records.reasons import Reason
from services.records.receipts import of_appended, said_by
from tests.statements import EXAMPLES, event, record

EVENT_ID = UUID(int=7)
PATIENT = UUID(int=9)
AT = datetime(2026, 3, 1, 12, 0, 1, tzinfo=UTC)
RECORDED_AT = int(AT.timestamp() * 1_000_000)


def body(name: str, publisher: str = "clinic-1") -> bytes:
    """The first bytes of an example's body, as receipts are given them."""
    said = read(record(name, event(name, EVENT_ID), headers=(("publisher", publisher.encode()),)))
    assert isinstance(said, Statement)
    people = dict.fromkeys(said.numbers, PATIENT)
    return ledger_value(said, PATIENT, people, PatientKey(b"k" * 32), IndexKey(b"i" * 32))[ENVELOPE_BYTES:][:256]


@pytest.mark.parametrize("name", EXAMPLES)
def test_event_id_and_publisher_are_found_in_every_type_of_event(name: str) -> None:
    assert said_by(body(name)) == (EVENT_ID, "clinic-1")


@pytest.mark.parametrize("publisher", ["a", "ł" * 40, "x" * 63, "x" * 64, "x" * 200])
def test_a_publishers_name_of_any_length_is_found(publisher: str) -> None:
    assert said_by(body("PersonDied", publisher)) == (EVENT_ID, publisher)


@pytest.mark.parametrize("schema", schemas.registered().values(), ids=lambda s: f"{s.id}-{s.name}")
def test_every_ledger_schema_ever_released_begins_with_event_id_and_publisher(schema: schemas.Registered) -> None:
    if ".ledger.record." in schema.subject:
        first, second, *_ = schema.source["fields"]
        assert [(first["name"], first["type"]), (second["name"], second["type"])] == [
            ("event_id", "bytes"), ("publisher", "string"),
        ]  # fmt: skip


def test_a_receipt_of_what_was_appended_names_its_position_and_no_content() -> None:
    (receipt,) = of_appended(
        [(17, RECORDED_AT, body("ReferralIssued"))], {"clinic-1": "Przychodnia Zdrowie sp. z o.o."}
    )
    assert msgspec.json.decode(msgspec.json.encode(receipt)) == {
        "publisher": "clinic-1",
        "publisher_name": "Przychodnia Zdrowie sp. z o.o.",
        "event_id": str(EVENT_ID),
        "outcome": "appended",
        "reason": None,
        "place": None,
        "position": 17,
        "at": "2026-03-01T12:00:01Z",
    }


def test_of_what_the_ledger_says_itself_nobody_is_told() -> None:
    fields = {"set_aside": "a/0/1", "said_by": "clinic-1", "reason": "shape"}
    own = own_value("RecordSetAside", EVENT_ID, PATIENT, 0, fields)[ENVELOPE_BYTES:]
    assert list(of_appended([(1, RECORDED_AT, own)], {})) == []
    assert isinstance(Receipt("p", None, "quarantined", "shape", "a/0/1", None, AT), Receipt)


def test_a_refused_record_keeps_the_event_id_where_it_can_be_read() -> None:
    wrong_key = read(record("PersonDied", event("PersonDied", EVENT_ID), key=b"x"))
    in_header = read(record("PersonDied", value=b"?", headers=(("publisher", b"p"), ("ce_id", str(EVENT_ID).encode()))))
    nowhere = read(record("PersonDied", value=b"?", headers=(("publisher", b"p"), ("ce_id", b"x" * 36))))
    refused = [one for one in (wrong_key, in_header, nowhere) if isinstance(one, Refused)]
    assert [(one.reason, one.event_id) for one in refused] == [
        (Reason.KEY_MISMATCH, EVENT_ID), (Reason.UNREADABLE, EVENT_ID), (Reason.UNREADABLE, None),
    ]  # fmt: skip
