"""One patient's rows in the version that is read, made right from all that the ledger has of the patient.

Insert-only is the rule for projections; this is the owner's repair. What is due is worked out first. Only the
comparison and the repair hold the bookmark of the patient's partition: the live process waits no longer than that, and
readers see the old rows or the new ones. What lies above the bookmark is the live process's own.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import pyarrow as pa
from psycopg import Connection, sql

from kartoteka.publishing.lanes import partition_of
from schemas import event_type, event_types
from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.kernel.ledger_topic import TOPIC
from services.kernel.named_sql import queries_beside
from services.records.columns import Stored, of_states, rows
from services.records.projection import Copy, copy_in, copy_of
from services.records.read_model import columns, table_name
from services.records.replay.versions import reader_name
from services.records.replay.written import Wrong, compared

SQL: Final = queries_beside(__file__, "patient.sql")
TABLES: Final = frozenset(map(table_name, event_types()))

Due = Mapping[str, Copy]


@dataclass(frozen=True, slots=True)
class PatientRebuilt:
    """What the version that is read should have of a patient, up to a position, and what was wrong, by table."""

    patient_id: UUID
    version: str
    position: int
    events: int
    wrong: Mapping[str, Wrong]


def rebuild_patient(connection: Connection[Any], patient: UUID) -> PatientRebuilt:
    """Make the patient's rows what the ledger says, as the owner of the tables; where nothing is wrong, do nothing."""
    stream = _stream(connection, patient)
    due = due_of(stream)
    with connection.transaction():
        ((version,),) = connection.execute(SQL["hold_active"]).fetchall()
        position = _hold_bookmark(connection, version, patient)
        shown = [*stream, *_stream(connection, patient, behind=len(stream))]
        while shown and shown[-1][2] > position:
            shown.pop()
        if len(shown) != len(stream):
            # The live process has not come so far, or has gone on since: rare, and the price is a longer wait.
            due = due_of(shown)
        table = _Rows(connection, version, patient)
        wrong = table.compare(due)
        table.make_right(due, wrong)
    return PatientRebuilt(patient, version, position, len(shown), wrong)


def due_of(events: Sequence[Stored]) -> Due:
    """The rows that these events are, by table, with all of its columns."""
    found: dict[str, list[pa.Table]] = defaultdict(list)
    for schema, part in rows(of_states(events)) if events else ():
        found[schema.name].append(part)
    return {table_name(name): copy_of(table_name(name), whole(name, parts)) for name, parts in found.items()}


def whole(name: str, parts: Sequence[pa.Table]) -> pa.Table:
    """What older schemas do not know of is null, as where the table has grown."""
    joined = pa.concat_tables(parts, promote_options="default").sort_by("position")
    nothing = pa.nulls(joined.num_rows, pa.string())
    known = {column: joined.column(column) for column in joined.column_names}
    return pa.table({column.name: known.get(column.name, nothing) for column in columns(event_type(name))})


class _Rows:
    """A patient's rows in one version."""

    def __init__(self, connection: Connection[Any], version: str, patient: UUID) -> None:
        self._connection = connection
        self._who = {"version": sql.Identifier(version), "patient": sql.Literal(patient)}
        self._version = version

    def compare(self, due: Due) -> dict[str, Wrong]:
        """The tables in which anything is wrong."""
        found = {table: compared(b"".join(copy.blocks), self._there(copy)) for table, copy in due.items()}
        found |= {table: Wrong(stray=count) for table, count in self._count(TABLES - due.keys())}
        return {table: wrong for table, wrong in found.items() if any(wrong)}

    def make_right(self, due: Due, wrong: Iterable[str]) -> None:
        """In these tables nothing of the patient but what is due."""
        for table in wrong:
            self._connection.execute(self._about("remove", table))
            if table in due:
                copy_in(self._connection, self._version, due[table])

    def _there(self, due: Copy) -> bytes:
        names = sql.SQL(", ").join(map(sql.Identifier, due.columns))
        with self._connection.cursor() as cursor, cursor.copy(self._about("there", due.table, columns=names)) as copy:
            return b"".join(copy)

    def _count(self, tables: Iterable[str]) -> list[tuple[str, int]]:
        questions = [self._about("count_there", table) for table in sorted(tables)]
        return self._connection.execute(sql.SQL(" UNION ALL ").join(questions)).fetchall() if questions else []

    def _about(self, query: str, table: str, **more: sql.Composable) -> sql.Composed:
        return sql.SQL(SQL[query]).format(**self._who, **more, table=sql.Identifier(table), name=sql.Literal(table))


def _hold_bookmark(connection: Connection[Any], version: str, patient: UUID) -> int:
    """Up to where the live process has the patient's partition; it has to wait from here on."""
    reader = {"reader": reader_name(version), "topic": TOPIC}
    ((count,),) = connection.execute(SQL["partitions"], reader).fetchall()
    if not count:
        raise BadInput(f"no process has begun to fill {version} yet; 'kartoteka up' starts it")
    place = {**reader, "partition": partition_of(patient.bytes, count)}
    ((position,),) = connection.execute(SQL["hold_bookmark"], place).fetchall()
    return int(position)


def _stream(connection: Connection[Any], patient: UUID, behind: int = 0) -> list[Stored]:
    """The patient's events behind a version; Damage where one is missing between them."""
    asked = {"patient": patient, "behind": behind}
    found: list[Stored] = connection.execute(SQL["stream"], asked, binary=True).fetchall()
    for expected, (_, version, _, _) in enumerate(found, behind + 1):
        if version != expected:
            raise Damage(
                f"the ledger has no event {expected} of patient {patient}, but the one behind it: nothing was changed; "
                "'kartoteka ledger verify' says what else is missing"
            )
    return found
