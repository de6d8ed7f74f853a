"""A released schema that the columnar reader cannot read: a rebuild and the live process stop with a sentence."""

import asyncio
import subprocess
import sys
from collections.abc import Callable
from uuid import UUID, uuid4

import msgspec
import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

import schemas
from services.kernel.bookmarks import Bookmark, Bookmarks
from services.kernel.damage import Damage
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC
from services.kernel.partition import Partition
from services.kernel.whole_batches import whole_batches
from services.records.projection import Projection
from services.records.replay.loading import Loading
from services.records.replay.ranges import begin
from services.records.replay.stages import Stages
from services.records.replay.worker import Task
from tests.conftest import Databases
from tests.ledger_batches import Event, as_consumed, built, sent, value_of
from tests.ledger_values import Row, with_and_without
from tests.record_versions import made
from tests.unreadable import FIELDS, unreadable

UNREADABLE = unreadable()
LEDGER = Partition(TOPIC, 0)
BEGIN = Bookmark(LEDGER, 0, 0, 1)
NOWHERE = Link("host=127.0.0.1 port=1", "test")


def event(strange: str) -> Event:
    today: Row = with_and_without(schemas.event_type("RecordSetAside").ledger)[0]
    value = value_of(UNREADABLE[strange], {**today, "strange": FIELDS[strange][1]})
    return Event(UUID(int=7), 1, 1, 1_700_000_000_000_000, value)


def in_bulk(said: Event) -> None:
    loading = Loading(NOWHERE, Bookmarks("any", "test"), "any", Stages())
    batches = list(whole_batches(TopicPartition(*LEDGER), built([sent(0, said)]).content, 0))
    loading.apply(loading.prepare({LEDGER: batches}), {LEDGER: BEGIN})


def live(said: Event) -> None:
    projection = Projection(NOWHERE, Bookmarks("any", "test"), "any")
    projection.apply(projection.prepare({LEDGER: [as_consumed(0, sent(0, said))]}), {LEDGER: BEGIN})


def sentence(strange: str) -> str:
    return f"schema {UNREADABLE[strange].id} (RecordSetAside) cannot be read as columns: "


@pytest.mark.parametrize("read", [in_bulk, live])
@pytest.mark.parametrize("strange", FIELDS)
def test_whoever_reads_such_a_schema_stops_with_a_sentence(
    read: Callable[[Event], None], strange: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(schemas.registered(), UNREADABLE[strange].id, UNREADABLE[strange])
    with pytest.raises(Damage) as stop:
        read(event(strange))
    assert str(stop.value).startswith(sentence(strange))


@pytest.fixture
def strange(databases: Databases) -> Event:
    """An event that the ledger has and a worker cannot read."""
    said = event("map")
    with databases.admin() as admin:
        row = (said.patient, said.version, said.state, said.position)
        admin.execute("INSERT INTO records.event VALUES (%s, %s, 'any', %s, %s)", row)
    return said


async def send(databases: Databases, topic: str, said: Event) -> None:
    kafka = databases.settings("records_relay").kafka.for_aiokafka()
    admin = AIOKafkaAdminClient(**kafka)
    await admin.start()
    await admin.create_topics([NewTopic(topic, 1, 1)])
    await admin.close()
    async with AIOKafkaProducer(**kafka) as producer:
        record = sent(0, said)
        await producer.send_and_wait(topic, record.value, key=record.key, headers=record.headers)


def work(databases: Databases, topic: str, task: Task) -> "subprocess.CompletedProcess[str]":
    settings = databases.settings("records_projection")
    return subprocess.run(
        [sys.executable, "-m", "tests.unreadable", topic],
        env={"DATABASE_URL": settings.database_url, "KAFKA_BOOTSTRAP_SERVERS": databases.kafka},
        input=msgspec.json.encode(task).decode(),
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize("source", ["topic", "ledger"])
def test_a_worker_ends_with_the_sentence_and_keeps_it_and_no_row(
    databases: Databases, strange: Event, source: str
) -> None:
    version, topic = made(databases), f"strange-{uuid4()}"
    asyncio.run(send(databases, topic, strange))
    task = Task(version, "test")
    if source == "ledger":
        with databases.connect("records_projection") as projection:
            begin(projection, version, {}, strange.position)
        task = Task(version, "test", ledger_to=strange.position, ledger_url=databases.admin_url)
    with databases.admin() as admin:
        ended = work(databases, topic, task)
        kept = admin.execute("SELECT last_error FROM kernel.bookmark WHERE last_error IS NOT NULL").fetchall()
        assert admin.execute(f"SELECT count(*) FROM {version}.record_set_aside".encode()).fetchall() == [(0,)]
    said = ended.stderr.splitlines()[-1]
    assert (ended.returncode, said) == (1, f"{sentence('map')}polars panicked")
    assert "Traceback" not in ended.stderr
    assert set(kept) == {(said,)}
