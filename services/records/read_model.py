"""The shape of the patient read model: from the ledger's schemas to tables, keys and views of one version.

    for statement in create_version("records_v2", with_keys=True):
        connection.execute(statement)

Nothing here speaks to a database. Run the statements of one list in one transaction.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Final, NamedTuple

from schemas import EventType, Registered, event_types, registered
from schemas.derive import Json, bare, is_nullable

HERE: Final = Path(__file__).parent
PROCESS_ROLE: Final = "records_projection"
VIEWS: Final = HERE / "views"

# The order in which they are made: what every view uses, the kinds of entry, what uses the kinds.
BEFORE_KINDS: Final = (VIEWS / "fold.sql", VIEWS / "days.sql", HERE / "vaccination_limits.sql")
AFTER_KINDS: Final = (VIEWS / "next_dose.sql", VIEWS / "timeline.sql")

# Nobody reads it yet, and there is nothing to clean where rows are only added.
BEING_LOADED: Final = " WITH (autovacuum_enabled = off)"
KEY: Final = ("patient_id", "entry_id", "event_id", "publisher")
# Parameters of every view; a column of the same name would silently win over the parameter.
PARAMETERS: Final = frozenset({"patient", "known_at"})

# Of two statements the one that was made later counts; made at one moment: the greater event id, then the publisher.
NEWEST_FIRST: Final = 'occurred_at DESC, event_id DESC, publisher COLLATE "C" DESC'

_LOGICAL: Final = {"date": "date", "timestamp-micros": "timestamptz"}
_PRIMITIVE: Final = {"string": "text", "boolean": "boolean", "int": "integer", "long": "bigint", "double": "float8"}


class Column(NamedTuple):
    """One column of a table: its name, its type in PostgreSQL, and whether it may be null."""

    name: str
    sql_type: str
    nullable: bool


BEFORE_FIELDS: Final = [Column("patient_id", "uuid", False)]
AFTER_FIELDS: Final = [
    Column("recorded_at", "timestamptz", False),
    Column("position", "bigint", False),
    Column("version", "bigint", False),
]


def table_name(event_type_name: str) -> str:
    """PersonRegistered is kept in person_registered."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event_type_name).lower()


def view_name(entry_kind: str) -> str:
    """Entries of the kind set-aside are shown by set_aside, in a file of that name.

    The function returns entry_id, medical_at and state, and beside them whatever the kind shows.
    """
    return entry_kind.replace("-", "_")


def columns(kind: EventType) -> list[Column]:
    """Columns of an event type's table, over every released version of its ledger schema."""
    versions = [schema for schema in registered().values() if schema.subject == kind.ledger.subject]
    return table_columns(versions)


def table_columns(versions: Iterable[Registered]) -> list[Column]:
    """The newest version's fields in their order, then those that only older versions have.

    A field that some version lacks may be null: what was said before it existed says nothing about it.
    """
    newest_first = [_fields(v.source) for v in sorted(versions, key=lambda v: v.version, reverse=True)]
    names = dict.fromkeys(name for fields in newest_first for name in fields)
    return _checked([*BEFORE_FIELDS, *(_merged(name, newest_first) for name in names), *AFTER_FIELDS])


def create_tables(version_schema: str, *, with_keys: bool) -> list[str]:
    """The version's PostgreSQL schema and one insert-only table per event type."""
    kinds = event_types().values()
    tables = [create_table(version_schema, kind) + ("" if with_keys else BEING_LOADED) for kind in kinds]
    keys = create_keys(version_schema) if with_keys else []
    return [f"CREATE SCHEMA IF NOT EXISTS {quoted(version_schema)}", *tables, *keys]


def create_version(version_schema: str, *, with_keys: bool) -> list[str]:
    """Tables, views and grants of one version, empty; without keys it is loaded faster, and they are added behind."""
    tables = create_tables(version_schema, with_keys=with_keys)
    return [*tables, *create_views(version_schema), *create_grants(version_schema)]


def create_grants(version_schema: str) -> list[str]:
    """Its process inserts, the door's owner reads; nobody else comes in."""
    schema = quoted(version_schema)
    return [
        f"GRANT USAGE ON SCHEMA {schema} TO {PROCESS_ROLE}",
        f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA {schema} TO {PROCESS_ROLE}",
    ]


def create_keys(version_schema: str) -> list[str]:
    """Primary keys, which end a bulk load; two publishers may use one event id."""
    kinds = event_types().values()
    return [one for kind in kinds for one in (create_key(version_schema, kind), loaded(version_schema, kind))]


