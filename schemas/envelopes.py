"""What stands around the values: headers, keys, receipts and seals, as JSON Schemas for the AsyncAPI document."""

from typing import Final

from schemas.derive import Json
from schemas.shape import PESEL_DIGITS

STATEMENT_HEADERS: Final[Json] = {
    "type": "object",
    "description": "Every header is UTF-8 text. CloudEvents' binary mode: with one ce_ header come the first four.",
    "required": ["publisher"],
    "properties": {
        "publisher": {
            "type": "string",
            "description": "Who speaks; part of the event's identity. Never a person.",
            "pattern": "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
        },
        "ce_specversion": {"type": "string", "const": "1.0"},
        "ce_id": {"type": "string", "format": "uuid", "description": "The statement's event_id."},
        "ce_type": {"type": "string", "description": "The record's full name."},
        "ce_source": {"type": "string", "description": "The publisher again."},
        "ce_time": {"type": "string", "format": "date-time", "description": "The statement's occurred_at, in UTC."},
        "traceparent": {
            "type": "string",
            "description": "W3C Trace Context, if the publisher has one.",
            "pattern": "^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$",
        },
    },
}
LEDGER_HEADERS: Final[Json] = {
    "type": "object",
    "required": ["ledger"],
    "properties": {
        "ledger": {
            "type": "string",
            "format": "binary",
            "description": "64 bytes: version, position, recorded at, published at (8 bytes each, big-endian, times in "
            "µs since 1970) and the event's SHA-256.",
            "minLength": 64,
            "maxLength": 64,
        }
    },
}
DECISION_HEADERS: Final[Json] = {
    "type": "object",
    "required": ["decision"],
    "properties": {
        "decision": {
            "type": "string",
            "format": "binary",
            "description": "24 bytes: version, position, recorded at in µs since 1970 (8 bytes each, big-endian).",
            "minLength": 24,
            "maxLength": 24,
        }
    },
}
RECEIPT: Final[Json] = {
    "type": "object",
    "description": "How a publisher's record ended. Fields may be added, never removed.",
    "required": ["publisher", "publisher_name", "event_id", "outcome", "reason", "place", "position", "at"],
    "properties": {
        "publisher": {"type": "string", "description": "Whose record it was."},
        "publisher_name": {
            "type": ["string", "null"],
            "description": "What the reference data call the publisher; null: they do not know it.",
        },
        "event_id": {"type": ["string", "null"], "format": "uuid", "description": "null: it could not be read."},
        "outcome": {"type": "string", "enum": ["appended", "repeated", "quarantined", "discarded"]},
        "reason": {
            "type": ["string", "null"],
            "pattern": "^[a-z_]+$",
            "description": "Why it waits in quarantine; codes in docs/glossary.md, of which more may come.",
        },
        "place": {"type": ["string", "null"], "description": "Where the record lies: TOPIC/PARTITION/OFFSET."},
        "position": {"type": ["integer", "null"], "description": "The event's place in the whole ledger."},
        "at": {"type": "string", "format": "date-time", "description": "When it ended so; UTC."},
    },
}
SEAL: Final[Json] = {
    "type": "object",
    "description": "The newest seal of the ledger: what lies below its position cannot be changed unseen.",
    "required": ["last_position", "events", "hash"],
    "properties": {
        "last_position": {"type": "integer", "minimum": 1},
        "events": {"type": "integer", "minimum": 1, "description": "How many events the seal covers."},
        "hash": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "SHA-256, hexadecimal."},
    },
}
PESEL_KEY: Final[Json] = {
    "type": "string",
    "pattern": f"^{PESEL_DIGITS.pattern}$",
    "description": "The subject's PESEL, 11 ASCII digits; the same as in the body. The only place besides the body.",
}
PATIENT_KEY: Final[Json] = {
    "type": "string",
    "format": "binary",
    "description": "The patient id: a random UUID, 16 bytes.",
    "minLength": 16,
    "maxLength": 16,
}
SUBJECT_KEY: Final[Json] = {
    **PATIENT_KEY,
    "description": "Patient id of the person whose account it is, of a refusal that of the asker: a UUID, 16 bytes.",
}
