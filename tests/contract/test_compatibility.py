"""Every version of a subject reads every other's data, for ever; and the rule sees what would break that."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import fastavro
import pytest

from schemas.catalogue import registered, sources, subjects
from schemas.compatibility import incompatibilities, unreadable

SUBJECTS = sorted({schema.subject for schema in registered().values()})
RELEASED = {schema.subject: schema.source for schema in registered().values()}
ISSUED = "clinic.events.v1-pl.kartoteka.clinic.PrescriptionIssued"
Change = Callable[[dict[str, Any]], None]


@pytest.mark.parametrize("subject", SUBJECTS)
def test_all_released_versions_read_each_other(subject: str) -> None:
    versions = sorted((s for s in registered().values() if s.subject == subject), key=lambda s: s.version)
    assert incompatibilities([version.source for version in versions]) == []


def field(schema: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(f for f in schema["fields"] if f["name"] == name)
    return found


def items(schema: dict[str, Any]) -> dict[str, Any]:
    record: dict[str, Any] = field(schema, "items")["type"]["items"]
    return record


def retyped(name: str, avro_type: Any) -> Change:
    return lambda schema: field(schema, name).update(type=avro_type)


def added(**more: Any) -> Change:
    return lambda schema: schema["fields"].append({"name": "urgent", "doc": "Urgent (pilne).", **more})


def removed(name: str) -> Change:
    return lambda schema: schema["fields"].remove(field(schema, name))


BREAKING: dict[str, Change] = {
    "a removed field": removed("profession"),
    "a changed type": retyped("provider", "int"),
    "text that became bytes": retyped("provider", "bytes"),
    "a widened number": lambda s: field(items(s), "quantity").update(type="long"),
    "a changed logical type": retyped("valid_until", "int"),
    "another unit of time": retyped("issued_at", {"type": "long", "logicalType": "timestamp-millis"}),
    "a new field without default": added(type="boolean"),
    "a renamed field": lambda s: field(s, "provider").update(name="facility"),
    "a field renamed by alias": lambda s: field(s, "provider").update(name="facility", aliases=["provider"]),
    "a removed null branch": lambda s: field(items(s), "dosage").update(type="string"),
    "an added null branch": retyped("provider", ["null", "string"]),
    "a wider union": lambda s: field(items(s), "dosage").update(type=["null", "string", "int"]),
    "a renamed record": lambda s: s.update(name="PrescriptionWritten"),
    "a removed field within the group": lambda s: removed("quantity")(items(s)),
    "a removed optional field within the group": lambda s: removed("dosage")(items(s)),
    "a new field within the group without default": lambda s: added(type="boolean")(items(s)),
    "a list that became one": retyped("items", "string"),
}
ACCEPTED: dict[str, Change] = {
    "a new field with a default": added(type=["null", "boolean"], default=None),
    "a new field with a default that is not null": added(type="boolean", default=False),
    "a new field with a default within the group": lambda s: added(type=["null", "string"], default=None)(items(s)),
    "other words": lambda s: field(s, "provider").update(doc="Facility (placówka), in other words."),
    "another order": lambda s: s["fields"].reverse(),
}


def changed(change: Change) -> list[dict[str, Any]]:
    old, new = RELEASED[ISSUED], deepcopy(RELEASED[ISSUED])
    change(new)
    return [old, new]


@pytest.mark.parametrize("what", BREAKING)
def test_a_breaking_change_is_refused(what: str) -> None:
    assert incompatibilities(changed(BREAKING[what]))


@pytest.mark.parametrize("what", ACCEPTED)
def test_a_harmless_change_is_accepted(what: str) -> None:
    assert incompatibilities(changed(ACCEPTED[what])) == []


def test_every_pair_is_compared_and_not_neighbours_only() -> None:
    """A default that a later version drops: the newest cannot read what was written before the field."""
    first, second = changed(added(type="boolean", default=False))
    third = deepcopy(second)
    del field(third, "urgent")["default"]
    assert incompatibilities([first, second]) == incompatibilities([second, third]) == []
    assert incompatibilities([first, second, third])


ENUM = {"type": "enum", "name": "e", "symbols": ["a", "b"]}
FIXED = {"type": "fixed", "name": "f", "size": 16}


@pytest.mark.parametrize(
    ("written", "read", "says"),
    [
        (ENUM, {**ENUM, "symbols": ["a", "b", "c"]}, False),
        (ENUM, {**ENUM, "symbols": ["a"]}, True),
        (FIXED, FIXED, False),
        (FIXED, {**FIXED, "size": 8}, True),
        ({"type": "map", "values": "int"}, {"type": "map", "values": "long"}, False),
        ({"type": "map", "values": "long"}, {"type": "map", "values": "int"}, True),
        ("int", "double", False),
        ("double", "int", True),
        (["null", "int"], ["null", "string"], True),
        ("int", ["null", "long"], False),
    ],
)
def test_resolution_is_avros(written: Any, read: Any, says: bool) -> None:
    writer, reader = ({"type": "record", "name": "r", "fields": [{"name": "x", "type": t}]} for t in (written, read))
    assert bool(unreadable(writer, reader)) is says


def test_a_type_that_is_mentioned_by_name_is_looked_up() -> None:
    def twice(inner: str) -> dict[str, Any]:
        part = {"type": "record", "name": "part", "fields": [{"name": "x", "type": inner}]}
        return {"type": "record", "name": "r", "fields": [{"name": "a", "type": part}, {"name": "b", "type": "part"}]}

    fastavro.parse_schema(twice("int"))
    assert unreadable(twice("int"), twice("int")) == []
    assert {says.split(":")[0] for says in unreadable(twice("int"), twice("string"))} == {"r.a.x", "r.b.x"}


HARMLESS_FIELDS: dict[str, dict[str, Any]] = {
    "clear, null by default": {"type": ["null", "string"], "default": None, "privacy": "clear"},
    "clear, with a default that is not null": {"type": "boolean", "default": False, "privacy": "clear"},
    "sealed, null by default": {"type": ["null", "string"], "default": None, "privacy": "sealed"},
    "sealed, with a default that is not null": {"type": "string", "default": "none", "privacy": "sealed"},
    "a number": {"type": ["null", "string"], "default": None, "privacy": "number", "number": "visit"},
    "a person": {"type": ["null", "string"], "default": None, "privacy": "person"},
}


WITHIN_A_GROUP = [what for what, field in HARMLESS_FIELDS.items() if field["privacy"] in ("clear", "sealed")]


@pytest.mark.parametrize(
    ("what", "place"),
    [*((what, lambda schema: schema) for what in HARMLESS_FIELDS), *((what, items) for what in WITHIN_A_GROUP)],
)
def test_what_a_publisher_may_add_the_ledgers_schemas_may_add_too(what: str, place: Any) -> None:
    old, new = (next(s for s in sources() if s["name"] == "PrescriptionIssued") for _ in range(2))
    added(**HARMLESS_FIELDS[what])(place(new))
    before, after = subjects(old), subjects(new)
    assert [problem for name in before for problem in incompatibilities([before[name], after[name]])] == []