def create_key(version_schema: str, kind: EventType) -> str:
    """The primary key of one event type's table."""
    return f"ALTER TABLE {qualified(version_schema, kind)} ADD PRIMARY KEY ({', '.join(map(quoted, KEY))})"


def loaded(version_schema: str, kind: EventType) -> str:
    """A table that was loaded without its key is looked after like any other."""
    return f"ALTER TABLE {qualified(version_schema, kind)} RESET (autovacuum_enabled)"


def create_table(version_schema: str, kind: EventType) -> str:
    """The table of one event type, without its key."""
    lines = ",\n".join(f"    {quoted(c.name)} {c.sql_type}{'' if c.nullable else ' NOT NULL'}" for c in columns(kind))
    return f"CREATE TABLE {qualified(version_schema, kind)} (\n{lines}\n)"


def create_views(version_schema: str) -> list[str]:
    """The limits and the functions that show the tables, bound to this version's tables when they are made."""
    texts = [Template(path.read_text()).substitute(_left_open()) for path in view_files()]
    return [f"SET LOCAL search_path TO {quoted(version_schema)}", *texts]


def view_files() -> list[Path]:
    """Every file that makes views, in the order in which they are made."""
    return [*BEFORE_KINDS, *(VIEWS / f"{view_name(kind)}.sql" for kind in entry_kinds()), *AFTER_KINDS]


def entry_kinds() -> list[str]:
    """Each kind of entry that some event type speaks of, once."""
    return list(dict.fromkeys(kind.entry_kind for kind in event_types().values()))


def _fields(schema: Json) -> dict[str, Column]:
    fields: list[Json] = schema["fields"]
    return {f["name"]: Column(f["name"], _sql_type(f), is_nullable(f["type"])) for f in fields}


def _sql_type(field: Json) -> str:
    if field.get("holds") == "id":
        return "uuid"
    return _avro_type(bare(field["type"]))


def _avro_type(avro_type: Any) -> str:
    match avro_type:
        case {"logicalType": logical}:
            return _LOGICAL[logical]
        case {"type": "array", "items": items}:
            return f"{_avro_type(items)}[]"
        case "bytes" | {"type": "fixed"}:
            return "bytea"
        case {"type": inner}:
            return _avro_type(inner)
    return _PRIMITIVE[avro_type]


def _merged(name: str, versions: list[dict[str, Column]]) -> Column:
    found = [fields[name] for fields in versions if name in fields]
    if len({column.sql_type for column in found}) > 1:
        raise ValueError(f"{name} has two types in released schemas: {found}")
    return Column(name, found[0].sql_type, len(found) < len(versions) or any(column.nullable for column in found))


def _checked(found: list[Column]) -> list[Column]:
    names = [column.name for column in found]
    if len(set(names)) < len(names) or PARAMETERS & set(names):
        raise ValueError(f"a field must not be named like a column or parameter that every view has: {names}")
    return found


def qualified(version_schema: str, kind: EventType) -> str:
    """An event type's table in its version."""
    return f"{quoted(version_schema)}.{quoted(table_name(kind.name))}"


def quoted(name: str) -> str:
    """A name as SQL; every name here is ours, so a strange one is a mistake and not to be quoted away."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]*", name):
        raise ValueError(f"not a name for a table, column or schema: {name!r}")
    return f'"{name}"'


@cache
def _left_open() -> dict[str, str]:
    """What the view files leave open: the arms that a new event type brings, and the one rule of what counts last."""
    union = "\n    UNION ALL\n"
    return {
        "statements": union.join(_statement_arms()),
        "entries": union.join(_entry_arms()),
        "newest_first": NEWEST_FIRST,
        "recency": f"row_number() OVER (ORDER BY {NEWEST_FIRST}) AS recency",
    }


def _statement_arms() -> Iterator[str]:
    for kind in event_types().values():
        sealed = "sealed" if kind.sealed is not None else "NULL::bytea"
        yield (
            f"    SELECT '{kind.entry_kind}', '{kind.name}', entry_id, event_id, publisher, occurred_at,\n"
            f"        recorded_at, position, {sealed}\n"
            f"    FROM {table_name(kind.name)} WHERE patient_id = patient AND recorded_at <= known_at"
        )


def _entry_arms() -> Iterator[str]:
    for kind in entry_kinds():
        yield (
            f"    SELECT '{kind}', shown.entry_id, shown.medical_at, shown.state,\n"
            f"        to_json(shown)\n"
            f"    FROM {view_name(kind)}(patient, known_at) AS shown"
        )
