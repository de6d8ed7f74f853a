"""Which version of the patient read model is read, in turn, and versions dropped; on real PostgreSQL without Kafka."""

import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest
import typer
from psycopg import Connection
from typer.testing import CliRunner

from services.kernel import turning
from services.kernel.bookmarks import BookmarkRefused, Bookmarks
from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.kernel.database import NO_LIMITS, Link, connect
from services.kernel.replaying import Means, ReplayApps, hold
from services.records.build import build
from services.records.projection import Projection
from services.records.replay import switching, versions
from services.records.replay.switching import Switched, rollback, switch
from services.records.replay.turn_commands import add_turns
from services.records.replay.versions import prune, reader_name, refuse_unless_full
from tests.conftest import Databases, Desk
from tests.integration.test_window import LEDGER, on_topic, project
from tests.record_versions import found_equal, full, made, stand_at
from tests.replay import owner
from tests.statements import record, take_in

Db = Connection[Any]
FIRST = "records_v1"
TIMELINE = "SELECT kind FROM records_door.timeline(%s)"


class Town:
    """Anna's record, in the version that is read and perhaps in others."""

    def __init__(self, databases: Databases, desk: Desk, admin: Db, owner: Db) -> None:
        self.databases, self.desk, self.admin, self.owner = databases, desk, admin, owner
        self.said("PersonRegistered", "PrescriptionIssued")

    def said(self, *names: str) -> None:
        """Something comes into the ledger, and the version that is read first shows it."""
        take_in(self.desk, [record(name) for name in names])
        project(self.databases)

    @property
    def anna(self) -> UUID:
        ((found,),) = self.admin.execute("SELECT patient_id FROM records.person LIMIT 1").fetchall()
        return UUID(str(found))

    def proven(self) -> str:
        """A second version that is full and was found equal."""
        version = full(self.databases)
        found_equal(self.admin, FIRST, version)
        return version

    def read(self) -> list[Any]:
        """Which version is read, and which was before."""
        return self.admin.execute("SELECT version, previous FROM records.active_version").fetchall()

    def switched(self) -> list[Any]:
        return self.admin.execute(
            "SELECT from_version, to_version, build FROM records.switched ORDER BY switched_at"
        ).fetchall()

    def there(self) -> set[str]:
        found = self.admin.execute("SELECT nspname FROM pg_namespace WHERE nspname ~ '^records_v'").fetchall()
        return {name for (name,) in found}


