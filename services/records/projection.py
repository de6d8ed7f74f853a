"""Ledger topic → read model: columns all the way, live and in bulk the same code.

Values of one schema are joined into one Avro object-container block and read by polars at once; the header
and the key are read as columns too. Rows go into the version's tables by binary COPY, with the bookmark, in
one transaction. No key is needed here, and none is there: sealed parts are carried through as they are.
"""

import io
import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Final

import fastavro
import numpy as np
import polars as pl
import pyarrow as pa
from aiokafka import ConsumerRecord
from pgpq import ArrowToPostgresBinaryEncoder
from psycopg import Connection, sql

import schemas
from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.damage import Damage
from services.kernel.database import Link
from services.kernel.ledger_topic import fresh, header_of, keep_up
from services.kernel.partition import Partition
from services.kernel.reader import Fetched
from services.records.read_model import table_name

SYNC: Final = bytes(range(16))
HEADER: Final = np.dtype(
    [("version", ">i8"), ("position", ">i8"), ("recorded_at", ">i8"), ("published_at", ">i8"), ("hash", "V32")]
)


def reader_name(version: str) -> str:
    """Each version of the read model is a reader of its own."""
    return f"records.projection.{version}"


class Projection:
    """Handler of the ledger topic for one version of the read model."""

    def __init__(self, link: Link, bookmarks: Bookmarks, version: str) -> None:
        self.link = link
        self.bookmarks = bookmarks
        self.version = version

    def prepare(self, batch: Fetched) -> Fetched:
        """What is new in a batch depends on the bookmarks, so nothing can be done before they are known."""
        return batch

    def apply(self, batch: Fetched, bookmarks: Mapping[Partition, Bookmark]) -> Sequence[Move]:
        """All rows of the batch and its bookmarks, in one transaction."""
        news, moves = fresh(batch, bookmarks)
        frames = [(schema, frame(schema, records)) for schema, records in _by_schema(news)]
        connection = self.link.get()
        with connection.transaction():
            # Not waited for: rows and bookmark would be lost together, and read from the topic again.
            connection.execute("SET LOCAL synchronous_commit = off")
            for schema, rows in frames:
                self._copy(connection, schema, rows)
            self.bookmarks.move(connection, moves)
        return moves

    def idle(self) -> None:
        """Nothing waits here but to be told how far everything is."""
        keep_up(self.link.get(), self.bookmarks)

    def _copy(self, connection: Connection[Any], schema: schemas.Registered, rows: pa.Table) -> None:
        statement = sql.SQL("COPY {}.{} ({}) FROM STDIN (FORMAT binary)").format(
            sql.Identifier(self.version),
            sql.Identifier(table_name(schema.name)),
            sql.SQL(", ").join(map(sql.Identifier, rows.column_names)),
        )
        encoder = ArrowToPostgresBinaryEncoder(rows.schema)
        with connection.cursor() as cursor, cursor.copy(statement) as copy:
            copy.write(encoder.write_header())
            for block in rows.to_batches():
                copy.write(encoder.write_batch(block))
            copy.write(encoder.finish())


def frame(schema: schemas.Registered, records: Sequence[ConsumerRecord]) -> pa.Table:
    """The rows of records of one schema: key, Avro fields, and what the header says."""
    rows = _read_columns(schema, [record.value for record in records])
    header = np.frombuffer(b"".join(header_of(record) for record in records), dtype=HEADER)
    said = {name: pa.array(header[name].astype("i8")) for name in ("recorded_at", "position", "version")}
    said["recorded_at"] = said["recorded_at"].cast(pa.timestamp("us", "UTC"))
    for name, column in said.items():
        rows = rows.append_column(name, column)
    return _narrow(rows.add_column(0, "patient_id", pa.array([record.key for record in records], pa.binary())))


def _by_schema(records: Iterable[ConsumerRecord]) -> Iterable[tuple[schemas.Registered, list[ConsumerRecord]]]:
    groups: dict[bytes, list[ConsumerRecord]] = {}
    for record in records:
        groups.setdefault(record.value[1:5], []).append(record)
    for schema_id, group in groups.items():
        yield _ledger_schema(int.from_bytes(schema_id)), group


def _ledger_schema(schema_id: int) -> schemas.Registered:
    schema = schemas.registered().get(schema_id)
    if schema is None:
        raise Damage(f"the ledger topic names schema {schema_id}, which was never released")
    return schema


def _read_columns(schema: schemas.Registered, values: Sequence[bytes]) -> pa.Table:
    block = b"".join([value[schemas.ENVELOPE_BYTES :] for value in values])
    container = b"".join((_preamble(schema.id), _long(len(values)), _long(len(block)), block, SYNC))
    try:
        return pl.read_avro(io.BytesIO(container)).to_arrow(compat_level=pl.CompatLevel.oldest())
    except Exception as error:
        raise Damage(f"schema {schema.id} ({schema.name}) cannot be read as columns: {type(error).__name__}") from error
    except BaseException as error:
        # polars panics with a type that is not an Exception; a request to end must still end us.
        if type(error).__name__ != "PanicException":
            raise
        raise Damage(f"schema {schema.id} ({schema.name}) cannot be read as columns: polars panicked") from error


@cache
def _preamble(schema_id: int) -> bytes:
    """Head of an Avro object container: magic, schema, no codec, sync marker."""
    source = json.dumps(schemas.registered()[schema_id].source).encode()
    out = io.BytesIO()
    meta = {"avro.schema": source, "avro.codec": b"null"}
    fastavro.schemaless_writer(out, {"type": "map", "values": "bytes"}, meta)
    return b"Obj\x01" + out.getvalue() + SYNC


def _long(value: int) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, "long", value)
    return out.getvalue()


def _narrow(rows: pa.Table) -> pa.Table:
    """Arrow's large types as the plain ones that the binary encoder knows."""
    fields = [pa.field(field.name, _plain(field.type), field.nullable) for field in rows.schema]
    return rows.cast(pa.schema(fields))


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_binary(kind):
        return pa.binary()
    if pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_large_list(kind):
        return pa.list_(kind.value_type)
    return kind
