"""The peer of one patient's rebuild: the library's select_events, fastavro for each event, executemany a table."""

import io
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import fastavro
from eventsourcing.persistence import StoredEvent
from psycopg import Connection, sql

import schemas
from services.records.ledger import STATE_HEAD, LedgerRecorder
from services.records.read_model import table_name

# The library does not say where an event stands in the whole ledger.
POSITIONS = "SELECT originator_version, notification_id FROM records.event WHERE originator_id = %s"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
Row = dict[str, Any]


def plain_rebuild(connection: Connection[Any], recorder: LedgerRecorder, version: str, patient: UUID) -> int:
    """All rows of a patient deleted and written anew, in one transaction; how many there are now."""
    stored = recorder.select_events(patient)
    positions = dict(connection.execute(POSITIONS, (patient,)).fetchall())
    rows = _rows(stored, positions)
    with connection.transaction():
        for name in schemas.event_types():
            table = sql.Identifier(version, table_name(name))
            connection.execute(sql.SQL("DELETE FROM {} WHERE patient_id = %s").format(table), (patient,))
        for (table_, columns), found in rows.items():
            _insert(connection, sql.Identifier(version, table_), columns, found)
    return sum(map(len, rows.values()))


def _rows(
    stored: Sequence[StoredEvent], positions: Mapping[int, int]
) -> Mapping[tuple[str, tuple[str, ...]], list[list[Any]]]:
    """Rows by table and columns: another version of a schema may have other columns."""
    found: dict[tuple[str, tuple[str, ...]], list[list[Any]]] = defaultdict(list)
    for event in stored:
        row = _row(event, positions[event.originator_version])
        found[table_name(event.topic), tuple(row)].append(list(row.values()))
    return found


def _row(event: StoredEvent, position: int) -> Row:
    _, recorded_at, _ = STATE_HEAD.unpack_from(event.state)
    schema_id, body = schemas.split_frame(event.state[STATE_HEAD.size :])
    schema = schemas.registered()[schema_id]
    said: Any = fastavro.schemaless_reader(io.BytesIO(body), schema.parsed, None)
    ids = {field["name"] for field in schema.source["fields"] if field.get("holds") == "id"}
    fields = {name: UUID(bytes=value) if name in ids and value is not None else value for name, value in said.items()}
    place = {"position": position, "version": event.originator_version}
    return {
        "patient_id": event.originator_id, **fields, "recorded_at": EPOCH + timedelta(microseconds=recorded_at), **place
    }  # fmt: skip


def _insert(
    connection: Connection[Any], table: sql.Identifier, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        table, sql.SQL(", ").join(map(sql.Identifier, columns)), sql.SQL(", ").join(sql.Placeholder() * len(columns))
    )
    with connection.cursor() as cursor:
        cursor.executemany(statement, rows)
