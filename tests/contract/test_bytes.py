"""The bytes on the wire and in the ledger are a promise too: an accidental change of encoding shows here.

A line of ``bytes.sha256`` may be added; one that changes means that what was written before is read otherwise.
"""

import hashlib
from datetime import date
from pathlib import Path
from uuid import UUID

import pytest

import schemas
from services.kernel.index_key import IndexKey
from services.kernel.sealing import PatientKey
from services.permissions.stream import encode
from services.records.contract import Statement, read
from services.records.ledger_value import ledger_value, own_value
from tests.decisions import DECISIONS, decision
from tests.statements import EXAMPLES, event, record, wire

KEPT = Path(__file__).with_name("bytes.sha256")
EVENT_ID = UUID("00000000-0000-4000-8000-000000000001")
PATIENT = UUID("00000000-0000-4000-8000-00000000000a")
SET_ASIDE = {"set_aside": "clinic.events.v1/3/17", "said_by": "clinic-1", "reason": "shape"}
OWN = {
    "RecordSetAside": SET_ASIDE,
    "RecordSetAsideClosed": {**SET_ASIDE, "how": "redriven"},
    "PersonNumberShared": {"other_record": bytes(15) + b"\x0b", "changed_on": date(2026, 2, 15)},
}


@pytest.fixture
def same_nonce(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.sealing.os.urandom", bytes)


def on_the_wire(name: str) -> bytes:
    return wire(name, event(name, EVENT_ID))


def in_the_ledger(name: str) -> bytes:
    if name not in EXAMPLES:
        return own_value(name, EVENT_ID, PATIENT, 1_772_366_400_000_000, OWN[name])
    said = read(record(name, event(name, EVENT_ID)))
    assert isinstance(said, Statement)
    people = {number: UUID(int=index + PATIENT.int) for index, number in enumerate(said.numbers)}
    return ledger_value(said, PATIENT, people, PatientKey(b"k" * 32), IndexKey(b"i" * 32))


def kept() -> dict[str, str]:
    lines = (line.split("  ") for line in KEPT.read_text().splitlines())
    return {what: digest for digest, what in lines}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_wire_bytes_of_an_example_are_as_they_always_were(name: str) -> None:
    assert hashlib.sha256(on_the_wire(name)).hexdigest() == kept().get(f"wire {name}")


@pytest.mark.usefixtures("same_nonce")
@pytest.mark.parametrize("name", schemas.event_types())
def test_the_ledger_bytes_of_an_example_are_as_they_always_were(name: str) -> None:
    assert hashlib.sha256(in_the_ledger(name)).hexdigest() == kept().get(f"ledger {name}")


@pytest.mark.parametrize("name", DECISIONS)
def test_the_bytes_of_a_decision_are_as_they_always_were(name: str) -> None:
    assert hashlib.sha256(encode(name, decision(name, EVENT_ID))).hexdigest() == kept().get(f"decision {name}")


def test_every_type_has_its_bytes_kept() -> None:
    wired = {f"wire {name}" for name, kind in schemas.event_types().items() if kind.published}
    decided = {f"decision {name}" for name in schemas.decision_types()}
    assert kept().keys() == wired | {f"ledger {name}" for name in schemas.event_types()} | decided


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_value_begins_with_a_zero_byte_and_its_schema_id(name: str) -> None:
    kind = schemas.event_type(name)
    assert kind.published is not None
    assert on_the_wire(name)[:5] == b"\x00" + kind.published.id.to_bytes(4, "big")
    assert in_the_ledger(name)[:5] == b"\x00" + kind.ledger.id.to_bytes(4, "big")
