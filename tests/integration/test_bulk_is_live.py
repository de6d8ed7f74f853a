"""Whatever the ledger says, and however it is read: in bulk, live, in turns, or from the ledger's own table, the rows
are those of a fold that reads it event by event."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from aiokafka import TopicPartition
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from psycopg import Connection, sql
from psycopg.rows import dict_row

import schemas
from infra.servers import Endpoints
from services.kernel.bookmarks import Bookmark, Bookmarks
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC
from services.kernel.partition import Partition
from services.kernel.whole_batches import whole_batches
from services.records.projection import Projection
from services.records.read_model import create_tables, table_name
from services.records.replay import from_ledger
from services.records.replay.from_ledger import Ledger, LedgerLoop
from services.records.replay.loading import Loading
from services.records.replay.ranges import begin, range_of
from services.records.replay.stages import Stages
from services.records.replay.versions import loader_name, reader_name
from tests.conftest import empty_databases
from tests.ledger_batches import Event, as_consumed, built
from tests.ledger_log import CODECS, PARTITIONS, Log, Rows, Told, everything, folded, log_of, older_version, told

LIVE, BULK, STATES = "live", "bulk", "states"
CUT_OFF_BYTES = 70


class Step(NamedTuple):
    """How some more is read: in bulk so many batches of each partition, or live so many records."""

    in_bulk: bool
    most: int


STEPS = st.lists(st.builds(Step, st.booleans(), st.integers(1, 4)), max_size=6)


class House:
    """Three versions in one database, on one connection, whose transaction is taken back in the end."""

    def __init__(self, link: Link) -> None:
        self.link = link

    @property
    def connection(self) -> Connection[Any]:
        return self.link.get()

    def rows(self, version: str) -> Rows:
        found = {}
        for kind in schemas.event_types():
            query = sql.SQL("SELECT * FROM {} ORDER BY position").format(sql.Identifier(version, table_name(kind)))
            with self.connection.cursor(row_factory=dict_row) as cursor:
                found[table_name(kind)] = cursor.execute(query).fetchall()
        return {table: rows for table, rows in found.items() if rows}

    def reader(self, version: str) -> "Reads":
        return Reads(self.link, version)

    def read_ledger(self, events: Sequence[Event]) -> None:
        """Put the events into the ledger, and load its version from there."""
        insert = "INSERT INTO records.event VALUES (%s, %s, 'any', %s, %s)"
        for event in events:
            self.connection.execute(insert, (event.patient, event.version, event.state, event.position))
        begin(self.connection, STATES, {}, ledger_to := events[-1].position)
        asyncio.run(self._load_ranges(ledger_to))

    async def _load_ranges(self, ledger_to: int) -> None:
        bookmarks = Bookmarks(loader_name(STATES), "test")
        loop = LedgerLoop(self.link, bookmarks, STATES, Ledger(self.link, ledger_to), None, Stages())
        await loop.share()
        while any(b.next_offset <= range_of(b.partition.number, ledger_to)[1] for b in bookmarks.held(self.connection)):
            await loop.step()


class Reads:
    """One version's reader, moved by hand, which goes on from where its bookmarks stand."""

    def __init__(self, link: Link, version: str) -> None:
        self.connection = link.get()
        self.bookmarks = Bookmarks(reader_name(version), "test")
        self.live = Projection(link, self.bookmarks, version)
        self.bulk = Loading(link, self.bookmarks, version, Stages())
        self.bookmarks.create(self.connection, [Partition(TOPIC, number) for number in PARTITIONS])
        self.bookmarks.share(self.connection)

    def read(self, log: Log, steps: Sequence[Step]) -> None:
        for step in steps:
            (self.in_bulk if step.in_bulk else self.by_record)(log, step.most)

    def in_bulk(self, log: Log, most: int) -> None:
        """Some batches of each partition; the answer holds a part of the next one, as a broker's may."""
        answers = {}
        for partition, stands in self._stand().items():
            coming = [batch for batch in log.batches[partition.number] if batch.end > stands.next_offset]
            if coming:
                cut_off = b"".join(batch.content for batch in coming[most : most + 1])[:CUT_OFF_BYTES]
                content = b"".join(batch.content for batch in coming[:most]) + cut_off
                answers[partition] = list(whole_batches(TopicPartition(*partition), content, stands.next_offset))
        if answers:
            self.bulk.apply(self.bulk.prepare(answers), self._stand())

    def by_record(self, log: Log, most: int) -> None:
        """Some records of each partition."""
        fetched = {}
        for partition, stands in self._stand().items():
            coming = [record for record in log.records[partition.number] if record.offset >= stands.next_offset]
            if coming:
                fetched[partition] = [as_consumed(partition.number, record) for record in coming[:most]]
        if fetched:
            self.live.apply(self.live.prepare(fetched), self._stand())

    def _stand(self) -> Mapping[Partition, Bookmark]:
        return {bookmark.partition: bookmark for bookmark in self.bookmarks.held(self.connection)}

    def stands_at(self) -> dict[int, tuple[int, int]]:
        return {p.number: (b.next_offset, b.position) for p, b in self._stand().items()}


