"""One patient's rows in the version that is read, made right from the ledger while everything else goes on."""

import json
from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.kernel.replaying import Means
from services.records.columns import of_records, of_states
from services.records.read_model import Column, columns
from services.records.replay import patient as repair
from services.records.replay import versions
from services.records.replay.patient import rebuild_patient
from services.records.replay.patient_command import rebuild_one
from services.records.replay.written import Wrong
from tests.conftest import Desk
from tests.ewa import EWA, EwasRecord, ewas_record
from tests.integration.test_window import on_topic, project


@pytest.fixture
def ewa(desk: Desk) -> Iterator[EwasRecord]:
    with ewas_record(desk) as record:
        yield record


# What befalls a table, and what is said of it then.
DAMAGES: list[tuple[str, str, Wrong]] = [
    ("visit_recorded", "DELETE FROM {} WHERE patient_id = %(ewa)s", Wrong(missing=1)),
    ("record_set_aside", "DELETE FROM {} WHERE patient_id = %(ewa)s", Wrong(missing=1)),
    ("record_set_aside_closed", "UPDATE {} SET how = 'x' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("prescription_issued", "UPDATE {} SET items_quantity = '{{}}' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("prescription_issued", "UPDATE {} SET sealed = sealed || '\\x00' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("visit_corrected", "UPDATE {} SET provider = 'x' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("visit_corrected", "UPDATE {} SET recorded_at = 'infinity' WHERE patient_id = %(ewa)s", Wrong(different=1)),
    ("visit_corrected", "UPDATE {} SET position = 9999 WHERE patient_id = %(ewa)s", Wrong(missing=1, stray=1)),
    ("visit_recorded", "UPDATE {} SET patient_id = %(ewa)s", Wrong(stray=1)),
    (
        "person_number_changed",
        "INSERT INTO {} SELECT %(ewa)s, event_id, publisher, occurred_at, entry_id, entry_id, current_date, '',"
        " recorded_at, position, version FROM records_v1.prescription_issued WHERE patient_id <> %(ewa)s",
        Wrong(stray=1),
    ),
    ("visit_recorded", "INSERT INTO {0} SELECT * FROM {0} WHERE patient_id = %(ewa)s", Wrong(doubled=1)),
]


def test_whatever_is_wrong_is_said_and_made_right(ewa: EwasRecord) -> None:
    before, shown = ewa.content(), ewa.shown()
    for table, statement, wrong in DAMAGES:
        if wrong.doubled:
            ewa.db.execute(f"ALTER TABLE records_v1.{table} DROP CONSTRAINT {table}_pkey".encode())
        ewa.damage(statement.format(f"records_v1.{table}"))
        assert ewa.content() != before, statement
        assert ewa.rebuild() == {table: wrong}, statement
        assert (ewa.content(), ewa.shown()) == (before, shown), statement
    assert ewa.rebuild() == {}


def test_everything_lost_comes_back_from_all_publishers_and_the_ledger_itself(ewa: EwasRecord) -> None:
    before = ewa.content()
    said = {table for table, rows in before.items() if rows}
    assert said >= repair.TABLES - {"person_number_changed", "person_number_shared"}
    ewa.lose_everything()
    done = rebuild_patient(ewa.db, ewa.patient)
    assert done.wrong == {table: Wrong(missing=len(before[table])) for table in said}
    assert (done.version, done.events) == ("records_v1", sum(map(len, before.values())))
    assert ewa.content() == before


def test_where_nothing_is_wrong_nothing_is_written(ewa: EwasRecord) -> None:
    before = ewa.rows()
    assert ewa.rebuild() == {}
    assert ewa.rows() == before


def test_others_and_other_versions_are_not_touched(ewa: EwasRecord) -> None:
    with ewa.desk.databases.admin() as admin:
        other = versions.create(admin).name
        admin.execute(f"INSERT INTO {other}.visit_recorded SELECT * FROM records_v1.visit_recorded".encode())
        admin.execute(f"ALTER SCHEMA {other} OWNER TO kartoteka_owner".encode())
        admin.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA {other} TO kartoteka_owner".encode())
    of_others = {one: ewa.rows(one) for one in ewa.others}
    in_other = ewa.rows(version=other)
    ewa.lose_everything()
    assert ewa.rebuild()
    assert {one: ewa.rows(one) for one in ewa.others} == of_others
    assert ewa.rows(version=other) == in_other


def test_a_long_life_is_made_right(ewa: EwasRecord) -> None:
    for _ in range(4):
        ewa.say_more(500)
    project(ewa.desk.databases)
    before = ewa.content()
    ewa.lose_everything()
    done = rebuild_patient(ewa.db, ewa.patient)
    assert done.events > 2000
    assert ewa.content() == before


def test_a_column_that_no_statement_knows_is_empty(ewa: EwasRecord, monkeypatch: pytest.MonkeyPatch) -> None:
    before = ewa.content()
    ewa.damage("ALTER TABLE records_v1.visit_recorded ADD COLUMN later text")
    grown = {"VisitRecorded": [Column("later", "text", True)]}
    monkeypatch.setattr(
        repair, "columns", lambda kind: [*columns(kind)[:-3], *grown.get(kind.name, []), *columns(kind)[-3:]]
    )
    assert ewa.rebuild() == {}
    ewa.damage("UPDATE records_v1.visit_recorded SET later = 'x' WHERE patient_id = %(ewa)s")
    assert ewa.rebuild() == {"visit_recorded": Wrong(different=1)}
    ewa.damage("ALTER TABLE records_v1.visit_recorded DROP COLUMN later")
    assert ewa.content() == before


def test_a_hole_in_the_stream_stops_it(ewa: EwasRecord) -> None:
    before = ewa.rows()
    with ewa.desk.databases.admin() as admin:
        admin.execute("DELETE FROM records.event WHERE originator_id = %s AND originator_version = 3", (ewa.patient,))
    with pytest.raises(Damage, match="has no event 3 of patient"):
        ewa.rebuild()
    assert ewa.rows() == before


def test_whoever_has_no_events_should_have_no_rows(ewa: EwasRecord) -> None:
    nobody = uuid4()
    assert rebuild_patient(ewa.db, nobody).wrong == {}
    ewa.db.execute("UPDATE records_v1.visit_recorded SET patient_id = %s", (nobody,))
    assert rebuild_patient(ewa.db, nobody).wrong == {"visit_recorded": Wrong(stray=2)}
    assert not any(ewa.rows(nobody).values())


def test_a_version_that_no_process_has_taken_up_is_refused(ewa: EwasRecord) -> None:
    ewa.damage("DELETE FROM kernel.bookmark WHERE reader = 'records.projection.records_v1'")
    with pytest.raises(BadInput, match="no process has begun to fill records_v1 yet"):
        ewa.rebuild()


def test_the_command_says_what_was_wrong_and_needs_no_keys_database(
    ewa: EwasRecord, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = replace(ewa.desk.databases.settings("operator"), keys_database_url="host=127.0.0.1 port=1")
    means = Means(lambda: settings, lambda _: ewa.another_connection())
    ewa.damage("DELETE FROM records_v1.visit_recorded WHERE patient_id = %(ewa)s")
    rebuild_one(means, settings, str(ewa.patient), as_json=False)
    said = capsys.readouterr().out
    for part in ("visit_recorded: 1 missing", "records_v1, which is read, are right now"):
        assert part in said
    rebuild_one(means, settings, str(ewa.patient), as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["wrong"], found["version"], found["patient_id"]) == ({}, "records_v1", str(ewa.patient))
    for nobody in (str(uuid4()), EWA):
        with pytest.raises(BadInput) as refused:
            rebuild_one(means, settings, nobody, as_json=False)
        assert nobody not in str(refused.value)


def test_events_from_the_ledger_are_the_same_columns_as_from_its_topic(ewa: EwasRecord) -> None:
    question = "SELECT originator_id, originator_version, notification_id, state FROM records.event ORDER BY 3"
    events = ewa.db.execute(question).fetchall()
    stored, sent = of_states(events), of_records([on_topic(at, who, nth, state) for who, nth, at, state in events])
    assert (stored.keys == sent.keys).all()
    assert stored.values.equals(sent.values)
    assert (stored.headers == sent.headers).all()
