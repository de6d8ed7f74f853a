"""Receipts: what each publisher is told about each of its records; no content.

What was appended is said by the ledger's own order, everything else by the table of outcomes. Delivery may repeat.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg import Connection

from kartoteka.publishing.receipts import RECEIPTS
from schemas import ENVELOPE_BYTES
from services.kernel.named_sql import queries_beside
from services.records.ledger import OURSELVES, STATE_HEAD, moment
from services.records.reasons import Outcome

SQL: Final = queries_beside(__file__, "receipts.sql")
TOPIC: Final = RECEIPTS
AT_ONCE: Final = 2000
_ID_BYTES: Final = 16
# Every ledger schema begins with the event id, as Avro bytes (their number, then they), and the publisher, a string.
_PUBLISHER_AT: Final = STATE_HEAD.size + ENVELOPE_BYTES + 1 + _ID_BYTES


class Receipt(msgspec.Struct, frozen=True):
    """One receipt, as JSON; ``place`` is topic/partition/offset of the record, ``position`` that in the ledger."""

    publisher: str
    publisher_name: str | None
    event_id: UUID | None
    outcome: str
    reason: str | None
    place: str | None
    position: int | None
    at: datetime


def said_by(state: bytes) -> tuple[UUID, str]:
    """Event id and publisher of an event of the ledger, read without its schema."""
    event_id = UUID(bytes=state[_PUBLISHER_AT - _ID_BYTES : _PUBLISHER_AT])
    length, start = _length(state, _PUBLISHER_AT)
    return event_id, state[start : start + length].decode()


def of_appended(rows: Sequence[tuple[int, UUID, int, bytes]], names: Mapping[str, str]) -> Iterator[Receipt]:
    """Receipts of events of the ledger; what the ledger says itself has no publisher to be told."""
    for position, _, _, state in rows:
        event_id, publisher = said_by(state)
        if publisher != OURSELVES:
            at = moment(STATE_HEAD.unpack_from(state)[1])
            name = names.get(publisher)
            yield Receipt(publisher, name, event_id, Outcome.APPENDED, None, None, position, at)


def outcomes_behind(connection: Connection[Any], number: int, names: Mapping[str, str]) -> tuple[int, list[Receipt]]:
    """The next receipts of repeats, quarantine and discards, and the number of the last."""
    rows = connection.execute(SQL["next_outcomes"], (number, AT_ONCE)).fetchall()
    found = [
        Receipt(publisher, names.get(publisher), event_id, outcome, reason, place, None, at)
        for _, publisher, event_id, outcome, reason, place, at in rows
    ]
    return (rows[-1][0] if rows else number), found


def _length(data: bytes, at: int) -> tuple[int, int]:
    """An Avro length (zigzag, variable) and the place behind it."""
    number, shift = 0, 0
    while data[at] & 0x80:
        number |= (data[at] & 0x7F) << shift
        at, shift = at + 1, shift + 7
    number |= data[at] << shift
    return number >> 1, at + 1
