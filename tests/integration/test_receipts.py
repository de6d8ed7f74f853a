"""Receipts on a real Kafka: none is missed, each is shown once, and who gets none is told what to do."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from confluent_kafka import Consumer, Message, Producer
from confluent_kafka.admin import AdminClient, NewTopic
from typer.testing import CliRunner

from infra.topics import create_topics
from kartoteka.publishing import BlockingPublisher, KafkaSettings, NoReceipt, Publisher, Receipt, ReceiptsUnavailable
from kartoteka.publishing.commands import publish_app
from kartoteka.publishing.events import LanguageChosen
from kartoteka.publishing.lanes import partition_of
from kartoteka.publishing.numbers import pesel_of
from kartoteka.publishing.receipts import RECEIPTS

SECONDS = 30
PATIENT = pesel_of(datetime(1991, 2, 3).date(), "female", 4711)
TOPIC = "patient.events.v1"
Json = dict[str, Any]
Write = Callable[..., None]


@pytest.fixture(scope="module")
def settings(bootstrap_servers: str) -> KafkaSettings:
    settings = KafkaSettings(bootstrap_servers)
    asyncio.run(create_topics(settings))
    admin = AdminClient({"bootstrap.servers": bootstrap_servers})
    if RECEIPTS not in admin.list_topics(timeout=SECONDS).topics:
        admin.create_topics([NewTopic(RECEIPTS, 8, 1)])[RECEIPTS].result(SECONDS)
    # The broker shows a new topic a moment after it has confirmed it.
    while not {RECEIPTS, TOPIC} <= set(admin.list_topics(timeout=SECONDS).topics):
        time.sleep(0.05)
    return settings


@pytest.fixture
def publisher() -> str:
    return f"clinic-{uuid.uuid4().hex[:8]}x"


@pytest.fixture
def write(settings: KafkaSettings, publisher: str) -> Write:
    """Writes one receipt, in exactly the form that the relay gives it."""
    producer = Producer(settings.for_librdkafka())

    def write(key: str = publisher, times: int = 1, **changes: Any) -> None:
        receipt = {
            "publisher": key, "event_id": str(uuid.uuid4()), "outcome": "appended", "reason": None, "place": None,
            "position": 7, "at": datetime.now(UTC).isoformat().replace("+00:00", "Z"),
        }  # fmt: skip
        for _ in range(times):
            producer.produce(RECEIPTS, json.dumps(receipt | changes).encode(), key.encode())
        assert producer.flush(SECONDS) == 0

    return write


def language(**more: Any) -> LanguageChosen:
    return LanguageChosen(patient=PATIENT, language="uk", chosen_at=datetime.now(UTC), **more)


class Answering:
    """In place of ingest and relay: answers every record of one publisher as told, in another thread."""

    def __init__(self, settings: KafkaSettings, publisher: str, write: Write, answer: Callable[[Json], list[Json]]):
        self.publisher, self.write, self.answer = publisher, write, answer
        self.consumer = Consumer({"bootstrap.servers": settings.bootstrap_servers, "group.id": str(uuid.uuid4()),
                                  "auto.offset.reset": "earliest"})  # fmt: skip
        self.consumer.subscribe([TOPIC])
        self.stopped = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def __enter__(self) -> "Answering":
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stopped.set()
        self.thread.join()
        self.consumer.close()

    def run(self) -> None:
        while not self.stopped.is_set():
            message = self.consumer.poll(0.05)
            if message is not None and message.error() is None:
                self.take(message)

    def take(self, message: Message) -> None:
        headers = dict(message.headers() or [])
        if headers.get("publisher") == self.publisher.encode():
            place = f"{TOPIC}/{message.partition()}/{message.offset()}"
            for receipt in self.answer({"event_id": headers["ce_id"].decode(), "place": place}):
                self.write(**receipt)


def appended(record: Json) -> list[Json]:
    return [{"event_id": record["event_id"]}]


async def test_the_receipt_of_an_event_is_returned(settings, publisher, write) -> None:
    event = language()
    with Answering(settings, publisher, write, appended):
        async with Publisher(settings, publisher) as p:
            receipt = await p.publish(event, receipt=True)
            assert await p.publish(language()) is None
    assert isinstance(receipt, Receipt)
    assert (receipt.publisher, receipt.event_id, receipt.outcome) == (publisher, event.event_id, "appended")
    assert (receipt.position, receipt.place, receipt.reason) == (7, None, None)
    assert receipt.at.tzinfo is not None


async def test_many_at_once_each_get_their_own(settings, publisher, write) -> None:
    events = [language() for _ in range(20)]
    with Answering(settings, publisher, write, appended):
        async with Publisher(settings, publisher) as p:
            receipts = await asyncio.gather(*(p.publish(event, receipt=True) for event in events))
    assert [receipt.event_id for receipt in receipts] == [event.event_id for event in events]


async def test_a_quarantined_event_comes_back_with_its_reason_in_words(settings, publisher, write) -> None:
    def quarantine(record: Json) -> list[Json]:
        return [{**record, "outcome": "quarantined", "reason": "conflict", "position": None}]

    with Answering(settings, publisher, write, quarantine):
        async with Publisher(settings, publisher) as p:
            receipt = await p.publish(language(), receipt=True)
    assert (receipt.outcome, receipt.reason) == ("quarantined", "conflict")
    assert "a correction needs a new id" in receipt.says


async def test_a_record_whose_event_id_nobody_could_read_is_known_by_its_place(settings, publisher, write) -> None:
    def unread(record: Json) -> list[Json]:
        return [{**record, "event_id": None, "outcome": "quarantined", "reason": "unreadable", "position": None}]

    with Answering(settings, publisher, write, unread):
        async with Publisher(settings, publisher) as p:
            receipt = await p.publish(language(), receipt=True)
    assert (receipt.event_id, receipt.reason) == (None, "unreadable")


async def test_receipts_of_others_and_of_other_places_are_not_ours(settings, publisher, write) -> None:
    def noise_first(record: Json) -> list[Json]:
        aside = {"outcome": "quarantined", "reason": "shape", "position": None}
        return [
            {"key": publisher, "publisher": "somebody-else", "event_id": record["event_id"], "position": 1},
            {"event_id": str(uuid.uuid4()), "position": 2},
            # The same id, quarantined earlier and delivered again.
            {**record, "place": f"{TOPIC}/0/999999", **aside},
            {"event_id": record["event_id"], "position": 3},
        ]

    with Answering(settings, publisher, write, noise_first):
        async with Publisher(settings, publisher) as p:
            receipt = await p.publish(language(), receipt=True)
    assert (receipt.outcome, receipt.position) == ("appended", 3)


async def test_old_receipts_are_not_read_again(settings, publisher, write) -> None:
    event = language()
    write(event_id=str(event.event_id), position=1)
    async with Publisher(settings, publisher, receipt_timeout=1.5) as p:
        with pytest.raises(NoReceipt):
            await p.publish(event, receipt=True)


async def test_who_gets_no_receipt_is_told_that_nothing_is_lost_and_what_to_do(settings, publisher) -> None:
    event = language()
    async with Publisher(settings, publisher, receipt_timeout=0.3) as p:
        with pytest.raises(NoReceipt) as missing:
            await p.publish(event, receipt=True)
    said = str(missing.value)
    assert "Kafka acknowledged" in said
    assert "kartoteka publish receipts" in said
    assert str(event.event_id) in said
    assert PATIENT not in said
    assert missing.value.event_id == event.event_id
    assert missing.value.place.startswith(f"{TOPIC}/")


def test_the_blocking_publisher_waits_for_receipts_too(settings, publisher, write) -> None:
    with Answering(settings, publisher, write, appended), BlockingPublisher(settings, publisher) as p:
        for event in (language(), language()):
            assert p.publish(event, receipt=True).event_id == event.event_id


async def test_without_the_topic_of_receipts_nothing_is_sent(settings, publisher, monkeypatch) -> None:
    monkeypatch.setattr("kartoteka.publishing.receipts_reader.RECEIPTS", "ledger.nothing.v1")
    sent: list[Any] = []
    async with Publisher(settings, publisher) as p:
        monkeypatch.setattr(p, "_send_one", sent.append)
        with pytest.raises(ReceiptsUnavailable, match=r"no topic ledger\.nothing\.v1"):
            await p.publish(language(), receipt=True)
    assert sent == []


# The command


@pytest.fixture
def receipts(settings: KafkaSettings, publisher: str) -> Callable[..., Result]:
    app = publish_app(lambda: settings)

    def run(*arguments: str) -> Result:
        return CliRunner(env={"COLUMNS": "300"}).invoke(app, ["receipts", "--publisher", publisher, *arguments])

    return run


def lines(result: Result) -> list[Json]:
    assert result.exit_code == 0, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_receipts_are_listed_and_a_repeated_one_is_shown_once(receipts, write, publisher) -> None:
    write(position=1, times=3)
    write(outcome="quarantined", reason="clock", place=f"{TOPIC}/1/2", position=None, event_id=None)
    write(key="somebody-else")
    first, second = lines(receipts("--json"))
    assert (first["position"], first["outcome"], first["publisher"]) == (1, "appended", publisher)
    assert (second["place"], second["event_id"]) == (f"{TOPIC}/1/2", None)
    assert "set the clock" in second["says"]


def test_as_a_table_outcomes_stand_in_words(receipts, write) -> None:
    write(outcome="quarantined", reason="unknown_to_us", place=f"{TOPIC}/1/2", position=None)
    write(outcome="discarded", position=None)
    result = receipts()
    assert result.exit_code == 0
    assert "quarantined: unknown_to_us" in result.stdout
    assert "this version does not know" in result.stdout
    assert "an operator gave it up" in result.stdout


def test_no_receipts_are_a_sentence(receipts, publisher) -> None:
    result = receipts()
    assert (result.exit_code, result.stdout) == (0, f"No receipts for {publisher}.\n")


def test_since_leaves_out_what_is_older(receipts, write) -> None:
    now = datetime.now(UTC)
    for minutes in (90, 45, 5):
        write(position=minutes, at=(now - timedelta(minutes=minutes)).isoformat())
    assert [one["position"] for one in lines(receipts("--json", "--since", "1h"))] == [45, 5]
    assert [one["position"] for one in lines(receipts("--json", "--since", "10m"))] == [5]
    since = (now - timedelta(minutes=50)).isoformat(timespec="seconds")
    assert [one["position"] for one in lines(receipts("--json", "--since", since))] == [45, 5]
    assert lines(receipts("--json", "--since", (now + timedelta(days=1)).isoformat())) == []
    assert len(lines(receipts("--json", "--since", "99999d"))) == 3


@pytest.mark.parametrize("since", ["yesterday", "5", "3w", "2026-03-01", "-5m", "2026-03-01T10:00:00"])
def test_a_time_that_cannot_be_read_is_bad_input(receipts, since) -> None:
    result = receipts(f"--since={since}")
    assert result.exit_code == 2
    assert "15m, 2h, 3d" in result.stderr


def test_what_is_no_receipt_is_passed_over_and_counted(receipts, write, publisher, settings) -> None:
    producer = Producer(settings.for_librdkafka())
    for rubbish in (b"", b"{", b"[]", b'{"publisher": 5}', None):
        producer.produce(RECEIPTS, rubbish, publisher.encode())
    # What stands there under another's name is not ours to count.
    producer.produce(RECEIPTS, b"{", b"somebody-else", partition=partition_of(publisher.encode(), 8))
    producer.flush(SECONDS)
    write(outcome="exploded")
    write(at="2026-03-01T09:00:00")
    write(position=5, something_new="is no harm")
    result = receipts("--json")
    assert [one["position"] for one in lines(result)] == [5]
    assert result.stderr == "7 records were passed over: not readable as receipts\n"


def test_where_nobody_answers_it_is_not_running(publisher) -> None:
    app = publish_app(lambda: KafkaSettings("127.0.0.1:1"))
    result = CliRunner().invoke(app, ["receipts", "--publisher", publisher])
    assert (result.exit_code, result.stdout) == (3, "")
    assert "no Kafka broker answers at 127.0.0.1:1" in result.stderr


def test_without_the_topic_it_is_not_running_either(receipts, monkeypatch) -> None:
    monkeypatch.setattr("kartoteka.publishing.receipts_reader.RECEIPTS", "ledger.nothing.v1")
    result = receipts()
    assert result.exit_code == 3
    assert "has no topic ledger.nothing.v1" in result.stderr


@pytest.fixture
def following(settings: KafkaSettings, publisher: str, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "services.operations.main", "publish", "receipts", "--publisher", publisher]
    environment = {**os.environ, "KAFKA_BOOTSTRAP_SERVERS": settings.bootstrap_servers}
    with subprocess.Popen([*command, "--follow", "--json"], env=environment, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True) as process:  # fmt: skip
        yield process
        process.kill()


def test_following_goes_on_until_ctrl_c_and_ends_well(following, write) -> None:
    write(position=1)
    assert following.stdout is not None
    assert json.loads(following.stdout.readline())["position"] == 1
    write(position=2)
    assert json.loads(following.stdout.readline())["position"] == 2
    time.sleep(0.1)
    following.send_signal(signal.SIGINT)
    rest, error = following.communicate(timeout=SECONDS)
    assert (following.returncode, rest, error) == (0, "", "")
