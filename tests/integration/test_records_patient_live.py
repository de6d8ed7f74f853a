"""One patient's rows made right while the live process projects, readers read, and whoever repairs is killed."""

import threading
from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from psycopg import Connection

from services.records.replay import patient as repair
from services.records.replay.patient import due_of, rebuild_patient
from tests.conftest import Desk
from tests.ewa import EwasRecord, ewas_record
from tests.integration.test_window import project
from tests.replay import owner


@pytest.fixture
def ewa(desk: Desk) -> Iterator[EwasRecord]:
    with ewas_record(desk) as record:
        yield record


def test_what_comes_while_it_reads_is_not_lost(ewa: EwasRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    def more_comes(events: Any) -> Any:
        monkeypatch.undo()
        ewa.say_more()
        project(ewa.desk.databases)
        return due_of(events)

    monkeypatch.setattr(repair, "due_of", more_comes)
    ewa.lose_everything()
    assert ewa.rebuild()
    assert ewa.positions() == ewa.positions_in_ledger()


def test_what_lies_above_the_bookmark_is_left_to_the_live_process(ewa: EwasRecord) -> None:
    before = ewa.content()
    ewa.say_more()
    ewa.lose_everything()
    assert ewa.rebuild()
    assert ewa.content() == before
    project(ewa.desk.databases)
    assert ewa.positions() == ewa.positions_in_ledger()


def test_the_live_process_waits_for_the_comparison_and_the_repair(
    ewa: EwasRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    ewa.say_more()
    live, make_right = threading.Thread(target=project, args=(ewa.desk.databases,)), repair._Rows.make_right

    def with_the_live_process_at_work(*arguments: Any) -> None:
        live.start()
        live.join(0.5)
        assert live.is_alive(), "it moved the bookmark while its rows were being compared"
        make_right(*arguments)

    monkeypatch.setattr(repair._Rows, "make_right", with_the_live_process_at_work)
    ewa.lose_everything()
    assert ewa.rebuild()
    live.join()
    assert ewa.positions() == ewa.positions_in_ledger()


def test_while_the_live_process_projects_nothing_is_lost_and_nothing_comes_twice(ewa: EwasRecord) -> None:
    with ewa.at_work(ewa.project_what_is_new):
        for _ in range(12):
            ewa.say_more(10)
            ewa.lose_everything()
            ewa.rebuild()
    ewa.project_what_is_new()
    assert ewa.positions() == ewa.positions_in_ledger()
    assert ewa.rebuild() == {}


def test_readers_see_the_old_rows_or_the_new_ones(ewa: EwasRecord) -> None:
    seen: set[int] = set()

    def read() -> None:
        with ewa.desk.databases.connect("operator") as operator:
            question = "SELECT count(*) FROM records_door.timeline(%s)"
            seen.update(operator.execute(question, (ewa.patient,)).fetchone() or ())

    read()
    (entries,) = seen
    with ewa.at_work(read):
        for _ in range(15):
            ewa.damage("UPDATE records_v1.visit_recorded SET provider = 'x' WHERE patient_id = %(ewa)s")
            ewa.damage("UPDATE records_v1.language_chosen SET language = 'x' WHERE patient_id = %(ewa)s")
            assert len(ewa.rebuild()) == 2
    assert seen == {entries}


def test_killed_before_its_end_it_leaves_everything_as_it_was(ewa: EwasRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ewa.content()
    ewa.damage("UPDATE records_v1.visit_recorded SET provider = 'x' WHERE patient_id = %(ewa)s")
    ewa.damage("UPDATE records_v1.language_chosen SET language = 'x' WHERE patient_id = %(ewa)s")
    damaged, copy_in = ewa.content(), repair.copy_in

    def killed(connection: Connection[Any], *arguments: Any) -> None:
        copy_in(connection, *arguments)
        with ewa.desk.databases.admin() as admin:
            admin.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))

    monkeypatch.setattr(repair, "copy_in", killed)
    with owner(ewa.desk.databases.admin_url) as connection, pytest.raises(psycopg.OperationalError):
        rebuild_patient(connection, ewa.patient)
    assert ewa.content() == damaged
    monkeypatch.undo()
    assert len(ewa.rebuild()) == 2
    assert ewa.content() == before
