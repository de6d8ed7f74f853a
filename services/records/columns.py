"""Records of the ledger topic as columns, and from them the rows of each event type's table.

Values of one schema are joined into one Avro object-container block and read by polars at once; the header and the key
are read as columns too. Kafka writes the records of a batch in the same variable-length integers as Avro, so that whole
batches are read as one block in the same way, without a look at any record by itself.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple

import fastavro
import numpy as np
import polars as pl
import pyarrow as pa
from aiokafka import ConsumerRecord

import schemas
from services.kernel.damage import Damage
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME, header_of
from services.kernel.whole_batches import WholeBatch, records_of

SYNC: Final = bytes(range(16))
HEADER: Final = np.dtype(
    [("version", ">i8"), ("position", ">i8"), ("recorded_at", ">i8"), ("published_at", ">i8"), ("hash", "V32")]
)
# A record within Kafka's batch, as Avro would write it: https://kafka.apache.org/documentation/#record
RECORD: Final = {
    "type": "record",
    "name": "Record",
    "fields": [
        *({"name": name, "type": "long"} for name in ("length", "attributes", "time", "offset")),
        *({"name": name, "type": "bytes"} for name in ("key", "value")),
        {"name": "headers", "type": "long"},
        *({"name": name, "type": "bytes"} for name in ("header_name", "header")),
    ],
}

Rows = tuple[schemas.Registered, pa.Table]


class Columns(NamedTuple):
    """Records as columns in their order: keys and values as they are, and what the headers say."""

    keys: pl.Series
    values: pl.Series
    headers: np.ndarray[Any, np.dtype[np.void]]

    def only(self, wanted: np.ndarray[Any, np.dtype[np.bool_]]) -> "Columns":
        """Some of them."""
        kept = pl.Series(wanted)
        return Columns(self.keys.filter(kept), self.values.filter(kept), self.headers[wanted])


def of_records(records: Sequence[ConsumerRecord]) -> Columns:
    """Records that came one by one."""
    headers = np.frombuffer(b"".join(map(header_of, records)), dtype=HEADER)
    keys, values = ([getattr(record, name) for record in records] for name in ("key", "value"))
    return Columns(pl.Series(keys, dtype=pl.Binary), pl.Series(values, dtype=pl.Binary), headers)


def of_batches(batches: Sequence[WholeBatch]) -> Columns:
    """Records that came in whole batches; Damage where one of them is not the relay's."""
    found = _read(RECORD_HEAD, records_of(batches), (batch.records for batch in batches), f"records of {TOPIC}")
    if not _the_relays(found):
        raise Damage(f"{TOPIC} holds a record that the relay did not write, in front of offset {batches[-1].offset}")
    columns = Columns(found["key"], found["value"], np.frombuffer(_joined(found["header"]), dtype=HEADER))
    if all(batch.base_offset >= batch.wanted_from for batch in batches):
        return columns
    begins = np.repeat([b.wanted_from - b.base_offset for b in batches], [b.count for b in batches])
    return columns.only(found["offset"].to_numpy() >= begins)


def joined(parts: Iterable[Columns]) -> Columns:
    """One behind the other."""
    keys, values, headers = zip(*parts, strict=True)
    return Columns(pl.concat(keys), pl.concat(values), np.concatenate(headers))


def rows(columns: Columns) -> Iterator[Rows]:
    """The rows of each schema's table: key, Avro fields, and what the header says; in the order of the records."""
    values = columns.values.to_arrow(compat_level=pl.CompatLevel.oldest())
    ids = _schema_ids(values)
    for schema_id in np.unique(ids):
        own = np.flatnonzero(ids == schema_id)
        schema = _ledger_schema(int(schema_id))
        yield schema, _rows(schema, columns.keys.gather(own), columns.values.gather(own), columns.headers[own])


