"""The views of the patient read model on real PostgreSQL: any order of arrival, as of any moment, and by stories."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg import Connection, sql
from psycopg.rows import dict_row

from services.records.read_model import create_keys, create_tables, create_views, table_name
from tests import histories, oracle
from tests.histories import START, Arrival, days, uid
from tests.oracle import KIND_TYPES, Fact

LIVE, BULK = "views_test_v1", "views_test_v2"
POLAND = ZoneInfo("Europe/Warsaw")
CLINIC = "000000000001"
NEXT_DAY = days(1)
Db = Connection[dict[str, Any]]
Shown = dict[tuple[str, UUID], dict[str, Any]]


@pytest.fixture(scope="module")
def session(postgres_admin_url: str) -> Iterator[Db]:
    """Two versions of the read model side by side: one with its keys from the start, one as loaded in bulk."""
    with psycopg.connect(postgres_admin_url, row_factory=dict_row, autocommit=True) as connection:
        with connection.transaction():
            for statement in (*create_tables(LIVE, with_keys=True), *create_views(LIVE)):
                connection.execute(statement.encode())
        with connection.transaction():
            for statement in (*create_tables(BULK, with_keys=False), *create_keys(BULK), *create_views(BULK)):
                connection.execute(statement.encode())
        yield connection
        connection.execute(f"DROP SCHEMA {LIVE}, {BULK} CASCADE".encode())


@pytest.fixture
def db(session: Db) -> Iterator[Db]:
    """Whatever a test says is taken back."""
    with session.transaction(force_rollback=True):
        yield session


def learn(db: Db, patient: UUID, fact: Fact, at: datetime, position: int = 1, version: str = LIVE) -> None:
    """One row, as the loader writes it; a repeat has no effect."""
    row = {name: value for name, value in fact.items() if name != "type"}
    row |= {"patient_id": patient, "recorded_at": at, "position": position, "version": position}
    statement = sql.SQL("INSERT INTO {}.{} ({}) VALUES ({}) ON CONFLICT DO NOTHING").format(
        sql.Identifier(version),
        sql.Identifier(table_name(fact["type"])),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join(sql.Placeholder() * len(row)),
    )
    db.execute(statement, list(row.values()))


def timeline(db: Db, patient: UUID, known_at: datetime | str = "infinity", version: str = LIVE) -> list[Fact]:
    view = sql.SQL("SELECT * FROM {}.timeline(%s, %s)").format(sql.Identifier(version))
    return db.execute(view, (patient, known_at)).fetchall()


def shown(rows: list[Fact]) -> Shown:
    """What the timeline shows, without the times of learning."""
    return {
        (row["kind"], row["entry_id"]): {
            **row["content"],
            "state": row["state"],
            "medical_at": row["medical_at"],
            "lineage": [(s["event_id"], s["publisher"], s["event_type"]) for s in row["lineage"]],
            "sealed": row["sealed"],
        }
        for row in rows
    }


def expected(facts: list[Fact]) -> Shown:
    """The same by the oracle, in the words of JSON."""
    return {key: _entry(**entry) | _lineage(facts, *key) for key, entry in oracle.timeline(facts).items()}


def _entry(medical: date, **columns: Any) -> dict[str, Any]:
    return {"medical_at": _moment(medical), **_json(columns)}


def _lineage(facts: list[Fact], kind: str, entry: UUID) -> dict[str, Any]:
    newest = oracle.newest_first(f for f in facts if f["entry_id"] == entry and f["type"] in KIND_TYPES[kind])
    return {
        "lineage": [(str(f["event_id"]), f["publisher"], f["type"]) for f in newest],
        "sealed": [f.get("sealed") for f in newest],
    }


def _moment(day: date) -> datetime:
    start = day if isinstance(day, datetime) else datetime.combine(day, time(), POLAND)
    return start.astimezone(START.tzinfo)


def _json(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _json(part) for name, part in value.items()}
    if isinstance(value, list):
        return [_json(part) for part in value]
    return value.isoformat() if isinstance(value, date) else str(value) if isinstance(value, UUID) else value


def unique(arrival: Arrival) -> list[Fact]:
    return list({(f["event_id"], f["publisher"]): f for _, f in arrival}.values())


def by_medical_day(rows: list[Fact]) -> list[Fact]:
    days_down = {id(row): -row["medical_at"].astimezone(POLAND).toordinal() for row in rows}
    return sorted(rows, key=lambda row: (days_down[id(row)], row["entry_id"]))


@pytest.mark.parametrize("kind", histories.KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_any_order_and_repetition_of_arrival_shows_the_same_as_the_oracle(session: Db, kind: str, data: Any) -> None:
    history = data.draw(histories.histories(kind))
    one, other = data.draw(histories.arrivals(history)), data.draw(histories.arrivals(history))
    with session.transaction(force_rollback=True):
        for patient, arrival, version in ((uid(1), one, LIVE), (uid(2), other, LIVE), (uid(1), other, BULK)):
            for position, (at, fact) in enumerate(arrival):
                learn(session, patient, fact, at, position, version)
        first, second, bulk = (
            timeline(session, uid(1)),
            timeline(session, uid(2)),
            timeline(session, uid(1), version=BULK),
        )
    assert shown(first) == shown(second) == shown(bulk) == expected(history)
    assert first == by_medical_day(first)


@pytest.mark.parametrize("kind", histories.KINDS)
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_as_of_every_moment_the_timeline_shows_the_fold_of_what_had_arrived(session: Db, kind: str, data: Any) -> None:
    arrival = data.draw(histories.arrivals(data.draw(histories.histories(kind))))
    with session.transaction(force_rollback=True):
        for position, (at, fact) in enumerate(arrival):
            learn(session, uid(1), fact, at, position)
        for moment in {at for at, _ in arrival}:
            by_then = unique([(at, fact) for at, fact in arrival if at <= moment])
            assert shown(timeline(session, uid(1), moment)) == expected(by_then)


class Chart:
    """One patient's statements, each made a minute after the one before unless said otherwise."""

    def __init__(self, db: Db, born: str | None = None) -> None:
        self.db, self.patient, self.said = db, uuid4(), 0
        if born:
            columns: Fact = {"birth_date": born, "sex": "female", "surname_check": b""}
            self.say("PersonRegistered", self.patient, **columns)

    def say(self, event_type: str, entry: UUID, at: datetime | None = None, **columns: Any) -> None:
        self.said += 1
        fact = {"type": event_type, "entry_id": entry, "event_id": uuid4(), "publisher": "p", "sealed": b"", **columns}
        fact["occurred_at"] = at or START + timedelta(minutes=self.said)
        learn(self.db, self.patient, fact, days(self.said), self.said)

    def dose(self, given: str, *, closed: bool = True, disease: str = "HPV", number: int = 1) -> UUID:
        """A dose given at noon of a day in Poland (or at a moment)."""
        at = given if "T" in given else f"{given}T12:00+01:00"
        entry = uuid4()
        what: Fact = {"target_disease": disease, "dose_number": number, "given_at": at, "provider": CLINIC}
        self.say("VaccinationDoseRecorded", entry, vaccination=entry, **what)
        if closed:
            self.close(entry)
        return entry

    def close(self, entry: UUID) -> None:
        self.say("VaccinationDoseClosed", entry, vaccination=entry, closed_at=START, provider=CLINIC)

    def next(self, asked_on: str, known_at: datetime | str = "infinity") -> tuple[Any, ...]:
        view = sql.SQL("SELECT * FROM {}.next_dose(%s, %s, %s)").format(sql.Identifier(LIVE))
        row = self.db.execute(view, (self.patient, asked_on, known_at)).fetchone()
        assert row is not None
        return tuple(str(value) if isinstance(value, date) else value for value in row.values())

    def issue(self, items: dict[int, int], at: datetime = START, **more: Any) -> None:
        what: Fact = {"prescription": uid(1), "profession": "physician", "provider": CLINIC, "chronic": False}
        lists: Fact = {"items_item": list(items), "items_quantity": list(items.values()), "valid_until": "2025-04-01"}
        self.say("PrescriptionIssued", uid(1), **what, **lists, issued_at=at, **more)

    def dispense(self, number: int, item: int, quantity: int, on: datetime = NEXT_DAY, **more: Any) -> None:
        what = {"prescription": uid(1), "pharmacy": "x", "country": "PL", "dispensed_at": on}
        columns = {"dispensing": uid(number), "item": item, "quantity": quantity, **what, **more}
        self.say("PrescriptionDispensed", columns.pop("entry", uid(1)), **columns)

    def cancel(self, at: datetime | None = None) -> None:
        self.say("PrescriptionCancelled", uid(1), at, prescription=uid(1), cancelled_at=days(2))

    def prescription(self, number: int = 1) -> tuple[str, dict[int, tuple[Any, ...]]]:
        """State, and per item: dispensed, left, what is odd."""
        for row in timeline(self.db, self.patient):
            if row["entry_id"] == uid(number):
                items = row["content"]["items"]
                return row["state"], {i["item"]: (i["dispensed"], i["left_to_dispense"], i["odd"]) for i in items}
        return "absent", {}


