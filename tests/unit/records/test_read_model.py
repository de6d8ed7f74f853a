"""From the ledger's schemas to tables: types, keys, every released version, and views for every kind."""

from dataclasses import replace

import pytest

from schemas import Registered, event_type, event_types, registered
from services.records.read_model import (
    BEING_LOADED,
    VIEWS,
    Column,
    columns,
    create_keys,
    create_tables,
    create_views,
    entry_kinds,
    table_columns,
    table_name,
    view_files,
)


def released(version: int, *fields: tuple[str, object]) -> Registered:
    """A released version of some ledger schema with these fields."""
    source = {"name": "Seen", "fields": [{"name": name, "type": avro_type} for name, avro_type in fields]}
    return replace(registered()[2], version=version, source=source)


def test_a_table_is_named_like_its_event_type() -> None:
    assert table_name("PersonRegistered") == "person_registered"
    assert table_name("RecordSetAside") == "record_set_aside"


def test_columns_are_the_patient_the_ledger_schemas_fields_in_order_and_where_it_stands_in_the_ledger() -> None:
    fields = [field["name"] for field in event_type("PrescriptionIssued").ledger.source["fields"]]
    names = [column.name for column in columns(event_type("PrescriptionIssued"))]
    assert names == ["patient_id", *fields, "recorded_at", "position", "version"]


def test_avro_types_become_types_of_postgresql() -> None:
    issued = {column.name: column for column in columns(event_type("PrescriptionIssued"))}
    assert issued["entry_id"] == Column("entry_id", "uuid", nullable=False)
    assert issued["publisher"].sql_type == "text"
    assert issued["issued_at"].sql_type == "timestamptz"
    assert issued["valid_until"].sql_type == "date"
    assert issued["chronic"].sql_type == "boolean"
    assert issued["items_item"].sql_type == "integer[]"
    assert issued["sealed"].sql_type == "bytea"
    person = {column.name: column for column in columns(event_type("PersonRegistered"))}
    assert person["surname_check"].sql_type == "bytea"
    assert person["mother"] == Column("mother", "uuid", nullable=True)


def test_a_column_that_only_one_version_has_stays_and_may_be_null() -> None:
    old, new = released(1, ("a", "string"), ("gone", "int")), released(2, ("a", "string"), ("b", "long"))
    found = table_columns([old, new])[1:-3]
    assert found == [Column("a", "text", False), Column("b", "bigint", True), Column("gone", "integer", True)]


def test_a_column_of_two_types_is_refused() -> None:
    with pytest.raises(ValueError, match="two types"):
        table_columns([released(1, ("a", "string")), released(2, ("a", "int"))])


@pytest.mark.parametrize("name", ["patient", "known_at", "position"])
def test_a_field_that_would_hide_a_parameter_or_a_column_of_ours_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="must not be named"):
        table_columns([released(1, (name, "string"))])


def test_the_patient_comes_first_in_every_key_and_both_publishers_of_one_event_id_fit() -> None:
    keys = [statement for statement in create_keys("records_v1") if "PRIMARY KEY" in statement]
    assert len(keys) == len(event_types())
    assert all('PRIMARY KEY ("patient_id", "entry_id", "event_id", "publisher")' in key for key in keys)


def test_in_bulk_the_tables_come_without_keys() -> None:
    without = create_tables("records_v1", with_keys=False)
    tables = [statement.removesuffix(BEING_LOADED) for statement in without]
    assert create_tables("records_v1", with_keys=True) == [*tables, *create_keys("records_v1")]
    assert tables != without, "nobody looks after a table while it is loaded"
    assert not any("PRIMARY KEY" in statement for statement in without)


def test_every_event_type_has_a_table_and_shows_in_the_timeline() -> None:
    tables, views = create_tables("records_v1", with_keys=False), create_views("records_v1")
    for name in event_types():
        assert any(f'CREATE TABLE "records_v1"."{table_name(name)}"' in statement for statement in tables)
        assert f"FROM {table_name(name)} WHERE patient_id = patient AND recorded_at <= known_at" in views[-1]


def test_every_view_file_is_used_and_every_kind_of_entry_has_one() -> None:
    assert set(VIEWS.glob("*.sql")) <= set(view_files())
    assert len(view_files()) == len(set(view_files())) >= len(entry_kinds())
    assert all(path.read_text().startswith("-- ") for path in view_files())


def test_views_are_made_in_the_versions_schema() -> None:
    assert create_views("records_v7")[0] == 'SET LOCAL search_path TO "records_v7"'


def test_a_strange_name_is_refused() -> None:
    with pytest.raises(ValueError, match="not a name"):
        create_views('x"; DROP TABLE y')
