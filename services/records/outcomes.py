"""What publishers are to be told beside the ledger's own order: written in the transaction that decided it."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from services.records.contract import Record, Refused, read
from services.records.judging import Ready
from services.records.reasons import Outcome

Row = tuple[str, UUID | None, str, str | None, str, int, int]

DISCARDED: Final = "discarded"
_COPY: Final = """
    COPY records.outcome (publisher, event_id, outcome, reason, topic, partition, record_offset)
    FROM STDIN
"""


def put_outcomes(connection: Connection[Any], repeated: Sequence[Ready], refused: Sequence[Refused]) -> None:
    """Repeats and quarantine of one batch; nobody can be told of a record without a publisher."""
    rows = [_row(Outcome.REPEATED, one.publisher, one.event_id, None, one.record) for one in repeated]
    rows += [
        _row(Outcome.QUARANTINED, one.publisher, one.event_id, one.reason, one.record)
        for one in refused
        if one.publisher is not None
    ]
    _copy(connection, rows)


def put_discarded(connection: Connection[Any], records: Sequence[Record]) -> None:
    """Records that an operator gave up."""
    told = [(record, read(record)) for record in records]
    _copy(
        connection,
        [
            _row(DISCARDED, one.publisher, one.event_id, None, record)
            for record, one in told
            if one.publisher is not None
        ],
    )


def _row(outcome: str, publisher: str, event_id: UUID | None, reason: str | None, record: Record) -> Row:
    return publisher, event_id, outcome, reason, record.topic, record.partition, record.offset


def _copy(connection: Connection[Any], rows: Sequence[Row]) -> None:
    if rows:
        with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
            for row in rows:
                copy.write_row(row)