def first(earliest: str, latest: str) -> tuple[Any, ...]:
    return 1, None, earliest, latest, "refused", None


def second(earliest: str, latest: str, reason: str | None = None, held_up_by: str | None = None) -> tuple[Any, ...]:
    return 2, reason, earliest, latest, "clinic", held_up_by


def none(reason: str, held_up_by: str | None = None) -> tuple[Any, ...]:
    return None, reason, None, None, None, held_up_by


# what is told: born, doses given (a * behind: visit not closed), day asked, what the view answers
DOSES: dict[str, tuple[str | None, list[str], str, tuple[Any, ...]]] = {
    "the day before the 9th birthday": ("2016-05-10", [], "2025-05-09", first("2025-05-10", "2030-05-09")),
    "the 9th birthday": ("2016-05-10", [], "2025-05-10", first("2025-05-10", "2030-05-09")),
    "the day before the 14th birthday": ("2011-05-10", [], "2025-05-09", first("2020-05-10", "2025-05-09")),
    "the 14th birthday": (
        *("2011-05-10", [], "2025-05-10"),
        (None, "too_old", "2020-05-10", "2025-05-09", "refused", None),
    ),
    "born on 29 February, 9 on 28 February": ("2016-02-29", [], "2025-02-28", first("2025-02-28", "2030-02-27")),
    "born on 29 February, before 14": ("2012-02-29", [], "2026-02-27", first("2021-02-28", "2026-02-27")),
    "born on 29 February, 14 on 28 February": (
        *("2012-02-29", [], "2026-02-28"),
        (None, "too_old", "2021-02-28", "2026-02-27", "refused", None),
    ),
    "the older rule, 12 years": ("2012-01-05", [], "2024-08-31", first("2024-01-05", "2026-01-04")),
    "the first day of the newer rule": ("2012-01-05", [], "2024-09-01", first("2021-01-05", "2026-01-04")),
    "before any rule": ("2012-01-05", [], "2023-05-31", none("not_offered")),
    "nobody registered": (None, [], "2025-01-01", none("birth_date_unknown")),
    "one dose, closed": ("2013-01-05", ["2025-01-10"], "2025-01-11", second("2025-07-10", "2026-01-10")),
    "a month without such a day": ("2013-01-05", ["2025-08-31"], "2025-09-01", second("2026-02-28", "2026-08-31")),
    "the same before a leap year": ("2014-01-05", ["2027-08-31"], "2027-09-01", second("2028-02-29", "2028-08-31")),
    "given on 29 February": ("2011-01-05", ["2024-02-29"], "2025-01-01", second("2024-08-29", "2025-02-28")),
    "given at night, the next day in Poland": (
        *("2013-01-05", ["2025-06-30T22:30+00:00"], "2025-08-01"),
        second("2026-01-01", "2026-07-01"),
    ),
    "not closed": (
        *("2013-01-05", ["2025-01-10*"], "2025-08-01"),
        second("2025-07-10", "2026-01-10", "first_dose_not_closed", CLINIC),
    ),
    "a late visit": ("2013-01-05", ["2025-01-10"], "2026-01-11", second("2025-07-10", "2026-01-10")),
    "dose 1 the day before 14": ("2011-05-10", ["2025-05-09"], "2026-01-01", second("2025-11-09", "2026-05-09")),
    "dose 1 at 14": ("2011-05-10", ["2025-05-10"], "2025-06-01", none("first_dose_too_late")),
    "two doses": ("2013-01-05", ["2025-01-10", "2025-08-01"], "2025-08-02", none("complete")),
    "two doses, told the other way round": (
        *("2013-01-05", ["2025-08-01*", "2025-01-10"], "2025-08-02"),
        none("second_dose_not_closed", CLINIC),
    ),
    "two doses, only the first one open": (
        *("2013-01-05", ["2025-01-10*", "2025-08-01"], "2025-08-02"),
        none("complete"),
    ),
}


