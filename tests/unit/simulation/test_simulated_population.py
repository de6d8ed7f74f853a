"""The population: reproducible, in order, of good shape, in realistic proportions."""

import hashlib
import io
import os
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import fastavro
import pytest

import kartoteka
from kartoteka.publishing.statement import Record, Statement, publisher_problem
from kartoteka.simulation import Population, population, records
from kartoteka.simulation.population import LANES
from schemas import registered, split_frame
from schemas.shape import broken_text, problems

DIGEST_ELSEWHERE = """
from datetime import date
from hashlib import sha256
from kartoteka.simulation import records
print(sha256(repr([tuple(r) for r in records(60, 1, 3, date(2025, 1, 1))]).encode()).hexdigest())
"""


def digest(told: Iterable[Record]) -> str:
    return hashlib.sha256(repr([tuple(record) for record in told]).encode()).hexdigest()


def test_the_same_arguments_give_the_same_bytes_in_another_process() -> None:
    here = digest(records(60, 1, 3, date(2025, 1, 1)))
    environment = os.environ | {"PYTHONHASHSEED": "12345"}
    root = Path(kartoteka.__file__).parents[1]
    command = [sys.executable, "-c", DIGEST_ELSEWHERE]
    there = subprocess.run(command, env=environment, cwd=root, capture_output=True, text=True, check=True)
    assert there.stdout.strip() == here


@pytest.mark.parametrize(
    "other",
    [
        (60, 1, 4, date(2025, 1, 1)),
        (61, 1, 3, date(2025, 1, 1)),
        (60, 2, 3, date(2025, 1, 1)),
        (60, 1, 3, date(2025, 1, 2)),
    ],
    ids=["seed", "patients", "years", "until"],
)
def test_another_argument_gives_other_bytes(other: tuple[int, int, int, date]) -> None:
    assert digest(records(*other)) != digest(records(60, 1, 3, date(2025, 1, 1)))


def test_seeds_share_no_event_and_no_prescription() -> None:
    def ids(seed: int) -> set[object]:
        told = population(60, 1, seed, date(2025, 1, 1))
        return {s.value["event_id"] for s in told} | {s.value.get("prescription") for s in told}

    assert ids(1) & ids(2) == set()


def test_every_statement_has_a_good_shape(told: list[Statement]) -> None:
    wrong = Counter((s.type, p.path, p.says) for s in told for p in problems(s.kind, s.value))
    assert wrong == Counter()
    assert not any(broken_text(s.value) for s in told)


def test_every_record_decodes_back_to_what_was_said(told: list[Statement]) -> None:
    for statement in told[::9]:
        record = statement.record("")
        schema_id, body = split_frame(record.value)
        read = io.BytesIO(body)
        assert fastavro.schemaless_reader(read, registered()[schema_id].parsed, None) == statement.value
        assert read.read() == b""
        assert registered()[schema_id].name == statement.type


def test_every_record_stands_under_its_subject_in_its_publishers_topic(told: list[Statement]) -> None:
    for statement in told[::9]:
        record, kind = statement.record(""), statement.kind
        assert record.topic == kind.topic
        assert record.key == statement.value[kind.subject or ""].encode()
        assert dict(record.headers)["publisher"] == (statement.publisher or "").encode()
        assert not any(record.key in header for _, header in record.headers)


def test_each_institution_speaks_for_itself(told: list[Statement]) -> None:
    for statement in told:
        publisher, value = statement.publisher or "", statement.value
        assert publisher_problem(publisher) is None
        if statement.kind.topic == "patient.events.v1":
            assert publisher == "portal"
        elif statement.kind.topic != "clinic.events.v1":
            assert publisher == statement.kind.topic.split(".")[0]
        elif "pharmacy" in value:
            assert publisher == f"pharmacy-{value['pharmacy']}"
        elif "shop" in value:
            assert publisher == f"shop-{value['shop']}"
        elif value.get("provider"):
            assert publisher == f"clinic-{value['provider']}"
    assert len({s.publisher for s in told}) > 10


def test_event_ids_are_never_used_twice(told: list[Statement]) -> None:
    assert len({s.value["event_id"] for s in told}) == len(told)


def test_every_subject_is_told_in_order_of_time_beginning_with_the_register(told: list[Statement]) -> None:
    by_subject: dict[bytes, list[Statement]] = defaultdict(list)
    renumbered = {s.value["new_number"].encode() for s in told if s.type == "PersonNumberChanged"}
    for statement in told:
        by_subject[statement.key].append(statement)
    for statements in by_subject.values():
        times = [s.value["occurred_at"] for s in statements]
        assert times == sorted(times)
        announced = "PersonRegistered" if statements[0].key not in renumbered else None
        assert [s.type for s in statements].count("PersonRegistered") == (announced is not None)
        assert announced in (None, statements[0].type)


def test_nothing_is_said_outside_the_period_or_before_it_happened(told: list[Statement]) -> None:
    since, until = datetime(2022, 1, 1, tzinfo=UTC), datetime(2025, 1, 1, tzinfo=UTC)
    for statement in told:
        at = statement.value["occurred_at"]
        assert since <= at < until
        happened = statement.value[statement.kind.source["medical_time"]]
        assert (happened if isinstance(happened, datetime) else since) <= at


def test_the_lanes_together_are_the_population_and_no_subject_is_in_two() -> None:
    people = Population(patients=800, years=1, seed=5, until=date(2025, 1, 1))
    lanes = [{record.value: record.key for record in people.records(lane)} for lane in range(LANES)]
    assert all(lanes)
    assert Counter(value for lane in lanes for value in lane) == Counter(r.value for r in people.records())
    keys = [set(lane.values()) for lane in lanes]
    assert sum(map(len, keys)) == len(set().union(*keys)) >= 800


def test_records_have_a_realistic_size(told: list[Statement]) -> None:
    sizes = [len(s.wire()) for s in told]
    assert 180 <= sum(sizes) / len(sizes) <= 250
    assert max(sizes) < 2_000


def test_a_period_that_would_begin_on_a_leap_day_begins_the_day_before() -> None:
    first = next(population(5, 1, 1, date(2024, 2, 29))).value["occurred_at"]
    assert first.date() == date(2023, 2, 28)


@pytest.mark.parametrize(("patients", "years"), [(0, 1), (1, 0), (4_000_001, 1), (10, 100)])
def test_an_impossible_population_is_refused(patients: int, years: int) -> None:
    with pytest.raises(ValueError, match="population"):
        Population(patients, years, 1, date(2025, 1, 1))


@pytest.mark.parametrize("patients", [1, 2, 3, 17])
def test_there_are_exactly_as_many_patients_as_asked_for(patients: int) -> None:
    told = list(population(patients, 1, 11, date(2025, 1, 1)))
    assert sum(s.type == "PersonRegistered" for s in told) == patients
    assert len({s.key for s in told}) >= patients
    assert timedelta() < max(s.value["occurred_at"] for s in told) - min(s.value["occurred_at"] for s in told)


def test_families_are_told_together_in_order_of_time() -> None:
    times = [s.value["occurred_at"] for s in population(80, 1, 3, date(2025, 1, 1))]
    assert times == sorted(times)
