"""One patient's rows in the version that is read, made right from all that the ledger has of the patient.

Insert-only is the rule for projections; this is the owner's repair. What is due is laid out beside the tables first.
Only the comparison and the repair hold the bookmark of the patient's partition: the live process waits no longer than
that, and readers see the old rows or the new ones. What lies above the bookmark is the live process's own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple
from uuid import UUID

from psycopg import Connection, sql

from kartoteka.publishing.lanes import partition_of
from schemas import event_types
from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.kernel.ledger_topic import TOPIC
from services.kernel.named_sql import queries_beside
from services.records.columns import Stored, of_states
from services.records.projection import Copy, copies_of, copy_in
from services.records.read_model import table_name
from services.records.replay.versions import reader_name

SQL: Final = queries_beside(__file__, "patient.sql")
# PostgreSQL's name for where the temporary tables of a session are.
DUE: Final = "pg_temp"
TABLES: Final = tuple(table_name(name) for name in event_types())


class Wrong(NamedTuple):
    """How many rows of the patient were wrong in one table; stray ones stand there and should not."""

    missing: int
    doubled: int
    different: int
    stray: int


@dataclass(frozen=True, slots=True)
class PatientRebuilt:
    """What a patient should have in the version that is read, up to a position, and what was wrong there by table."""

    patient_id: UUID
    version: str
    position: int
    events: int
    wrong: Mapping[str, Wrong]


def rebuild_patient(connection: Connection[Any], patient: UUID) -> PatientRebuilt:
    """Make the patient's rows what the ledger says, as the owner of the tables; where nothing is wrong, do nothing."""
    stream = _stream(connection, patient, behind=0)
    copies = _copies(stream)
    with connection.transaction():
        ((version,),) = connection.execute(SQL["hold_active"]).fetchall()
        repair = _Repair(connection, version, patient)
        repair.lay_out(copies)
        position = repair.hold_bookmark()
        later = _stream(connection, patient, behind=len(stream))
        repair.lay_out(_copies(later))
        wrong = repair.compare(position)
        repair.make_right(wrong, position)
    events = sum(stands_at <= position for _, _, stands_at, _ in (*stream, *later))
    return PatientRebuilt(patient, version, position, events, wrong)


class _Repair:
    """What is due to a patient beside what is there, within one transaction."""

    def __init__(self, connection: Connection[Any], version: str, patient: UUID) -> None:
        self._connection = connection
        self._version = version
        self._patient = patient
        self._due: set[str] = set()

    def lay_out(self, copies: Sequence[Copy]) -> None:
        """The rows that should be there, each kind in a temporary table of its table's name."""
        for copy in copies:
            if copy.table not in self._due:
                self._connection.execute(self._about("create_due", copy.table))
                self._due.add(copy.table)
            copy_in(self._connection, DUE, copy)

    def hold_bookmark(self) -> int:
        """Up to where the live process has the patient's partition; it has to wait from here on."""
        reader = {"reader": reader_name(self._version), "topic": TOPIC}
        ((count,),) = self._connection.execute(SQL["partitions"], reader).fetchall()
        if not count:
            raise BadInput(f"no process has taken up {self._version} yet; 'kartoteka up' starts it")
        place = {**reader, "partition": partition_of(self._patient.bytes, count)}
        ((position,),) = self._connection.execute(SQL["hold_bookmark"], place).fetchall()
        return int(position)

    def compare(self, position: int) -> dict[str, Wrong]:
        """The tables in which anything is wrong up to a position."""
        names = {True: "compare", False: "compare_with_none"}
        questions = [self._about(names[table in self._due], table) for table in TABLES]
        rows = self._connection.execute(sql.SQL(" UNION ALL ").join(questions), self._who(position)).fetchall()
        return {table: Wrong(*found) for table, *found in rows if any(found)}

    def make_right(self, wrong: Iterable[str], position: int) -> None:
        """In these tables nothing of the patient but what is due."""
        for table in wrong:
            self._connection.execute(self._about("remove", table), self._who(position))
            if table in self._due:
                self._connection.execute(self._about("put", table), self._who(position))

    def _about(self, name: str, table: str) -> sql.Composed:
        place = {"version": sql.Identifier(self._version), "table": sql.Identifier(table)}
        return sql.SQL(SQL[name]).format(**place, name=sql.Literal(table))

    def _who(self, position: int) -> dict[str, Any]:
        return {"patient": self._patient, "position": position}


def _stream(connection: Connection[Any], patient: UUID, behind: int) -> list[Stored]:
    """The patient's events behind a version; Damage where one is missing between them."""
    asked = {"patient": patient, "behind": behind}
    found: list[Stored] = connection.execute(SQL["stream"], asked, binary=True).fetchall()
    for expected, (_, version, _, _) in enumerate(found, behind + 1):
        if version != expected:
            raise Damage(
                f"the ledger has no version {expected} of patient {patient}, but version {version}; nothing was "
                "changed, and 'kartoteka ledger verify' says what else is missing"
            )
    return found


def _copies(events: Sequence[Stored]) -> list[Copy]:
    return copies_of(of_states(events)) if events else []