@pytest.mark.parametrize("story", DOSES)
def test_next_dose(db: Db, story: str) -> None:
    born, doses, asked_on, answer = DOSES[story]
    chart = Chart(db, born)
    for given_on in doses:
        chart.dose(given_on.removesuffix("*"), closed=not given_on.endswith("*"))
    assert chart.next(asked_on) == answer


def test_a_dose_against_another_disease_is_no_hpv_dose_and_any_hpv_dose_counts_as_the_first(db: Db) -> None:
    chart = Chart(db, "2013-01-05")
    chart.dose("2025-01-10", disease="MMR")
    assert chart.next("2025-02-01") == first("2022-01-05", "2027-01-04")
    chart.dose("2025-01-20", number=2)
    assert chart.next("2025-02-01") == second("2025-07-20", "2026-01-20")


def test_closing_may_come_before_recording_and_counts_only_from_when_it_was_known(db: Db) -> None:
    chart = Chart(db, "2013-01-05")
    entry = uuid4()
    chart.close(entry)
    assert chart.next("2025-02-01") == first("2022-01-05", "2027-01-04")
    chart.say(
        "VaccinationDoseRecorded",
        entry,
        vaccination=entry,
        target_disease="HPV",
        dose_number=1,
        given_at="2025-01-10T12:00+01:00",
        provider=CLINIC,
    )
    assert chart.next("2025-02-01") == second("2025-07-10", "2026-01-10")
    assert chart.next("2025-02-01", known_at=days(2)) == first("2022-01-05", "2027-01-04")


