"""A patient of whom everything was said that can be said, over all publishers and by the ledger itself."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import cycle, islice
from typing import Any
from uuid import UUID

from psycopg import Connection

from infra.read_model import OWNER
from services.kernel.database import connect
from services.records.redrive import redrive_now_possible
from services.records.replay import patient as repair
from services.records.replay.patient import rebuild_patient
from services.records.replay.versions import reader_name
from services.records.replay.written import Wrong
from tests.conftest import Desk
from tests.integration.test_window import project
from tests.replay import owner
from tests.statements import EXAMPLES, event, record, take_in

# Her number has a wrong check digit, so that what is said of her waits until the register has announced her.
EWA = "85010112340"
Rows = dict[str, list[tuple[str, str]]]


class EwasRecord:
    """Her rows and her stream, and what may befall them; the connection is the owner's."""

    def __init__(self, desk: Desk, db: Connection[Any]) -> None:
        self.desk = desk
        self.db = db
        patients = db.execute(
            "SELECT originator_id FROM records.event GROUP BY 1 ORDER BY bool_or(topic = 'RecordSetAside') DESC"
        ).fetchall()
        self.patient, *self.others = (UUID(str(one)) for (one,) in patients)

    def rows(self, patient: UUID | None = None, version: str = "records_v1") -> Rows:
        """A patient's rows with their places in the table: what was written anew stands in another place."""
        question = 'SELECT ctid::text, said::text FROM {}.{} AS said WHERE patient_id = %s ORDER BY "position", 2'
        return {
            table: self.db.execute(question.format(version, table).encode(), (patient or self.patient,)).fetchall()
            for table in repair.TABLES
        }

    def content(self) -> dict[str, list[str]]:
        return {table: [row for _, row in rows] for table, rows in self.rows().items()}

    def shown(self) -> list[Any]:
        """What the record showed as of every moment."""
        moments = self.db.execute("SELECT recorded_at FROM records.seal ORDER BY 1").fetchall()
        question = "SELECT * FROM records_v1.timeline(%s, %s)"
        return [self.db.execute(question, (self.patient, moment)).fetchall() for (moment,) in moments]

    def another_connection(self) -> Connection[Any]:
        """As the owner too; whoever takes it closes it."""
        connection = connect(self.desk.databases.admin_url, "test")
        connection.execute(f"SET ROLE {OWNER}".encode())
        return connection

    def damage(self, statement: str) -> None:
        self.db.execute(statement.encode(), {"ewa": self.patient} if "%(" in statement else None)

    def lose_everything(self) -> None:
        for table in repair.TABLES:
            self.damage(f"DELETE FROM records_v1.{table} WHERE patient_id = %(ewa)s")

    def positions(self) -> list[int]:
        tables = " UNION ALL ".join(f"SELECT position, patient_id FROM records_v1.{table}" for table in repair.TABLES)
        question = f"SELECT position FROM ({tables}) AS said WHERE patient_id = %s ORDER BY 1"
        return [position for (position,) in self.db.execute(question.encode(), (self.patient,))]

    def positions_in_ledger(self) -> list[int]:
        question = "SELECT notification_id FROM records.event WHERE originator_id = %s ORDER BY 1"
        return [position for (position,) in self.db.execute(question, (self.patient,))]

    def rebuild(self) -> dict[str, Wrong]:
        return dict(rebuild_patient(self.db, self.patient).wrong)

    def say_more(self, count: int = 20) -> None:
        take_in(self.desk, islice(about_ewa(), count))

    def project_what_is_new(self) -> None:
        with self.desk.databases.admin() as admin:
            stands = "SELECT position FROM kernel.bookmark WHERE reader = %s"
            question = f"SELECT max(notification_id) > ({stands}) FROM records.event".encode()
            news = admin.execute(question, (reader_name("records_v1"),)).fetchone()
        if news == (True,):
            project(self.desk.databases)

    @contextmanager
    def at_work(self, do: Callable[[], None]) -> Iterator[None]:
        """Somebody else does the same again and again meanwhile, without an error."""
        ended, failed = threading.Event(), list[Exception]()

        def work() -> None:
            try:
                while not ended.is_set():
                    do()
            except Exception as error:  # noqa: BLE001 - whatever it is fails the test
                failed.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()
        if failed:
            raise failed[0]


def about_ewa() -> Iterator[Any]:
    """Something else of another kind each time, over all publishers."""
    for name in cycle(
        name for name, said in EXAMPLES.items() if name not in {"PersonRegistered", "PersonNumberChanged"}
    ):
        subject = next(field for field, value in EXAMPLES[name].items() if field in SUBJECTS)
        yield record(name, event(name, **{subject: EWA}))


SUBJECTS = {"patient", "person", "insured_person", "child", "ward"}


def _say_everything(desk: Desk) -> None:
    """One record of hers set aside and taken in later, then one of every other kind, and somebody else's."""
    take_in(desk, [next(about_ewa())])
    take_in(desk, [record("PersonRegistered", event("PersonRegistered", person=EWA))])
    assert redrive_now_possible(desk.intake, desk.records, desk.keys) == 1
    take_in(desk, islice(about_ewa(), len(EXAMPLES)))
    take_in(desk, [record("NotificationWishesChanged", event("NotificationWishesChanged", patient=EWA, wishes=[]))])
    take_in(desk, [record("PersonRegistered"), record("VisitRecorded"), record("PrescriptionIssued")])


@contextmanager
def ewas_record(desk: Desk) -> Iterator[EwasRecord]:
    """Everything said and projected."""
    _say_everything(desk)
    project(desk.databases)
    with owner(desk.databases.admin_url) as db:
        yield EwasRecord(desk, db)
