"""Persons are born once, in an order that a crash cannot break, whoever comes first."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from threading import Barrier, Thread
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import Connection
from stdnum.iso7064 import mod_37_36

from services.kernel.database import TRANSIENT
from services.kernel.index_key import IndexKey
from services.kernel.patient_keys import MasterKey, PatientKeys
from services.records.people import People, digests_of
from services.records.reasons import Reason
from tests.conftest import Desk
from tests.statements import ANNA, event, record, take_in

INDEX = IndexKey(b"i" * 32)
DIGESTS = list(digests_of(INDEX, [str(n) for n in range(200)]).values())


def people() -> People:
    """A worker that remembers nobody yet."""
    return People(INDEX, PatientKeys(lambda name: MasterKey(name, b"m" * 32)))


@pytest.fixture
def connections(desk: Desk) -> Iterator[list[Connection[Any]]]:
    """Two workers' connections to the main database, and two to the keys."""
    with ExitStack() as stack:
        records = [stack.enter_context(desk.databases.connect("records_ingest")) for _ in range(2)]
        yield [*records, *(stack.enter_context(desk.databases.connect_keys()) for _ in range(2))]


def test_two_workers_who_bear_the_same_people_at_once_agree(connections: list[Connection[Any]]) -> None:
    """Both before either commits: one in the order of birth, the other backwards, again and again."""
    one, other, *_ = connections
    start = Barrier(2)

    def bear(connection: Connection[Any], part: list[bytes]) -> dict[bytes, UUID]:
        start.wait()
        return people().bear(connection, part)

    with ThreadPoolExecutor(2) as pool:
        for number in range(10):
            part = DIGESTS[number * 20 : number * 20 + 20]
            born = pool.submit(bear, one, part), pool.submit(bear, other, part[::-1])
            first, second = (future.result() for future in born)
            assert first == second
            assert len(set(first.values())) == 20


def test_whoever_comes_second_waits_for_the_first_and_takes_over_his_patients(
    connections: list[Connection[Any]],
) -> None:
    one, other, *_ = connections
    second: dict[bytes, UUID] = {}
    with one.transaction():
        first = people().bear(one, DIGESTS)
        waiting = Thread(target=lambda: second.update(people().bear(other, DIGESTS[::-1])))
        waiting.start()
        waiting.join(0.2)
        assert waiting.is_alive()
    waiting.join()
    assert first == second


def test_two_workers_who_make_the_same_keys_at_once_agree(connections: list[Connection[Any]]) -> None:
    records_one, records_other, keys_one, keys_other = connections
    patients = [uuid4() for _ in range(200)]
    start = Barrier(2)

    def make(records: Connection[Any], keys: Connection[Any], wanted: list[UUID]) -> dict[UUID, bytes]:
        start.wait()
        return dict(people().keys(records, keys, wanted).keys)

    with ThreadPoolExecutor(2) as pool:
        made = (
            pool.submit(make, records_one, keys_one, patients),
            pool.submit(make, records_other, keys_other, patients[::-1]),
        )
        first, second = (future.result() for future in made)
    assert first == second
    assert len(set(first.values())) == 200


def test_a_number_leads_to_one_patient_for_ever_and_to_a_random_one(connections: list[Connection[Any]]) -> None:
    one, other, *_ = connections
    born = people().bear(one, DIGESTS)
    assert people().bear(other, DIGESTS) == born == people().find(other, DIGESTS)
    assert {patient.version for patient in born.values()} == {4}


def test_every_patient_has_an_account_identifier_of_their_own(connections: list[Connection[Any]]) -> None:
    one, *_ = connections
    born = people().bear(one, DIGESTS)
    rows = one.execute("SELECT patient_id, account_id FROM records.person").fetchall()
    assert {patient for patient, _ in rows} == set(born.values())
    assert len({account for _, account in rows}) == len(DIGESTS)
    for patient, account in rows:
        assert account == INDEX.account_id(patient)
        assert len(account) == 13
        assert mod_37_36.is_valid(account)


def test_an_account_identifier_that_somebody_has_is_tried_again_with_another(
    connections: list[Connection[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The unique key refuses, the loop takes it for a passing error, and the next patient id is another."""
    one, *_ = connections
    monkeypatch.setattr(IndexKey, "account_id", lambda *_: "A" * 13)
    people().bear(one, DIGESTS[:1])
    with pytest.raises(psycopg.errors.UniqueViolation) as refusal:
        people().bear(one, DIGESTS[1:2])
    assert isinstance(refusal.value, TRANSIENT)
    assert people().find(one, DIGESTS[1:2]) == {}
    monkeypatch.undo()
    assert len(people().bear(one, DIGESTS[1:2])) == 1


def keys_there(desk: Desk) -> int:
    row = desk.keys.execute("SELECT count(*) FROM keys.patient_key").fetchone()
    assert row is not None
    return int(row[0])


def test_after_a_crash_between_person_and_key_the_next_batch_makes_the_key(desk: Desk) -> None:
    digest = desk.intake.index.number_digest(ANNA.encode())
    born = desk.intake.people.bear(desk.records, [digest])
    assert keys_there(desk) == 0
    (move,) = take_in(desk, [record("PersonRegistered")])
    assert (move.appended, keys_there(desk)) == (1, 1)
    assert desk.records.execute("SELECT originator_id FROM records.event").fetchall() == [(born[digest],)]


def test_after_a_crash_between_key_and_ledger_the_next_batch_takes_the_same_key(desk: Desk) -> None:
    said = record("PersonRegistered")
    desk.intake.prepare(desk.records, desk.keys, [said])
    before = desk.keys.execute("SELECT patient_id, wrapped FROM keys.patient_key").fetchall()
    (move,) = take_in(desk, [said])
    assert (move.appended, len(before)) == (1, 1)
    assert desk.keys.execute("SELECT patient_id, wrapped FROM keys.patient_key").fetchall() == before


def test_the_keys_database_gone_leaves_no_event_and_only_a_harmless_id(desk: Desk) -> None:
    desk.keys.close()
    with pytest.raises(psycopg.OperationalError):
        take_in(desk, [record("PersonRegistered")])
    assert desk.records.execute("SELECT FROM records.event").fetchone() is None
    with desk.databases.connect_keys() as keys:
        assert keys.execute("SELECT FROM keys.patient_key").fetchone() is None


def test_a_key_is_never_made_for_a_patient_whose_history_needs_the_old_one(desk: Desk) -> None:
    take_in(desk, [record("PersonRegistered")])
    with psycopg.connect(desk.databases.keys_admin_url, autocommit=True) as admin:
        admin.execute("DELETE FROM keys.patient_key")
    take_in(desk, [record("PrescriptionIssued", event("PrescriptionIssued"))])
    assert keys_there(desk) == 0
    assert desk.records.execute("SELECT reason FROM records.quarantined").fetchall() == [(Reason.NO_KEY,)]


def test_a_gap_in_the_record_of_somebody_who_was_born_without_a_key_bars_no_key(desk: Desk) -> None:
    """The worker died between person and key, and the next thing that came was bad."""
    desk.intake.people.bear(desk.records, digests_of(desk.intake.index, [ANNA]).values())
    take_in(desk, [record("PrescriptionIssued", value=b"?", key=ANNA.encode())])
    take_in(desk, [record("PrescriptionIssued")])
    rows = desk.records.execute("SELECT topic FROM records.event ORDER BY notification_id").fetchall()
    assert [row[0] for row in rows] == ["RecordSetAside", "PrescriptionIssued"]
