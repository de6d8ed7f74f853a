"""Why a record was not understood: the codes that quarantine and receipts give, each with what to do."""

from enum import StrEnum
from typing import Final


class Reason(StrEnum):
    """Why a record was quarantined."""

    NO_PUBLISHER = "no_publisher"
    OVERSIZE = "oversize"
    UNREADABLE = "unreadable"
    UNKNOWN_SCHEMA = "unknown_schema"
    TRAILING_BYTES = "trailing_bytes"
    BROKEN_TEXT = "broken_text"
    WRONG_TOPIC = "wrong_topic"
    SHAPE = "shape"
    CLOCK = "clock"
    KEY_MISMATCH = "key_mismatch"
    IMPOSSIBLE_NUMBER = "impossible_number"
    CONFLICT = "conflict"
    NO_KEY = "no_key"
    PARKED = "parked"

    @property
    def counts_as_bad(self) -> bool:
        """Whether it speaks against the publisher: conflicts and parked records do not."""
        return self not in (Reason.CONFLICT, Reason.PARKED)

    @property
    def concerns_patient(self) -> bool:
        """Whether the patient is told; where key and subject differ nobody knows whose record it is."""
        return self is not Reason.KEY_MISMATCH


SENTENCES: Final = {
    Reason.NO_PUBLISHER: "the record has no publisher header; send it again with one",
    Reason.OVERSIZE: "the record is larger than 1 MiB; send less in one event",
    Reason.UNREADABLE: "the bytes cannot be read as the schema that they name; check the encoder",
    Reason.UNKNOWN_SCHEMA: "the schema id is not one that was released; ask the registry for the id",
    Reason.TRAILING_BYTES: "bytes are left behind the event; send one event in one record",
    Reason.BROKEN_TEXT: "a text holds a NUL or broken Unicode; send valid UTF-8",
    Reason.WRONG_TOPIC: "this topic does not take this type of event; it is not yours to say",
    Reason.SHAPE: "a field is outside its limits",
    Reason.CLOCK: "occurred_at lies more than 24 hours after the broker's time; set the clock",
    Reason.KEY_MISMATCH: "the record's key is not the PESEL of the event's subject; use it as the key",
    Reason.IMPOSSIBLE_NUMBER: "a PESEL has a wrong check digit and the register has not announced it",
    Reason.CONFLICT: "this event id was already used for other content; a correction needs a new id",
    Reason.NO_KEY: "the patient's key is missing or was destroyed; nothing more can be recorded",
    Reason.PARKED: "too many of this publisher's records were bad; they wait until an operator resumes",
}
