"""Records of the ledger topic as columns, or events of the ledger itself, and from them the rows of each event type's
table.

Values of one schema are joined into one Avro object-container block and read by polars at once; the header and the key
are read as columns too. Kafka writes the records of a batch in the same variable-length integers as Avro, so that whole
batches are read as one block in the same way, without a look at any record by itself.
"""

import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import fastavro
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute  # Arrow would load it at the first batch, which would wait
from aiokafka import ConsumerRecord

import schemas
from services.kernel.damage import Damage
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME, header_of
from services.kernel.whole_batches import WholeBatch, records_of

SYNC: Final = bytes(range(16))
HEADER: Final = np.dtype(
    [("version", ">i8"), ("position", ">i8"), ("recorded_at", ">i8"), ("published_at", ">i8"), ("hash", "V32")]
)
KEY: Final = np.dtype("V16")
WIDTHS: Final = {"key": KEY, "header": HEADER}
HEADER_NAME: Final = TOPIC_HEADER_NAME.encode()
# How an event's state begins in the ledger; its value comes behind.
STATE_HEAD: Final = np.dtype([("hash", "V32"), ("recorded_at", ">i8"), ("published_at", ">i8")])
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

ENVELOPE_NAME: Final = "envelope"
ENVELOPE: Final = {
    "name": ENVELOPE_NAME,
    "type": {"type": "fixed", "name": "Envelope", "size": schemas.ENVELOPE_BYTES},
}

Rows = tuple[schemas.Registered, pa.Table]
# An event as the ledger keeps it: patient, version, position, state.
Stored = tuple[UUID, int, int, bytes]


