"""What the peers in Python have in common: fastavro decodes a record, psycopg's executemany keeps it.

The tables are ours with their keys made beforehand, because an upsert needs them. Rows of one type go in one
``executemany``, which psycopg sends as a pipeline.
"""

import io
import sys
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import fastavro
import msgspec
import psycopg

import schemas
from services.kernel.ledger_topic import TOPIC_HEAD
from services.kernel.moments import moment
from services.records.read_model import KEY, columns, qualified

BATCH: Final = 5000


class Part(msgspec.Struct, frozen=True):
    """What a peer is to read, and where to put it: the topic up to these offsets, one for each partition."""

    bootstrap_servers: str
    database: str
    version: str
    topic: str
    ends: list[int]

    @property
    def events(self) -> int:
        return sum(self.ends)

    @classmethod
    def from_stdin(cls) -> "Part":
        """The part from a line of JSON; it holds the database's password, so it is no argument."""
        return msgspec.json.decode(sys.stdin.readline(), type=cls)


class Read(NamedTuple):
    """One record of the topic."""

    key: bytes
    value: bytes
    header: bytes


async def upsert(connection: psycopg.AsyncConnection[Any], version: str, records: Iterable[Read]) -> None:
    """Decode some records and keep them, in one transaction."""
    rows: dict[str, list[list[Any]]] = defaultdict(list)
    for record in records:
        kind, row = _row(record)
        rows[kind].append(row)
    async with connection.transaction(), connection.cursor() as cursor:
        for kind, of_kind in rows.items():
            await cursor.executemany(_statement(version, kind), of_kind)


def _row(record: Read) -> tuple[str, list[Any]]:
    schema_id, body = schemas.split_frame(record.value)
    schema = schemas.registered()[schema_id]
    said: Any = fastavro.schemaless_reader(io.BytesIO(body), schema.parsed, None)
    version, position, recorded_at, _, _ = TOPIC_HEAD.unpack(record.header)
    said |= {"patient_id": record.key, "recorded_at": moment(recorded_at), "position": position, "version": version}
    return schema.name, [_id(said.get(name)) if is_id else said.get(name) for name, is_id in _columns(schema.name)]


def _id(value: bytes | None) -> UUID | None:
    return None if value is None else UUID(bytes=value)


@cache
def _columns(kind: str) -> list[tuple[str, bool]]:
    return [(column.name, column.sql_type == "uuid") for column in columns(schemas.event_type(kind))]


@cache
def _statement(version: str, kind: str) -> bytes:
    names = [name for name, _ in _columns(kind)]
    table = qualified(version, schemas.event_type(kind))
    news = ", ".join(f'"{name}" = excluded."{name}"' for name in names if name not in KEY)
    quoted = ", ".join(f'"{name}"' for name in names)
    places = ", ".join(["%s"] * len(names))
    key = ", ".join(KEY)
    return f"INSERT INTO {table} ({quoted}) VALUES ({places}) ON CONFLICT ({key}) DO UPDATE SET {news}".encode()
