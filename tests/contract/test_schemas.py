"""The promise: what every schema says of itself, and that nothing that was released ever changes."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest

import schemas
from schemas.catalogue import DECISIONS_TOPIC, HERE, LEDGER_TOPIC, decision_sources, registered, sources
from schemas.derive import PRIVACY, Json, bare, item_fields
from schemas.release import unreleased

RELEASED = HERE / "released"
DIGESTS = Path(__file__).with_name("released.sha256")
SOURCES = {source["name"]: source for source in sources()}
DECISIONS = {source["name"]: source for source in decision_sources()}


def with_parts(name: str, fields: list[Json]) -> dict[str, Json]:
    """Fields by their path, the parts of repeated groups among them."""
    found = {f"{name}.{field['name']}": field for field in fields}
    for field in fields:
        found |= with_parts(f"{name}.{field['name']}", item_fields(field) or [])
    return found


FIELDS = {path: field for name, source in SOURCES.items() for path, field in with_parts(name, source["fields"]).items()}
DECIDED = {
    path: field for name, source in DECISIONS.items() for path, field in with_parts(name, source["fields"]).items()
}
LEDGER = {s.id: s for s in registered().values() if s.subject.startswith(LEDGER_TOPIC)}
FOR_COLUMNS = {s.id: s for s in registered().values() if s.subject.startswith((LEDGER_TOPIC, DECISIONS_TOPIC))}
RECORDS = {schema_id: s for schema_id, s in LEDGER.items() if ".ledger.record." in s.subject}
# A Polish term stands in parentheses and begins with a letter: (data urodzenia), (klucz e-recepty, P1).
POLISH = re.compile(r"\([^\W\d_][^()]*\)")


@pytest.mark.parametrize("path", FIELDS | DECIDED)
def test_every_field_says_what_it_is_with_its_polish_term(path: str) -> None:
    field = (FIELDS | DECIDED)[path]
    assert POLISH.search(field.get("doc", "")), f"{path} has no doc with a Polish term in parentheses"


@pytest.mark.parametrize("name", SOURCES | DECISIONS)
def test_every_event_says_what_it_is_with_its_polish_term(name: str) -> None:
    assert POLISH.search((SOURCES | DECISIONS)[name]["doc"])


@pytest.mark.parametrize("path", FIELDS | DECIDED)
def test_every_field_says_who_may_read_it(path: str) -> None:
    assert (FIELDS | DECIDED)[path].get("privacy") in PRIVACY, f"{path} has no privacy; give one of {PRIVACY}"


@pytest.mark.parametrize("name", SOURCES)
def test_the_subject_is_a_person_and_a_field_that_is_always_there(name: str) -> None:
    source = SOURCES[name]
    if source["topic"] == LEDGER_TOPIC:
        assert "subject" not in source
    else:
        (field,) = (f for f in source["fields"] if f["name"] == source["subject"])
        assert (field["privacy"], field["type"]) == ("person", "string")


@pytest.mark.parametrize("name", SOURCES)
def test_the_entry_is_named_by_fields_that_are_always_there(name: str) -> None:
    source = SOURCES[name]
    types = {field["name"]: field["type"] for field in source["fields"]}
    assert source["entry"]["kind"]
    assert not [part for part in source["entry"]["of"] if isinstance(types[part], list)]


@pytest.mark.parametrize("name", SOURCES)
def test_every_statement_begins_with_its_id_and_its_time(name: str) -> None:
    first, second, *_ = SOURCES[name]["fields"]
    assert (first["name"], first["type"]) == ("event_id", {"type": "string", "logicalType": "uuid"})
    assert (second["name"], second["type"]) == ("occurred_at", {"type": "long", "logicalType": "timestamp-micros"})


@pytest.mark.parametrize("name", schemas.decision_types())
def test_every_decision_begins_with_its_id_and_its_time(name: str) -> None:
    first, second, *_ = DECISIONS[name]["fields"]
    assert (first["name"], first["type"], first["holds"]) == ("event_id", "bytes", "id")
    assert (second["name"], second["type"]) == ("occurred_at", {"type": "long", "logicalType": "timestamp-micros"})


@pytest.mark.parametrize("path", DECIDED)
def test_the_bytes_of_a_decision_say_what_they_hold(path: str) -> None:
    field = DECIDED[path]
    bytes_within = bare(field["type"]) in ("bytes", {"type": "array", "items": "bytes"})
    assert bytes_within == (field.get("holds") in ("id", "sealed"))


def test_a_decision_is_no_publishers_event_and_no_entry_of_a_record() -> None:
    assert not schemas.event_types().keys() & DECISIONS.keys()
    assert DECISIONS_TOPIC not in schemas.topics()
    assert schemas.decision_types().keys() == DECISIONS.keys() - {schemas.access_papers().name}
    assert {source["topic"] for source in DECISIONS.values()} == {DECISIONS_TOPIC}


@pytest.mark.parametrize("path", FIELDS)
def test_what_names_a_thing_says_what_kind_of_thing(path: str) -> None:
    field = FIELDS[path]
    assert ("number" in field) == (field["privacy"] == "number")


@pytest.mark.parametrize("path", FIELDS | DECIDED)
def test_what_may_be_missing_is_null_by_default(path: str) -> None:
    field = (FIELDS | DECIDED)[path]
    if isinstance(field["type"], list):
        assert field["type"][0] == "null"
        assert field.get("default", "none") is None


def test_what_stands_in_the_folders_is_released() -> None:
    assert unreleased() == {}, "run python -m schemas.release, and add the digests of the new files"


def test_released_files_never_change() -> None:
    kept = {name: digest for digest, name in (line.split("  ") for line in DIGESTS.read_text().splitlines())}
    now = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in RELEASED.glob("*.avsc")}
    assert {name: now.get(name) for name in kept} == kept, "a released schema was changed or removed"
    assert now.keys() == kept.keys(), f"add the digests of new schemas to {DIGESTS.name}"


def test_the_index_gives_ids_and_versions_in_order() -> None:
    index: list[dict[str, Any]] = json.loads((RELEASED / "index.json").read_text())
    assert [row["id"] for row in index] == list(range(1, len(index) + 1))
    for subject in {row["subject"] for row in index}:
        versions = [row["version"] for row in index if row["subject"] == subject]
        assert versions == list(range(1, len(versions) + 1))


@pytest.mark.parametrize("schema", registered().values(), ids=lambda s: f"{s.id}-{s.name}")
def test_the_subject_in_the_registry_is_topic_and_full_name(schema: schemas.Registered) -> None:
    topic, full_name = schema.subject.split("-", 1) if "patient-record" not in schema.subject else (
        LEDGER_TOPIC, schema.subject.removeprefix(f"{LEDGER_TOPIC}-")
    )  # fmt: skip
    assert full_name == f"{schema.source['namespace']}.{schema.source['name']}"
    assert topic in {LEDGER_TOPIC, (SOURCES | DECISIONS)[schema.name]["topic"]}


def types_within(avro_type: Any) -> list[Any]:
    """A type and all that it is made of, the fields of records included."""
    if isinstance(avro_type, list):
        return [avro_type, *(t for branch in avro_type for t in types_within(branch))]
    if isinstance(avro_type, dict):
        parts = [f["type"] for f in avro_type.get("fields", [])] + [
            avro_type[k] for k in ("items", "values") if k in avro_type
        ]
        inner = [] if avro_type["type"] in ("record", "array", "map", "enum", "fixed") else [avro_type["type"]]
        return [avro_type, *(t for part in (*parts, *inner) for t in types_within(part))]
    return [avro_type]


PRIMITIVE = {"null", "boolean", "int", "long", "float", "double", "bytes", "string"}


def unfit_for_columns(avro_type: Any) -> list[Any]:
    """What the columnar reader panics on or refuses, see traps F1."""
    return [
        t
        for t in types_within(avro_type)
        if (isinstance(t, list) and (len(t) != 2 or t[0] != "null"))
        or (isinstance(t, dict) and t["type"] in ("map", "enum"))
        or (isinstance(t, str) and t not in PRIMITIVE)
    ]


@pytest.mark.parametrize("schema", FOR_COLUMNS.values(), ids=lambda s: f"{s.id}-{s.name}")
def test_our_own_schemas_have_no_maps_enums_named_references_or_wide_unions(schema: schemas.Registered) -> None:
    assert unfit_for_columns(schema.source) == []


@pytest.mark.parametrize("schema", RECORDS.values(), ids=lambda s: f"{s.id}-{s.name}")
def test_a_ledger_record_is_flat(schema: schemas.Registered) -> None:
    for field in schema.source["fields"]:
        inner = bare(field["type"])
        inner = inner["items"] if isinstance(inner, dict) and inner["type"] == "array" else inner
        assert not isinstance(inner, dict) or inner["type"] in ("int", "long"), field["name"]


@pytest.mark.parametrize(
    "avro_type",
    [
        {"type": "map", "values": "string"},
        ["null", {"type": "enum", "name": "e", "symbols": ["a"]}],
        ["null", "int", "string"],
        ["string", "null"],
        {"type": "array", "items": "some.Record"},
        {"type": "record", "name": "r", "fields": [{"name": "f", "type": "some.Record"}]},
    ],
)
def test_unfit_types_are_found(avro_type: Any) -> None:
    assert unfit_for_columns(avro_type)


@pytest.mark.parametrize("name", SOURCES)
def test_nothing_that_is_not_clear_has_a_column_of_its_own(name: str) -> None:
    kind, source = schemas.event_type(name), SOURCES[name]
    text = {f["name"] for f in kind.ledger.source["fields"] if bare(f["type"]) != "bytes"}
    hidden = {f["name"] for f in source["fields"] if f["privacy"] != "clear"}
    hidden |= {
        f"{f['name']}_{p['name']}" for f in source["fields"] for p in item_fields(f) or [] if p["privacy"] != "clear"
    }
    assert text.isdisjoint(hidden)


@pytest.mark.parametrize("name", SOURCES)
def test_everything_that_was_said_is_kept_clear_or_sealed(name: str) -> None:
    kind, source = schemas.event_type(name), SOURCES[name]
    columns = {f["name"] for f in kind.ledger.source["fields"]}
    sealed = {} if kind.sealed is None else {f["name"]: f for f in kind.sealed.source["fields"]}
    for field in source["fields"]:
        own = field["name"] == source.get("subject")
        for part in item_fields(field) or []:
            group = sealed.get(field["name"])
            inside = {p["name"] for p in bare(group["type"])["items"]["fields"]} if group else set()
            assert f"{field['name']}_{part['name']}" in columns or part["name"] in inside
        if not item_fields(field):
            assert field["name"] in sealed if own or field["privacy"] == "sealed" else field["name"] in columns
        if field["privacy"] == "number":
            assert field["name"] in sealed
