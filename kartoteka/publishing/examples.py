"""Example files whose days and times are relative: filled in for the day on which they are published.

An expression stands in double braces and counts back from the start of the given day (00:00 in
Europe/Warsaw), or forward with +. Units: y, d, h, m (minutes).

    {{day-30d}}                2026-02-01             a day
    {{month-30d}}              2026-02-01             the first day of the month in which that day lies
    {{time-2d3h}}              2026-03-01T19:00:00Z   an instant
    {{pesel-10y40d female 7}}  a PESEL of somebody born that day: sex, and a serial number to tell people apart
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

from kartoteka.publishing.numbers import pesel_of

WARSAW: Final = ZoneInfo("Europe/Warsaw")
_EXPRESSION: Final = re.compile(r"\{\{(.*?)\}\}")
_PARTS: Final = re.compile(
    r"(?P<what>day|month|time|pesel)(?P<offset>[+-](?:\d+[ydhm])+)?(?: (?P<sex>female|male) (?P<serial>\d{1,4}))?"
)
_STEP: Final = re.compile(r"(\d+)([ydhm])")
_SECONDS: Final = {"d": 86_400, "h": 3_600, "m": 60}


class ExampleUnreadable(ValueError):
    """An expression in double braces that says nothing."""


def render(path: Path, today: date) -> Iterator[str]:
    """The lines of an example file, for that day; the same day gives the same lines."""
    with path.open(encoding="utf-8") as file:
        for number, line in enumerate(file, start=1):
            try:
                yield fill_in(line.rstrip("\n"), today)
            except ValueError as error:
                raise ExampleUnreadable(f"{path}:{number}: {error}") from error


def fill_in(line: str, today: date) -> str:
    """The line with every expression replaced; ExampleUnreadable for one that does not read."""
    return _EXPRESSION.sub(lambda found: _value(found[1], today), line)


def _value(expression: str, today: date) -> str:
    parts = _PARTS.fullmatch(expression)
    if parts is None or (parts["what"] == "pesel") is not (parts["sex"] is not None):
        raise ExampleUnreadable(f"{{{{{expression}}}}} is no expression: such as {{{{day-30d}}}}, {{{{time-2d3h}}}}")
    moment = _moment(parts["offset"] or "", today)
    match parts["what"]:
        case "day":
            return moment.date().isoformat()
        case "month":
            return moment.date().replace(day=1).isoformat()
        case "time":
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return pesel_of(moment.date(), parts["sex"], int(parts["serial"]))


def _moment(offset: str, today: date) -> datetime:
    """The start of the day, moved by whole years first, then by the rest."""
    sign = -1 if offset.startswith("-") else 1
    steps = {unit: int(count) for count, unit in _STEP.findall(offset)}
    day = _years_later(today, sign * steps.pop("y", 0))
    days = sign * steps.pop("d", 0)
    seconds = sign * sum(count * _SECONDS[unit] for unit, count in steps.items())
    start = datetime.combine(day + timedelta(days=days), time(), WARSAW)
    return (start.astimezone(UTC) + timedelta(seconds=seconds)).astimezone(WARSAW)


def _years_later(day: date, years: int) -> date:
    """The same day of another year; 29 February becomes the 28th where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
