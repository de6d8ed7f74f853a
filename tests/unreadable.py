"""Schemas that the columnar reader cannot read, released all the same.

``python -m tests.unreadable TOPIC`` is a worker of a rebuild that knows them, with another topic in the ledger's place.
"""

import sys
from typing import Any

import fastavro

import schemas
from services.kernel import tails
from services.records.replay import loading, worker

COLOUR = {"type": "enum", "name": "Colour", "symbols": ["red", "green"]}
# Of each field: its type, and a value.
FIELDS: dict[str, tuple[Any, Any]] = {
    "map": ({"type": "map", "values": "string"}, {"a": "b"}),
    "nullable enum": (["null", COLOUR], "green"),
    "union of three": (["null", "string", "long"], "a"),
}
FIRST_ID = 91_000


def unreadable() -> dict[str, schemas.Registered]:
    """One schema for each type that cannot be read, each with one such field more than today's."""
    return {name: _with(FIRST_ID + n, kind) for n, (name, (kind, _)) in enumerate(FIELDS.items())}


def _with(schema_id: int, avro_type: Any) -> schemas.Registered:
    today = schemas.event_type("RecordSetAside").ledger
    field = {"name": "strange", "type": avro_type, "privacy": "clear", "doc": "."}
    source = {**today.source, "fields": [*today.source["fields"], field]}
    return schemas.Registered(schema_id, today.subject, today.version + 1, source, fastavro.parse_schema(source))


if __name__ == "__main__":
    schemas.registered().update({schema.id: schema for schema in unreadable().values()})
    loading.TOPIC = tails.TOPIC = sys.argv[1]  # type: ignore[misc, attr-defined]
    worker.main()
