"""Nobody rewrites history unseen: a ledger that was really filled and relayed, tampered with in every way we know.

Each tampering happens as superuser, in a transaction that is taken back after the look.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest
from aiokafka import AIOKafkaProducer
from psycopg import Connection
from stdnum.pl import pesel
from typer.testing import CliRunner

from services.kernel.bookmarks import Bookmarks
from services.kernel.database import connect
from services.kernel.moments import micros, moment
from services.operations.house import House
from services.operations.main import app
from services.operations.processes import PROCESSES
from services.records import verify
from services.records.intake import Intake
from services.records.ledger import NO_HASH, STATE_HEAD, Draft, Head, next_head, seal_hash
from services.records.verify import Finding, Report, verify_seals, verify_statements, verify_streams, verify_topic
from services.records.wiring import intake
from tests.statements import event, record, take_in

BATCHES, PATIENTS = 16, 8
Db = Connection[Any]
Place = tuple[str, int, int]


class Event(NamedTuple):
    """One row of the ledger."""

    position: int
    patient: UUID
    version: int
    state: bytes

    @property
    def place(self) -> Place:
        return str(self.patient), self.version, self.position


class IngestDesk(NamedTuple):
    intake: Intake
    records: Db
    keys: Db


@dataclass(frozen=True)
class Ledger:
    """A filled ledger, all of it on the topic."""

    house: House
    desk: IngestDesk
    db: Db

    def events(self) -> list[Event]:
        rows = self.db.execute(
            "SELECT notification_id, originator_id, originator_version, state FROM records.event ORDER BY 1"
        )
        return [Event(*row) for row in rows]

    def fill(self, batch: int) -> None:
        """Two statements about each patient, in one batch."""
        numbers = [number(n) for n in range(PATIENTS)]
        said = [
            record("PrescriptionIssued", event("PrescriptionIssued", patient=one, prescription=f"{batch:044}"))
            if batch
            else record("PersonRegistered", event("PersonRegistered", person=one))
            for one in (*numbers, *reversed(numbers))
        ]
        take_in(self.desk, [replace(one, partition=0) for one in said])

    def relayed(self) -> None:
        """Wait until the topic has everything."""
        give_up = time.monotonic() + 60
        last = self.events()[-1].position
        while self.sent_to() < last:
            assert time.monotonic() < give_up, "the relay does not come forward"
            time.sleep(0.05)

    def sent_to(self) -> int:
        row = self.db.execute("SELECT coalesce(max(position), 0) FROM kernel.bookmark WHERE reader = 'records.relay'")
        return int(row.fetchone()[0])  # type: ignore[index]


def number(n: int) -> str:
    digits = f"900101{n:04}"
    return digits + str(pesel.calc_check_digit(digits))


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledger]:
    folder = tmp_path_factory.mktemp("verify")
    house = House(folder / "data")
    with ExitStack() as stack:
        addresses = house.open()
        stack.callback(house.close)
        settings = house.settings("records_ingest", keys=True)
        records = stack.enter_context(connect(settings.database_url, "test"))
        keys = stack.enter_context(connect(settings.keys_database_url or "", "test"))
        desk = IngestDesk(intake(settings, Bookmarks("records.ingest", "test")), records, keys)
        filled = Ledger(house, desk, stack.enter_context(connect(addresses.database, "test")))
        stack.enter_context(relay_of(house, folder))
        for batch in range(BATCHES):
            filled.fill(batch)
        filled.relayed()
        yield filled


@contextmanager
def relay_of(house: House, folder: Path) -> Iterator[None]:
    """The relay's own process."""
    process = next(one for one in PROCESSES if one.name == "relay")
    command = [sys.executable, "-m", f"services.{process.service}.main", process.name]
    with (folder / "relay.log").open("wb") as log:
        child = subprocess.Popen(command, env=house.environment(process), cwd=folder, stdout=log, stderr=log)
    yield
    child.terminate()
    child.wait(30)


@pytest.fixture
def db(ledger: Ledger) -> Iterator[Db]:
    """The superuser's connection; whatever a test does is taken back."""
    with ledger.db.transaction(force_rollback=True):
        yield ledger.db


@pytest.fixture
def events(ledger: Ledger) -> list[Event]:
    return ledger.events()


def nothing(_: int) -> None:
    """Progress that nobody looks at."""