def _rows(schema: schemas.Registered, keys: pl.Series, values: pl.Series, headers: Any) -> pa.Table:
    found = read_values(schema, values)
    said = {name: pa.array(headers[name].astype("i8")) for name in ("recorded_at", "position", "version")}
    said["recorded_at"] = said["recorded_at"].cast(pa.timestamp("us", "UTC"))
    for name, column in said.items():
        found = found.append_column(name, column)
    return _narrow(found.add_column(0, "patient_id", keys.to_arrow(compat_level=pl.CompatLevel.oldest())))


def read_values(schema: schemas.Registered, values: pl.Series) -> pa.Table:
    """Values of one schema, behind their envelopes, as its fields' columns."""
    bodies = _joined(values.bin.slice(schemas.ENVELOPE_BYTES))
    found = _read(_preamble(schema.id), len(values), [bodies], f"schema {schema.id} ({schema.name})")
    return found.to_arrow(compat_level=pl.CompatLevel.oldest())


def _the_relays(found: pl.DataFrame) -> bool:
    """One header each, of the ledger's name; attributes and lengths that a record of another shape would not have."""
    name = pl.lit(TOPIC_HEADER_NAME.encode())
    ours = (pl.col("headers") == 1) & (pl.col("attributes") == 0) & (pl.col("header_name") == name)
    sizes = (pl.col("key").bin.size() == 16) & (pl.col("header").bin.size() == HEADER.itemsize)
    return bool(found.select((ours & sizes).all()).item())


def _schema_ids(values: pa.LargeBinaryArray) -> np.ndarray[Any, np.dtype[np.int64]]:
    """The four bytes behind the first one of each value."""
    _, offsets, content = values.buffers()
    begins = np.frombuffer(offsets, dtype="<i8")[values.offset : values.offset + len(values)]
    content_bytes = np.frombuffer(content or b"", dtype="u1")
    ids = np.zeros(len(values), dtype=np.int64)
    for place in range(1, schemas.ENVELOPE_BYTES):
        ids = ids << 8 | content_bytes[begins + place]
    return ids


def _ledger_schema(schema_id: int) -> schemas.Registered:
    schema = schemas.registered().get(schema_id)
    if schema is None:
        raise Damage(f"the ledger topic names schema {schema_id}, which was never released")
    return schema


def _read(preamble: bytes, count: int, parts: Iterable[bytes], what: str) -> pl.DataFrame:
    """An Avro container of one block as columns; Damage says what cannot be read so."""
    block = list(parts)
    container = b"".join((preamble, _long(count), _long(sum(map(len, block))), *block, SYNC))
    try:
        return pl.read_avro(io.BytesIO(container))
    except Exception as error:
        raise Damage(f"{what} cannot be read as columns: {type(error).__name__}") from error
    except BaseException as error:
        # polars panics with a type that is not an Exception; a request to end must still end us.
        if type(error).__name__ != "PanicException":
            raise
        raise Damage(f"{what} cannot be read as columns: polars panicked") from error


def _joined(values: pl.Series) -> pa.Buffer:
    """All bytes of a column, one value right behind the other."""
    column = values.rechunk().to_arrow(compat_level=pl.CompatLevel.oldest())
    offsets = np.frombuffer(column.buffers()[1], dtype="<i8")[column.offset : column.offset + len(column) + 1]
    begin, end = int(offsets[0]), int(offsets[-1])
    return column.buffers()[2].slice(begin, end - begin)


@cache
def _preamble(schema_id: int) -> bytes:
    """Head of a container of one ledger schema."""
    return _head(schemas.registered()[schema_id].source)


def _head(schema: Mapping[str, Any]) -> bytes:
    """Head of an Avro object container: magic, schema, no codec, sync marker."""
    out = io.BytesIO()
    meta = {"avro.schema": json.dumps(schema).encode(), "avro.codec": b"null"}
    fastavro.schemaless_writer(out, {"type": "map", "values": "bytes"}, meta)
    return b"Obj\x01" + out.getvalue() + SYNC


RECORD_HEAD: Final = _head(RECORD)


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
