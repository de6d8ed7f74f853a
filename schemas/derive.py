"""From a publisher's schema to the ledger's: what is clear becomes a column, the rest one sealed field.

Avro types follow what the columnar reader can read: no maps, no enums, no unions beyond null,
no reference to a named type, and 16-byte ids as ``bytes`` (their binary form is also that of
PostgreSQL's ``uuid``).
"""

from typing import Any, Final

Json = dict[str, Any]

PRIVACY: Final = ("clear", "sealed", "person", "number")
LEDGER_NAMESPACE: Final = "pl.kartoteka.ledger.record"
SEALED_NAMESPACE: Final = "pl.kartoteka.ledger.sealed"

_TIMESTAMP: Final = {"type": "long", "logicalType": "timestamp-micros"}


def is_nullable(avro_type: Any) -> bool:
    return isinstance(avro_type, list)


def bare(avro_type: Any) -> Any:
    """The type without its null branch."""
    return next(t for t in avro_type if t != "null") if is_nullable(avro_type) else avro_type


def is_uuid(field: Json) -> bool:
    inner = bare(field["type"])
    return isinstance(inner, dict) and inner.get("logicalType") == "uuid"


def item_fields(field: Json) -> list[Json] | None:
    """The fields of an array-of-records field, None for any other field."""
    inner = bare(field["type"])
    match inner:
        case {"type": "array", "items": {"fields": fields}}:
            return list(fields)
    return None


def column_name(field: Json, part: Json) -> str:
    """Column of a clear part of a repeated group: ``items.quantity`` is kept as ``items_quantity``."""
    return f"{field['name']}_{part['name']}"


def ledger_schema(source: Json) -> Json:
    """The schema of the topic ``ledger.patient-record.v1``: one flat record."""
    fields: list[Json] = [
        _field("event_id", "bytes", "Identifier of the publisher's statement; UUID, 16 bytes.", "id"),
        _field("publisher", "string", "Who made the statement (nadawca): the authenticated principal."),
        _field("occurred_at", _TIMESTAMP, "When the publisher's system made the statement; UTC, microseconds."),
        _field("entry_id", "bytes", "Entry of the record (wpis) that the statement is about; UUID, 16 bytes.", "id"),
    ]
    for field in source["fields"]:
        if field["name"] in ("event_id", "occurred_at") or field["name"] == source.get("subject"):
            continue
        fields.extend(_ledger_fields(field))
    if sealed_schema(source) is not None:
        fields.append(
            _field("sealed", "bytes", "What only people read: a sealed record under the subject's own key.", "sealed")
        )
    return {
        "type": "record",
        "name": source["name"],
        "namespace": LEDGER_NAMESPACE,
        "doc": source["doc"],
        "fields": fields,
    }


def sealed_schema(source: Json) -> Json | None:
    """The schema of the record inside ``sealed``; None where the event has nothing to seal."""
    fields = [sealed for field in source["fields"] if (sealed := _sealed_field(field, source))]
    if not fields:
        return None
    return {
        "type": "record",
        "name": source["name"],
        "namespace": SEALED_NAMESPACE,
        "doc": f"Sealed part of {source['name']}.",
        "fields": fields,
    }


def _field(name: str, avro_type: Any, doc: str, holds: str | None = None, **default: Any) -> Json:
    """A column; ``holds`` says what its bytes are: id (16, a UUID), digest (32) or sealed."""
    nullable = {"default": None} if is_nullable(avro_type) else default
    bytes_hold = {"holds": holds} if holds else {}
    return {"name": name, "type": avro_type, **nullable, "doc": doc, "privacy": "clear", **bytes_hold}


def _later(field: Json, default: Any) -> Json:
    """A field that a later version of the schema brought has a default, so its column has one too."""
    return {"default": default} if "default" in field else {}


def _id_type(field: Json) -> Any:
    return ["null", "bytes"] if is_nullable(field["type"]) else "bytes"


def _ledger_fields(field: Json) -> list[Json]:
    doc = field["doc"]
    parts = item_fields(field)
    if parts is not None:
        return [
            _field(column_name(field, part), {"type": "array", "items": part["type"]}, part["doc"], **_later(part, []))
            for part in parts
            if part["privacy"] == "clear"
        ]
    match field["privacy"]:
        case "clear" if not is_uuid(field):
            return [_field(field["name"], field["type"], doc, **_later(field, field.get("default")))]
        case "clear":
            return [_field(field["name"], _id_type(field), doc, "id")]
        case "person" | "number":
            what = "Patient id" if field["privacy"] == "person" else "Derived id"
            return [_field(field["name"], _id_type(field), f"{what}; UUID, 16 bytes. {doc}", "id")]
        case "sealed" if "check" in field:
            return [_field(field["check"], "bytes", f"Keyed digest to compare by, 32 bytes, of: {doc}", "digest")]
        case _:
            return []


def _sealed_field(field: Json, source: Json) -> Json | None:
    parts = item_fields(field)
    if parts is not None:
        return _sealed_group(field, parts)
    # A new number of the subject is the subject's own too.
    own = field["name"] == source.get("subject") or "own" in field
    if field["privacy"] in ("sealed", "number") or own:
        return {key: field[key] for key in ("name", "type", "default", "doc") if key in field}
    return None


def _sealed_group(field: Json, parts: list[Json]) -> Json | None:
    kept = [part for part in parts if part["privacy"] != "clear" or part["name"] == field.get("unique")]
    if not any(part["privacy"] != "clear" for part in kept):
        return None
    record = {
        "type": "record",
        "name": bare(field["type"])["items"]["name"],
        "doc": bare(field["type"])["items"]["doc"],
        "fields": [{key: part[key] for key in ("name", "type", "default", "doc") if key in part} for part in kept],
    }
    return {"name": field["name"], "type": {"type": "array", "items": record}, "doc": field["doc"]}