@pytest.fixture(scope="module", autouse=True)
def older() -> Iterator[schemas.Registered]:
    """A released schema of another version: what was said then lacks what is said today."""
    today = schemas.event_type("PrescriptionIssued").ledger
    then = older_version(today, "chronic")
    schemas.registered()[then.id] = then
    yield then
    del schemas.registered()[then.id]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that each range of the ledger is read in several."""
    monkeypatch.setattr(from_ledger, "CHUNK_EVENTS", 3)


@pytest.fixture(scope="module")
def link(servers: Endpoints, secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Link]:
    with empty_databases(servers, secrets, tmp_path_factory.mktemp("bulk")) as databases:
        link = Link(databases.admin_url, "test")
        link.get().execute("SET transaction_timeout = 0")
        for version in (LIVE, BULK, STATES):
            for statement in create_tables(version, with_keys=version == LIVE):
                link.get().execute(statement.encode())
        yield link
        link.drop()


@contextmanager
def house_of(link: Link) -> Iterator[House]:
    with link.get().transaction(force_rollback=True):
        yield House(link)


ALL = Step(True, 10_000)
ALL_LIVE = Step(False, 10_000)


def check(link: Link, log: Log, steps: Sequence[Step]) -> None:
    with house_of(link) as house:
        live, bulk = house.reader(LIVE), house.reader(BULK)
        live.read(log, [ALL_LIVE])
        bulk.read(log, [*steps, ALL])
        house.read_ledger(log.events)
        expected = folded(log.events)
        for version in (LIVE, BULK, STATES):
            assert house.rows(version) == expected, version
        assert bulk.stands_at() == live.stands_at()


def test_whatever_is_said_bulk_live_ledger_and_the_fold_have_the_same_rows(link: Link) -> None:
    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @example(everything(), [0, 1, 2, 3, 4], [Step(True, 1), Step(False, 3), Step(True, 2)])
    @given(told(), CODECS, STEPS)
    def the_same(said: list[Told], codecs: list[int], steps: list[Step]) -> None:
        check(link, log_of(said, codecs), steps)

    the_same()


@pytest.fixture
def log() -> Log:
    """Six batches in each partition, and nothing is repeated."""
    said = [one._replace(repeated=0, ends_batch=n % 20 == 0) for n, one in enumerate(everything())]
    return log_of(said, [3])


@pytest.mark.parametrize("first", [True, False], ids=["in bulk, then live", "live, then in bulk"])
def test_a_reader_of_the_other_kind_goes_on_in_the_middle_of_a_batch(link: Link, log: Log, first: bool) -> None:
    for most in (1, 2, 3, 5):
        check(link, log, [Step(first, most), Step(not first, most)])


def test_a_chunk_that_was_read_before_altogether_has_no_rows_and_moves_the_bookmark(link: Link, log: Log) -> None:
    again = {
        n: [one._replace(offset=one.offset + found[-1].offset + 1) for one in found] for n, found in log.records.items()
    }
    twice = {n: [*log.batches[n], built(found)] for n, found in again.items()}
    with house_of(link) as house:
        bulk = house.reader(BULK)
        bulk.read(log, [ALL])
        stood = bulk.stands_at()
        bulk.read(log._replace(batches=twice), [ALL])
        assert house.rows(BULK) == folded(log.events)
        assert bulk.stands_at() == {n: (again[n][-1].offset + 1, position) for n, (_, position) in stood.items()}


def test_records_below_the_bookmark_are_not_read_again_though_their_batch_is(link: Link, log: Log) -> None:
    """A bookmark that stands on in the ledger's order: where the ledger itself was the source up to there."""
    middle = log.events[len(log.events) // 2].position
    with house_of(link) as house:
        bulk = house.reader(BULK)
        house.connection.execute(
            "UPDATE kernel.bookmark SET position = %s WHERE reader = %s", (middle, reader_name(BULK))
        )
        bulk.read(log, [Step(True, 1)] * 10)
        assert house.rows(BULK) == folded([event for event in log.events if event.position > middle])
