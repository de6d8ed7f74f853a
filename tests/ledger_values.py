"""Any value that a released schema of the ledger allows, and one with something and with nothing everywhere."""

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

import schemas
from schemas.catalogue import LEDGER_TOPIC

Row = dict[str, Any]
BYTES = st.binary(max_size=40)
IDS = st.integers(0, 2**128 - 1).map(lambda number: number.to_bytes(16))
# PostgreSQL's text takes every character but this one, and ingest lets none in.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": TEXTS,
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False),
    "date": st.dates(date(1850, 1, 1), date(2199, 12, 31)),
    "timestamp-micros": st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC)),
}
SOME: Row = {
    **{"string": "ż", "bytes": bytes(16), "boolean": True, "int": 1, "long": 2, "double": 0.5},
    **{"date": date(1850, 1, 1), "timestamp-micros": datetime(1960, 1, 1, 0, 0, 0, 1, UTC)},
}


def record_schemas() -> list[schemas.Registered]:
    """Every released schema of an event in the ledger."""
    prefix = f"{LEDGER_TOPIC}-pl.kartoteka.ledger.record."
    return [schema for schema in schemas.registered().values() if schema.subject.startswith(prefix)]


def rows_of(schema: schemas.Registered) -> st.SearchStrategy[Row]:
    """Any values of a schema's fields."""
    fields = schema.source["fields"]
    return st.fixed_dictionaries({f["name"]: _values_of(f["type"], IDS if is_id(f) else BYTES) for f in fields})


def is_id(field: Row) -> bool:
    """Whether it holds 16 bytes that the read model keeps as a UUID."""
    return field.get("holds") == "id"


def with_and_without(schema: schemas.Registered) -> list[Row]:
    """One row with something everywhere, two with nothing wherever nothing may be."""
    fields = schema.source["fields"]
    return [{f["name"]: _one(f["type"], empty) for f in fields} for empty in (False, True, True)]


def _values_of(avro_type: Any, bytes_values: st.SearchStrategy[bytes]) -> st.SearchStrategy[Any]:
    match avro_type:
        case ["null", inner]:
            return st.none() | _values_of(inner, bytes_values)
        case {"type": "array", "items": inner}:
            return st.lists(_values_of(inner, bytes_values), max_size=3)
        case {"logicalType": logical}:
            return BY_TYPE[logical]
        case {"type": inner}:
            return _values_of(inner, bytes_values)
        case "bytes":
            return bytes_values
    return BY_TYPE[avro_type]


def _one(avro_type: Any, empty: bool) -> Any:
    match avro_type:
        case ["null", inner]:
            return None if empty else _one(inner, empty)
        case {"type": "array", "items": inner}:
            return [] if empty else [_one(inner, empty)] * 2
        case {"logicalType": logical}:
            return SOME[logical]
    return SOME[avro_type]
