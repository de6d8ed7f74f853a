"""One patient's rows in the version that is read, made right from the ledger while everything else goes on."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.records.read_model import Column, columns
from services.records.redrive import redrive_now_possible
from services.records.replay import patient as repair
from services.records.replay import versions
from services.records.replay.patient import due_of, rebuild_patient
from services.records.replay.written import Wrong
from tests.conftest import Desk
from tests.integration.test_window import project
from tests.replay import owner
from tests.statements import EXAMPLES, event, record, take_in

# Her number has a wrong check digit, so that what is said of her waits until the register has announced her.
EWA = "85010112340"
Db = Connection[Any]
Rows = dict[str, list[tuple[str, str]]]


class House:
    """Ewa's record with all that can be said of anybody, projected; the connection is the owner's."""

    def __init__(self, desk: Desk, db: Db) -> None:
        self.desk = desk
        self.db = db
        self.ewa = self._patient("RecordSetAside")
        self.others = {one for (one,) in db.execute("SELECT DISTINCT originator_id FROM records.event")} - {self.ewa}

    def _patient(self, said: str) -> UUID:
        ((patient,),) = self.db.execute(
            "SELECT DISTINCT originator_id FROM records.event WHERE topic = %s", (said,)
        ).fetchall()
        return UUID(str(patient))

    def rows(self, patient: UUID | None = None, version: str = "records_v1") -> Rows:
        """A patient's rows with their places in the table: what was written anew stands in another place."""
        question = 'SELECT ctid::text, said::text FROM {}.{} AS said WHERE patient_id = %s ORDER BY "position", 2'
        return {
            table: self.db.execute(question.format(version, table).encode(), (patient or self.ewa,)).fetchall()
            for table in repair.TABLES
        }

    def content(self) -> dict[str, list[str]]:
        return {table: [row for _, row in rows] for table, rows in self.rows().items()}

    def shown(self) -> list[Any]:
        """What the record showed as of every moment."""
        moments = self.db.execute("SELECT recorded_at FROM records.seal ORDER BY 1").fetchall()
        question = "SELECT * FROM records_v1.timeline(%s, %s)"
        return [self.db.execute(question, (self.ewa, moment)).fetchall() for (moment,) in moments]

    def damage(self, statement: str) -> None:
        self.db.execute(statement.encode(), {"ewa": self.ewa} if "%(" in statement else None)

    def lose_everything(self) -> None:
        for table in repair.TABLES:
            self.damage(f"DELETE FROM records_v1.{table} WHERE patient_id = %(ewa)s")

    def positions(self) -> list[int]:
        tables = " UNION ALL ".join(f"SELECT position, patient_id FROM records_v1.{table}" for table in repair.TABLES)
        question = f"SELECT position FROM ({tables}) AS said WHERE patient_id = %s ORDER BY 1"
        return [position for (position,) in self.db.execute(question.encode(), (self.ewa,))]

    def positions_in_ledger(self) -> list[int]:
        question = "SELECT notification_id FROM records.event WHERE originator_id = %s ORDER BY 1"
        return [position for (position,) in self.db.execute(question, (self.ewa,))]

    def rebuild(self) -> dict[str, Wrong]:
        return dict(rebuild_patient(self.db, self.ewa).wrong)

    def say_more(self, count: int = 20) -> None:
        take_in(self.desk, islice(about_ewa(), count))

    @contextmanager
    def at_work(self, do: Callable[[], None]) -> Iterator[None]:
        """Somebody else does the same again and again meanwhile, without an error."""
        ended, failed = threading.Event(), list[Exception]()

        def work() -> None:
            try:
                while not ended.is_set():
                    do()
            except Exception as error:
                failed.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
        assert failed == []


def about_ewa() -> Iterator[Any]:
    """Something else of another kind each time, over all publishers."""
    for name in cycle(
        name for name, said in EXAMPLES.items() if name not in {"PersonRegistered", "PersonNumberChanged"}
    ):
        subject = next(field for field, value in EXAMPLES[name].items() if field in SUBJECTS)
        yield record(name, event(name, **{subject: EWA}))


SUBJECTS = {"patient", "person", "insured_person", "child", "ward"}


