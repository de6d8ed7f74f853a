"""Seal what only people read, and open it again.

A sealed field describes itself: format (1 byte) ‖ id of the sealed record's registered schema (4) ‖
nonce (12) ‖ ciphertext ‖ tag (16), AES-256-GCM. Its associated data are those five bytes ‖ patient id ‖
entry id ‖ event id, so a field that was moved to another row does not open.
"""

import io
import os
import struct
from collections.abc import Mapping
from typing import Any, Final, NewType
from uuid import UUID

import fastavro
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

import schemas

PatientKey = NewType("PatientKey", bytes)
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 12
FORMAT: Final = 1

_HEAD: Final = struct.Struct(">BI")


class CannotOpen(Exception):
    """The bytes were not sealed by this key for this place, or were changed since."""


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def seal(key: PatientKey, schema: schemas.Registered, value: Mapping[str, Any], place: bytes) -> bytes:
    """Seal one record; ``place`` is patient id ‖ entry id ‖ event id (48 bytes)."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema.parsed, value)
    head = _HEAD.pack(FORMAT, schema.id)
    return head + encrypt(key, out.getvalue(), head + place)


def open_sealed(key: PatientKey, sealed: bytes, patient_id: UUID, entry_id: UUID, event_id: UUID) -> dict[str, Any]:
    """Open one sealed field from a read-model row alone; CannotOpen when it does not fit key and place."""
    if len(sealed) < _HEAD.size or sealed[0] != FORMAT:
        raise CannotOpen("the sealed field has an unknown format")
    _, schema_id = _HEAD.unpack_from(sealed)
    place = patient_id.bytes + entry_id.bytes + event_id.bytes
    plain = decrypt(key, sealed[_HEAD.size :], sealed[: _HEAD.size] + place)
    value: Any = fastavro.schemaless_reader(io.BytesIO(plain), schemas.registered()[schema_id].parsed, None)
    return dict(value)


def encrypt(key: bytes, plain: bytes, associated: bytes) -> bytes:
    """nonce ‖ ciphertext ‖ tag."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, associated)


def decrypt(key: bytes, data: bytes, associated: bytes) -> bytes:
    """What ``encrypt`` hid; CannotOpen when key, place or a byte differs."""
    try:
        return AESGCM(key).decrypt(data[:NONCE_BYTES], data[NONCE_BYTES:], associated)
    except (InvalidTag, ValueError) as error:
        raise CannotOpen("the sealed bytes do not fit this key and this place") from error
