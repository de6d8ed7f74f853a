"""What two stores have in common, patient by patient: how many events, and the XOR of a hash of each."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg

import schemas
from services.records.read_model import columns, qualified

# By patient: events, and the XOR over them.
Checksums = Mapping[UUID, tuple[int, int]]

_HASH = "('x' || left(md5({}), 16))::bit(64)::bigint"
_CONTENT = _HASH.format(
    "uuid_send(event_id) || uuid_send(entry_id) || int8send(position) "
    "|| int8send((extract(epoch FROM occurred_at) * 1000000)::bigint) || coalesce(sealed, '')"
)
_PLACE = _HASH.format("uuid_send(event_id) || int8send(position)")
_LEDGER = f"""
    SELECT count(*), sum(n), md5(string_agg(patient_id || ' ' || n || ' ' || x, ',' ORDER BY patient_id))
    FROM (SELECT patient_id, count(*) AS n, bit_xor({_PLACE}) AS x FROM ({{}}) AS events GROUP BY patient_id) AS p
"""
_LEDGER_EVENTS = """
    SELECT e.originator_id AS patient_id, i.event_id, i.position
    FROM records.event e JOIN records.inbox i ON i.position = e.notification_id
"""


def of_tables(connection: psycopg.Connection[Any], version: str, up_to: int) -> Checksums:
    """Checksums of what tables like the read model's hold up to a position: ids, times, sealed content."""
    question = f"SELECT patient_id, count(*), bit_xor({_CONTENT}) FROM ({_rows(version)}) AS r " \
               f"WHERE position <= {up_to} GROUP BY patient_id"  # fmt: skip
    return {patient: (events, hash_) for patient, events, hash_ in connection.execute(question.encode())}


def of_lines(answer: Path) -> Checksums:
    """Checksums that another program wrote down: patient, events, XOR."""
    lines = (line.split() for line in answer.read_text().splitlines())
    return {UUID(hex=patient): (int(events), int(hash_)) for patient, events, hash_ in lines}


def as_filled(connection: psycopg.Connection[Any], version: str) -> bool:
    """Whether a rebuilt version has, patient by patient, the events and positions that the ledger has."""
    ledger, rebuilt = (
        connection.execute(_LEDGER.format(events).encode()).fetchone() for events in (_LEDGER_EVENTS, _rows(version))
    )
    return ledger == rebuilt


def _rows(version: str) -> str:
    return " UNION ALL ".join(
        f"SELECT patient_id, event_id, entry_id, position, occurred_at, {_sealed(kind)} AS sealed "
        f"FROM {qualified(version, kind)}"
        for kind in schemas.event_types().values()
    )


def _sealed(kind: schemas.EventType) -> str:
    return "sealed" if any(column.name == "sealed" for column in columns(kind)) else "NULL::bytea"
