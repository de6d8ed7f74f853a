"""Two versions of the patient read model: found equal or not, and what differs by its name and its place."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import typer
from psycopg import Connection, sql
from typer.testing import CliRunner

from infra.read_model import OWNER
from infra.servers import Endpoints
from services.kernel.command_line import BadInput
from services.kernel.database import NO_LIMITS, connect
from services.kernel.replaying import Means
from services.records.replay import verify
from services.records.replay.comparing import Difference
from services.records.replay.findings import sentences
from services.records.replay.shape import IDENTITY
from services.records.replay.tables import shape
from services.records.replay.verify import Report
from services.records.replay.verify_command import add_verify
from tests.conftest import Databases, Desk, desk_of, empty_databases
from tests.read_model_versions import FIRST, project, second_version
from tests.record_versions import made
from tests.replay import owner
from tests.statements import ANNA, EXAMPLES, JAN, NOW, event, record, take_in

Db = Connection[Any]
SECOND = "records_v2"
DOSE = {"vaccination": "V-2", "given_at": NOW + timedelta(days=200), "dose_number": 2}


class House:
    """What Anna's and Jan's records hold, in the versions that there are."""

    def __init__(self, databases: Databases, desk: Desk, admin: Db, owners: list[Db]) -> None:
        self.databases, self.desk, self.admin, self.owners = databases, desk, admin, owners

    def said(self, name: str, **changes: Any) -> None:
        take_in(self.desk, [record(name, event(name, **changes))])

    def move_in(self) -> None:
        """Anna has a prescription and dies, Jan was vaccinated twice; two versions know it."""
        for name in ("PersonRegistered", "PrescriptionIssued", "PrescriptionDispensed", "FamilyMemberRegistered"):
            self.said(name)
        self.said("VaccinationDoseRecorded")
        self.said("VaccinationDoseRecorded", **DOSE)
        self.said("VaccinationDoseClosed")
        self.said("PersonDied")
        self.rebuilt()

    def rebuilt(self) -> None:
        """Both versions have read everything."""
        project(self.databases, FIRST)
        assert second_version(self.databases) == SECOND

    def change(self, statement: str) -> int:
        """Something goes wrong in the second version; in how many rows."""
        self.admin.execute(f"SET search_path TO {SECOND}".encode())
        return self.admin.execute(statement.encode()).rowcount

    def rewrite(self, function: str, before: str, after: str) -> None:
        """The second version shows something else."""
        signature = f"{SECOND}.{function}"
        ((text,),) = self.admin.execute("SELECT pg_get_functiondef(%s::regproc)", (signature,)).fetchall()
        assert before in text
        self.admin.execute(text.replace(before, after).encode())

    def only(self, asked: str) -> Any:
        ((found,),) = self.admin.execute(asked.encode()).fetchall()
        return found

    def person(self, number: str) -> UUID:
        digest = self.desk.intake.index.number_digest(number.encode())
        asked = "SELECT patient_id FROM records.person WHERE digest = %s"
        ((found,),) = self.admin.execute(asked, (digest,)).fetchall()
        return UUID(str(found))

    def verify(self, *accept: str) -> Report:
        return verify.verify(self.owners, accept)

    def kept(self) -> list[tuple[Any, ...]]:
        asked = "SELECT from_version, to_version, build, position, accepted FROM records.verified"
        return self.admin.execute(asked).fetchall()


@pytest.fixture(scope="module")
def family(servers: Endpoints, secrets: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """What Anna's and Jan's records hold, once for all tests that only change the second version."""
    with ExitStack() as stack:
        databases = stack.enter_context(empty_databases(servers, secrets, tmp_path_factory.mktemp("family")))
        desk = stack.enter_context(desk_of(databases))
        admin = stack.enter_context(databases.admin())
        admin.execute(NO_LIMITS)
        house = House(databases, desk, admin, [admin])
        house.move_in()
        yield house


@pytest.fixture
def house(family: House) -> Iterator[House]:
    """Whatever a test changes is taken back."""
    with family.admin.transaction(force_rollback=True):
        yield family


@pytest.fixture
def empty(databases: Databases, desk: Desk) -> Iterator[House]:
    """Databases of the test's own, and nothing has been said yet."""
    with ExitStack() as stack:
        owners = [stack.enter_context(owner(databases.admin_url)) for _ in range(2)]
        yield House(databases, desk, stack.enter_context(databases.admin()), owners)


