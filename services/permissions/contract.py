"""The ledger's bytes → facts: only this module knows the names of their fields on the wire."""

import io
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, NamedTuple
from uuid import UUID

import fastavro
from aiokafka import ConsumerRecord

import schemas
from services.kernel.damage import Damage
from services.kernel.ledger_topic import TOPIC_HEAD, header_of
from services.kernel.moments import micros
from services.permissions.rules.facts import FROM_LEDGER, KINDS, Fact

_OF_THE_RECORD: Final = frozenset({"subject", "recorded_at", "position", "event_id", "publisher", "occurred_at"})


class _Form(NamedTuple):
    """How the events of one schema become facts; ``ids`` and ``plain`` are the fields of their own."""

    kind: type[Fact]
    written: Any
    newest: Any
    ids: tuple[str, ...]
    plain: tuple[str, ...]


def fact_of(record: ConsumerRecord) -> Fact | None:
    """The fact that a record of the ledger topic holds; None where it says nothing about access."""
    form = _form(int.from_bytes(record.value[1 : schemas.ENVELOPE_BYTES]))
    if form is None:
        return None
    said = _read(form, record.value)
    _, position, recorded_at, _, _ = TOPIC_HEAD.unpack(header_of(record))
    return form.kind(
        subject=UUID(bytes=record.key),
        event_id=UUID(bytes=said["event_id"]),
        publisher=said["publisher"],
        occurred_at=micros(said["occurred_at"]),
        recorded_at=recorded_at,
        position=position,
        **{name: None if said[name] is None else UUID(bytes=said[name]) for name in form.ids},
        **{name: said[name] for name in form.plain},
    )


def _read(form: _Form, value: bytes) -> Mapping[str, Any]:
    source = io.BytesIO(value[schemas.ENVELOPE_BYTES :])
    try:
        said: Any = fastavro.schemaless_reader(source, form.written, form.newest)
    # The library's errors come as many types, and all mean the same: the ledger never wrote this.
    except Exception as error:
        raise Damage(f"the ledger topic holds a broken {form.kind.__name__} ({type(error).__name__})") from error
    if source.read(1):
        raise Damage(f"the ledger topic holds bytes behind a {form.kind.__name__}")
    return dict(said)


@cache
def _form(schema_id: int) -> _Form | None:
    schema = schemas.registered().get(schema_id)
    if schema is None:
        raise Damage(f"the ledger topic names schema {schema_id}, which was never released")
    if schema.name not in FROM_LEDGER:
        return None
    kind, newest = KINDS[schema.name], schemas.event_type(schema.name).ledger
    ids = {field["name"] for field in newest.source["fields"] if field.get("holds") == "id"}
    own = [name for name in kind.__struct_fields__ if name not in _OF_THE_RECORD]
    reader = None if newest.id == schema_id else newest.parsed
    plain = tuple(name for name in own if name not in ids)
    return _Form(kind, schema.parsed, reader, tuple(name for name in own if name in ids), plain)
