"""Versions of permissions: found equal or not, read in turn, and dropped; on real PostgreSQL without Kafka."""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from psycopg import Connection

from services.kernel import turning
from services.kernel.bookmarks import BookmarkRefused
from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.kernel.replaying import hold
from services.permissions.recorder import DecisionRecorder
from services.permissions.replay import switching, verify, versions
from services.permissions.replay.build import build
from services.permissions.replay.comparing import TWO_TABLES, AccessDifference, FactDifference
from services.permissions.replay.findings import as_json, sentences
from services.permissions.replay.published import begin_anew, speak_again
from services.permissions.replay.switching import rollback, switch
from services.permissions.replay.verify import verify as compare
from services.permissions.replay.versions import prune
from tests.access import Facts
from tests.conftest import Databases, Desk
from tests.replay import (
    begun,
    carry_out,
    facts_of,
    follow,
    owner,
    periods,
    published,
    relayed,
    second_version,
)
from tests.statements import ANNA, JAN, event, record, take_in

Db = Connection[Any]
TOM, EVA = "82020212342", "88030312348"
BORN = date(2015, 1, 1)
MAY_SEE = "SELECT access.may_see(%s, %s)"


class Town:
    """A family in the ledger, and the versions that know of it."""

    def __init__(self, databases: Databases, desk: Desk, admin: Db, owner: Db) -> None:
        self.databases, self.desk, self.admin, self.owner = databases, desk, admin, owner
        self.recorder = DecisionRecorder(databases.admin_url)
        self.first = begun(databases, 1)

    def said(self, name: str, **changes: Any) -> None:
        """Something comes into the ledger, and the relay has sent it."""
        take_in(self.desk, [record(name, event(name, **changes))])
        relayed(self.admin)

    def person(self, number: str) -> UUID:
        digest = self.desk.intake.index.number_digest(number.encode())
        asked = "SELECT patient_id FROM records.person WHERE digest = %s"
        ((found,),) = self.desk.records.execute(asked, (digest,)).fetchall()
        return UUID(str(found))

    def decided(self, kind: str, **said: Any) -> None:
        """A command about Jan's account, carried out for the version that is read."""
        carry_out(self.owner, self.recorder, kind, self.jan, **said)

    @property
    def jan(self) -> UUID:
        return self.person(JAN)

    @property
    def anna(self) -> UUID:
        return self.person(ANNA)

    def may_see(self) -> Any:
        """Whether Anna may see Jan's account."""
        return self.admin.execute(MAY_SEE, (self.anna, self.jan)).fetchall()[0][0]

    def rebuilt(self) -> Facts:
        """A second version that knows everything."""
        second = second_version(self.databases)
        second.catch_up()
        follow(second)
        return second

    def switch(self) -> switching.Switched:
        return switch(self.owner, self.recorder)

    def rollback(self) -> switching.Switched:
        return rollback(self.owner, self.recorder)


