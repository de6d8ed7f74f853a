"""The columnar reader reads every ledger schema that was ever released, and reads what was written."""

import io
from datetime import UTC, date, datetime
from typing import Any

import fastavro
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import schemas
from schemas.catalogue import LEDGER_TOPIC, registered
from services.records.columns import read_values

RECORDS = [s for s in registered().values() if s.subject.startswith(f"{LEDGER_TOPIC}-pl.kartoteka.ledger.record.")]
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2199, 12, 31), timezones=st.just(UTC))
BY_TYPE: dict[str, st.SearchStrategy[Any]] = {
    "string": st.text(max_size=20),
    "bytes": st.binary(max_size=40),
    "boolean": st.booleans(),
    "int": st.integers(-(2**31), 2**31 - 1),
    "long": st.integers(-(2**63), 2**63 - 1),
    "double": st.floats(allow_nan=False),
    "date": st.dates(date(1850, 1, 1), date(2199, 12, 31)),
    "timestamp-micros": TIMES,
}


def values_of(avro_type: Any) -> st.SearchStrategy[Any]:
    """Any value of a type, null and the empty array among them."""
    match avro_type:
        case ["null", inner]:
            return st.none() | values_of(inner)
        case {"type": "array", "items": inner}:
            return st.lists(values_of(inner), max_size=3)
        case {"logicalType": logical}:
            return BY_TYPE[logical]
        case {"type": inner}:
            return BY_TYPE[inner]
    return BY_TYPE[avro_type]


def rows_of(schema: schemas.Registered) -> st.SearchStrategy[list[dict[str, Any]]]:
    row = {field["name"]: values_of(field["type"]) for field in schema.source["fields"]}
    return st.lists(st.fixed_dictionaries(row), min_size=1, max_size=4)


def with_and_without(schema: schemas.Registered) -> list[dict[str, Any]]:
    """One row with something everywhere, one with nothing wherever nothing may be."""
    some: dict[str, Any] = {"string": "ż", "bytes": bytes(16), "boolean": True, "int": 1, "long": 2, "double": 0.5}
    some |= {"date": date(1850, 1, 1), "timestamp-micros": datetime(1960, 1, 1, 0, 0, 0, 1, UTC)}

    def value(avro_type: Any, empty: bool) -> Any:
        match avro_type:
            case ["null", inner]:
                return None if empty else value(inner, empty)
            case {"type": "array", "items": inner}:
                return [] if empty else [value(inner, empty)] * 2
            case {"logicalType": logical}:
                return some[logical]
        return some[avro_type]

    return [{f["name"]: value(f["type"], empty) for f in schema.source["fields"]} for empty in (False, True, True)]


@pytest.mark.parametrize("schema", RECORDS, ids=lambda s: f"{s.id}-{s.name}")
def test_a_container_of_a_ledger_schema_comes_back_as_it_was_written(schema: schemas.Registered) -> None:
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @example(with_and_without(schema))
    @given(rows_of(schema))
    def comes_back(rows: list[dict[str, Any]]) -> None:
        out = io.BytesIO()
        fastavro.writer(out, schema.parsed, rows)
        out.seek(0)
        assert pl.read_avro(out).to_dicts() == rows

    comes_back()


@pytest.mark.parametrize("schema", RECORDS, ids=lambda s: f"{s.id}-{s.name}")
def test_the_projections_own_container_says_the_same(schema: schemas.Registered) -> None:
    rows = with_and_without(schema)
    values = []
    for row in rows:
        out = io.BytesIO()
        fastavro.schemaless_writer(out, schema.parsed, row)
        values.append(schemas.frame(schema.id, out.getvalue()))
    assert read_values(schema, pa.array(values, pa.large_binary())).to_pylist() == rows
