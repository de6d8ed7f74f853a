"""One patient with a long life: the rows made right in the version that is read, and the record as of a day, opened.

The statements are the simulator's, in its proportions, all made about one person; one record more is set aside.
Everything is timed in this process, beside nothing else.
"""

import random
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from psycopg import Connection

from benchmarks.corridor import complete_to, ledger_end, publish, taken_in
from benchmarks.delays import Delays
from benchmarks.plain_patient import plain_rebuild
from benchmarks.workers import opened_house, running, until
from infra.read_model import OWNER
from kartoteka.publishing.statement import Record, Statement
from kartoteka.simulation import Population
from schemas import event_types
from services.kernel.database import NO_LIMITS, connect
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.viewing import Viewer
from services.operations.house import House
from services.records.ledger import LedgerRecorder
from services.records.read_model import table_name
from services.records.replay.patient import rebuild_patient
from services.records.replay.versions import reader_name
from services.records.window import open_record

VERSION = "records_v1"
PROCESSES = ["records.ingest", "records.relay", "records.projection"]
# What may be said of a person once only.
ONCE = frozenset({"PersonRegistered", "PersonNumberChanged", "PersonDied"})
VIEWER = Viewer("operator:bench", "operation", "operator", "a measurement")
REPEATS = 20

Rows = dict[str, list[Any]]


@dataclass(frozen=True)
class OnePatientResult:
    """Delays in the process; ``equal``: after each way the rows are what the live process had written."""

    events: int
    nothing_wrong: Delays
    all_lost: Delays
    plain: Delays
    as_of: Delays
    as_of_in_a_new_session: Delays
    entries: int
    equal: bool


def one_patient(events: int) -> OnePatientResult:
    """So many events of one patient."""
    with opened_house() as house:
        _live(house, events)
        with closing(_owner(house)) as owner:
            ((patient, count),) = owner.execute(
                "SELECT originator_id, count(*) FROM records.event GROUP BY 1"
            ).fetchall()
            live = _rows_of(owner, patient)
            looked = _timed(REPEATS, lambda: rebuild_patient(owner, patient))
            rebuilt = _timed(REPEATS, lambda: rebuild_patient(owner, patient), before=lambda: _lose(owner, patient))
            equal = _rows_of(owner, patient) == live
            recorder = LedgerRecorder(house.addresses().database)
            plain = _timed(
                REPEATS // 4,
                lambda: plain_rebuild(owner, recorder, VERSION, patient),
                before=lambda: _lose(owner, patient),
            )
            recorder.datastore.close()
            equal = equal and _rows_of(owner, patient) == live and sum(map(len, live.values())) == count
            known_at = _last_day_of(owner)
        warm, cold, entries = _as_of(house, patient, known_at)
        return OnePatientResult(count, looked, rebuilt, plain, warm, cold, entries, equal)


def _live(house: House, events: int) -> None:
    """Published, taken in, relayed and projected by the processes themselves."""
    sent = list(islice(_a_long_life(events), events))
    publish(house, sent)
    with running(house, PROCESSES):
        until(lambda: taken_in(house) >= len(sent))
        until(lambda: complete_to(house, reader_name(VERSION)) >= ledger_end(house))


def _a_long_life(events: int) -> Iterator[Record]:
    """Who the person is, a record that cannot be understood, and what happened to many, as if to this one person."""
    said = list(Population(events // 5, 2, 7, date(2026, 11, 1)).statements())
    person = next(one for one in said if one.type == "PersonRegistered")
    others = [one for one in said if one.type not in ONCE]
    random.Random(1).shuffle(others)
    yield person.record("registry")
    yield others[0].record("clinic-broken")._replace(key=person.key, value=b"\0")
    for one in others:
        value = {**one.value, one.kind.subject or "": person.key.decode()}
        yield Statement(one.type, value, one.publisher).record("simulation")


def _owner(house: House) -> Connection[Any]:
    connection = connect(house.addresses().database, "bench")
    connection.execute(NO_LIMITS)
    connection.execute(f"SET ROLE {OWNER}".encode())
    return connection


def _rows_of(connection: Connection[Any], patient: UUID) -> Rows:
    """The patient's rows in every table of the version."""
    question = "SELECT * FROM {}.{} WHERE patient_id = %s ORDER BY position"
    tables = [table_name(name) for name in event_types()]
    return {name: connection.execute(question.format(VERSION, name).encode(), (patient,)).fetchall() for name in tables}


def _lose(connection: Connection[Any], patient: UUID) -> None:
    for name in event_types():
        connection.execute(f"DELETE FROM {VERSION}.{table_name(name)} WHERE patient_id = %s".encode(), (patient,))


def _last_day_of(connection: Connection[Any]) -> datetime:
    """When the ledger had come to know the last of it: nothing is spared."""
    ((day,),) = connection.execute("SELECT max(recorded_at) FROM records.seal").fetchall()
    assert isinstance(day, datetime)
    return day


def _as_of(house: House, patient: UUID, known_at: datetime) -> tuple[Delays, Delays, int]:
    """The record opened as ``patient show --as-of`` opens it: by a session that knows the views, and by new ones."""
    settings = house.settings("operator", keys=True)
    index, keys = IndexKey(read_key_file(house.keys_folder / "index.key")), PatientKeys(master_keys(house.keys_folder))
    assert settings.keys_database_url is not None
    with closing(connect(settings.keys_database_url, "bench")) as keys_db:

        def opened(records: Connection[Any]) -> int:
            return len(open_record(records, keys_db, keys, index, patient, VIEWER, known_at).entries)

        with closing(connect(settings.database_url, "bench")) as records:
            entries = opened(records)
            warm = _timed(REPEATS, lambda: opened(records))
        sessions = [connect(settings.database_url, "bench") for _ in range(REPEATS)]
        left = iter(sessions)
        cold = _timed(REPEATS, lambda: opened(next(left)))
        for session in sessions:
            session.close()
    return warm, cold, entries


def _timed(times: int, do: Callable[[], Any], before: Callable[[], None] = lambda: None) -> Delays:
    took = []
    for _ in range(times):
        before()
        began = time.perf_counter()
        do()
        took.append((time.perf_counter() - began) * 1000)
    return Delays.of(took)