class Columns(NamedTuple):
    """Records as columns in their order: keys and values as they are, and what the headers say."""

    keys: "np.ndarray[tuple[int], np.dtype[np.void]]"
    values: pa.LargeBinaryArray
    headers: "np.ndarray[tuple[int], np.dtype[np.void]]"

    def only(self, wanted: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "Columns":
        """Some of them."""
        return Columns(self.keys[wanted], self.values.filter(pa.array(wanted)), self.headers[wanted])


def of_records(records: Sequence[ConsumerRecord]) -> Columns:
    """Records that came one by one."""
    headers = np.frombuffer(b"".join(map(header_of, records)), dtype=HEADER)
    keys = np.frombuffer(b"".join(map(_key_of, records)), dtype=KEY)
    return Columns(keys, pa.array([record.value for record in records], pa.large_binary()), headers)


def of_batches(batches: Sequence[WholeBatch]) -> Columns:
    """Records that came in whole batches; Damage where one of them is not the relay's."""
    count = records_of(batches)
    found = _read(RECORD_HEAD, count, [batch.records for batch in batches], f"records of {TOPIC}")
    if not _the_relays(found, count):
        raise Damage(f"{TOPIC} holds a record that the relay did not write, up to offset {batches[-1].offset}")
    keys, headers = (np.frombuffer(_joined(_arrow(found, name)), dtype=kind) for name, kind in WIDTHS.items())
    return Columns(keys, _arrow(found, "value"), headers)


def of_states(events: Sequence[Stored]) -> Columns:
    """Events that came from the ledger itself, one at least."""
    patients, versions, positions, states = zip(*events, strict=True)
    heads = np.frombuffer(b"".join([state[: STATE_HEAD.itemsize] for state in states]), dtype=STATE_HEAD)
    headers = np.empty(len(events), dtype=HEADER)
    headers["version"], headers["position"] = versions, positions
    for name in STATE_HEAD.fields or ():
        headers[name] = heads[name]
    keys = np.frombuffer(b"".join([patient.bytes for patient in patients]), dtype=KEY)
    return Columns(keys, pa.array([state[STATE_HEAD.itemsize :] for state in states], pa.large_binary()), headers)


def rows(columns: Columns) -> Iterator[Rows]:
    """The rows of each schema's table: key, Avro fields, and what the header says; in the order of the records."""
    ids = _schema_ids(columns.values)
    # Sorted once and for all, so that what belongs to one schema is a slice, its bytes side by side.
    order = np.argsort(ids, kind="stable")
    keys, headers = columns.keys[order], columns.headers[order]
    values = columns.values.take(pa.array(order))
    for schema_id, begin, count in zip(*np.unique(ids[order], return_index=True, return_counts=True), strict=True):
        schema = _ledger_schema(int(schema_id))
        own = slice(int(begin), int(begin + count))
        yield schema, _rows(read_values(schema, values[own]), keys[own], headers[own])


def read_values(schema: schemas.Registered, values: pa.LargeBinaryArray) -> pa.Table:
    """Values of one schema as its fields' columns.

    The envelope of the value behind is read as a field of its own: where it does not stand there, a value was not read
    to its end, or beyond.
    """
    what, envelope = f"schema {schema.id} ({schema.name})", schemas.frame(schema.id, b"")
    parts = [_joined(values)[len(envelope) :], envelope]
    found = _read(_preamble(schema.id), len(values), parts, what)
    if _joined(_arrow(found, ENVELOPE_NAME)).to_pybytes() != envelope * len(values):
        raise Damage(f"{what}: a value is shorter or longer than its schema says")
    return found.to_arrow(compat_level=pl.CompatLevel.oldest()).drop_columns(ENVELOPE_NAME)


def _rows(found: pa.Table, keys: Any, headers: Any) -> pa.Table:
    fields = {name: _narrow(column) for name, column in zip(found.column_names, found.columns, strict=True)}
    said = {name: pa.array(headers[name].astype("i8")) for name in ("recorded_at", "position", "version")}
    said["recorded_at"] = said["recorded_at"].view(pa.timestamp("us", "UTC"))
    return pa.table({"patient_id": _as_binary(keys), **fields, **said})


def _key_of(record: ConsumerRecord) -> bytes:
    if record.key is None or len(record.key) != KEY.itemsize:
        raise Damage(f"{record.topic}/{record.partition}/{record.offset} has no key of the ledger")
    return bytes(record.key)


def _as_binary(keys: Any) -> pa.BinaryArray:
    width = keys.dtype.itemsize
    offsets = np.arange(0, (len(keys) + 1) * width, width, dtype="i4")
    content = np.frombuffer(keys.tobytes(), dtype="u1")
    return pa.Array.from_buffers(pa.binary(), len(keys), [None, pa.py_buffer(offsets), pa.py_buffer(content)])


def _the_relays(found: pl.DataFrame, count: int) -> bool:
    """One header each, of the ledger's name; attributes and lengths that a record of another shape would not have."""
    ours = bool((found["headers"] == 1).all() and (found["attributes"] == 0).all())
    widths = all(_is_wide(_arrow(found, name), kind.itemsize) for name, kind in WIDTHS.items())
    return ours and widths and _joined(_arrow(found, "header_name")).to_pybytes() == HEADER_NAME * count


def _is_wide(column: pa.LargeBinaryArray, width: int) -> bool:
    """Whether every value has so many bytes."""
    return bool((np.diff(_offsets(column)) == width).all())


def _schema_ids(values: pa.LargeBinaryArray) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """The five bytes that each value begins with; the first is nought, and any other makes an id that nobody has."""
    offsets = _offsets(values)
    if (np.diff(offsets) < schemas.ENVELOPE_BYTES).any():
        raise Damage("a value of the ledger is too short to name its schema")
    begins = offsets[:-1]
    content = np.frombuffer(values.buffers()[2] or b"", dtype="u1")
    ids = np.zeros(len(values), dtype=np.int64)
    for place in range(schemas.ENVELOPE_BYTES):
        ids = ids << 8 | content[begins + place]
    return ids


def _offsets(column: pa.LargeBinaryArray) -> "np.ndarray[tuple[int], np.dtype[np.int64]]":
    """Where each value begins in the column's bytes, and where the last one ends."""
    offsets = np.frombuffer(column.buffers()[1], dtype="<i8")
    return offsets[column.offset : column.offset + len(column) + 1]


def _joined(column: pa.LargeBinaryArray) -> pa.Buffer:
    """All bytes of a column, one value right behind the other."""
    offsets = _offsets(column)
    begin, end = int(offsets[0]), int(offsets[-1])
    return column.buffers()[2].slice(begin, end - begin)


def _arrow(found: pl.DataFrame, name: str) -> pa.LargeBinaryArray:
    return found.get_column(name).to_arrow(compat_level=pl.CompatLevel.oldest())


def _ledger_schema(schema_id: int) -> schemas.Registered:
    schema = schemas.registered().get(schema_id)
    if schema is None:
        raise Damage(f"the ledger topic names schema {schema_id}, which was never released")
    return schema


def _read(preamble: bytes, count: int, parts: Iterable[Any], what: str) -> pl.DataFrame:
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


@cache
def _preamble(schema_id: int) -> bytes:
    """Head of a container of one ledger schema, each value with the envelope of the one behind it."""
    source = schemas.registered()[schema_id].source
    return _head({**source, "fields": [*source["fields"], ENVELOPE]})


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


def _narrow(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Arrow's large types as the plain ones that the binary encoder knows."""
    plain = _plain(column.type)
    return column if plain is column.type else column.cast(plain)


def _plain(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_large_binary(kind):
        return pa.binary()
    if pa.types.is_large_string(kind):
        return pa.string()
    if pa.types.is_large_list(kind):
        return pa.list_(kind.value_type)
    return kind
