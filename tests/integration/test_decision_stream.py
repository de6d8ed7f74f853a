"""The stream of permissions on real servers: positions in the order of commits, and each decision on the topic once."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from eventsourcing.persistence import StoredEvent
from psycopg import Connection

from infra.topics import DECISIONS, PARTITIONS, create_topics, delete_topics
from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.lanes import partition_of
from services.kernel import metrics
from services.kernel.bookmarks import Bookmarks
from services.kernel.damage import Damage
from services.kernel.database import Link
from services.operations.status import status
from services.permissions.recorder import Appended, DecisionRecorder, Draft
from services.permissions.relay import READER, DecisionRelay, figures
from services.permissions.stream import HEADER_NAME, TOPIC, Header, decode, encode, header_of, pack_header, split_state
from tests.conftest import Databases
from tests.decisions import OTHER, SUBJECT, decision

Db = Connection[Any]
ALL = "SELECT notification_id, originator_id, originator_version, state FROM permissions.event ORDER BY 1"


def removed(subject: UUID = SUBJECT) -> Draft:
    return Draft(subject, "GuardianRemoved", encode("GuardianRemoved", decision("GuardianRemoved")))


@pytest.fixture
def recorder(databases: Databases) -> Iterator[DecisionRecorder]:
    recorder = DecisionRecorder(databases.admin_url)
    yield recorder
    recorder.datastore.close()


@pytest.fixture
def db(databases: Databases) -> Iterator[Db]:
    with databases.admin() as connection:
        yield connection


@pytest.fixture
def append(recorder: DecisionRecorder, db: Db) -> Callable[..., Appended]:
    """Append decisions about these subjects in a transaction of their own."""

    def append(*subjects: UUID) -> Appended:
        with db.transaction():
            return recorder.append(db, [removed(subject) for subject in subjects])

    return append


# The recorder


def test_each_subject_has_versions_1_2_3_and_all_together_positions(append: Any, db: Db) -> None:
    first, second = append(SUBJECT, OTHER, SUBJECT), append(OTHER, SUBJECT)
    assert [(r[0], r[1], r[2]) for r in db.execute(ALL).fetchall()] == [
        (1, SUBJECT, 1), (2, OTHER, 1), (3, SUBJECT, 2), (4, OTHER, 2), (5, SUBJECT, 3),
    ]  # fmt: skip
    assert (first.first_position, first.last_position) == (1, 3)
    assert (second.first_position, second.last_position) == (4, 5)


def test_a_batch_has_one_time_and_the_next_a_later_one(append: Any, db: Db) -> None:
    first, second = append(SUBJECT, OTHER), append(SUBJECT)
    assert first.recorded_at < second.recorded_at
    times = [split_state(row[3])[0] for row in db.execute(ALL).fetchall()]
    assert times == [first.recorded_at, first.recorded_at, second.recorded_at]


def test_where_the_clock_went_back_time_goes_on(append: Any, db: Db) -> None:
    ahead = 2**62
    row = (SUBJECT, ahead.to_bytes(8) + removed().value)
    db.execute("INSERT INTO permissions.event VALUES (%s, 1, 'GuardianRemoved', %s, 1)", row)
    assert append(SUBJECT).recorded_at == ahead + 1


def test_what_was_taken_back_leaves_no_hole(append: Any, recorder: DecisionRecorder, db: Db) -> None:
    append(SUBJECT)
    with db.transaction(force_rollback=True):
        recorder.append(db, [removed(), removed(OTHER)])
    append(SUBJECT)
    assert [(r[0], r[2]) for r in db.execute(ALL).fetchall()] == [(1, 1), (2, 2)]


def test_of_two_open_writers_the_second_waits_and_stands_behind_the_first(
    databases: Databases, recorder: DecisionRecorder, db: Db
) -> None:
    placed: dict[str, Appended] = {}

    def second() -> None:
        with databases.admin() as other, other.transaction():
            placed["second"] = recorder.append(other, [removed(), removed(OTHER)])

    thread = threading.Thread(target=second)
    with db.transaction():
        placed["first"] = recorder.append(db, [removed(), removed()])
        thread.start()
        waiting = "SELECT count(*) FROM pg_locks WHERE relation = 'permissions.event'::regclass AND NOT granted"
        until(lambda: db.execute(waiting).fetchone() == (1,))
        assert "second" not in placed
    thread.join(10)
    assert placed["first"].last_position + 1 == placed["second"].first_position
    assert placed["first"].recorded_at < placed["second"].recorded_at
    assert [(r[1], r[2]) for r in db.execute(ALL).fetchall()] == [
        (SUBJECT, 1), (SUBJECT, 2), (SUBJECT, 3), (OTHER, 1),
    ]  # fmt: skip


def test_the_library_reads_streams_and_the_whole(append: Any, recorder: DecisionRecorder) -> None:
    append(SUBJECT, OTHER, SUBJECT)
    stream = recorder.select_events(SUBJECT)
    assert [(one.originator_version, one.topic) for one in stream] == [(1, "GuardianRemoved"), (2, "GuardianRemoved")]
    assert decode(split_state(stream[0].state)[1])[0] == "GuardianRemoved"
    assert [one.id for one in recorder.select_notifications(2, 10)] == [2, 3]
    assert recorder.max_notification_id() == 3


def test_the_stream_takes_events_no_other_way(recorder: DecisionRecorder) -> None:
    with pytest.raises(NotImplementedError):
        recorder.insert_events([StoredEvent(SUBJECT, 1, "GuardianRemoved", b"")])


def test_who_listens_hears_of_it(append: Any, databases: Databases) -> None:
    with databases.connect("permissions_relay") as listener:
        listener.execute("LISTEN permissions")
        append(SUBJECT)
        assert [one.channel for one in listener.notifies(timeout=5, stop_after=1)] == ["permissions"]


# The relay


@pytest.fixture
def kafka(databases: Databases) -> Iterator[KafkaSettings]:
    """A Kafka whose topic of decisions is empty: the broker is everybody's, and the stream this test's own."""
    settings = KafkaSettings(databases.kafka)
    anew(settings)
    yield settings
    asyncio.run(delete_topics(settings, [DECISIONS]))


def anew(settings: KafkaSettings) -> None:
    asyncio.run(delete_topics(settings, [DECISIONS]))
    asyncio.run(create_topics(settings))


def until(true: Callable[[], bool]) -> None:
    give_up = time.monotonic() + 10
    while not true():
        assert time.monotonic() < give_up
        time.sleep(0.01)


async def relayed(databases: Databases, kafka: KafkaSettings, *, steps: int = 1) -> None:
    """A relay that begins, takes some steps and ends."""
    url = databases.url("permissions_relay")
    relay = DecisionRelay(kafka, Link(url, "test"), Link(url, "test"), Bookmarks(READER, f"test {uuid4()}"))
    await relay.on_start()
    try:
        await relay.share()
        for _ in range(steps):
            await relay.step()
    finally:
        await relay.on_stop()
        relay.link.drop()


async def on_topic(kafka: KafkaSettings) -> list[Any]:
    """Every record of the topic, by position."""
    partitions = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
    async with AIOKafkaConsumer(**kafka.for_aiokafka(), auto_offset_reset="earliest") as reader:
        reader.assign(partitions)
        ends = await reader.end_offsets(partitions)
        left, found = sum(ends.values()), []
        await reader.seek_to_beginning()
        while len(found) < left:
            for records in (await reader.getmany(timeout_ms=200)).values():
                found.extend(records)
    return sorted(found, key=lambda record: header_of(record.headers).position)


def positions(records: list[Any]) -> list[int]:
    return [header_of(record.headers).position for record in records]


def test_what_was_decided_comes_to_the_topic_once_and_in_order(
    databases: Databases, kafka: KafkaSettings, append: Any, db: Db
) -> None:
    subjects = [UUID(int=number % 5) for number in range(40)]
    append(*subjects[:25])
    append(*subjects[25:])
    asyncio.run(relayed(databases, kafka, steps=2))
    records = asyncio.run(on_topic(kafka))
    for record, (position, subject, version, state) in zip(records, db.execute(ALL).fetchall(), strict=True):
        recorded_at, value = split_state(state)
        assert header_of(record.headers) == Header(version, position, recorded_at)
        assert (record.key, record.value) == (subject.bytes, value)
        assert record.partition == partition_of(subject.bytes, PARTITIONS)


def test_a_relay_that_begins_again_repeats_nothing(
    databases: Databases, kafka: KafkaSettings, append: Any, db: Db
) -> None:
    append(SUBJECT, OTHER, SUBJECT)
    asyncio.run(relayed(databases, kafka))
    # As if it had died before its bookmark was in the database.
    db.execute("UPDATE kernel.bookmark SET position = 1 WHERE reader = %s", (READER,))
    db.execute("DELETE FROM permissions.relay_sent")
    append(OTHER)
    for _ in range(2):
        asyncio.run(relayed(databases, kafka))
    assert positions(asyncio.run(on_topic(kafka))) == [1, 2, 3, 4]


def test_what_the_topic_has_lost_is_sent_again(databases: Databases, kafka: KafkaSettings, append: Any) -> None:
    append(SUBJECT, OTHER)
    asyncio.run(relayed(databases, kafka))
    anew(kafka)
    asyncio.run(relayed(databases, kafka))
    assert positions(asyncio.run(on_topic(kafka))) == [1, 2]


def test_where_the_topic_is_ahead_of_the_stream_the_relay_refuses(
    databases: Databases, kafka: KafkaSettings, append: Any, db: Db
) -> None:
    append(SUBJECT, OTHER)
    asyncio.run(relayed(databases, kafka))
    db.execute("DELETE FROM permissions.event WHERE notification_id = 2")
    with pytest.raises(Damage, match="ends with position 2, and the stream of permissions does not have"):
        asyncio.run(relayed(databases, kafka))


def test_where_the_stream_has_another_decision_there_the_relay_refuses(
    databases: Databases, kafka: KafkaSettings, append: Any, db: Db
) -> None:
    append(SUBJECT)
    asyncio.run(relayed(databases, kafka))
    db.execute("DELETE FROM permissions.event")
    append(SUBJECT)
    with pytest.raises(Damage, match="ends with position 1"):
        asyncio.run(relayed(databases, kafka))


@pytest.mark.parametrize(
    ("key", "headers"),
    [(SUBJECT.bytes, []), (None, [(HEADER_NAME, pack_header(Header(1, 1, 1)))])],
    ids=["no header", "no key"],
)
def test_where_somebody_else_wrote_to_the_topic_the_relay_refuses(
    databases: Databases, kafka: KafkaSettings, append: Any, key: bytes | None, headers: Any
) -> None:
    async def write() -> None:
        async with AIOKafkaProducer(**kafka.for_aiokafka()) as producer:
            await producer.send_and_wait(TOPIC, b"x", key=key, headers=headers)

    append(SUBJECT)
    asyncio.run(write())
    with pytest.raises(Damage):
        asyncio.run(relayed(databases, kafka))


def test_how_far_behind_is_the_age_of_the_oldest_decision_that_is_not_sent(
    databases: Databases, kafka: KafkaSettings, append: Any
) -> None:
    with databases.connect("permissions_relay") as connection:
        assert figures(READER, connection) == {metrics.BEHIND: {READER: 0.0}}
        append(SUBJECT)
        time.sleep(0.2)
        append(SUBJECT)
        assert 0.2 <= figures(READER, connection)[metrics.BEHIND][READER] < 10
        asyncio.run(relayed(databases, kafka))
        assert figures(READER, connection) == {metrics.BEHIND: {READER: 0.0}}


def test_the_operator_sees_how_many_decisions_are_not_sent(
    databases: Databases, kafka: KafkaSettings, append: Any
) -> None:
    append(SUBJECT, OTHER)
    asyncio.run(relayed(databases, kafka))
    append(SUBJECT)
    with databases.connect("operator") as connection:
        relay = status(connection, kafka, None, {}).services["permissions"]["relay"]
    assert (relay.complete_to, relay.lag_events, relay.running, relay.last_error) == (2, 1, False, None)
    assert relay.lag_seconds > 0