@pytest.fixture
def town(databases: Databases, desk: Desk) -> Iterator[Town]:
    with databases.admin() as admin, owner(databases.admin_url) as connection:
        yield Town(databases, desk, admin, connection)


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stands still here will not come on."""
    monkeypatch.setattr(turning, "PATIENCE_SECONDS", 0.5)
    monkeypatch.setattr(switching, "STAND_STILL_SECONDS", 0.2)


# Switch


def test_switching_changes_one_row_and_keeps_from_when_on(town: Town) -> None:
    second = town.proven()
    assert switch(town.owner) == Switched(second, FIRST)
    assert town.read() == [(second, FIRST)]
    assert town.switched() == [(None, FIRST, build()), (FIRST, second, build())]
    assert len(town.admin.execute(TIMELINE, (town.anna,)).fetchall()) == 2


def test_it_refuses_without_a_newer_version_or_with_one_that_is_being_loaded(town: Town) -> None:
    with pytest.raises(BadInput, match="no version is newer than records_v1, which is read; 'kartoteka rebuild"):
        switch(town.owner)
    second = made(town.databases)
    found_equal(town.admin, FIRST, second)
    with pytest.raises(BadInput, match=f"{second} is not full yet; 'kartoteka rebuild records' goes on with it"):
        switch(town.owner)
    assert town.read() == [(FIRST, None)]


def test_it_refuses_without_a_clean_verify_of_this_very_build(town: Town) -> None:
    second = full(town.databases)
    with pytest.raises(BadInput, match=f"{second} was never found equal to records_v1; 'kartoteka verify records'"):
        switch(town.owner)
    found_equal(town.admin, second, FIRST)
    with pytest.raises(BadInput, match="was never found equal"):
        switch(town.owner)
    found_equal(town.admin, FIRST, second)
    found_equal(town.admin, FIRST, second, by="another")
    with pytest.raises(BadInput, match=r"found equal by another build \(another, it is"):
        switch(town.owner)
    found_equal(town.admin, FIRST, second)
    town.admin.execute("UPDATE records.version SET build = 'another' WHERE version = %s", (second,))
    with pytest.raises(BadInput, match=f"{second} was not made by this program"):
        switch(town.owner)
    assert town.read() == [(FIRST, None)]


def test_it_refuses_a_version_that_is_behind_and_does_not_come_on(town: Town) -> None:
    second = town.proven()
    town.said("PrescriptionCancelled")
    with pytest.raises(BadInput, match=f"not switched: {second} is behind in partition 0, at 2 of 3"):
        switch(town.owner)
    assert town.read() == [(FIRST, None)]
    assert len(town.switched()) == 1


def test_a_partition_that_the_new_version_does_not_know_is_behind(town: Town) -> None:
    second = town.proven()
    town.admin.execute("DELETE FROM kernel.bookmark WHERE reader = %s", (reader_name(second),))
    with pytest.raises(BadInput, match=f"{second} is behind in partition 0, at 0 of 2"):
        switch(town.owner)


def test_while_it_waits_the_version_that_is_read_stands_still_and_readers_and_the_other_go_on(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(switching, "STAND_STILL_SECONDS", 10.0)
    second, anna = town.proven(), town.anna
    town.said("PrescriptionCancelled")
    waiting = _when_first_called(monkeypatch, switching, "refuse_if_behind")
    with ThreadPoolExecutor(1) as pool:
        switching_over = pool.submit(switch, town.owner)
        assert waiting.wait(10)
        town.admin.execute("SET lock_timeout = '200ms'; SET statement_timeout = '400ms'")
        with pytest.raises(psycopg.errors.LockNotAvailable):
            stand_at(town.admin, FIRST, LEDGER, 99)
        assert len(town.admin.execute(TIMELINE, (anna,)).fetchall()) == 2
        project(town.databases, second)
        assert switching_over.result(10) == Switched(second, FIRST)
    assert town.read() == [(second, FIRST)]


def _when_first_called(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> threading.Event:
    called, original = threading.Event(), getattr(module, name)

    def calling(*arguments: Any, **named: Any) -> Any:
        called.set()
        return original(*arguments, **named)

    monkeypatch.setattr(module, name, calling)
    return called


def test_bookmarks_that_somebody_holds_are_waited_for_briefly(town: Town) -> None:
    second = town.proven()
    with town.databases.admin() as batch, batch.transaction():
        batch.execute("SELECT FROM kernel.bookmark WHERE reader = %s FOR UPDATE", (reader_name(FIRST),))
        with pytest.raises(BadInput, match=r"not switched: batches .* do not end"):
            switch(town.owner)
    assert switch(town.owner).version == second


def test_whoever_is_overtaken_by_another_switch_or_prune_changes_nothing(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    town.proven()
    original = switching._refuse_unless_verified

    def overtaken(*arguments: Any) -> None:
        original(*arguments)
        with owner(town.databases.admin_url) as other:
            prune(other, also_previous=False)

    monkeypatch.setattr(switching, "_refuse_unless_verified", overtaken)
    with pytest.raises(BadInput, match="somebody else has switched or given 'kartoteka prune records' meanwhile"):
        switch(town.owner)
    assert town.read() == [(FIRST, None)]


# Rollback


def test_a_rollback_is_at_once_needs_no_verify_and_has_no_way_further_back(town: Town) -> None:
    second = town.proven()
    switch(town.owner)
    town.admin.execute("DELETE FROM records.verified")
    assert rollback(town.owner) == Switched(FIRST, second)
    assert town.read() == [(FIRST, None)]
    assert town.switched()[-1] == (second, FIRST, build())
    with pytest.raises(BadInput, match="no version was read before records_v1, or it was pruned: there is no way back"):
        rollback(town.owner)
    found_equal(town.admin, FIRST, second)
    assert switch(town.owner) == Switched(second, FIRST), "it may be switched to again"


def test_nobody_goes_back_to_a_version_that_lacks_something(town: Town) -> None:
    second = town.proven()
    switch(town.owner)
    take_in(town.desk, [record("PrescriptionCancelled")])
    project(town.databases, second)
    with pytest.raises(BadInput, match="not switched: records_v1 is behind in partition 0, at 2 of 3"):
        rollback(town.owner)
    project(town.databases, FIRST)
    assert rollback(town.owner).version == FIRST


# Prune


def test_what_is_neither_read_nor_previous_is_dropped_with_all_that_is_known_of_it(town: Town) -> None:
    second = town.proven()
    switch(town.owner)
    third = full(town.databases)
    found_equal(town.admin, second, third)
    assert prune(town.owner, also_previous=False) == [third]
    assert (town.there(), town.read()) == ({FIRST, second}, [(second, FIRST)])
    assert prune(town.owner, also_previous=False) == []
    assert prune(town.owner, also_previous=True) == [FIRST]
    assert (town.there(), town.read()) == ({second}, [(second, None)])
    left = "SELECT DISTINCT reader FROM kernel.bookmark WHERE reader LIKE 'records.projection.%'"
    assert town.admin.execute(left).fetchall() == [(reader_name(second),)]
    assert town.admin.execute("SELECT FROM records.verified").fetchall() == []
    assert len(town.admin.execute(TIMELINE, (town.anna,)).fetchall()) == 2


def test_one_that_was_cut_short_is_ended_by_the_next(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    second = town.proven()
    with monkeypatch.context() as cut:
        cut.setattr(versions, "_drop", _fails)
        with pytest.raises(RuntimeError):
            prune(town.owner, also_previous=False)
    assert town.there() == {FIRST, second}
    # A process of it began at that very moment.
    with town.databases.connect("records_projection") as projection:
        Bookmarks(reader_name(second), "late").create(projection, [LEDGER])
    assert prune(town.owner, also_previous=False) == [second]
    assert town.there() == {FIRST}
    assert town.admin.execute("SELECT FROM kernel.bookmark WHERE reader = %s", (reader_name(second),)).fetchall() == []


def _fails(*_: Any) -> None:
    raise RuntimeError


def test_whoever_began_to_read_before_the_switch_can_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.proven()
    anna, waiting = town.anna, _when_first_called(monkeypatch, versions, "_pause")
    with town.databases.connect("operator") as reader, ThreadPoolExecutor(1) as pool:
        with reader.transaction():
            reader.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            reader.execute("SELECT 1 FROM records.active_version")
            switch(town.owner)
            pruning = pool.submit(prune, town.owner, also_previous=True)
            assert waiting.wait(10), "the pruning waits"
            assert len(reader.execute(TIMELINE, (anna,)).fetchall()) == 2, "from the version that was read then"
        assert pruning.result(10) == [FIRST]


def test_a_reader_that_does_not_end_is_a_sentence(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(versions, "READERS_END_SECONDS", 0.2)
    second = town.proven()
    with town.databases.connect("operator") as reader, reader.transaction():
        reader.execute("SELECT 1 FROM records.active_version")
        with pytest.raises(BadInput, match="do not end; nothing is lost, give 'kartoteka prune records' again"):
            prune(town.owner, also_previous=False)
    assert prune(town.owner, also_previous=False) == [second]


def test_a_projection_in_the_middle_of_a_batch_writes_nothing_more_and_disturbs_nobody(town: Town) -> None:
    second = town.proven()
    began, ended = threading.Event(), threading.Event()

    def batches() -> str:
        link = Link(town.databases.url("records_projection"), "test projection")
        bookmarks = Bookmarks(reader_name(second), "test")
        (stands,) = bookmarks.share(link.get())
        rows = town.admin.execute(
            "SELECT notification_id, originator_id, originator_version, state FROM records.event ORDER BY 1"
        ).fetchall()
        projection = Projection(link, bookmarks, second)
        try:
            for position in range(1000, 100_000):
                began.set()
                batch = {LEDGER: [on_topic(position, *rows[0][1:])]}
                town.admin.execute(f"DELETE FROM {second}.person_registered".encode())
                (move,) = projection.apply(projection.prepare(batch), {LEDGER: stands})
                stands = move.moved
        except (BookmarkRefused, psycopg.errors.UndefinedTable, psycopg.errors.DeadlockDetected) as error:
            return type(error).__name__
        finally:
            ended.set()
            link.drop()
        return "went on"

    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(batches)
        assert began.wait(10)
        assert prune(town.owner, also_previous=False) == [second]
        assert working.result(30) != "went on"
    assert town.there() == {FIRST}
    assert ended.is_set()


def test_it_waits_for_nobody_while_somebody_rebuilds(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.kernel.replaying.JUST_ENDED_SECONDS", 0.1)
    with owner(town.databases.admin_url) as other:
        hold(other, versions.PROJECTION)
        with pytest.raises(BadInput, match="somebody else is rebuilding, comparing or pruning records"):
            prune(town.owner, also_previous=False)


# Processes


def test_no_process_begins_at_a_version_that_is_gone_or_is_being_loaded(town: Town) -> None:
    second = made(town.databases)
    with town.databases.connect("records_projection") as projection:
        refuse_unless_full(projection, FIRST)
        with pytest.raises(Damage, match=f"{second} is being loaded"):
            refuse_unless_full(projection, second)
        prune(town.owner, also_previous=False)
        with pytest.raises(Damage, match=f"there is no version {second} of the patient read model"):
            refuse_unless_full(projection, second)


# The commands


@pytest.fixture
def command(town: Town) -> Callable[..., Any]:
    """The three commands, as the whole command puts them together."""
    found = ReplayApps(*(typer.Typer() for _ in range(5)))

    def as_owner(process: str) -> Db:
        connection = connect(town.databases.admin_url, process)
        connection.execute(NO_LIMITS)
        connection.execute("SET ROLE kartoteka_owner")
        return connection

    add_turns(found, Means(lambda: town.databases.settings("records_projection"), as_owner))
    apps = {"switch": found.switch, "rollback": found.rollback, "prune": found.prune}

    def run(name: str, *arguments: str) -> Any:
        return CliRunner().invoke(apps[name], list(arguments), catch_exceptions=False)

    return run


def test_the_commands_say_what_they_did_to_people_and_to_programs(town: Town, command: Callable[..., Any]) -> None:
    second = town.proven()
    assert json.loads(command("switch", "--json").stdout) == {"version": second, "before": FIRST}
    said = command("rollback")
    assert (said.exit_code, f"{FIRST} is read now; {second} goes on beside it" in said.stdout) == (0, True)
    assert json.loads(command("prune", "--json").stdout) == {"dropped": [second], "left": [FIRST]}
    assert command("prune").stdout == f"nothing to drop; left are {FIRST}, and {FIRST} is read\n"
    with pytest.raises(BadInput):
        command("switch")
