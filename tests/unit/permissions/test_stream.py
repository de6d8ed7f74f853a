"""The bytes of the stream of permissions: what is written is read again, and nothing else is."""

import io
from typing import Any
from uuid import UUID

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from schemas.catalogue import registered
from services.kernel.damage import Damage
from services.kernel.sealing import PatientKey, open_sealed, seal
from services.permissions.stream import Header, decode, encode, header_of, pack_header, pack_state, split_state
from tests.decisions import AT, DECISIONS, SUBJECT, VIEWER, decision
from tests.statements import NOW, event, wire

LONG = st.integers(0, 2**62)


def test_there_is_an_example_of_every_type() -> None:
    assert DECISIONS.keys() == schemas.decision_types().keys()


@pytest.mark.parametrize("name", DECISIONS)
def test_what_was_decided_is_read_again(name: str) -> None:
    said = decision(name)
    assert decode(encode(name, said)) == (name, said)


@pytest.mark.parametrize("name", DECISIONS)
def test_any_reader_of_the_topic_reads_it_with_the_registered_schema(name: str) -> None:
    said = decision(name)
    schema_id, body = schemas.split_frame(encode(name, said))
    schema = registered()[schema_id]
    read: Any = fastavro.schemaless_reader(io.BytesIO(body), schema.parsed, None)
    assert (schema.name, read["event_id"], read["occurred_at"]) == (name, said["event_id"].bytes, NOW)


def test_what_may_be_missing_is_null() -> None:
    said = decision("AccessConfirmed")
    del said["valid_until"]
    assert decode(encode("AccessConfirmed", said))[1]["valid_until"] is None


@pytest.mark.parametrize(
    "changes", [{"viewer": None}, {"viewer": "85010112345"}, {"occurred_at": "now"}, {"surname": "Nowak"}]
)
def test_fields_that_are_not_the_types_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises((ValueError, TypeError)):
        encode("GuardianRemoved", decision("GuardianRemoved", **changes))


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"\x01" + encode("GuardianRemoved", decision("GuardianRemoved"))[1:],
        encode("GuardianRemoved", decision("GuardianRemoved"))[:-1],
        encode("GuardianRemoved", decision("GuardianRemoved")) + b"\x00",
        schemas.frame(10_000, b""),
        schemas.frame(schemas.access_papers().id, b"\x00\x00"),
        wire("PersonDied", event("PersonDied")),
        encode("GuardianRemoved", decision("GuardianRemoved", viewer=b"short")),
    ],
    ids=["nothing", "no frame", "too short", "too long", "unknown", "papers", "a publisher's", "an id too short"],
)
def test_what_permissions_did_not_write_is_damage(value: bytes) -> None:
    with pytest.raises(Damage):
        decode(value)


@given(recorded_at=LONG, value=st.binary(max_size=20))
def test_a_state_says_when_and_what(recorded_at: int, value: bytes) -> None:
    assert split_state(pack_state(recorded_at, value)) == (recorded_at, value)


@given(version=LONG, position=LONG, recorded_at=LONG)
def test_a_header_says_where_and_when(version: int, position: int, recorded_at: int) -> None:
    header = Header(version, position, recorded_at)
    assert header_of([("decision", pack_header(header))]) == header


def test_state_and_header_are_big_endian() -> None:
    assert pack_state(1, b"x") == bytes(7) + b"\x01x"
    assert pack_header(Header(1, 2, 3)) == b"".join(number.to_bytes(8) for number in (1, 2, 3))


@pytest.mark.parametrize(
    "headers",
    [[], [("ledger", bytes(24))], [("decision", bytes(23))], [("decision", bytes(24)), ("decision", bytes(24))]],
)
def test_a_record_without_our_header_is_damage(headers: list[tuple[str, bytes]]) -> None:
    with pytest.raises(Damage, match="no header of a decision"):
        header_of(headers)


def test_papers_are_sealed_for_subject_viewer_and_event() -> None:
    key, said = PatientKey(b"k" * 32), {"document": "III Nsm 12/26", "reason": None}
    place = (SUBJECT, VIEWER, UUID(int=AT))
    sealed = seal(key, schemas.access_papers(), said, b"".join(part.bytes for part in place))
    assert open_sealed(key, sealed, *place) == said
