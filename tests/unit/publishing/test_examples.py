"""The examples: in order on any day, and the same for the same day."""

import io
import json
from datetime import UTC, date, datetime, time
from pathlib import Path

import pytest

from kartoteka.publishing.examples import ExampleUnreadable, fill_in, render
from kartoteka.publishing.jsonlines import Reader
from schemas import event_types

TODAY = date(2026, 3, 10)
DAYS = [TODAY, date(2028, 2, 29), date(2027, 1, 1), date(2026, 3, 29), date(2026, 10, 25)]


def rendered(folder: Path, today: date) -> list[str]:
    files = sorted(folder.glob("*.jsonl"))
    assert files
    return [line for file in files for line in render(file, today)]


@pytest.mark.parametrize("today", DAYS)
def test_every_example_is_in_order_at_the_start_of_any_day(examples, today) -> None:
    text = "\n".join(rendered(examples, today)).encode()
    now = datetime.combine(today, time(), UTC)
    lines = list(Reader(now).lines(io.BytesIO(text)))
    assert [str(problem) for line in lines for problem in line.problems] == []
    assert all(line.statement.value["occurred_at"] <= now for line in lines)


def test_the_same_day_gives_the_same_lines_and_another_day_others(examples) -> None:
    assert rendered(examples, TODAY) == rendered(examples, TODAY)
    assert rendered(examples, TODAY) != rendered(examples, date(2026, 3, 11))


def test_event_ids_do_not_depend_on_the_day_and_are_all_different(examples) -> None:
    first, second = ([json.loads(line)["event_id"] for line in rendered(examples, day)] for day in DAYS[:2])
    assert first == second
    assert len(set(first)) == len(first)


def test_every_event_type_occurs(examples) -> None:
    publishable = {name for name, kind in event_types().items() if kind.published is not None}
    assert {json.loads(line)["type"] for line in rendered(examples, TODAY)} == publishable


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("{{day}}", "2026-03-10"),
        ("{{day-10d}}", "2026-02-28"),
        ("{{day+30d}}", "2026-04-09"),
        ("{{day-1y}}", "2025-03-10"),
        ("{{month}}", "2026-03-01"),
        ("{{month-10d}}", "2026-02-01"),
        ("{{day-1y10d}}", "2025-02-28"),
        ("{{time}}", "2026-03-09T23:00:00Z"),
        ("{{time-2d3h}}", "2026-03-07T20:00:00Z"),
        ("{{time-90m}}", "2026-03-09T21:30:00Z"),
        ("{{time+30d}}", "2026-04-08T22:00:00Z"),
        ("from {{day}} to {{day+1d}}", "from 2026-03-10 to 2026-03-11"),
        ("{{pesel-81y300d male 67}}", "44051401359"),
    ],
)
def test_expressions(expression, value) -> None:
    assert fill_in(expression, TODAY) == value


def test_a_leap_day_has_an_anniversary_in_every_year() -> None:
    assert fill_in("{{day-1y}}", date(2028, 2, 29)) == "2027-02-28"


@pytest.mark.parametrize(
    "expression",
    ["{{}}", "{{week}}", "{{day-30}}", "{{pesel-10y}}", "{{day-3d female 1}}", "{{month-1d male 1}}", "{{ day }}"],
)
def test_an_expression_that_says_nothing_is_refused(expression) -> None:
    with pytest.raises(ExampleUnreadable, match="is no expression"):
        fill_in(expression, TODAY)


def test_a_broken_example_is_named_with_its_line(tmp_path) -> None:
    file = tmp_path / "e.jsonl"
    file.write_text("{{day}}\n{{wat}}\n")
    with pytest.raises(ExampleUnreadable, match=r"e\.jsonl:2"):
        list(render(file, TODAY))
