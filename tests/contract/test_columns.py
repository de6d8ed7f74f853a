"""The columnar reader reads every ledger schema that was ever released, and reads what was written."""

import io
from typing import Any

import fastavro
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import schemas
from services.records.columns import read_values
from tests.ledger_values import record_schemas, rows_of, with_and_without

RECORDS = record_schemas()


@pytest.mark.parametrize("schema", RECORDS, ids=lambda s: f"{s.id}-{s.name}")
def test_a_container_of_a_ledger_schema_comes_back_as_it_was_written(schema: schemas.Registered) -> None:
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @example(with_and_without(schema))
    @given(st.lists(rows_of(schema), min_size=1, max_size=4))
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
