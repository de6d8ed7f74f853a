"""A sealed field opens with its own key, in its own place, unchanged; or not at all."""

import io
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import schemas
from services.kernel.sealing import (
    FORMAT,
    NONCE_BYTES,
    CannotOpen,
    PatientKey,
    decrypt,
    encrypt,
    new_key,
    open_sealed,
    seal,
)
from tests.statements import EXAMPLES, event

KEY, OTHER_KEY = PatientKey(b"k" * 32), PatientKey(b"o" * 32)
PLACE = (UUID(int=1), UUID(int=2), UUID(int=3))
SEALED = {s.id: s for s in schemas.registered().values() if "sealed" in s.subject.split(".")}


def sealed_person(**changes: Any) -> bytes:
    schema = schemas.event_type("PersonRegistered").sealed
    assert schema is not None
    return seal(KEY, schema, event("PersonRegistered", **changes), b"".join(part.bytes for part in PLACE))


def test_it_opens_with_its_key_in_its_place() -> None:
    opened = open_sealed(KEY, sealed_person(), *PLACE)
    assert opened == {name: EXAMPLES["PersonRegistered"][name] for name in ("person", "given_names", "surname")}


def test_it_does_not_open_with_another_patients_key() -> None:
    with pytest.raises(CannotOpen):
        open_sealed(OTHER_KEY, sealed_person(), *PLACE)


@pytest.mark.parametrize("moved", range(3), ids=["patient", "entry", "event"])
def test_it_does_not_open_in_another_place(moved: int) -> None:
    place = list(PLACE)
    place[moved] = uuid4()
    with pytest.raises(CannotOpen):
        open_sealed(KEY, sealed_person(), *place)


def test_it_does_not_open_where_ids_changed_places() -> None:
    patient, entry, said = PLACE
    with pytest.raises(CannotOpen):
        open_sealed(KEY, sealed_person(), patient, said, entry)


def test_any_flipped_bit_refuses() -> None:
    sealed = sealed_person()
    for index in range(len(sealed) * 8):
        broken = bytearray(sealed)
        broken[index // 8] ^= 1 << index % 8
        with pytest.raises(CannotOpen):
            open_sealed(KEY, bytes(broken), *PLACE)


def test_any_missing_or_added_byte_refuses() -> None:
    sealed = sealed_person()
    for broken in (*(sealed[:length] for length in range(len(sealed))), sealed + b"\x00"):
        with pytest.raises(CannotOpen):
            open_sealed(KEY, broken, *PLACE)


def test_the_field_describes_itself_by_format_and_schema() -> None:
    schema = schemas.event_type("PersonRegistered").sealed
    assert schema is not None
    assert sealed_person()[:5] == bytes([FORMAT]) + schema.id.to_bytes(4, "big")
    assert FORMAT == 1


def test_the_same_content_is_never_sealed_the_same() -> None:
    nonces = {sealed_person()[5 : 5 + NONCE_BYTES] for _ in range(100)}
    assert len(nonces) == len({sealed_person() for _ in range(100)}) == 100


def test_nothing_readable_is_left() -> None:
    for text in EXAMPLES["PersonRegistered"].values():
        assert str(text).encode() not in sealed_person()


def any_value(avro_type: Any) -> Any:
    match avro_type:
        case ["null", _]:
            return None
        case {"type": "array", "items": {"fields": fields}}:
            return [{f["name"]: any_value(f["type"]) for f in fields}]
        case {"type": "array"}:
            return []
        case {"logicalType": "date"}:
            return date(2026, 1, 1)
    return {"string": "ż", "int": 1, "long": 2, "boolean": True, "bytes": b"x"}[avro_type]


@pytest.mark.parametrize("schema", SEALED.values(), ids=lambda s: f"{s.id}-{s.name}")
def test_every_schema_that_was_ever_released_opens_the_oldest_too(schema: schemas.Registered) -> None:
    value = {field["name"]: any_value(field["type"]) for field in schema.source["fields"]}
    sealed = seal(KEY, schema, value, b"".join(part.bytes for part in PLACE))
    assert open_sealed(KEY, sealed, *PLACE) == value


def test_what_was_written_by_hand_after_the_papers_opens() -> None:
    """The format as design and module describe it, put together without the module."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    schema = schemas.event_type("PersonRegistered").sealed
    assert schema is not None
    plain = io.BytesIO()
    said = {"person": "85010112345", "given_names": "Anna", "surname": "Nowak"}
    fastavro.schemaless_writer(plain, schema.parsed, said)
    head, nonce = b"\x01" + schema.id.to_bytes(4, "big"), b"n" * 12
    associated = head + b"".join(part.bytes for part in PLACE)
    assert open_sealed(KEY, head + nonce + AESGCM(KEY).encrypt(nonce, plain.getvalue(), associated), *PLACE) == said


@settings(max_examples=50, deadline=None, database=None)
@given(plain=st.binary(max_size=50), associated=st.binary(max_size=20))
def test_what_was_encrypted_is_decrypted(plain: bytes, associated: bytes) -> None:
    hidden = encrypt(KEY, plain, associated)
    assert decrypt(KEY, hidden, associated) == plain
    with pytest.raises(CannotOpen):
        decrypt(KEY, hidden, associated + b"x")


def test_keys_are_32_random_bytes() -> None:
    assert {len(new_key()) for _ in range(20)} == {32}
    assert len({new_key() for _ in range(20)}) == 20