@pytest.fixture
def town(databases: Databases, desk: Desk) -> Iterator[Town]:
    """Anna insures Jan, and the version that is read knows it; Tom has an account too."""
    with databases.admin() as admin, owner(databases.admin_url) as connection:
        town = Town(databases, desk, admin, connection)
        town.said("PersonRegistered", person=JAN, birth_date=BORN, mother=ANNA)
        town.said("FamilyMemberRegistered")
        town.said("PersonRegistered", person=TOM)
        town.first.catch_up()
        yield town
        town.first.link.drop()


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stands still here will not come on."""
    monkeypatch.setattr(verify, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(turning, "PATIENCE_SECONDS", 0.5)


# Verify


def test_a_version_from_the_same_facts_is_equal_row_for_row_and_that_is_kept(town: Town) -> None:
    town.decided("AccessConfirmed", viewer=town.person(TOM))
    town.rebuilt()
    assert facts_of(town.admin, 1) == facts_of(town.admin, 2)
    assert periods(town.admin, 1) == periods(town.admin, 2)
    assert len(periods(town.admin, 2)) == 2
    report = compare(town.owner)
    assert (report.equal, report.active, report.other, report.facts) == (True, 1, 2, len(facts_of(town.admin, 1)))
    kept = town.admin.execute("SELECT from_version, to_version, build, position FROM permissions.verified").fetchall()
    assert kept == [(1, 2, build(), report.position)]
    assert report.position > 0


@pytest.mark.parametrize("table", ["access_by_subject", "access_by_viewer"])
def test_one_flipped_row_is_found_and_named_with_where_it_comes_from(town: Town, table: str) -> None:
    town.rebuilt()
    town.admin.execute(f"UPDATE permissions.{table} SET scope = 'see' WHERE version = 2".encode())
    report = compare(town.owner)
    assert not report.equal
    (found,) = report.access_differing.first
    assert isinstance(found, AccessDifference)
    assert (found.subject, found.viewer, TWO_TABLES in found.names) == (town.jan, town.anna, True)
    assert set(found.positions) == {row[1] for row in facts_of(town.admin, 2) if row[0] in (town.jan,)}
    says = "\n".join(sentences(report))
    assert str(town.jan) in says
    assert str(town.anna) in says
    assert "NOT equal" in says
    assert not town.admin.execute("SELECT FROM permissions.verified").fetchall()
    assert as_json(report)["first"]["access"][0]["names"] == sorted(found.names)


def test_one_missing_fact_is_found_and_named(town: Town) -> None:
    town.rebuilt()
    ((position,),) = town.admin.execute(
        "DELETE FROM permissions.fact WHERE version = 2 AND kind = 'FamilyMemberRegistered' AND person_id = %s"
        " RETURNING position",
        (town.anna,),
    ).fetchall()
    report = compare(town.owner)
    assert report.facts_differing.first == [
        FactDifference(town.anna, position, "FamilyMemberRegistered", in_active=True, in_other=False)
    ]
    assert "is missing in version 2" in "\n".join(sentences(report))
    assert not report.equal


def test_a_fact_with_other_words_is_found(town: Town) -> None:
    town.rebuilt()
    town.admin.execute(
        "UPDATE permissions.fact SET content = replace(content::text, 'register', 'x')::json"
        " WHERE version = 2 AND person_id = %s AND kind = 'PersonRegistered'",
        (town.person(TOM),),
    )
    town.admin.execute("UPDATE permissions.fact SET content = (content::text || ' ')::json WHERE version = 2")
    report = compare(town.owner)
    assert {(found.in_active, found.in_other) for found in report.facts_differing.first} == {(True, True)}


def change_rules(town: Town) -> None:
    """As if the new version's rules called it confirmed, and not insured."""
    for table in ("access_by_subject", "access_by_viewer"):
        town.admin.execute(f"UPDATE permissions.{table} SET grounds = '{{confirmed}}' WHERE version = 2".encode())


def test_an_intended_change_is_accepted_by_name_and_by_no_other(town: Town) -> None:
    town.rebuilt()
    change_rules(town)
    assert not compare(town.owner).equal
    assert not compare(town.owner, ["confirmed", "times", "scope"]).equal
    report = compare(town.owner, ["confirmed", "insures"])
    assert report.equal
    assert report.access_differing.by_name == {"confirmed": 1, "insures": 1}


def test_what_cannot_be_accepted_is_said(town: Town) -> None:
    town.rebuilt()
    with pytest.raises(BadInput, match=r"nothing is called two_tables; .*insures"):
        compare(town.owner, [TWO_TABLES])


def test_there_must_be_something_to_compare(town: Town) -> None:
    with pytest.raises(BadInput, match="there is only version 1"):
        compare(town.owner)


def test_a_version_that_is_behind_and_does_not_come_on_is_not_compared(town: Town) -> None:
    second_version(town.databases)
    with pytest.raises(BadInput, match="version 2 of permissions is behind"):
        compare(town.owner)


