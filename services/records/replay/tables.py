"""Looks at the tables of two versions: sums by bucket of patients first, and only what differs row by row."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from psycopg import Connection, sql

from services.kernel.buckets import BUCKETS, bucket
from services.kernel.named_sql import queries_beside
from services.records.read_model import KEY
from services.records.replay.comparing import DIFFERS, EVENTS, MOST, Difference, Tally
from services.records.replay.crew import Crew, Say, said
from services.records.replay.shape import Shape, of_events, tables

SQL: Final = queries_beside(__file__, "looking.sql")
# How many rows, the sum of their positions, and the sum of their hashes, by bucket.
Sums = Mapping[int, tuple[int, int, int]]


class Place(NamedTuple):
    """Where to look: a table of one version, and at which columns."""

    version: str
    table: str
    columns: tuple[str, ...]


class Part(NamedTuple):
    """One bucket of a table that both versions have."""

    table: str
    columns: tuple[str, ...]
    number: int


class Tables:
    """The tables of two versions up to a position."""

    def __init__(self, active: Shape, other: Shape, position: int) -> None:
        self.active = active
        self.other = other
        self.position = position

    def compare(self, crew: Crew, tally: Tally, say: Say) -> dict[str, int]:
        """Tally where rows differ; how many rows the version that is read has of each table that both have."""
        both = {table: tuple(columns) for table, columns in tables(self.active, self.other).items()}
        places = [Place(one.version, table, both[table]) for table in both for one in (self.active, self.other)]
        found = dict(zip(places, said(crew.look(self._summed, places), "tables", len(places), say), strict=True))
        for difference in self._where_unequal(crew, both, found):
            tally.add(difference)
        if not self._as_the_ledger(crew.first, found):
            self._compare_with_ledger(crew.first, tally)
        ours = {place.table: sums for place, sums in found.items() if place.version == self.active.version}
        return {table: sum(count for count, *_ in sums.values()) for table, sums in ours.items()}

    def _where_unequal(
        self, crew: Crew, both: Mapping[str, tuple[str, ...]], found: Mapping[Place, Sums]
    ) -> Iterator[Difference]:
        parts = []
        for table, columns in both.items():
            active, other = (found[Place(one.version, table, columns)] for one in (self.active, self.other))
            parts += [Part(table, columns, n) for n in range(BUCKETS) if active.get(n) != other.get(n)]
        for differences in crew.look(self._differing, parts):
            yield from differences

    def _as_the_ledger(self, connection: Connection[Any], found: Mapping[Place, Sums]) -> bool:
        """Whether one of both has as many events as the ledger: then none is wrong in both in the same way."""
        totals = dict.fromkeys((self.active.version, self.other.version), (0, 0))
        for place, sums in found.items():
            for count, positions, _ in sums.values():
                totals[place.version] = (totals[place.version][0] + count, totals[place.version][1] + positions)
        ledger = connection.execute(SQL["ledger_summed"], {"position": self.position}).fetchone()
        return ledger in totals.values()

    def _compare_with_ledger(self, connection: Connection[Any], tally: Tally) -> None:
        """Tally the events that both versions lack though the ledger has them, or have more often than it has."""
        asked = {"position": self.position, "most": MOST}
        statement = sql.SQL(SQL["events_off"]).format(positions=sql.SQL(" UNION ALL ").join(self._positions()))
        found = connection.execute(statement, asked).fetchall()
        for number, (patient, position, copies, count) in enumerate(found, start=1):
            says = f"{copies} times in both versions" if copies else "in neither version"
            # All those behind the first ones are counted with the last of these.
            more = count - number if number == MOST else 0
            tally.add(Difference((EVENTS,), says, patient, positions=(position,)), 1 + more)

    def _summed(self, connection: Connection[Any], place: Place) -> Sums:
        statement = sql.SQL(SQL["rows_summed"]).format(
            table=sql.Identifier(place.version, place.table), columns=_columns(place.columns)
        )
        return {row[0]: row[1:] for row in connection.execute(statement, {"position": self.position})}

    def _differing(self, connection: Connection[Any], part: Part) -> list[Difference]:
        columns = [column for column in part.columns if column not in KEY]
        statement = sql.SQL(SQL["rows_differing"]).format(
            active=sql.Identifier(self.active.version, part.table),
            other=sql.Identifier(self.other.version, part.table),
            active_columns=_columns(columns, "active"),
            other_columns=_columns(columns, "other"),
            unequal=sql.SQL(", ").join(map(_unequal, columns)),
            key=_columns(KEY),
        )
        asked = {"position": self.position, **bucket(part.number)._asdict()}
        return [self._difference(part.table, *row) for row in connection.execute(statement, asked)]

    def _difference(
        self, table: str, in_active: bool | None, in_other: bool | None, again: bool, columns: list[str], *where: Any
    ) -> Difference:
        patient, entry, event, publisher, position = where
        names, says = [f"{table}.{column}" for column in columns], DIFFERS
        if not (in_active and in_other):
            has, lacks = (self.active, self.other) if in_active else (self.other, self.active)
            names, says = [table], f"more than once in {has.version}" if again else f"missing in {lacks.version}"
        return Difference(tuple(names), says, patient, entry, event, publisher, (position,))

    def _positions(self) -> Iterator[sql.Composed]:
        for one in (self.active, self.other):
            for table in one.events:
                place = sql.Identifier(one.version, table)
                yield sql.SQL("SELECT {}, position FROM {}").format(sql.Literal(one is self.active), place)


def shape(connection: Connection[Any], version: str) -> Shape:
    """The tables and views of a version as the catalogue has them."""
    asked = {"version": version}
    columns: dict[str, dict[str, str]] = {}
    for table, column, sql_type in connection.execute(SQL["columns"], asked):
        columns.setdefault(table, {})[column] = sql_type
    return Shape(
        version,
        {table: found for table, found in columns.items() if of_events(found)},
        {table: _content(connection, version, table) for table, found in columns.items() if not of_events(found)},
        dict(connection.execute(SQL["definitions"], asked).fetchall()),
        {view: frozenset(names) for view, names in connection.execute(SQL["shown_columns"], asked)},
    )


def _content(connection: Connection[Any], version: str, table: str) -> str:
    statement = sql.SQL(SQL["content"]).format(table=sql.Identifier(version, table))
    ((found,),) = connection.execute(statement).fetchall()
    return str(found)


def _columns(names: Iterable[str], side: str | None = None) -> sql.Composed:
    """Columns in a row, of one side of a join where that is said."""
    return sql.SQL(", ").join(sql.Identifier(side, name) if side else sql.Identifier(name) for name in names)


def _unequal(column: str) -> sql.Composed:
    """The column's name where both sides differ."""
    return sql.SQL("CASE WHEN {} IS DISTINCT FROM {} THEN {} END").format(
        sql.Identifier("active", column), sql.Identifier("other", column), sql.Literal(column)
    )
