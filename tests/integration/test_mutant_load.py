"""A load that loses an event, or writes one twice, is caught before anybody reads: by the keys, or by verify."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
import pyarrow as pa
import pytest
from aiokafka import TopicPartition
from psycopg import Connection, sql

from infra.read_model import OWNER
from services.kernel.bookmarks import Bookmarks
from services.kernel.damage import Damage
from services.kernel.database import NO_LIMITS, Link, connect
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME
from services.kernel.partition import Partition
from services.kernel.whole_batches import whole_batches
from services.records.columns import Columns
from services.records.ledger import STATE_HEAD, topic_header
from services.records.projection import copies_of
from services.records.read_model import table_name
from services.records.replay import loading
from services.records.replay.finishing import finish
from services.records.replay.loading import Loading
from services.records.replay.stages import Stages
from services.records.replay.verify import verify
from services.records.replay.versions import reader_name
from tests.conftest import Databases, Desk
from tests.ledger_batches import Headers, Sent, built
from tests.read_model_versions import FIRST, project
from tests.record_versions import made
from tests.statements import event, record, take_in

SAID = ("PersonRegistered", "PrescriptionIssued", "PrescriptionDispensed", "PersonDied")
LEDGER = Partition(TOPIC, 0)
# Of the dispensing: the third thing that was said.
WRONG = 3


def _headers(position: int, _: UUID, version: int, state: bytes) -> Headers:
    return [(TOPIC_HEADER_NAME, topic_header(version, position, state))]


class Town(NamedTuple):
    """One person, shown by the first version; the second one is loaded by the test."""

    databases: Databases
    admin: Connection[Any]
    version: str

    def owner(self, process: str) -> Connection[Any]:
        connection = connect(self.databases.admin_url, process)
        connection.execute(NO_LIMITS)
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
        return connection

    def load(self) -> None:
        """Everything that the ledger has, in one chunk, as a worker loads it."""
        bookmarks = Bookmarks(reader_name(self.version), "test")
        link = Link(self.databases.url("records_projection"), "test")
        bookmarks.create(link.get(), [LEDGER])
        (stands,) = bookmarks.share(link.get())
        handler = Loading(link, bookmarks, self.version, Stages())
        content = built(self.records()).content
        chunk = handler.prepare({LEDGER: list(whole_batches(TopicPartition(*LEDGER), content, 0))})
        handler.apply(chunk, {LEDGER: stands})
        link.drop()

    def records(self) -> list[Sent]:
        asked = "SELECT notification_id, originator_id, originator_version, state FROM records.event ORDER BY 1"
        stored = self.admin.execute(asked).fetchall()
        return [Sent(n, row[1].bytes, row[3][STATE_HEAD.size :], _headers(*row)) for n, row in enumerate(stored)]

    def finish(self) -> None:
        finish(self.owner, self.version, lambda *_: None)

    def is_full(self) -> bool:
        asked = "SELECT filled_at IS NOT NULL FROM records.version WHERE version = %s"
        ((full,),) = self.admin.execute(asked, (self.version,)).fetchall()
        return bool(full)

    def count(self) -> int:
        """How many events the second version has of those that were said."""
        tables = [table_name(name) for name in SAID]
        counted = [f"(SELECT count(*) FROM {self.version}.{table})" for table in tables]
        ((count,),) = self.admin.execute(f"SELECT {' + '.join(counted)}".encode()).fetchall()
        return int(count)

    def place(self) -> tuple[UUID, UUID, UUID]:
        """Patient, entry and event of what goes wrong."""
        asked = f"SELECT patient_id, entry_id, event_id FROM {FIRST}.prescription_dispensed WHERE position = {WRONG}"
        ((patient, entry, told),) = self.admin.execute(asked.encode()).fetchall()
        return patient, entry, told


@pytest.fixture
def town(databases: Databases, desk: Desk) -> Iterator[Town]:
    for name in SAID:
        take_in(desk, [record(name, event(name))])
    project(databases, FIRST)
    with ExitStack() as stack:
        yield Town(databases, stack.enter_context(databases.admin()), made(databases))


def lost(columns: Columns) -> Columns:
    return columns.only(columns.headers["position"] != WRONG)


def doubled(columns: Columns, position: int = WRONG) -> Columns:
    order = np.append(np.arange(len(columns.keys)), np.flatnonzero(columns.headers["position"] == position))
    return Columns(columns.keys[order], columns.values.take(pa.array(order)), columns.headers[order])


Change = Callable[[Columns], Columns]


@pytest.fixture
def mutate(monkeypatch: pytest.MonkeyPatch) -> Callable[[Change], None]:
    """A worker that does this to its chunks."""
    return lambda change: monkeypatch.setattr(loading, "copies_of", lambda columns: copies_of(change(columns)))


def test_a_load_as_it_should_be_is_equal(town: Town) -> None:
    town.load()
    town.finish()
    report = verify([town.admin])
    assert (report.equal, sum(report.rows.values())) == (True, len(SAID))


def test_an_event_that_a_worker_loses_is_named_by_verify(town: Town, mutate: Callable[[Change], None]) -> None:
    mutate(lost)
    town.load()
    town.finish()
    report = verify([town.admin])
    (found,) = report.differing.first
    assert not report.equal
    assert (found.names, found.says) == (("prescription_dispensed",), f"missing in {town.version}")
    assert (found.patient, found.entry, found.event) == town.place()
    assert found.positions == (WRONG,)


def test_an_event_that_a_worker_writes_twice_is_named_by_the_keys(town: Town, mutate: Callable[[Change], None]) -> None:
    mutate(doubled)
    town.load()
    with pytest.raises(Damage, match=rf"prescription_dispensed holds events twice, at the positions {WRONG}, {WRONG}:"):
        town.finish()
    assert not town.is_full()


def test_a_chunk_whose_bookmark_did_not_move_is_named_by_the_keys(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as mutant:
        mutant.setattr(Bookmarks, "move", lambda *_: None)
        town.load()
    town.load()
    with pytest.raises(Damage, match=r"holds events twice, at the positions [1-4], [1-4]:"):
        town.finish()
    assert not town.is_full()


def test_one_lost_and_one_twice_is_found_though_the_count_is_right(
    town: Town, mutate: Callable[[Change], None]
) -> None:
    mutate(lambda columns: lost(doubled(columns, 1)))
    town.load()
    assert town.count() == len(SAID)
    with pytest.raises(Damage, match="person_registered holds events twice, at the positions 1, 1:"):
        town.finish()
