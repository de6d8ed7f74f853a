"""Receipts: what each publisher is told about each of its records; no content.

What was appended is said by the ledger's own order, everything else by the table of outcomes. Delivery may repeat.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from kartoteka.publishing.receipts import RECEIPTS, Outcome, Receipt
from services.kernel.moments import moment
from services.records.ledger import OURSELVES

TOPIC: Final = RECEIPTS
_ID_BYTES: Final = 16

# Position, recorded at (µs), and the first bytes of an event's body.
Appended = tuple[int, int, bytes]
# Number, publisher, event id, outcome, reason, place, decided at.
Decided = tuple[int, str, UUID | None, Outcome, str | None, str, datetime]


def said_by(body: bytes) -> tuple[UUID, str]:
    """Event id and publisher of an event of the ledger, read without its schema.

    Every ledger schema begins with the event id, as Avro bytes (their number, then they), and the publisher, a string.
    """
    length, start = _length(body, 1 + _ID_BYTES)
    return UUID(bytes=body[1 : 1 + _ID_BYTES]), body[start : start + length].decode()


def of_appended(rows: Iterable[Appended], names: Mapping[str, str]) -> Iterator[Receipt]:
    """Receipts of events of the ledger; what the ledger says itself has no publisher to be told."""
    for position, recorded_at, body in rows:
        event_id, publisher = said_by(body)
        if publisher != OURSELVES:
            at = moment(recorded_at)
            yield Receipt(publisher, event_id, "appended", None, None, position, at, names.get(publisher))


def of_decided(rows: Iterable[Decided], names: Mapping[str, str]) -> Iterator[Receipt]:
    """Receipts of repeats, quarantine and discards."""
    for _, publisher, event_id, outcome, reason, place, at in rows:
        yield Receipt(publisher, event_id, outcome, reason, place, None, at, names.get(publisher))


def _length(data: bytes, at: int) -> tuple[int, int]:
    """An Avro length (zigzag, variable) and the place behind it."""
    number, shift = 0, 0
    while data[at] & 0x80:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    number |= data[at] << shift
    return number >> 1, at + 1
