"""Types → the ledger's bytes: clear columns, ids in place of numbers, the rest sealed.

How each event type's fields go into the ledger is worked out once from its schema.
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final
from uuid import UUID

import fastavro
import msgspec

import schemas
from schemas.derive import Json, column_name, is_uuid, item_fields
from services.kernel.index_key import IndexKey
from services.kernel.sealing import PatientKey, seal
from services.records.contract import Statement
from services.records.ledger import OURSELVES

_OF_THE_STATEMENT: Final = ("event_id", "occurred_at")


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the fields of an event type go."""

    clear: tuple[str, ...]
    ids: tuple[str, ...]
    persons: tuple[str, ...]
    numbers: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]
    checks: tuple[tuple[str, str], ...]
    defaults: "Defaults"


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a field holds that says nothing; and the same of the parts of repeated groups."""

    fields: tuple[tuple[str, Any], ...]
    groups: tuple[tuple[str, "Defaults"], ...]


@cache
def plan_of(kind_name: str) -> Plan:
    """The plan of one event type."""
    kind = schemas.event_type(kind_name)
    plain = [field for field in kind.fields if item_fields(field) is None]
    clear = [f for f in plain if f["privacy"] == "clear" and f["name"] not in _OF_THE_STATEMENT]
    return Plan(
        clear=tuple(f["name"] for f in clear if not is_uuid(f)),
        ids=tuple(f["name"] for f in clear if is_uuid(f)),
        persons=tuple(f["name"] for f in plain if f["privacy"] == "person"),
        numbers=tuple((f["name"], f["number"]) for f in plain if f["privacy"] == "number"),
        groups=tuple((f["name"], _columns(f, parts)) for f in kind.fields if (parts := item_fields(f)) is not None),
        checks=tuple((f["name"], f["check"]) for f in plain if "check" in f),
        defaults=_defaults(kind.fields),
    )


def content_digest_source(statement: Statement) -> bytes:
    """The bytes that are the same for the same content: without defaults, without ``occurred_at``."""
    said = _without(plan_of(statement.kind.name).defaults, statement.value)
    del said["occurred_at"]
    said["type"] = statement.kind.name
    return msgspec.json.encode(said, order="deterministic")


def ledger_value(
    statement: Statement, patient_id: UUID, people: Mapping[str, UUID], key: PatientKey, index: IndexKey
) -> bytes:
    """The ledger's bytes for a statement about this patient."""
    kind, value, plan = statement.kind, statement.value, plan_of(statement.kind.name)
    ids = _ids(plan, value, people, index)
    entry = entry_id(statement, patient_id, ids, index).bytes
    event_id = statement.event_id.bytes
    fields: dict[str, Any] = {name: value[name] for name in plan.clear}
    for name in plan.ids:
        fields[name] = None if value[name] is None else value[name].bytes
    fields["event_id"], fields["entry_id"] = event_id, entry
    fields["publisher"], fields["occurred_at"] = statement.publisher, value["occurred_at"]
    for name, derived in ids.items():
        fields[name] = derived.bytes
    for name, parts in plan.groups:
        for part, column in parts:
            fields[column] = [element[part] for element in value[name]]
    for name, check in plan.checks:
        fields[check] = index.surname_check(patient_id, value[name])
    if kind.sealed is not None:
        fields["sealed"] = seal(key, kind.sealed, value, patient_id.bytes + entry + event_id)
    return _encode(kind.ledger, fields)


def own_value(kind_name: str, event_id: UUID, entry: UUID, occurred_at: int, fields: Mapping[str, Any]) -> bytes:
    """The ledger's bytes for what the ledger says itself."""
    head = {"event_id": event_id.bytes, "publisher": OURSELVES, "occurred_at": occurred_at, "entry_id": entry.bytes}
    return _encode(schemas.event_type(kind_name).ledger, {**head, **fields})


def entry_id(statement: Statement, patient_id: UUID, ids: Mapping[str, UUID], index: IndexKey) -> UUID:
    """The entry that the statement is about: the patient, one number, or several fields together."""
    names = statement.kind.entry_fields
    if not names:
        return patient_id
    if len(names) == 1 and names[0] in dict(plan_of(statement.kind.name).numbers):
        return ids[names[0]]
    parts = [ids[name].bytes if name in ids else str(statement.value[name]).encode() for name in names]
    return index.derived_id(f"entry:{statement.kind.entry_kind}", patient_id.bytes, *parts)


def _ids(plan: Plan, value: Mapping[str, Any], people: Mapping[str, UUID], index: IndexKey) -> dict[str, UUID]:
    """Patient ids of persons and derived ids of numbers, for the fields that say something."""
    ids = {name: people[value[name]] for name in plan.persons if value[name] is not None}
    for name, number in plan.numbers:
        if value[name] is not None:
            ids[name] = index.derived_id(number, value[name].encode())
    return ids


def _columns(field: Json, parts: list[Json]) -> tuple[tuple[str, str], ...]:
    return tuple((part["name"], column_name(field, part)) for part in parts if part["privacy"] == "clear")


def _defaults(fields: list[Json]) -> Defaults:
    return Defaults(
        tuple((f["name"], f["default"]) for f in fields if "default" in f),
        tuple((f["name"], _defaults(parts)) for f in fields if (parts := item_fields(f)) is not None),
    )


def _without(defaults: Defaults, value: Mapping[str, Any]) -> dict[str, Any]:
    said = dict(value)
    for name, default in defaults.fields:
        if said[name] == default:
            del said[name]
    for name, parts in defaults.groups:
        if said.get(name):
            said[name] = [_without(parts, element) for element in said[name]]
    return said


def _encode(schema: schemas.Registered, fields: Mapping[str, Any]) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema.parsed, fields)
    return schemas.frame(schema.id, out.getvalue())