def test_accounts_that_differ_for_a_moment_are_looked_at_again(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    second = town.rebuilt()
    town.said("FamilyMemberDeregistered")
    second.catch_up()
    # Both are complete to the same position as far as anybody can tell, and the second knows more.
    monkeypatch.setattr(verify, "_wait", lambda *_: town.first.catch_up())
    monkeypatch.setattr(verify, "compare_facts", lambda *_: 0)
    looked: list[int] = []
    original = verify.subjects_differing
    monkeypatch.setattr(verify, "subjects_differing", lambda *a: looked.append(1) or original(*a))
    town.first.catch_up = _once(town.first.catch_up, skip=1)  # type: ignore[method-assign]
    assert compare(town.owner).equal
    assert looked


def _once(done: Callable[[], None], skip: int) -> Callable[[], None]:
    """Do nothing for the first calls."""
    calls = iter([*[lambda: None] * skip, *[done] * 100])
    return lambda: next(calls)()


# Switch and rollback


def test_switching_changes_one_row_and_publishes_nothing_where_nothing_differs(town: Town) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    before = published(town.admin, "AccessChanged")
    assert town.switch() == (2, 1, 0)
    assert town.admin.execute("SELECT version, previous FROM permissions.active_version").fetchall() == [(2, 1)]
    assert published(town.admin, "AccessChanged") == before
    assert town.may_see() is True


def test_it_refuses_without_a_newer_version_and_without_a_verify(town: Town) -> None:
    with pytest.raises(BadInput, match="no version is newer than 1"):
        town.switch()
    town.rebuilt()
    with pytest.raises(BadInput, match="was never found equal; 'kartoteka verify permissions' first"):
        town.switch()


def test_it_refuses_with_the_verify_of_another_build(town: Town) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    town.admin.execute("UPDATE permissions.verified SET build = 'another'")
    with pytest.raises(BadInput, match=r"found equal under other rules \(build another"):
        town.switch()


def test_it_refuses_a_version_at_which_other_rules_have_worked(town: Town) -> None:
    town.admin.execute("UPDATE permissions.version SET build = 'older'")
    town.rebuilt()
    assert compare(town.owner).equal
    with pytest.raises(BadInput, match="version 1 of permissions is worked at by other rules than version 2"):
        town.switch()
    versions.take_up(town.first.link.get(), 1)
    assert town.admin.execute("SELECT build FROM permissions.version WHERE version = 1").fetchall() == [
        (f"mixed:{build()}",)
    ]
    town.admin.execute("UPDATE permissions.version SET build = 'older' WHERE version = 2")
    versions.take_up(town.first.link.get(), 2)
    with pytest.raises(BadInput, match="was not made by these rules alone"):
        town.switch()


def test_it_refuses_while_the_new_version_is_behind(town: Town) -> None:
    second = town.rebuilt()
    assert compare(town.owner).equal
    town.said("FamilyMemberDeregistered")
    town.first.catch_up()
    with pytest.raises(BadInput, match="version 2 is behind in partition 0, at 3 of 4"):
        town.switch()
    assert town.admin.execute("SELECT version FROM permissions.active_version").fetchall() == [(1,)]
    second.catch_up()
    assert town.switch().published == 0


def test_it_refuses_what_was_not_accepted_even_if_that_came_after_the_verify(town: Town) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    change_rules(town)
    with pytest.raises(BadInput, match="1 accesses differ that were not accepted"):
        town.switch()
    assert town.admin.execute("SELECT version FROM permissions.active_version").fetchall() == [(1,)]


def test_an_accepted_change_is_published_with_the_switch_and_taken_back_with_the_rollback(town: Town) -> None:
    town.rebuilt()
    change_rules(town)
    assert compare(town.owner, ["confirmed", "insures"]).equal
    before = len(published(town.admin, "AccessChanged"))
    assert town.switch().published == 1
    assert town.rollback() == (1, 2, 1)
    there, back = published(town.admin, "AccessChanged")[before:]
    assert [(subject, said["viewer"]) for subject, said in (there, back)] == [(town.jan, town.anna)] * 2
    assert [said["periods"][0]["grounds"] for _, said in (there, back)] == [["confirmed"], ["insures"]]
    assert published(town.admin, "AccessEnded") == []


def test_what_the_new_version_learnt_first_is_published_by_the_switch_and_by_nobody_else(town: Town) -> None:
    second = town.rebuilt()
    assert compare(town.owner).equal
    town.said("FamilyMemberDeregistered")
    second.catch_up()
    before = len(published(town.admin, "AccessChanged"))
    assert town.switch().published == 1
    town.first.catch_up()
    second.catch_up()
    assert len(published(town.admin, "AccessChanged")) == before + 1
    assert len(published(town.admin, "AccessEnded")) == 1


def test_commands_that_the_new_version_has_not_followed_are_followed_within_the_switch(town: Town) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    town.decided("AccessBlocked", viewer=town.anna)
    changed = len(published(town.admin, "AccessChanged"))
    assert town.may_see() is False
    assert town.switch().published == 0
    assert town.may_see() is False
    assert len(published(town.admin, "AccessChanged")) == changed


def test_a_revocation_right_after_a_switch_holds_and_so_it_does_after_the_rollback(town: Town) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    town.switch()
    assert town.may_see() is True
    town.decided("AccessBlocked", viewer=town.anna)
    assert town.may_see() is False
    assert town.rollback().published == 0
    assert town.may_see() is False
    town.decided("AccessUnblocked", viewer=town.anna)
    assert town.may_see() is True


def test_who_went_back_has_no_way_further_back_and_may_switch_again(town: Town) -> None:
    with pytest.raises(BadInput, match="no version was read before 1"):
        town.rollback()
    town.rebuilt()
    assert compare(town.owner).equal
    town.switch()
    town.rollback()
    with pytest.raises(BadInput, match="no version was read before 1"):
        town.rollback()
    assert town.switch().version == 2


def test_a_rollback_refuses_while_the_previous_version_is_behind(town: Town) -> None:
    second = town.rebuilt()
    assert compare(town.owner).equal
    town.switch()
    town.said("FamilyMemberDeregistered")
    second.catch_up()
    with pytest.raises(BadInput, match="version 1 is behind in partition 0"):
        town.rollback()


def test_who_asks_all_the_while_hears_no_error_and_no_wrong_answer(town: Town) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    anna, jan, tom, over = town.anna, town.jan, town.person(TOM), threading.Event()
    answers: list[tuple[Any, Any]] = []
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            with town.databases.admin() as connection:
                while not over.is_set():
                    row = connection.execute(f"{MAY_SEE}, access.may_see(%s, %s)", (anna, jan, tom, jan)).fetchall()
                    answers.append(row[0])
        except BaseException as error:  # noqa: BLE001
            errors.append(error)

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for _ in range(10):
        town.switch()
        town.rollback()
    town.switch()
    third = second_version(town.databases)
    third.catch_up()
    prune(town.owner, also_previous=True)
    over.set()
    for thread in threads:
        thread.join(10)
    assert errors == []
    assert set(answers) == {(True, False)}
    assert len(answers) > 100


def test_batches_and_commands_that_are_under_way_are_waited_for(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    monkeypatch.setattr(turning, "PATIENCE_SECONDS", 0.0)
    with town.databases.admin() as busy, busy.transaction():
        busy.execute("SELECT pg_advisory_xact_lock_shared(7563817)")
        with pytest.raises(BadInput, match="that are under way do not end"):
            town.switch()
    assert town.switch().version == 2


# Prune


def names_of_tables(admin: Db) -> set[str]:
    rows = admin.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'permissions'::regnamespace AND relkind = 'r'"
    ).fetchall()
    return {name for (name,) in rows if re.search(r"_v[0-9]+$", name)}


def test_what_is_pruned_leaves_nothing(town: Town) -> None:
    second = town.rebuilt()
    assert compare(town.owner).equal
    first = names_of_tables(town.admin)
    assert prune(town.owner, also_previous=False) == [2]
    assert names_of_tables(town.admin) == {name for name in first if name.endswith("_v1")}
    for table, column in (
        ("permissions.version", "version"),
        ("permissions.fact", "version"),
        ("permissions.access_by_subject", "version"),
        ("permissions.access_by_viewer", "version"),
        ("permissions.verified", "to_version"),
    ):
        assert town.admin.execute(f"SELECT FROM {table} WHERE {column} = 2".encode()).fetchall() == []
    for table in ("kernel.bookmark", "kernel.worker"):
        assert town.admin.execute(f"SELECT FROM {table} WHERE reader ~ 'v2'".encode()).fetchall() == []
    with pytest.raises((BookmarkRefused, IndexError, AssertionError)):
        second.catch_up()
    with pytest.raises(Damage, match="there is no version 2 of permissions"):
        versions.take_up(second.link.get(), 2)
    assert town.may_see() is True
    assert begun(town.databases, second_version(town.databases).decider.store.version).bookmarks.reader.endswith("v3")


def test_the_previous_version_stays_unless_it_is_meant_too(town: Town) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    town.switch()
    assert prune(town.owner, also_previous=False) == []
    assert prune(town.owner, also_previous=True) == [1]
    with pytest.raises(BadInput, match="there is no way back"):
        town.rollback()
    assert town.may_see() is True


def test_a_pruning_that_was_cut_short_is_completed_by_the_next_one(town: Town) -> None:
    town.rebuilt()
    town.admin.execute("DELETE FROM permissions.version WHERE version = 2")
    town.admin.execute("ALTER TABLE permissions.fact DETACH PARTITION permissions.fact_v2")
    prune(town.owner, also_previous=False)
    assert all(name.endswith("_v1") for name in names_of_tables(town.admin))


def test_it_refuses_while_somebody_rebuilds(town: Town) -> None:
    with owner(town.databases.admin_url) as other:
        hold(other, versions.PROJECTION)
        with pytest.raises(BadInput, match="somebody else is rebuilding, comparing or pruning"):
            prune(town.owner, also_previous=False)


# Beginning anew with the ledger's topic


def forget(town: Town) -> None:
    """As ``kartoteka ledger restart-topic`` does."""
    with town.admin.transaction():
        town.admin.execute("DELETE FROM kernel.bookmark WHERE reader ~ '^permissions.facts'")
        begin_anew(town.admin)


def stream(admin: Db) -> list[Any]:
    return admin.execute("SELECT notification_id, topic FROM permissions.event ORDER BY 1").fetchall()


def test_who_begins_anew_forgets_everything_but_decisions(town: Town) -> None:
    town.decided("AccessConfirmed", viewer=town.person(TOM))
    town.rebuilt()
    forget(town)
    for version in (1, 2):
        assert facts_of(town.admin, version) == periods(town.admin, version) == []
    assert town.admin.execute("SELECT count(*) FROM permissions.command_fact").fetchall() != [(0,)]
    assert set(town.admin.execute("SELECT commands_to FROM permissions.version").fetchall()) == {(0,)}


def test_and_tells_nobody_what_it_has_told_before(town: Town) -> None:
    town.decided("AccessConfirmed", viewer=town.person(TOM))
    town.said("FamilyMemberDeregistered")
    town.first.catch_up()
    assert len(published(town.admin, "AccessEnded")) == 1
    before, rows = stream(town.admin), periods(town.admin, 1)
    forget(town)
    again = Facts(town.databases)
    for one in again.ledger():
        again.take([one])
    assert not speak_again(again.link.get(), again.decider), "commands are left to follow"
    follow(again)
    assert stream(town.admin) == before
    assert speak_again(again.link.get(), again.decider)
    assert (stream(town.admin), periods(town.admin, 1)) == (before, rows)
    town.said("PersonDied", person=JAN)
    again.catch_up()
    assert len(stream(town.admin)) > len(before)


def test_what_has_changed_while_it_was_quiet_is_told_once_it_has_caught_up(town: Town) -> None:
    before = len(published(town.admin, "AccessChanged"))
    forget(town)
    town.said("FamilyMemberDeregistered")
    town.decided("AccessConfirmed", viewer=town.person(TOM))
    again = Facts(town.databases)
    again.catch_up()
    follow(again)
    assert len(published(town.admin, "AccessChanged")) == before
    assert speak_again(again.link.get(), again.decider)
    told = {said["viewer"] for _, said in published(town.admin, "AccessChanged")[before:]}
    assert told == {town.anna, town.person(TOM)}
    assert [said["viewer"] for _, said in published(town.admin, "AccessEnded")] == [town.anna]


def test_nobody_switches_while_it_is_quiet(town: Town) -> None:
    town.rebuilt()
    assert compare(town.owner).equal
    town.admin.execute("UPDATE permissions.active_version SET quiet = true")
    with pytest.raises(BadInput, match="has begun anew with the ledger's topic"):
        town.switch()
