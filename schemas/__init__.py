"""The promise to publishers and readers: every event's Avro schema, its fixed registry id, its shape.

Everybody may import this package; it imports nobody.
"""

from schemas.catalogue import (
    ENVELOPE_BYTES,
    EventType,
    Registered,
    access_papers,
    decision_types,
    event_type,
    event_types,
    frame,
    registered,
    split_frame,
    topics,
)

__all__ = [
    "ENVELOPE_BYTES",
    "EventType",
    "Registered",
    "access_papers",
    "decision_types",
    "event_type",
    "event_types",
    "frame",
    "registered",
    "split_frame",
    "topics",
]
