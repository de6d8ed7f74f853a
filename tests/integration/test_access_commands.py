"""Commands about access on a real database: one transaction, one answer, nothing about anybody where it must not be."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4, uuid5

import msgspec
import psycopg
import pytest

from services.kernel.moments import micros, moment
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.sealing import open_sealed
from services.permissions.asking.desk import OPERATORS, BeingChecked
from services.permissions.asking.forms import BlockForm, ConfirmForm, DelegateForm, FormWrong, RemoveForm, UnblockForm
from services.permissions.asking.idempotency import Answer, KeyUsed
from services.permissions.deciding import Decider
from services.permissions.rules.facts import AccessBlocked, Fact
from services.permissions.stream import decode, split_state
from tests.conftest import Databases
from tests.decisions import read
from tests.household import (
    MINORS_PESEL,
    NOBODYS_PESEL,
    PESELS,
    SURNAMES,
    Household,
    designation,
    end_of_backend,
    household,
    new_key,
)
from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, STRANGER, Story


@pytest.fixture
def home(databases: Databases) -> Iterator[Household]:
    home = household(databases)
    yield home
    home.desk.recorder.datastore.close()


def block(viewer: UUID = MOTHER, **changes: Any) -> BlockForm:
    said = {"operator": "hotline-3", "subject": PESELS[CHILD], "viewer": PESELS[viewer], "document": "III RC 5/26"}
    return BlockForm(**{**said, **changes})


def removal(**changes: Any) -> RemoveForm:
    asked = {"by": PESELS[MOTHER], "subject": PESELS[CHILD], "viewer": PESELS[GRANDMOTHER]}
    return RemoveForm(**{**asked, **changes})


def states(home: Household) -> list[tuple[UUID, bytes]]:
    rows = home.rows("SELECT originator_id, state FROM permissions.event ORDER BY notification_id OFFSET 1")
    return [(subject, split_state(state)[1]) for subject, state in rows]


# Done


def test_the_decision_comes_first_then_what_follows_and_the_next_look_sees(home: Household) -> None:
    assert not home.sees(GRANDMOTHER)
    answer = home.give(designation())
    assert (answer.command, answer.outcome, answer.code) == ("designate", "done", None)
    assert home.events() == [(CHILD, "GuardianDesignated"), (CHILD, "AccessChanged")]
    assert home.sees(GRANDMOTHER)


def test_decision_fact_and_rows_are_of_one_transaction(home: Household) -> None:
    home.give(designation())
    query = """
        SELECT count(DISTINCT xmin::text) FROM (
            SELECT xmin FROM permissions.command_fact
            UNION ALL SELECT xmin FROM permissions.event WHERE notification_id > 1
            UNION ALL SELECT xmin FROM permissions.access_by_subject WHERE viewer_id = %s
            UNION ALL SELECT xmin FROM permissions.access_by_viewer WHERE viewer_id = %s
        ) written
    """
    assert home.rows(query, GRANDMOTHER, GRANDMOTHER) == [(1,)]


def test_the_kept_fact_is_what_the_stream_says(home: Household) -> None:
    home.give(designation())
    home.give(block())
    rows = home.rows("SELECT DISTINCT position, content::text FROM permissions.command_fact ORDER BY position")
    kept = [msgspec.json.decode(content, type=Any) for _, content in rows]
    said = [read(CHILD, position, 0, states(home)[position - 2][1]) for position, _ in rows]
    assert [fact["kind"] for fact in kept] == [type(fact).__name__ for fact in said]
    assert [fact["event_id"] for fact in kept] == [str(fact.event_id) for fact in said if fact]


def test_who_is_meant_may_be_said_by_any_of_three_ids(home: Household) -> None:
    home.give(designation(by=str(MOTHER), subject=home.index.account_id(CHILD)))
    assert home.sees(GRANDMOTHER)


def test_a_repeat_appends_nothing(home: Household) -> None:
    home.give(designation())
    before = home.everything()
    assert home.give(designation()).outcome == "repeated"
    assert home.everything() == before


def test_papers_are_sealed_for_the_subject_and_open_in_their_place_only(home: Household) -> None:
    home.give(block(reason="wyrok rozwodowy"))
    fact = read(CHILD, 0, 0, states(home)[0][1])
    assert isinstance(fact, AccessBlocked)
    with home.databases.connect_keys() as keys:
        found = PatientKeys(master_keys(home.databases.folder / "keys")).find(keys, [CHILD, MOTHER]).keys
    opened = open_sealed(found[CHILD], fact.sealed, CHILD, CHILD, fact.event_id)
    assert opened == {"document": "III RC 5/26", "reason": "wyrok rozwodowy"}
    assert "rozwodowy" not in home.everything()
    with pytest.raises(Exception, match="do not fit"):
        open_sealed(found[MOTHER], fact.sealed, CHILD, CHILD, fact.event_id)


def test_without_a_key_papers_are_refused_and_a_command_without_any_goes_on(home: Household) -> None:
    with psycopg.connect(home.databases.keys_admin_url, autocommit=True) as keys:
        keys.execute("UPDATE keys.patient_key SET wrapped = NULL, destroyed_at = now() WHERE patient_id = %s", (CHILD,))
    assert home.give(block()).code == "no_key"
    assert home.sees(MOTHER)
    assert home.give(designation()).outcome == "done"


def test_a_clock_that_went_back_does_not_put_a_decision_before_the_last(home: Household) -> None:
    story = Story()
    home.give(designation())
    ahead = micros(home.rows("SELECT clock_timestamp() + interval '1 hour'")[0][0])
    fact = story.designates(MOTHER, GRANDMOTHER, CHILD, ahead)
    recorder = home.desk.recorder
    with home.databases.admin() as admin, admin.transaction():
        decider = Decider(1, recorder)
        decider.decide(admin, decider.store.lock_these(admin, [CHILD]), [msgspec.structs.replace(fact, sealed=b"")])
    answer = home.give(removal())
    assert answer.decided_at == moment(ahead + 1)


def test_and_what_was_decided_about_others_in_that_future_puts_no_revocation_off(home: Household) -> None:
    story = Story()
    home.give(designation())
    ahead = micros(home.rows("SELECT clock_timestamp() + interval '1 hour'")[0][0])
    fact = msgspec.structs.replace(story.designates(MOTHER, STRANGER, CHILD, ahead), sealed=b"")
    with home.databases.admin() as admin, admin.transaction():
        decider = Decider(1, home.desk.recorder)
        decider.decide(admin, decider.store.lock_these(admin, [CHILD]), [fact])
    assert home.sees(GRANDMOTHER)
    home.give(removal())
    assert not home.sees(GRANDMOTHER)


# Refused


def test_a_refusal_stands_in_the_askers_stream_and_nothing_else_changes(home: Household) -> None:
    rows_before = home.rows("SELECT * FROM permissions.access_by_subject")
    answer = home.give(designation(by=PESELS[STRANGER]))
    assert (answer.outcome, answer.code) == ("refused", "may_not_designate")
    ((asker, value),) = states(home)
    name, said = decode(value)
    assert (asker, name) == (STRANGER, "CommandRefused")
    assert (said["command"], said["reason"], said["about"]) == ("designate", "may_not_designate", CHILD)
    assert home.rows("SELECT * FROM permissions.access_by_subject") == rows_before
    assert home.rows("SELECT * FROM permissions.command_fact") == []


def test_an_operators_refusal_stands_in_a_stream_of_the_operators_own(home: Household) -> None:
    assert home.give(block(document=" ")).code == "no_document"
    assert home.events() == [(uuid5(OPERATORS, "hotline-3"), "CommandRefused")]


def test_unknown_otherwise_called_minor_and_blocked_are_one_answer_and_one_refusal(home: Household) -> None:
    home.give(block(STRANGER))
    asked = [
        designation(viewer=NOBODYS_PESEL),
        designation(viewer=str(uuid4())),
        designation(surname="Kowalska"),
        designation(viewer=MINORS_PESEL),
        designation(viewer=PESELS[STRANGER], surname=SURNAMES[STRANGER]),
    ]
    answers = {msgspec.json.encode(home.give(form)) for form in asked}
    assert answers == {b'{"command":"designate","outcome":"refused","code":"no_match","decided_at":null}'}
    refusals = [(asker, decode(value)[1]) for asker, value in states(home)[-len(asked) :]]
    told = {(asker, one["command"], one["reason"], one["about"]) for asker, one in refusals}
    assert told == {(MOTHER, "designate", "no_match", CHILD)}


def test_a_child_whom_nobody_knows_is_answered_like_a_child_of_others(home: Household) -> None:
    unknown = home.give(designation(subject=NOBODYS_PESEL))
    assert unknown == home.give(designation(by=PESELS[FATHER]))
    assert [decode(value)[1]["about"] for _, value in states(home)] == [None, CHILD]


def test_who_asks_must_be_known_and_ids_must_be_ids(home: Household) -> None:
    for changes in ({"by": NOBODYS_PESEL}, {"viewer": "babcia"}, {"subject": "AAAAAAAAAAAAA"}):
        with pytest.raises(FormWrong) as error:
            home.give(designation(**changes))
        assert error.value.field == next(iter(changes))
    assert home.events() == []


def test_neither_number_nor_surname_is_kept_said_or_logged(
    home: Household, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    said = [home.give(designation(), new_key()), home.give(designation(viewer=NOBODYS_PESEL), new_key())]
    said.append(home.give(DelegateForm(by=PESELS[FATHER], viewer=PESELS[MOTHER], surname=SURNAMES[MOTHER]), new_key()))
    told = home.everything() + repr(said) + "".join(capfd.readouterr()) + caplog.text
    for secret in (*PESELS.values(), NOBODYS_PESEL, *SURNAMES.values()):
        assert secret not in told
        assert secret.encode("unicode_escape").decode() not in told


# Behind the ledger


def test_what_gives_access_waits_while_facts_are_missing_and_what_takes_it_does_not(home: Household) -> None:
    home.give(designation())
    home.give(block(STRANGER))
    home.rows("INSERT INTO records.seal VALUES (1, 1, 1, now() - interval '2 minutes', %s) RETURNING 1", bytes(32))
    confirmation = ConfirmForm(operator="h", subject=PESELS[CHILD], viewer=PESELS[FATHER], document="x")
    unblock = UnblockForm(operator="h", subject=PESELS[CHILD], viewer=PESELS[STRANGER], document="x")
    for form in (designation(viewer=NOBODYS_PESEL, by=NOBODYS_PESEL), confirmation, unblock):
        with pytest.raises(BeingChecked):
            home.give(form)
    assert home.give(removal()).outcome == "done"
    assert home.give(block()).outcome == "done"
    own = DelegateForm(by=PESELS[FATHER], viewer=PESELS[MOTHER], surname=SURNAMES[MOTHER])
    assert home.give(own).outcome == "done"


def test_a_refusal_that_may_rest_on_what_is_missing_is_none(home: Household) -> None:
    home.rows("INSERT INTO records.seal VALUES (1, 1, 1, now() - interval '2 minutes', %s) RETURNING 1", bytes(32))
    before = home.rows("SELECT count(*) FROM permissions.event")
    with pytest.raises(BeingChecked):
        home.give(removal(by=PESELS[STRANGER]))
    assert home.rows("SELECT count(*) FROM permissions.event") == before


def test_what_was_answered_is_answered_again_also_while_facts_are_missing(home: Household) -> None:
    key = new_key()
    first = home.give(designation(), key)
    home.rows("INSERT INTO records.seal VALUES (1, 1, 1, now() - interval '2 minutes', %s) RETURNING 1", bytes(32))
    assert home.give(designation(), key) == first


# Once


def test_the_same_key_gets_the_same_answer_and_is_carried_out_once(home: Household) -> None:
    key = new_key()
    first = home.give(designation(), key)
    home.give(removal())
    assert home.give(designation(), key) == first
    assert not home.sees(GRANDMOTHER)


def test_a_refusal_is_remembered_too(home: Household) -> None:
    key = new_key()
    assert home.give(designation(surname="Kowalska"), key) == home.give(designation(surname="Kowalska"), key)
    assert [name for _, name in home.events()] == ["CommandRefused"]


def test_a_key_that_was_used_for_something_else_is_not_taken(home: Household) -> None:
    key = new_key()
    home.give(designation(), key)
    before = home.everything()
    for changes in ({"surname": "Inna"}, {"viewer": PESELS[FATHER]}, {"declares_guardian": False}):
        with pytest.raises(KeyUsed):
            home.give(designation(**changes), key)
    assert home.everything() == before


def test_two_at_once_with_one_key_are_one(home: Household) -> None:
    key = new_key()
    with ThreadPoolExecutor(4) as threads:
        answers: list[Answer] = list(threads.map(lambda _: home.give(designation(), key), range(8)))
    assert set(answers) == {answers[0]}
    assert answers[0].outcome == "done"
    assert [name for _, name in home.events()] == ["GuardianDesignated", "AccessChanged"]


def test_two_at_once_without_a_key_are_done_and_repeated(home: Household) -> None:
    with ThreadPoolExecutor(4) as threads:
        outcomes = list(threads.map(lambda _: home.give(designation()).outcome, range(4)))
    assert sorted(outcomes) == ["done", "repeated", "repeated", "repeated"]


def test_a_connection_that_dies_before_the_commit_leaves_nothing(
    home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    key, before, decide = new_key(), home.everything(), Decider.decide

    def dying(self: Decider, connection: Any, subjects: Any, decided: Any = ()) -> None:
        decide(self, connection, subjects, decided)
        end_of_backend(connection, home.databases)

    with monkeypatch.context() as patched:
        patched.setattr(Decider, "decide", dying)
        with pytest.raises(psycopg.OperationalError):
            home.give(designation(), key)
    assert home.everything() == before
    assert home.give(designation(), key).outcome == "done"


# Against each other


def test_a_block_and_a_registration_at_once_end_with_the_block(home: Household) -> None:
    """Both lock the child: whoever comes second sees what the first one wrote."""
    story = Story()
    story.facts = [_far(fact) for fact in _registered(story)]
    with ThreadPoolExecutor(2) as threads:
        learning = threads.submit(home.learn, story)
        blocking = threads.submit(home.give, block(FATHER))
        learning.result()
        blocking.result()
    assert home.rows("SELECT FROM permissions.access_by_subject WHERE viewer_id = %s AND valid_until = 'infinity'",
                     FATHER) == []  # fmt: skip
    assert not home.sees(FATHER)


def test_once_a_removal_is_acknowledged_no_look_that_begins_later_sees(home: Household) -> None:
    for _ in range(3):
        home.give(designation())
        began_after, seen = _revoked_under_load(home)
        assert seen > 0, "nobody ever saw anything"
        assert began_after == 0


def _revoked_under_load(home: Household) -> tuple[int, int]:
    """Readers look in a loop while access is removed: how many saw something in a look that began after the answer."""
    acknowledged, stop = threading.Event(), threading.Event()
    late, seen = [0] * 3, [0] * 3

    def look(number: int) -> None:
        with home.databases.admin() as connection:
            while not stop.is_set():
                begins_after = acknowledged.is_set()
                row = connection.execute("SELECT access.may_see(%s, %s)", (GRANDMOTHER, CHILD)).fetchone()
                seen[number] += row == (True,)
                late[number] += begins_after and row != (False,)

    readers = [threading.Thread(target=look, args=(number,)) for number in range(3)]
    for reader in readers:
        reader.start()
    while not all(seen):
        stop.wait(0.01)
    assert home.give(removal()).outcome == "done"
    acknowledged.set()
    stop.wait(0.3)
    stop.set()
    for reader in readers:
        reader.join()
    return sum(late), sum(seen)


def _registered(story: Story) -> list[Fact]:
    story.works(FATHER, "2020-01-01")
    story.registers(FATHER, CHILD, "2020-01-01")
    return story.facts


def _far(fact: Fact) -> Fact:
    """At a place of the ledger that the household has not used."""
    return msgspec.structs.replace(fact, position=fact.position + 1000, event_id=uuid4())
