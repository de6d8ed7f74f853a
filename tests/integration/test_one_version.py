"""Whoever opens a record sees one version of the read model, whoever switches meanwhile; which one it was is kept."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest
from psycopg import Connection, Cursor
from psycopg.errors import ActiveSqlTransaction

from services.records.replay.switching import rollback, switch
from services.records.replay.versions import prune
from services.records.window import OpenedRecord, open_record
from tests.conftest import Desk
from tests.integration.test_window import VIEWER, Window, window
from tests.record_versions import found_equal, full
from tests.replay import owner

__all__ = ["window"]

Db = Connection[Any]
FIRST = "records_v1"
READERS, READS_PER_SECOND = 4, 200
# Another version shows people only, and no next dose.
SHOWS_LESS = """
    ALTER FUNCTION {version}.timeline RENAME TO whole_timeline;
    ALTER FUNCTION {version}.next_dose RENAME TO known_next_dose;
    CREATE FUNCTION {version}.timeline(patient uuid, known_at timestamptz DEFAULT 'infinity')
    RETURNS TABLE (kind text, entry_id uuid, medical_at timestamptz, state text, content jsonb, lineage jsonb,
        sealed bytea[])
    LANGUAGE sql STABLE
    AS $$ SELECT * FROM {version}.whole_timeline(patient, known_at) AS t WHERE t.kind = 'person' $$;
    CREATE FUNCTION {version}.next_dose(patient uuid, asked_on date, known_at timestamptz DEFAULT 'infinity')
    RETURNS TABLE (next_dose int, reason text, earliest_on date, latest_on date, after_latest text, held_up_by text)
    LANGUAGE sql STABLE
    AS $$ SELECT * FROM {version}.known_next_dose(patient, asked_on, known_at) WHERE false $$;
"""
BY_FIRST, BY_SECOND = ({"person", "prescription"}, True, FIRST), ({"person"}, False, "records_v2")


@pytest.fixture
def second(window: Window) -> str:
    """A second version, proven, that shows less."""
    databases = window.desk.databases
    version = full(databases)
    with owner(databases.admin_url) as connection:
        connection.execute(SHOWS_LESS.format(version=version).encode())
        found_equal(connection, FIRST, version)
    return version


def shown(opened: OpenedRecord) -> tuple[set[str], bool, str | None]:
    """What tells the versions apart: kinds of entry, whether there is a next dose, and the version's name."""
    return {entry.kind for entry in opened.entries}, opened.next_dose is not None, opened.read_by


def turned(desk: Desk, turn: Callable[[Db], Any]) -> None:
    with owner(desk.databases.admin_url) as connection:
        turn(connection)


def test_a_switch_between_two_statements_shows_one_version_only(window: Window, second: str) -> None:
    class Overtaken(Cursor[Any]):
        """A cursor in front of which the version is switched before the second statement."""

        def execute(self, query: Any, *arguments: Any, **named: Any) -> Any:
            if "next_dose" in str(query):
                turned(window.desk, switch)
            return super().execute(query, *arguments, **named)

    window.records.cursor_factory = Overtaken
    assert shown(window.open()) == BY_FIRST
    window.records.cursor_factory = Cursor
    assert shown(window.open()) == BY_SECOND
    assert len(window.viewings()) == 2


def test_nobody_opens_a_record_in_a_transaction_that_could_take_the_viewing_back(window: Window) -> None:
    with pytest.raises(ActiveSqlTransaction), window.records.transaction():
        window.open()


@pytest.fixture
def readers(window: Window, second: str) -> Iterator[list[Any]]:
    """Several who open the record again and again, all in all so many times a second; what each of them saw."""
    ended = threading.Event()

    def read(seen: list[Any]) -> None:
        databases = window.desk.databases
        with databases.connect("operator") as records, databases.connect_keys("operator") as keys:
            due = time.monotonic()
            while not ended.is_set():
                seen.append(
                    shown(open_record(records, keys, window.patient_keys, window.index, window.anna, VIEWER, None))
                )
                due += READERS / READS_PER_SECOND
                time.sleep(max(0.0, due - time.monotonic()))

    seen: list[list[Any]] = [[] for _ in range(READERS)]
    with ThreadPoolExecutor(READERS) as pool:
        reading = [pool.submit(read, own) for own in seen]
        try:
            yield seen
        finally:
            ended.set()
    for one in reading:
        one.result()


def all_see(readers: list[list[Any]], what: Any) -> None:
    """Everybody reads some more, and sees this in the end."""
    for own in readers:
        until = len(own) + 25
        while len(own) < until:
            time.sleep(0.01)
        assert own[-1] == what


def test_readers_see_one_version_or_the_other_while_operators_switch_back_and_forth_and_prune(
    window: Window, readers: list[list[Any]]
) -> None:
    all_see(readers, BY_FIRST)
    for _ in range(2):
        turned(window.desk, switch)
        all_see(readers, BY_SECOND)
        turned(window.desk, rollback)
        all_see(readers, BY_FIRST)
    turned(window.desk, switch)
    turned(window.desk, lambda connection: prune(connection, also_previous=True))
    all_see(readers, BY_SECOND)
    assert all(one in (BY_FIRST, BY_SECOND) for own in readers for one in own)


def test_which_version_was_read_at_a_time_is_kept(window: Window, second: str) -> None:
    before = datetime.now(UTC)
    turned(window.desk, switch)
    assert [window.open(at).read_by for at in (before, None)] == [FIRST, second]
    assert window.open(datetime(2020, 1, 1, tzinfo=UTC)).read_by is None
    turned(window.desk, rollback)
    turned(window.desk, lambda connection: prune(connection, also_previous=True))
    assert [window.open(at).read_by for at in (before, None)] == [FIRST, FIRST]
