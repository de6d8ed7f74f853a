"""When the ledger's topic is written anew, every version of the read model begins anew, wherever it was loaded from."""

from collections.abc import Iterator
from typing import Any

import pytest
from psycopg import Connection

from services.kernel.bookmarks import Bookmarks
from services.kernel.command_line import BadInput
from services.kernel.partition import Partition
from services.records.replay.versions import loader_name
from services.records.topic_restart import Findings, forget_topic
from tests.conftest import Desk
from tests.integration.test_window import project
from tests.record_versions import found_equal, full, made
from tests.statements import record, take_in

Db = Connection[Any]
FIRST = "records_v1"
FINDINGS = Findings("the topic ends with what the ledger does not have", 2, [])


@pytest.fixture
def admin(desk: Desk) -> Iterator[Db]:
    take_in(desk, [record("PersonRegistered"), record("PrescriptionIssued")])
    project(desk.databases)
    with desk.databases.admin() as connection:
        yield connection


def restart(admin: Db) -> None:
    forget_topic(admin, FINDINGS, "operator:test", "a test")


def rows(admin: Db, version: str) -> int:
    tables = ("person_registered", "prescription_issued")
    return sum(admin.execute(f"SELECT count(*) FROM {version}.{one}".encode()).fetchall()[0][0] for one in tables)


def test_every_version_is_emptied_and_begins_at_the_start(desk: Desk, admin: Db) -> None:
    second = full(desk.databases)
    found_equal(admin, FIRST, second)
    loading = made(desk.databases)
    project(desk.databases, loading)
    admin.execute("UPDATE records.version SET ledger_to = 2 WHERE version = %s", (loading,))
    with desk.databases.connect("records_projection") as loader:
        Bookmarks(loader_name(loading), "test").create(loader, [Partition("records.event", 0)])
    assert [rows(admin, version) for version in (FIRST, second, loading)] == [2, 2, 2]
    limits = admin.execute("SELECT count(*) FROM records_v1.vaccination_limit").fetchall()
    admin.execute("DELETE FROM kernel.worker")

    restart(admin)
    assert [rows(admin, version) for version in (FIRST, second, loading)] == [0, 0, 0]
    assert admin.execute("SELECT reader FROM kernel.bookmark WHERE reader ~ '^records.projection'").fetchall() == []
    assert admin.execute("SELECT FROM records.verified").fetchall() == []
    assert admin.execute("SELECT FROM records.version WHERE ledger_to IS NOT NULL").fetchall() == []
    assert admin.execute("SELECT count(*) FROM records_v1.vaccination_limit").fetchall() == limits
    for version in (FIRST, second, loading):
        project(desk.databases, version)
    assert [rows(admin, version) for version in (FIRST, second, loading)] == [2, 2, 2]


def test_it_refuses_while_somebody_loads_a_version(desk: Desk, admin: Db) -> None:
    admin.execute("DELETE FROM kernel.worker")
    project(desk.databases, made(desk.databases))
    with pytest.raises(BadInput, match="is at work"):
        restart(admin)
    assert rows(admin, FIRST) == 2