@pytest.fixture
def own(empty: House) -> House:
    """The same family in databases of the test's own."""
    empty.move_in()
    return empty


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever stands still here will not come on."""
    monkeypatch.setattr(verify, "PATIENCE_SECONDS", 0.5)


def the(report: Report) -> Difference:
    """The one difference that was found."""
    (found,) = report.differing.first
    assert not report.equal
    return found


def names(report: Report) -> dict[str, int]:
    return dict(report.differing.by_name)


# Equal


def test_a_version_that_read_the_same_ledger_is_equal_and_that_is_kept(house: House) -> None:
    report = house.verify()
    assert (report.equal, report.active, report.other, names(report)) == (True, FIRST, SECOND, {})
    assert sum(report.rows.values()) == report.position == house.only("SELECT max(notification_id) FROM records.event")
    assert report.recorded_at == house.only("SELECT max(recorded_at) FROM records.seal")
    assert house.kept() == [(FIRST, SECOND, report.build, report.position, [])]
    assert report.patients == 0, "equal views over equal rows show the same"
    (verdict,) = sentences(report)
    assert "are equal: " in verdict


def test_every_event_type_is_compared(empty: House) -> None:
    for name in EXAMPLES:
        empty.said(name)
    empty.rebuilt()
    report = empty.verify()
    assert report.equal
    told = {table for table, rows in report.rows.items() if rows}
    assert len(told) >= len(EXAMPLES)


def test_an_empty_ledger_is_equal_to_itself(empty: House) -> None:
    empty.rebuilt()
    report = empty.verify()
    assert (report.equal, report.position, report.recorded_at, sum(report.rows.values())) == (True, 0, None, 0)


def test_both_go_on_meanwhile_and_what_came_later_is_left_out(own: House) -> None:
    def goes_on(*_: object) -> None:
        own.said("PrescriptionIssued", prescription="9" * 44)
        project(own.databases, SECOND)

    before = own.only("SELECT max(notification_id) FROM records.event")
    own.rewrite("day_of", "'Europe/Warsaw'", "'Europe/Berlin'")
    report = verify.verify(own.owners, (), once(goes_on))
    assert (report.equal, report.position) == (True, before)
    assert own.only(f"SELECT max(position) FROM {SECOND}.prescription_issued") > before
    assert report.patients == 2, "the views were compared too, as of then"


def once(act: Callable[..., None]) -> Callable[..., None]:
    acts = iter([act])
    return lambda *said: next(acts, lambda *_: None)(*said)


# Rows


def test_a_lost_event_is_named_with_its_place(house: House) -> None:
    asked = "SELECT (patient_id, entry_id, event_id, position)::text FROM records_v1.prescription_dispensed"
    place = house.only(asked)
    assert house.change("DELETE FROM prescription_dispensed") == 1
    found = the(house.verify())
    assert (found.names, found.says) == (("prescription_dispensed",), "missing in records_v2")
    assert place == f"({found.patient},{found.entry},{found.event},{found.positions[0]})"
    assert (found.patient, found.publisher) == (house.person(ANNA), "clinic-1")
    assert house.kept() == []


def test_an_event_that_the_version_that_is_read_has_lost_is_named_too(house: House) -> None:
    house.admin.execute("DELETE FROM records_v1.vaccination_dose_closed")
    assert the(house.verify()).says == "missing in records_v1"


def test_a_doubled_event_is_named(house: House) -> None:
    house.change("ALTER TABLE vaccination_dose_closed DROP CONSTRAINT vaccination_dose_closed_pkey")
    assert house.change("INSERT INTO vaccination_dose_closed TABLE vaccination_dose_closed") == 1
    found = the(house.verify())
    assert (found.names, found.says) == (("vaccination_dose_closed",), "more than once in records_v2")
    assert found.patient == house.person(JAN)


def test_one_doubled_and_one_lost_are_two_differences(house: House) -> None:
    house.change("ALTER TABLE vaccination_dose_recorded DROP CONSTRAINT vaccination_dose_recorded_pkey")
    house.change("DELETE FROM vaccination_dose_recorded WHERE dose_number = 1")
    house.change("INSERT INTO vaccination_dose_recorded TABLE vaccination_dose_recorded")
    said = {found.says for found in house.verify().differing.first}
    assert said == {"missing in records_v2", "more than once in records_v2"}


def test_a_changed_column_is_named_with_its_row(house: House) -> None:
    position = house.only("SELECT position FROM records_v1.prescription_issued")
    house.change("UPDATE prescription_issued SET chronic = NOT chronic, sealed = '\\x00'")
    found = the(house.verify())
    assert (found.names, found.says) == (("prescription_issued.chronic", "prescription_issued.sealed"), "differs")
    assert (found.patient, found.positions) == (house.person(ANNA), (position,))


def test_two_rows_that_have_changed_places_in_one_column_are_found(house: House) -> None:
    swapped = "UPDATE vaccination_dose_recorded SET dose_number = 3 - dose_number"
    assert house.change(swapped) == 2
    assert names(house.verify()) == {"vaccination_dose_recorded.dose_number": 2}


OTHERWISE = {
    "uuid": "gen_random_uuid()",
    "text": "coalesce({0}, '') || 'x'",
    "date": "coalesce({0}, '2020-01-01') + 1",
    "timestamp with time zone": "coalesce({0}, '2020-01-01') + interval '1 microsecond'",
    "bigint": "coalesce({0}, 0) + 1",
    "integer": "coalesce({0}, 0) + 1",
    "boolean": "NOT coalesce({0}, true)",
    "bytea": "coalesce({0}, '') || '\\x00'",
    "integer[]": "coalesce({0}, '{{}}') || 1",
    "text[]": "coalesce({0}, '{{}}') || ARRAY['x']",
}


def test_every_column_of_every_event_type_is_compared(empty: House) -> None:
    for name in EXAMPLES:
        empty.said(name)
    empty.rebuilt()
    expected = {}
    for table, columns in shape(empty.admin, SECOND).events.items():
        changes = {c: OTHERWISE[kind].format(c) for c, kind in columns.items() if c not in IDENTITY - {"version"}}
        rows = empty.change(f"UPDATE {table} SET {', '.join(f'{c} = {to}' for c, to in changes.items())}")
        expected |= {f"{table}.{column}": rows for column in changes if rows}
    assert len(expected) > 250
    assert names(empty.verify()) == expected


def test_what_both_versions_lack_in_the_same_way_is_found_in_the_ledger(house: House) -> None:
    position = house.only("SELECT position FROM records_v1.prescription_dispensed")
    for version in (FIRST, SECOND):
        house.admin.execute(f"DELETE FROM {version}.prescription_dispensed".encode())
    found = the(house.verify())
    assert (found.names, found.says) == (("events",), "in neither version")
    assert (found.patient, found.positions) == (house.person(ANNA), (position,))
    with pytest.raises(BadInput, match="events is nothing that may be accepted"):
        house.verify("events")


def test_what_both_versions_have_twice_is_found_even_where_the_count_is_right(house: House) -> None:
    for version in (FIRST, SECOND):
        table = f"{version}.vaccination_dose_recorded"
        house.admin.execute(f"ALTER TABLE {table} DROP CONSTRAINT vaccination_dose_recorded_pkey".encode())
        house.admin.execute(f"INSERT INTO {table} SELECT * FROM {table} WHERE dose_number = 1".encode())
        house.admin.execute(f"DELETE FROM {version}.prescription_dispensed".encode())
    assert {found.says for found in house.verify().differing.first} == {
        "2 times in both versions",
        "in neither version",
    }


# Views


def test_a_wrong_column_of_a_view_is_named_with_the_entries_that_show_it(house: House) -> None:
    house.rewrite("vaccination", "'recorded'::text", "'written'::text")
    report = house.verify()
    found = the(report)
    assert (found.names, found.says, found.patient) == (("vaccination.state",), "differs", house.person(JAN))
    position = house.only("SELECT position FROM records_v1.vaccination_dose_recorded WHERE dose_number = 2")
    assert found.positions == (position,)
    entry = house.only("SELECT entry_id FROM records_v1.vaccination_dose_recorded WHERE dose_number = 2")
    assert found.entry == UUID(str(entry))
    assert set(names(report)) == {"vaccination.state"}
    assert (report.patients, report.views_differing) == (2, ["vaccination(uuid,timestamp with time zone)"])


def test_a_wrong_limit_is_named_with_what_follows_from_it(house: House) -> None:
    house.change("UPDATE vaccination_limit SET first_before_age = 9")
    limit, dose = house.verify().differing.first
    assert (limit.names, limit.patient) == (("vaccination_limit",), None)
    assert (dose.names, dose.patient, dose.entry) == (("next_dose.latest_on",), house.person(ANNA), None)
    assert not house.verify("vaccination_limit").equal
    assert house.verify("vaccination_limit", "next_dose.latest_on").equal


def test_a_view_that_shows_what_was_not_known_yet_is_found_though_today_it_shows_the_same(house: House) -> None:
    house.rewrite("person", "(person_died.recorded_at <= person.known_at)", "true")
    report = house.verify()
    found = the(report)
    assert found.names == ("person.died_on", "person.state")
    assert found.known_at is not None
    assert report.recorded_at is not None
    assert found.known_at < report.recorded_at


def test_another_order_alone_is_named_so(house: House) -> None:
    house.rewrite("timeline", " DESC, entry.entry_id;", ", entry.entry_id;")
    assert set(names(house.verify())) == {"timeline.order"}


def test_an_entry_that_one_version_does_not_show_is_named_by_its_kind(house: House) -> None:
    house.rewrite("vaccination", "GROUP BY", "WHERE target_disease <> 'HPV' GROUP BY")
    found = [one for one in house.verify().differing.first if one.entry]
    assert {(one.names, one.says, one.patient) for one in found} == {
        (("vaccination",), "not shown by records_v2", house.person(JAN))
    }
    assert len(found) == 2


# Accepted by name


def test_an_intended_change_of_a_column_is_accepted_with_what_views_make_of_it(house: House) -> None:
    house.change("UPDATE prescription_issued SET chronic = NOT chronic")
    refused = house.verify("prescription_issued.chronic")
    assert (refused.differing.accepted, the(refused).names) == (1, ("prescription.chronic",))
    report = house.verify("prescription_issued.chronic", "prescription.chronic")
    assert (report.equal, report.patients) == (True, 2)
    assert house.kept()[0][4] == ["prescription.chronic", "prescription_issued.chronic"]
    assert "equal but for prescription.chronic" in list(sentences(report))[-1]


def test_beside_what_was_accepted_everything_else_is_found(house: House) -> None:
    house.change("UPDATE prescription_issued SET chronic = NOT chronic, profession = 'nurse'")
    report = house.verify("prescription_issued.chronic", "prescription.chronic")
    assert report.differing.first[0].names == ("prescription_issued.chronic", "prescription_issued.profession")


def test_a_new_column_of_a_table_and_of_a_view_is_accepted_by_name(house: House) -> None:
    house.change("ALTER TABLE prescription_issued ADD COLUMN refills integer")
    assert the(house.verify()).names == ("prescription_issued.refills",)
    assert house.verify("prescription_issued.refills").equal


def test_a_new_table_is_accepted_by_name_and_one_that_both_have_never_is(house: House) -> None:
    house.change("CREATE TABLE allergy_noted (LIKE person_died)")
    assert the(house.verify()).names == ("allergy_noted",)
    assert house.verify("allergy_noted").equal
    with pytest.raises(BadInput, match="person_died is nothing that may be accepted"):
        house.verify("person_died")


def test_a_column_of_two_types_is_named(house: House) -> None:
    house.change("ALTER TABLE person_died ALTER COLUMN version TYPE numeric")
    assert (the(house.verify()).names, the(house.verify()).says) == (
        ("person_died.version",),
        "a column of two types",
    )


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("prescription_issued.cronic", "did you mean prescription_issued.chronic"),
        ("prescription_issued.event_id", "nothing that may be accepted"),
        ("prescription_issued", "nothing that may be accepted"),
        ("everything", "a table.column, a view.column, or a new table"),
        ("", "nothing that may be accepted"),
    ],
)
def test_what_names_nothing_is_refused(house: House, name: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        house.verify(name)


# What cannot be compared


def test_with_one_version_there_is_nothing_to_compare(empty: House) -> None:
    with pytest.raises(BadInput, match="there is only records_v1 of the read model; 'kartoteka rebuild records'"):
        empty.verify()


def test_a_version_that_is_being_loaded_is_not_compared(empty: House) -> None:
    made(empty.databases)
    with pytest.raises(BadInput, match="records_v2 is still being loaded"):
        empty.verify()


def test_a_version_that_does_not_come_on_is_named(own: House) -> None:
    own.said("PrescriptionCancelled")
    project(own.databases, FIRST)
    with pytest.raises(BadInput, match="records_v2 of the read model is behind, complete to position 8 of 9"):
        own.verify()


def test_a_version_that_is_behind_is_waited_for(own: House, monkeypatch: pytest.MonkeyPatch) -> None:
    own.said("PrescriptionCancelled")
    project(own.databases, FIRST)
    monkeypatch.setattr(verify, "LOOK_SECONDS", 0)
    monkeypatch.setattr(verify.time, "sleep", lambda _: project(own.databases, SECOND))
    assert own.verify().position == 9


# The command


@pytest.fixture
def command(own: House) -> Callable[..., Any]:
    def as_owner(process: str) -> Db:
        connection = connect(own.databases.admin_url, process)
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(OWNER)))
        return connection

    app = typer.Typer()
    app.callback()(lambda: None)
    add_verify(app, Means(lambda: own.databases.settings("records_projection"), as_owner))
    return lambda *arguments: CliRunner().invoke(app, ["records", *arguments])


def test_the_command_says_what_differs_and_ends_with_one(own: House, command: Callable[..., Any]) -> None:
    assert command().exit_code == 0
    own.change("UPDATE prescription_issued SET chronic = NOT chronic")
    done = command()
    assert done.exit_code == 1
    assert f"prescription_issued.chronic: differs; patient {own.person(ANNA)}, entry " in done.stdout
    assert "records_v2 and records_v1, which is read, are NOT equal: 8 rows of 44 tables" in done.stdout


def test_the_command_says_it_as_json(own: House, command: Callable[..., Any]) -> None:
    own.change("UPDATE prescription_issued SET chronic = NOT chronic")
    done = command("--json", "--accept", "prescription.chronic")
    said = json.loads(done.stdout)
    assert (done.exit_code, said["equal"], said["position"]) == (1, False, 8)
    assert (said["differing"], said["not_accepted"]) == ({"prescription_issued.chronic": 1}, 1)
    assert said["first"][0]["patient"] == str(own.person(ANNA))
    accepted = json.loads(
        command("--json", "--accept", "prescription.chronic", "--accept", "prescription_issued.chronic").stdout
    )
    assert (accepted["equal"], accepted["patients"]) == (True, 2)