def test_before_the_register_has_announced_the_person_no_age_is_known(db: Db) -> None:
    chart = Chart(db, "2013-01-05")
    assert chart.next("2025-02-01", known_at=days(0)) == none("birth_date_unknown")
    assert chart.next("2025-02-01", known_at=days(1)) == first("2022-01-05", "2027-01-04")


def test_who_asks_from_another_time_zone_reads_the_same(db: Db) -> None:
    chart = Chart(db, "2013-01-05")
    chart.dose("2025-06-30T22:30+00:00")
    chart.issue({1: 2})
    before = chart.next("2025-08-01"), shown(timeline(db, chart.patient))
    db.execute("SET LOCAL timezone = 'Pacific/Auckland'")
    assert (chart.next("2025-08-01"), shown(timeline(db, chart.patient))) == before


def test_what_is_left_goes_down_with_each_dispensing_of_its_item(db: Db) -> None:
    chart = Chart(db)
    chart.issue({1: 3, 2: 1})
    chart.dispense(1, item=1, quantity=1)
    chart.dispense(2, item=1, quantity=1)
    assert chart.prescription() == ("", {1: (2, 1, []), 2: (0, 1, [])})


def test_a_later_statement_with_the_same_dispensing_number_corrects_it(db: Db) -> None:
    chart = Chart(db)
    chart.issue({1: 3, 2: 1})
    chart.dispense(1, item=1, quantity=3)
    chart.dispense(1, item=1, quantity=1)
    assert chart.prescription() == ("", {1: (1, 2, []), 2: (0, 1, [])})
    chart.dispense(1, item=2, quantity=1)
    assert chart.prescription() == ("", {1: (0, 3, []), 2: (1, 0, [])})