def streams(db: Db, patient: UUID | None = None) -> Report:
    report = Report()
    verify_streams(db, report, patient, nothing)
    return report


def seals(db: Db) -> Report:
    report = Report()
    verify_seals(db, report, nothing)
    return report


def statements(db: Db) -> Report:
    report = Report()
    verify_statements(db, report)
    return report


def topic(ledger: Ledger, patient: UUID | None = None) -> Report:
    report = Report()
    asyncio.run(verify_topic(ledger.db, ledger.house.addresses().kafka, report, patient, nothing))
    return report


def places(report: Report, *kinds: str) -> set[tuple[str | None, int | None, int | None]]:
    """Where something was found."""
    return {(f.patient_id, f.version, f.position) for f in report.findings if not kinds or f.kind in kinds}


def flipped(data: bytes, index: int) -> bytes:
    return data[:index] + bytes([data[index] ^ 1]) + data[index + 1 :]


def rewrite(db: Db, one: Event, state: bytes) -> None:
    db.execute("UPDATE records.event SET state = %s WHERE notification_id = %s", (state, one.position))


def delete(db: Db, where: str, *parameters: Any) -> None:
    db.execute(f"DELETE FROM records.event WHERE {where}".encode(), parameters)


def move(db: Db, one: Event, position: int) -> None:
    db.execute(
        "UPDATE records.event SET notification_id = %s WHERE (originator_id, originator_version) = (%s, %s)",
        (position, one.patient, one.version),
    )


def swap_positions(db: Db, one: Event, other: Event) -> None:
    move(db, one, -1)
    move(db, other, one.position)
    move(db, one, other.position)


