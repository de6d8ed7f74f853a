"""How the tables of a version that holds rows already grow with the schemas. It only makes statements.

A table or a column that nobody had can be added; a column may become nullable. A table or column that is gone, or
whose type is another, would make old rows wrong: that needs a rebuild into a new version.
"""

from collections.abc import Iterator, Mapping

from schemas import EventType, event_types
from services.kernel.damage import Damage
from services.records.build import build
from services.records.read_model import (
    Column,
    columns,
    create_grants,
    create_key,
    create_table,
    create_version,
    qualified,
    quoted,
    table_name,
)

# Columns of a table by name: type as PostgreSQL writes it, and whether it may be null.
Columns = Mapping[str, tuple[str, bool]]

_WRITTEN = {"timestamptz": "timestamp with time zone", "float8": "double precision"}
_OF_EVERY_EVENT = frozenset({"patient_id", "entry_id", "event_id", "position"})


class PatientReadModel:
    """The patient read model, as today's schemas and views have it."""

    def create(self, version: str) -> list[str]:
        """Tables, keys and views of a new version."""
        return create_version(version, with_keys=True)

    def extend(self, version: str, there: Mapping[str, Columns]) -> list[str]:
        """What the tables of events that are there lack; Damage where old rows would be wrong."""
        kinds = {table_name(kind.name): kind for kind in event_types().values()}
        of_events = {name: columns for name, columns in there.items() if columns.keys() >= _OF_EVERY_EVENT}
        for gone in of_events.keys() - kinds.keys():
            raise Damage(_refusal(version, f"no event type has the table {gone} any more"))
        statements = [one for name, kind in kinds.items() for one in _table(version, kind, of_events.get(name))]
        return [*statements, *create_grants(version)] if statements else []

    def build(self) -> str:
        """The digest of all that makes a version."""
        return build()


def _table(version: str, kind: EventType, there: Columns | None) -> list[str]:
    if there is None:
        return [create_table(version, kind), create_key(version, kind)]
    return list(_changes(version, kind, there))


def _changes(version: str, kind: EventType, there: Columns) -> Iterator[str]:
    table = table_name(kind.name)
    wanted = {column.name: column for column in columns(kind)}
    for gone in sorted(there.keys() - wanted.keys()):
        raise Damage(_refusal(version, f"no schema has the column {table}.{gone} any more"))
    for name, column in wanted.items():
        yield from _change(version, kind, column, there.get(name))


def _change(version: str, kind: EventType, column: Column, there: tuple[str, bool] | None) -> Iterator[str]:
    place = f"{table_name(kind.name)}.{column.name}"
    alter = f"ALTER TABLE {qualified(version, kind)}"
    if there is None and not column.nullable:
        raise Damage(_refusal(version, f"the new column {place} may not be null, and old rows have nothing for it"))
    elif there is None:
        yield f"{alter} ADD COLUMN {quoted(column.name)} {column.sql_type}"
    elif there[0] != _written(column.sql_type):
        raise Damage(_refusal(version, f"the column {place} is {there[0]} and should be {_written(column.sql_type)}"))
    elif there[1] and not column.nullable:
        raise Damage(_refusal(version, f"the column {place} may be null and should not"))
    elif column.nullable and not there[1]:
        yield f"{alter} ALTER COLUMN {quoted(column.name)} DROP NOT NULL"


def _written(sql_type: str) -> str:
    """A type as the catalogue writes it."""
    bare = sql_type.removesuffix("[]")
    return _WRITTEN.get(bare, bare) + sql_type[len(bare) :]


def _refusal(version: str, why: str) -> str:
    return (
        f"the read model {version} cannot be extended in place: {why}; 'kartoteka rebuild records' makes a new "
        "version, and 'kartoteka prune records' drops one that nobody reads"
    )