@pytest.fixture
def house(desk: Desk) -> Iterator[House]:
    registered = event("PersonRegistered", person=EWA)
    take_in(desk, [next(about_ewa())])
    take_in(desk, [record("PersonRegistered", registered)])
    assert redrive_now_possible(desk.intake, desk.records, desk.keys) == 1
    take_in(desk, islice(about_ewa(), len(EXAMPLES)))
    take_in(desk, [record("NotificationWishesChanged", event("NotificationWishesChanged", patient=EWA, wishes=[]))])
    take_in(desk, [record("PersonRegistered"), record("VisitRecorded"), record("PrescriptionIssued")])
    project(desk.databases)
    with owner(desk.databases.admin_url) as db:
        yield House(desk, db)


# What befalls a table, and what is said of it then.
DAMAGES: list[tuple[str, str, Wrong]] = [
    ("visit_recorded", "DELETE FROM {} WHERE patient_id = %(ewa)s", Wrong(missing=1)),
    ("record_set_aside", "DELETE FROM {} WHERE patient_id = %(ewa)s", Wrong(missing=1)),
    ("record_set_aside_closed", "UPDATE {} SET how = 'x' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("prescription_issued", "UPDATE {} SET items_quantity = '{{}}' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("prescription_issued", "UPDATE {} SET sealed = sealed || '\\x00' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("visit_corrected", "UPDATE {} SET provider = 'x' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("visit_corrected", "UPDATE {} SET recorded_at = 'infinity' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("visit_corrected", "UPDATE {} SET position = 9999 WHERE patient_id = %(ewa)s", Wrong(missing=1, stray=1)),
    ("visit_recorded", "UPDATE {} SET patient_id = %(ewa)s", Wrong(stray=1)),
    (
        "person_number_changed",
        "INSERT INTO {} SELECT %(ewa)s, event_id, publisher, occurred_at, entry_id, entry_id, current_date, '',"
        " recorded_at, position, version FROM records_v1.prescription_issued WHERE patient_id <> %(ewa)s",
        Wrong(stray=1),
    ),
    ("visit_recorded", "INSERT INTO {0} SELECT * FROM {0} WHERE patient_id = %(ewa)s", Wrong(doubled=1)),
]


def test_whatever_is_wrong_is_said_and_made_right(house: House) -> None:
    before, shown = house.content(), house.shown()
    for table, statement, wrong in DAMAGES:
        if wrong.doubled:
            house.db.execute(f"ALTER TABLE records_v1.{table} DROP CONSTRAINT {table}_pkey".encode())
        house.damage(statement.format(f"records_v1.{table}"))
        assert house.content() != before, statement
        assert house.rebuild() == {table: wrong}, statement
        assert (house.content(), house.shown()) == (before, shown), statement
    assert house.rebuild() == {}


def test_everything_lost_comes_back_from_all_publishers_and_the_ledger_itself(house: House) -> None:
    before = house.content()
    said = {table for table, rows in before.items() if rows}
    assert said >= repair.TABLES - {"person_number_changed", "person_number_shared"}
    house.lose_everything()
    done = rebuild_patient(house.db, house.ewa)
    assert done.wrong == {table: Wrong(missing=len(before[table])) for table in said}
    assert (done.version, done.events) == ("records_v1", sum(map(len, before.values())))
    assert house.content() == before


def test_where_nothing_is_wrong_nothing_is_written(house: House) -> None:
    before = house.rows()
    assert house.rebuild() == {}
    assert house.rows() == before


def test_others_and_other_versions_are_not_touched(house: House) -> None:
    other = versions.create(house.db).name
    of_others = {one: house.rows(one) for one in house.others}
    house.damage(f"INSERT INTO {other}.visit_recorded SELECT * FROM records_v1.visit_recorded")
    in_other = house.rows(version=other)
    house.lose_everything()
    assert house.rebuild()
    assert {one: house.rows(one) for one in house.others} == of_others
    assert house.rows(version=other) == in_other


def test_a_long_life_is_made_right(house: House) -> None:
    for _ in range(4):
        house.say_more(500)
    project(house.desk.databases)
    before = house.content()
    house.lose_everything()
    done = rebuild_patient(house.db, house.ewa)
    assert done.events > 2000
    assert house.content() == before


def test_a_column_that_no_statement_knows_is_empty(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = house.content()
    house.damage("ALTER TABLE records_v1.visit_recorded ADD COLUMN later text")
    grown = {"VisitRecorded": [Column("later", "text", True)]}
    monkeypatch.setattr(repair, "columns", lambda kind: [*columns(kind), *grown.get(kind.name, [])])
    assert house.rebuild() == {}
    house.damage("UPDATE records_v1.visit_recorded SET later = 'x' WHERE patient_id = %(ewa)s")
    assert house.rebuild() == {"visit_recorded": Wrong(different=1)}
    house.damage("ALTER TABLE records_v1.visit_recorded DROP COLUMN later")
    assert house.content() == before


def test_what_comes_between_the_reading_and_the_lock_is_not_lost(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def more_comes(events: Any) -> Any:
        monkeypatch.undo()
        house.say_more()
        project(house.desk.databases)
        return due_of(events)

    monkeypatch.setattr(repair, "due_of", more_comes)
    house.lose_everything()
    assert house.rebuild()
    assert house.positions() == house.positions_in_ledger()


def test_what_lies_above_the_bookmark_is_left_to_the_live_process(house: House) -> None:
    before = house.content()
    house.say_more()
    house.lose_everything()
    assert house.rebuild()
    assert house.content() == before
    project(house.desk.databases)
    assert house.positions() == house.positions_in_ledger()


def test_the_live_process_waits_for_the_comparison_and_the_repair(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.say_more()
    live, make_right = threading.Thread(target=project, args=(house.desk.databases,)), repair._Rows.make_right

    def with_the_live_process_at_work(*arguments: Any) -> None:
        live.start()
        live.join(0.5)
        assert live.is_alive(), "it moved the bookmark while its rows were being compared"
        make_right(*arguments)

    monkeypatch.setattr(repair._Rows, "make_right", with_the_live_process_at_work)
    house.lose_everything()
    assert house.rebuild()
    live.join()
    assert house.positions() == house.positions_in_ledger()


def test_while_the_live_process_projects_nothing_is_lost_and_nothing_comes_twice(house: House) -> None:
    with house.at_work(lambda: project(house.desk.databases)):
        for _ in range(12):
            house.say_more(10)
            house.lose_everything()
            house.rebuild()
    project(house.desk.databases)
    assert house.positions() == house.positions_in_ledger()
    assert house.rebuild() == {}


def test_readers_see_the_old_rows_or_the_new_ones(house: House) -> None:
    seen: set[int] = set()

    def read() -> None:
        with house.desk.databases.connect("operator") as operator:
            question = "SELECT count(*) FROM records_door.timeline(%s)"
            seen.update(operator.execute(question, (house.ewa,)).fetchone() or ())

    read()
    (entries,) = seen
    with house.at_work(read):
        for _ in range(15):
            house.damage("UPDATE records_v1.visit_recorded SET provider = 'x' WHERE patient_id = %(ewa)s")
            house.damage("UPDATE records_v1.language_chosen SET language = 'x' WHERE patient_id = %(ewa)s")
            assert len(house.rebuild()) == 2
    assert seen == {entries}


def test_killed_before_its_end_it_leaves_everything_as_it_was(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    before = house.content()
    house.damage("UPDATE records_v1.visit_recorded SET provider = 'x' WHERE patient_id = %(ewa)s")
    house.damage("UPDATE records_v1.language_chosen SET language = 'x' WHERE patient_id = %(ewa)s")
    damaged, copy_in = house.content(), repair.copy_in

    def killed(connection: Db, *arguments: Any) -> None:
        copy_in(connection, *arguments)
        house.damage(f"SELECT pg_terminate_backend({connection.info.backend_pid})")

    monkeypatch.setattr(repair, "copy_in", killed)
    with owner(house.desk.databases.admin_url) as connection, pytest.raises(psycopg.OperationalError):
        rebuild_patient(connection, house.ewa)
    assert house.content() == damaged
    monkeypatch.undo()
    assert len(house.rebuild()) == 2
    assert house.content() == before


def test_a_hole_in_the_stream_stops_it(house: House) -> None:
    before = house.rows()
    with house.desk.databases.admin() as admin:
        admin.execute("DELETE FROM records.event WHERE originator_id = %s AND originator_version = 3", (house.ewa,))
    with pytest.raises(Damage, match="has no event 3 of patient"):
        house.rebuild()
    assert house.rows() == before


def test_whoever_has_no_events_should_have_no_rows(house: House) -> None:
    nobody = uuid4()
    assert rebuild_patient(house.db, nobody).wrong == {}
    house.db.execute("UPDATE records_v1.visit_recorded SET patient_id = %s", (nobody,))
    assert rebuild_patient(house.db, nobody).wrong == {"visit_recorded": Wrong(stray=2)}
    assert not any(house.rows(nobody).values())


def test_a_version_that_no_process_has_taken_up_is_refused(house: House) -> None:
    house.damage("DELETE FROM kernel.bookmark WHERE reader = 'records.projection.records_v1'")
    with pytest.raises(BadInput, match="no process has begun to fill records_v1 yet"):
        house.rebuild()