def middle(events: list[Event]) -> Event:
    """An event that is neither the first nor the last of anything."""
    return events[len(events) // 2 + 3]


def stream_of(events: list[Event], patient: UUID) -> list[Event]:
    return [one for one in events if one.patient == patient]


def link(head: Head, one: Event, recorded_at: int, published_at: int) -> tuple[Head, bytes]:
    """The state of an event as the ledger itself would chain it behind a head."""
    head = next_head(head, Draft(one.patient, "", published_at, one.state[STATE_HEAD.size :]), recorded_at)
    return head, STATE_HEAD.pack(head.hash, recorded_at, published_at) + one.state[STATE_HEAD.size :]


def append_by_hand(db: Db, events: list[Event], patient: UUID) -> Event:
    """An event at the end of a stream and of the ledger, with a correct chain; no seal."""
    last = stream_of(events, patient)[-1]
    recorded_at = STATE_HEAD.unpack_from(events[-1].state)[1] + 1
    _, state = link(Head(last.version, last.state[:32]), last, recorded_at, recorded_at)
    forged = Event(events[-1].position + 1, patient, last.version + 1, state)
    insert(db, forged)
    return forged


def insert(db: Db, one: Event) -> None:
    row = (one.position, one.patient, one.version, one.state)
    statement = "INSERT INTO records.event (notification_id, originator_id, originator_version, state, topic) "
    db.execute(statement.encode() + b"VALUES (%s, %s, %s, %s, 'PrescriptionIssued')", row)


def forge_history(db: Db) -> None:
    """Chain every stream anew and seal every batch anew, as one would who knows the code and owns the database."""
    heads: dict[UUID, Head] = {}
    rows = db.execute("SELECT notification_id, originator_id, originator_version, state FROM records.event ORDER BY 1")
    for one in map(Event._make, rows.fetchall()):
        _, recorded_at, published_at = STATE_HEAD.unpack_from(one.state)
        heads[one.patient], state = link(heads.get(one.patient, Head(0, NO_HASH)), one, recorded_at, published_at)
        rewrite(db, one, state)
    forge_seals(db)


def forge_seals(db: Db) -> None:
    previous = NO_HASH
    for first, last, recorded_at in db.execute(
        "SELECT first_position, last_position, recorded_at FROM records.seal ORDER BY 1"
    ).fetchall():
        rows = db.execute(
            "SELECT substr(state, 1, 32) FROM records.event WHERE notification_id BETWEEN %s AND %s"
            " ORDER BY notification_id",
            (first, last),
        )
        batch = sha256(b"".join(row[0] for row in rows)).digest()
        previous = seal_hash(previous, first, last, micros(recorded_at), batch)
        db.execute("UPDATE records.seal SET hash = %s WHERE last_position = %s", (previous, last))


def forge_new_seal(db: Db, one: Event) -> None:
    """A seal over one event behind the newest."""
    row = db.execute("SELECT hash FROM records.seal ORDER BY last_position DESC LIMIT 1").fetchone()
    assert row is not None
    recorded_at = STATE_HEAD.unpack_from(one.state)[1]
    hash_ = seal_hash(row[0], one.position, one.position, recorded_at, sha256(one.state[:32]).digest())
    db.execute(
        "INSERT INTO records.seal (last_position, first_position, events, recorded_at, hash)"
        " VALUES (%s, %s, 1, %s, %s)",
        (one.position, one.position, moment(recorded_at), hash_),
    )


def test_history_that_nobody_touched_gives_no_findings(ledger: Ledger, db: Db, events: list[Event]) -> None:
    assert (streams(db).findings, seals(db).findings, statements(db).findings) == ([], [], [])
    assert topic(ledger).findings == []
    assert streams(db).events == topic(ledger).on_topic == len(events) == BATCHES * PATIENTS * 2
    assert (streams(db).streams, seals(db).seals) == (PATIENTS, BATCHES)


def test_forged_history_is_what_the_ledger_itself_would_write(ledger: Ledger, db: Db, events: list[Event]) -> None:
    """The forger of these tests is as good as the ledger: on untouched history it changes nothing."""
    forge_history(db)
    assert ledger.events() == events
    assert seals(db).ok


# Flipped


@pytest.mark.parametrize("index", [0, 31, 32, 39, 40, 47, 48, 53, -1])
def test_a_flipped_byte_of_an_event_is_found_where_it_is(db: Db, events: list[Event], index: int) -> None:
    """Hash, recorded_at, published_at and value."""
    one = middle(events)
    rewrite(db, one, flipped(one.state, index % len(one.state)))
    assert one.place in places(streams(db), "changed")
    assert one.place in places(streams(db, one.patient), "changed")


@pytest.mark.parametrize("index", [0, 31, 32, 39])
def test_a_flipped_byte_under_a_seal_is_found_by_the_seals_too(db: Db, events: list[Event], index: int) -> None:
    one = middle(events)
    rewrite(db, one, flipped(one.state, index))
    assert not seals(db).ok


def test_a_flipped_byte_is_found_against_the_topic(ledger: Ledger, db: Db, events: list[Event]) -> None:
    one = middle(events)
    rewrite(db, one, flipped(one.state, -1 % len(one.state)))
    assert places(topic(ledger)) == {one.place}


@pytest.mark.parametrize("left", [0, 31, 47])
def test_an_event_that_was_cut_short_is_a_finding_and_no_crash(
    ledger: Ledger, db: Db, events: list[Event], left: int
) -> None:
    one = middle(events)
    rewrite(db, one, one.state[:left])
    assert one.place in places(streams(db), "changed")
    assert seals(db).ok is (left >= 40), "seals cover the hash and recorded_at"
    assert one.place in places(topic(ledger), "changed")


def test_an_event_under_another_name_is_found(db: Db, events: list[Event]) -> None:
    one = middle(events)
    db.execute("UPDATE records.event SET topic = 'PrescriptionCancelled' WHERE notification_id = %s", (one.position,))
    assert one.place in places(streams(db), "changed")


# Deleted


def test_an_event_deleted_from_the_middle_of_a_stream_is_missed(db: Db, events: list[Event]) -> None:
    one = middle(events)
    delete(db, "notification_id = %s", one.position)
    following = next(e for e in stream_of(events, one.patient) if e.version == one.version + 1)
    assert following.place in places(streams(db), "deleted")
    assert f"versions {one.version} to {one.version} are missing" in streams(db).findings[0].says
    assert one.position in {f.position for f in seals(db).findings if f.kind == "deleted"}


def test_the_first_event_of_a_stream_is_missed(db: Db, events: list[Event]) -> None:
    one = stream_of(events, middle(events).patient)[0]
    delete(db, "notification_id = %s", one.position)
    assert (str(one.patient), 2) in {place[:2] for place in places(streams(db), "deleted")}


def test_the_last_event_of_a_stream_is_missed(ledger: Ledger, db: Db, events: list[Event]) -> None:
    one = stream_of(events, middle(events).patient)[-1]
    delete(db, "notification_id = %s", one.position)
    assert one.position in {f.position for f in seals(db).findings}
    assert places(topic(ledger, one.patient)) == {one.place}


def test_a_whole_stream_is_missed(ledger: Ledger, db: Db, events: list[Event]) -> None:
    patient = middle(events).patient
    delete(db, "originator_id = %s", patient)
    gone = stream_of(events, patient)
    assert {one.position for one in gone} >= {f.position for f in seals(db).findings if f.kind == "deleted"} != set()
    assert places(topic(ledger), "cut off") == {one.place for one in gone}
    assert places(topic(ledger, patient)) == {one.place for one in gone}


def test_a_deletion_whose_gap_in_the_positions_was_closed_is_found(ledger: Ledger, db: Db, events: list[Event]) -> None:
    """Everything behind the deleted last event of a stream moves up, and chains and seals are computed anew."""
    one = stream_of(events, middle(events).patient)[-1]
    delete(db, "notification_id = %s", one.position)
    for later in events[one.position :]:
        move(db, later, later.position - 1)
    last = events[-1].position
    db.execute(
        "UPDATE records.seal SET last_position = %s, events = events - 1 WHERE last_position = %s", (last - 1, last)
    )
    forge_history(db)
    assert streams(db).ok
    assert places(topic(ledger, one.patient)) >= {one.place}


# Swapped


def test_swapped_states_within_a_stream_are_found(db: Db, events: list[Event]) -> None:
    one, other = stream_of(events, middle(events).patient)[10:12]
    rewrite(db, one, other.state)
    rewrite(db, other, one.state)
    assert places(streams(db), "changed") >= {one.place, other.place}


def test_swapped_states_of_two_patients_are_found(db: Db, events: list[Event]) -> None:
    one, other = middle(events), events[middle(events).position]
    assert one.patient != other.patient
    rewrite(db, one, other.state)
    rewrite(db, other, one.state)
    assert places(streams(db), "changed") >= {one.place, other.place}
    assert not seals(db).ok


def in_one_batch(events: list[Event]) -> tuple[Event, Event]:
    """Two events of one patient under one seal."""
    return tuple(stream_of(events, middle(events).patient)[10:12])  # type: ignore[return-value]


def of_two_patients(events: list[Event]) -> tuple[Event, Event]:
    """Two events of different patients under one seal."""
    return events[33], events[34]


def in_two_batches(events: list[Event]) -> tuple[Event, Event]:
    return events[33], events[70]


@pytest.mark.parametrize("which", [in_one_batch, of_two_patients, in_two_batches])
def test_swapped_positions_are_found(
    ledger: Ledger, db: Db, events: list[Event], which: Callable[[list[Event]], tuple[Event, Event]]
) -> None:
    one, other = which(events)
    swap_positions(db, one, other)
    assert not seals(db).ok
    assert places(topic(ledger), "changed") == {one.place, other.place}


def test_versions_that_stand_in_another_order_than_positions_are_found_in_the_stream(
    db: Db, events: list[Event]
) -> None:
    one, other = in_one_batch(events)
    swap_positions(db, one, other)
    assert str(one.patient) in {f.patient_id for f in streams(db).findings}


# Inserted


def test_an_event_inserted_at_the_end_with_a_correct_chain_lies_under_no_seal(db: Db, events: list[Event]) -> None:
    forged = append_by_hand(db, events, middle(events).patient)
    assert streams(db).ok
    assert places(seals(db), "inserted") == {forged.place}


def test_an_event_inserted_before_all_others_is_found(db: Db, events: list[Event]) -> None:
    last = stream_of(events, middle(events).patient)[-1]
    _, recorded_at, published_at = STATE_HEAD.unpack_from(last.state)
    _, state = link(Head(last.version, last.state[:32]), last, recorded_at, published_at)
    insert(db, Event(0, last.patient, last.version + 1, state))
    assert str(last.patient) in {f.patient_id for f in seals(db).findings}


def test_a_new_stream_beside_the_others_is_found(db: Db, events: list[Event]) -> None:
    stranger = uuid4()
    recorded_at = STATE_HEAD.unpack_from(events[-1].state)[1]
    like = events[-1]._replace(patient=stranger, version=1, position=events[-1].position + 1)
    _, state = link(Head(0, NO_HASH), like, recorded_at, recorded_at)
    insert(db, like._replace(state=state))
    assert places(seals(db), "inserted") == {(str(stranger), 1, like.position)}


def test_an_event_inserted_under_the_last_seal_made_anew_is_found_by_the_published_seal(
    ledger: Ledger, db: Db, events: list[Event]
) -> None:
    forged = append_by_hand(db, events, middle(events).patient)
    last = events[-1].position
    db.execute(
        "UPDATE records.seal SET last_position = %s, events = events + 1 WHERE last_position = %s", (last + 1, last)
    )
    rewrite(db, forged, link_at(events, forged, recorded_at_of(db)))
    forge_seals(db)
    assert streams(db).ok
    assert seals(db).ok
    assert last in {f.position for f in topic(ledger).findings if f.kind == "cut off"}


def recorded_at_of(db: Db) -> int:
    """When the newest batch was recorded."""
    row = db.execute("SELECT recorded_at FROM records.seal ORDER BY last_position DESC LIMIT 1").fetchone()
    assert row is not None
    return micros(row[0])


def link_at(events: list[Event], one: Event, recorded_at: int) -> bytes:
    last = stream_of(events, one.patient)[-1]
    return link(Head(last.version, last.state[:32]), one, recorded_at, recorded_at)[1]


def test_an_event_inserted_with_chain_and_a_new_seal_is_found(db: Db, events: list[Event]) -> None:
    forged = append_by_hand(db, events, middle(events).patient)
    forge_new_seal(db, forged)
    assert streams(db).ok
    assert seals(db).ok
    assert places(statements(db), "inserted") == {forged.place}


def test_a_statement_whose_event_is_gone_is_found(db: Db, events: list[Event]) -> None:
    gone = cut_off(db, events, 1)
    assert places(statements(db), "deleted") == {(None, None, one.position) for one in gone}


# Cut off


def cut_off(db: Db, events: list[Event], batches: int) -> list[Event]:
    """Remove the newest batches and their seals; what is gone."""
    left = len(events) - batches * PATIENTS * 2
    delete(db, "notification_id > %s", left)
    db.execute("DELETE FROM records.seal WHERE last_position > %s", (left,))
    return events[left:]


@pytest.mark.parametrize("batches", [1, 5])
def test_a_tail_cut_off_with_its_seals_is_found_on_the_topic(
    ledger: Ledger, db: Db, events: list[Event], batches: int
) -> None:
    gone = cut_off(db, events, batches)
    assert streams(db).ok
    assert seals(db).ok
    found = places(topic(ledger), "cut off")
    assert found >= {one.place for one in gone}
    assert (None, None, gone[-1].position) in found, "the published seal is missed too"


def test_a_ledger_that_was_emptied_is_found_on_the_topic(ledger: Ledger, db: Db, events: list[Event]) -> None:
    cut_off(db, events, BATCHES)
    assert streams(db).ok
    assert seals(db).ok
    assert len(topic(ledger).findings) == verify.MOST_FINDINGS


def test_a_tail_cut_off_without_its_seals_is_found_by_them(db: Db, events: list[Event]) -> None:
    left = events[-10].position
    delete(db, "notification_id > %s", left)
    assert left + 1 in {f.position for f in seals(db).findings if f.kind == "cut off"}


def test_history_forged_from_end_to_end_is_found_on_the_topic(ledger: Ledger, db: Db, events: list[Event]) -> None:
    one = middle(events)
    rewrite(db, one, flipped(one.state, -1 % len(one.state)))
    forge_history(db)
    assert streams(db).ok
    assert seals(db).ok
    behind = [e for e in stream_of(events, one.patient) if e.version >= one.version]
    assert places(topic(ledger), "changed") == {e.place for e in behind}
    assert "a published seal is not in the ledger" in {f.says for f in topic(ledger).findings}


def test_a_sent_event_that_is_not_on_the_topic_is_found(ledger: Ledger, db: Db, events: list[Event]) -> None:
    forged = append_by_hand(db, events, middle(events).patient)
    forge_new_seal(db, forged)
    db.execute("UPDATE kernel.bookmark SET position = %s WHERE reader = 'records.relay'", (forged.position,))
    assert places(topic(ledger)) == {(None, None, forged.position)}


# Seals


SEAL_IN_THE_MIDDLE = "last_position = (SELECT last_position FROM records.seal ORDER BY 1 OFFSET 7 LIMIT 1)"


@pytest.mark.parametrize(
    "tampering",
    [
        f"DELETE FROM records.seal WHERE {SEAL_IN_THE_MIDDLE}",
        "DELETE FROM records.seal WHERE last_position = (SELECT max(last_position) FROM records.seal)",
        "DELETE FROM records.seal WHERE first_position = 1",
        "DELETE FROM records.seal",
        f"UPDATE records.seal SET hash = set_byte(hash, 0, get_byte(hash, 0) # 1) WHERE {SEAL_IN_THE_MIDDLE}",
        f"UPDATE records.seal SET recorded_at = recorded_at + interval '1 us' WHERE {SEAL_IN_THE_MIDDLE}",
        "INSERT INTO records.seal SELECT last_position + 1, last_position + 1, 1, recorded_at, hash"
        " FROM records.seal ORDER BY last_position DESC LIMIT 1",
    ],
)
def test_a_seal_that_was_changed_removed_or_added_is_found(db: Db, tampering: str) -> None:
    db.execute(tampering.encode())
    assert streams(db).ok
    assert not seals(db).ok


# The command


def command(ledger: Ledger, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[int, dict[str, Any]]:
    """Exit code and the one JSON object of ``kartoteka ledger verify --json``."""
    monkeypatch.setenv("KARTOTEKA_DATA_DIR", str(ledger.house.data_dir))
    whole = ["--data-dir", str(ledger.house.data_dir), "ledger", "verify", "--json", *arguments]
    result = CliRunner().invoke(app, whole)
    said: dict[str, Any] = json.loads(result.stdout) if result.stdout else {}
    return result.exit_code, said


@pytest.fixture
def tampered(ledger: Ledger, events: list[Event]) -> Iterator[Event]:
    """One event is changed for everybody to see, until the test is over."""
    one = middle(events)
    rewrite(ledger.db, one, flipped(one.state, 60))
    yield one
    rewrite(ledger.db, one, one.state)


def test_the_command_says_that_all_is_well_with_one_json_object_and_0(ledger: Ledger, events: list[Event]) -> None:
    line = [sys.executable, "-m", "services.operations.main", "--data-dir", str(ledger.house.data_dir)]
    done = subprocess.run([*line, "ledger", "verify", "--json"], capture_output=True, check=False)
    said = json.loads(done.stdout)
    assert (done.returncode, said["ok"], said["findings"]) == (0, True, [])
    assert said["events"] == said["on_topic"] == len(events)


def test_the_command_says_where_history_was_rewritten_and_1(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, tampered: Event
) -> None:
    code, said = command(ledger, monkeypatch)
    assert (code, said["ok"]) == (1, False)
    assert tampered.place in {(f["patient_id"], f["version"], f["position"]) for f in said["findings"]}


def test_the_command_looks_at_one_patient_only(
    ledger: Ledger, monkeypatch: pytest.MonkeyPatch, events: list[Event], tampered: Event
) -> None:
    other = next(e.patient for e in events if e.patient != tampered.patient)
    assert command(ledger, monkeypatch, "--patient", str(tampered.patient))[0] == 1
    code, said = command(ledger, monkeypatch, "--patient", str(other))
    assert (code, said["ok"], said["streams"]) == (0, True, 1)
    assert said["events"] == said["on_topic"] == len(stream_of(events, other))


def test_a_ledger_that_grows_meanwhile_is_no_finding(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    read = verify._rows

    def grow_first(connection: Db, name: str, parameters: Any) -> Iterator[Any]:
        if name == "by_position":
            ledger.fill(BATCHES)
        return read(connection, name, parameters)

    monkeypatch.setattr(verify, "_rows", grow_first)
    code, said = command(ledger, monkeypatch)
    ledger.relayed()
    assert (code, said["findings"]) == (0, [])


def test_a_foreign_record_on_the_topic_is_a_finding_and_no_crash(ledger: Ledger) -> None:
    """Last of all, for it cannot be taken back."""
    kafka = ledger.house.addresses().kafka

    async def send() -> None:
        async with AIOKafkaProducer(**kafka.for_aiokafka()) as producer:
            await producer.send_and_wait(verify.TOPIC, b"foreign", key=b"foreign", partition=0)
            await producer.send_and_wait(verify.SEALS_TOPIC, b"foreign")

    asyncio.run(send())
    kinds = [finding.kind for finding in topic(ledger).findings]
    assert len(kinds) == 2, [Finding(kind, "") for kind in kinds]
