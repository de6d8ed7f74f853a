"""The index key: look-ups, entry ids and comparisons without keeping the number itself.

HMAC-SHA-256 throughout, each use under its own label, so that digests of one kind never meet those of another.
"""

import base64
import hmac
import unicodedata
from typing import Final
from uuid import UUID

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from stdnum.iso7064 import mod_37_36

ACCOUNT_CHARACTERS: Final = 12


class IndexKey:
    """Derives what may be stored from what may not."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError("the index key must have 32 bytes")
        self._key = key

    def number_digest(self, number: bytes) -> bytes:
        """Look-up digest (32 bytes) of a PESEL, or of whatever bytes stood in its place."""
        return self._digest(b"person", number)

    def derived_id(self, kind: str, *parts: bytes) -> UUID:
        """UUID of a number of some kind (prescription, payer …), or of several parts together."""
        framed = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return _uuid8(self._digest(b"id:" + kind.encode(), framed))

    def surname_check(self, patient_id: UUID, surname: str) -> bytes:
        """Digest (32 bytes) to compare a surname with one that was registered for this patient."""
        return self._digest(b"surname", patient_id.bytes + normalised(surname).encode())

    def account_id(self, patient_id: UUID) -> str:
        """What the patient tells the hotline: 12 base-32 characters and an ISO 7064 MOD 37,36 check character."""
        text = base64.b32encode(self._digest(b"account", patient_id.bytes)).decode()[:ACCOUNT_CHARACTERS]
        return text + str(mod_37_36.calc_check_digit(text))

    def _digest(self, label: bytes, data: bytes) -> bytes:
        return hmac.digest(self._key, label + b"\x00" + data, "sha256")


def _uuid8(digest: bytes) -> UUID:
    """A UUID of version 8 (RFC 9562: whatever its maker says) from the first 16 bytes of a digest."""
    number = int.from_bytes(digest[:16])
    return UUID(int=number & ~(0xF000 << 64) & ~(0xC000 << 48) | (0x8000 << 64) | (0x8000 << 48))


def normalised(surname: str) -> str:
    """A surname as it is compared: composed, case folded, dashes of any kind and runs of spaces as one space."""
    text = unicodedata.normalize("NFKC", surname).casefold()
    return " ".join("".join(" " if unicodedata.category(c) == "Pd" else c for c in text).split())


def derive(key: bytes, purpose: bytes) -> bytes:
    """A key for one purpose from another key (HKDF-SHA-256), 32 bytes."""
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(key)