def test_a_dispensing_corrected_to_another_prescription_leaves_the_first_one(db: Db) -> None:
    chart = Chart(db)
    chart.issue({1: 3})
    chart.dispense(1, item=1, quantity=1)
    chart.dispense(1, item=1, quantity=1, entry=uid(2), prescription=uid(2))
    assert chart.prescription() == ("", {1: (0, 3, [])})
    assert chart.prescription(2) == ("not_issued", {1: (1, None, [])})


def test_a_correction_that_arrives_first_is_not_undone_by_what_it_corrects(db: Db) -> None:
    chart = Chart(db)
    chart.issue({1: 3})
    chart.dispense(1, item=1, quantity=1, at=days(9))
    chart.dispense(1, item=1, quantity=3, at=days(8))
    assert chart.prescription() == ("", {1: (1, 2, [])})


def test_more_dispensed_than_issued_is_odd_and_never_less_than_nothing_is_left(db: Db) -> None:
    chart = Chart(db)
    chart.issue({1: 1})
    chart.dispense(1, item=1, quantity=2)
    assert chart.prescription() == ("", {1: (2, 0, ["more_than_issued"])})


def test_dispensed_without_a_known_issue_shows_and_turns_odd_only_if_issued_later_than_dispensed(db: Db) -> None:
    chart = Chart(db)
    chart.dispense(1, item=1, quantity=1, on=days(-1))
    assert chart.prescription() == ("not_issued", {1: (1, None, [])})
    chart.issue({1: 2})
    assert chart.prescription() == ("", {1: (1, 1, ["dispensed_before_issued"])})


def test_an_item_that_was_never_prescribed_is_odd(db: Db) -> None:
    chart = Chart(db)
    chart.issue({1: 2})
    chart.dispense(1, item=7, quantity=1)
    assert chart.prescription() == ("", {1: (0, 2, []), 7: (1, None, ["not_on_prescription"])})


def test_a_cancellation_is_final_whatever_its_time(db: Db) -> None:
    chart = Chart(db)
    chart.cancel(at=days(-9))
    assert chart.prescription() == ("cancelled", {})
    chart.issue({1: 2})
    assert chart.prescription() == ("cancelled", {1: (0, 2, [])})


def test_a_gap_shows_until_it_is_closed(db: Db) -> None:
    chart = Chart(db)
    gap = {"set_aside": "t/0/1", "said_by": "p", "reason": "clock"}
    learnt = {"type": "RecordSetAside", "entry_id": uid(1), "event_id": uid(1), "publisher": "ledger", **gap}
    learn(db, chart.patient, learnt | {"occurred_at": START}, START)
    assert [row["state"] for row in timeline(db, chart.patient)] == ["open"]
    closing = learnt | {"type": "RecordSetAsideClosed", "how": "redriven", "occurred_at": START}
    learn(db, chart.patient, closing, days(1))
    assert timeline(db, chart.patient) == []
    assert [row["kind"] for row in timeline(db, chart.patient, START)] == ["set-aside"]


def test_a_version_shows_its_own_tables_only(db: Db) -> None:
    chart = Chart(db)
    chart.issue({1: 2})
    assert len(timeline(db, chart.patient)) == 1
    assert timeline(db, chart.patient, version=BULK) == []
