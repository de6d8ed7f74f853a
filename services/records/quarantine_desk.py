"""The operator's look at the quarantine: what waits, where, why; its content only when revealed."""

from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.named_sql import queries_beside
from services.records.quarantine import Quarantine

SQL: Final = queries_beside(__file__, "quarantine_desk.sql")

Place = tuple[str, int, int]


def parse_place(text: str) -> Place:
    """TOPIC/PARTITION/OFFSET."""
    parts = text.rsplit("/", 2)
    if len(parts) != 3 or not (parts[1].isdecimal() and parts[2].isdecimal()):
        raise BadInput("a place is written TOPIC/PARTITION/OFFSET, such as clinic.events.v1/3/1207")
    return parts[0], int(parts[1]), int(parts[2])


def waiting(connection: Connection[Any], publisher: str | None, reason: str | None, limit: int) -> list[dict[str, Any]]:
    """What waits, oldest first."""
    rows = connection.execute(SQL["waiting"], {"publisher": publisher, "reason": reason, "limit": limit})
    return [dict(zip(("place", "publisher", "reason", "detail", "since"), row, strict=True)) for row in rows]


def count(connection: Connection[Any], publisher: str | None, reason: str | None) -> int:
    row = connection.execute(SQL["count"], {"publisher": publisher, "reason": reason}).fetchone()
    assert row is not None
    return int(row[0])


def places(connection: Connection[Any], publisher: str | None, reason: str | None) -> list[Place]:
    """Places of all that match, in the order of their partitions."""
    return connection.execute(SQL["places"], {"publisher": publisher, "reason": reason}).fetchall()


def one(connection: Connection[Any], place: Place) -> dict[str, Any]:
    """What is known of one record, its content masked."""
    row = connection.execute(SQL["one"], place).fetchone()
    if row is None:
        raise BadInput(f"no record was quarantined at {'/'.join(map(str, place))}; see 'kartoteka quarantine list'")
    names = ("place", "publisher", "reason", "detail", "published_at", "quarantined_at", "state", "closed_at", "bytes")
    return {**dict(zip(names, row, strict=True)), "content": "masked; --reveal opens it and is recorded"}


def patient_of(connection: Connection[Any], place: Place) -> UUID | None:
    """The patient under whose number the record came, where that number is known."""
    row = connection.execute(SQL["patient_of"], place).fetchone()
    return None if row is None else row[0]


def content(connection: Connection[Any], service_key: bytes, place: Place) -> dict[str, Any]:
    """Key, headers and value of a record whose bytes are still there."""
    found = Quarantine(service_key).take(connection, [place])
    if not found:
        return {"content": "purged: the record is closed"}
    record = found[0]
    return {
        "content": (record.value or b"").hex(),
        "key": None if record.key is None else record.key.decode(errors="backslashreplace"),
        "headers": {name: value.decode(errors="backslashreplace") for name, value in record.headers},
    }
