"""Which changes of a released schema are allowed: FULL_TRANSITIVE, and somewhat stricter than Avro.

Data of every version must be readable under every other version, in both directions, for a replay reads
the oldest bytes for ever. Beyond Avro's resolution rules, because the ledger keeps columns: a field never
disappears, a logical type never changes, aliases are no way to rename, and string and bytes are two types.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import Any, Final

from schemas.derive import Json

_PROMOTED: Final = {
    "int": ("int", "long", "float", "double"),
    "long": ("long", "float", "double"),
    "float": ("float", "double"),
}

Names = Mapping[str, Any]


def incompatibilities(versions: Sequence[Json]) -> list[str]:
    """What forbids these versions of one subject, oldest first, to stand beside each other; empty: nothing."""
    return [problem for old, new in combinations(versions, 2) for problem in _between(old, new)]


def unreadable(writer: Json, reader: Json) -> list[str]:
    """Why bytes written under one schema cannot be read under another; empty when they can."""
    return list(_resolve(writer, reader, _names(writer), _names(reader), reader["name"]))


def _between(old: Json, new: Json) -> Iterator[str]:
    yield from (f"the new schema cannot read the old one's data: {says}" for says in unreadable(old, new))
    yield from (f"the old schema cannot read the new one's data: {says}" for says in unreadable(new, old))
    yield from (f"{path} was removed" for path in _paths(old) if path not in set(_paths(new)))


def _resolve(writer: Any, reader: Any, written: Names, read: Names, path: str) -> Iterator[str]:
    writer, reader = _looked_up(writer, written), _looked_up(reader, read)
    if isinstance(writer, list):
        for branch in writer:
            yield from _resolve(branch, reader, written, read, path)
    elif isinstance(reader, list):
        if all(list(_resolve(writer, branch, written, read, path)) for branch in reader):
            yield f"{path}: nothing takes a value of type {_kind(writer)}"
    elif _kind(reader) not in _PROMOTED.get(_kind(writer), (_kind(writer),)):
        yield f"{path}: {_kind(writer)} is not readable as {_kind(reader)}"
    elif _logical(writer) != _logical(reader):
        yield f"{path}: the logical type {_logical(writer)} is not {_logical(reader)}"
    else:
        yield from _resolve_parts(writer, reader, written, read, path)


def _resolve_parts(writer: Any, reader: Any, written: Names, read: Names, path: str) -> Iterator[str]:
    match _kind(writer):
        case "record":
            yield from _resolve_record(writer, reader, written, read, path)
        case "array":
            yield from _resolve(writer["items"], reader["items"], written, read, f"{path}[]")
        case "map":
            yield from _resolve(writer["values"], reader["values"], written, read, f"{path}{{}}")
        case "enum":
            yield from (f"{path}: unknown symbol {s}" for s in writer["symbols"] if s not in reader["symbols"])
        case "fixed" if writer["size"] != reader["size"]:
            yield f"{path}: {writer['size']} bytes are not {reader['size']}"


def _resolve_record(writer: Any, reader: Any, written: Names, read: Names, path: str) -> Iterator[str]:
    if writer["name"].rpartition(".")[2] != reader["name"].rpartition(".")[2]:
        yield f"{path}: {writer['name']} is another record than {reader['name']}"
    there = {field["name"]: field for field in writer["fields"]}
    for field in reader["fields"]:
        here = f"{path}.{field['name']}"
        if field["name"] in there:
            yield from _resolve(there[field["name"]]["type"], field["type"], written, read, here)
        elif "default" not in field:
            yield f"{here}: not in the data, and without a default"


def _paths(schema: Any, path: str = "") -> Iterator[str]:
    """Path of every field, those of nested records too."""
    for field in _records(schema):
        here = f"{path}.{field['name']}".removeprefix(".")
        yield here
        yield from _paths(field["type"], here)


def _records(schema: Any) -> Iterable[Any]:
    """The fields of the record that a type is, holds or repeats."""
    if isinstance(schema, list):
        return [field for branch in schema for field in _records(branch)]
    if not isinstance(schema, dict):
        return []
    return schema.get("fields") or _records(schema.get("items") or schema.get("values"))


def _names(schema: Any) -> dict[str, Any]:
    """The named types that a schema defines, so that a later mention of the name can be looked up."""
    found: dict[str, Any] = {}
    if isinstance(schema, list):
        for branch in schema:
            found |= _names(branch)
    elif isinstance(schema, dict):
        if "name" in schema:
            found[schema["name"]] = schema
        for part in (*(f["type"] for f in schema.get("fields", [])), schema.get("items"), schema.get("values")):
            found |= _names(part)
    return found


def _looked_up(avro_type: Any, names: Names) -> Any:
    return names.get(avro_type, avro_type) if isinstance(avro_type, str) else avro_type


def _kind(avro_type: Any) -> str:
    return str(avro_type["type"] if isinstance(avro_type, dict) else avro_type)


def _logical(avro_type: Any) -> str | None:
    return avro_type.get("logicalType") if isinstance(avro_type, dict) else None
