"""The elements of FHIR that our mappings read: dates, names, codes. None where something is not stated."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from schemas.derive import Json

WARSAW: Final = ZoneInfo("Europe/Warsaw")
_CODE: Final = re.compile(r"[a-z]+(-[a-z]+)*", re.ASCII)
_YEARS: Final = range(1800, 2300)
_PARTIAL: Final = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?", re.ASCII)
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_INSTANT: Final = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6})\d*)?(Z|[+-]\d\d:\d\d)", re.ASCII)


def day(value: Any) -> date | None:
    """A date that is known to the day, in the centuries that a PESEL can express."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        return None
    try:
        found = date.fromisoformat(value)
    except ValueError:
        return None
    return found if found.year in _YEARS else None


def instant(value: Any) -> datetime | None:
    """A dateTime that is known to the day at least; a day begins when it begins in Poland."""
    if (whole_day := day(value)) is not None:
        return start_of(whole_day)
    found = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if found is None or day(found[1][:10]) is None:
        return None
    try:
        return datetime.fromisoformat(f"{found[1]}.{found[2] or '0'}{found[3]}").astimezone(UTC)
    except ValueError:
        return None


def start_of(whole_day: date) -> datetime:
    return datetime.combine(whole_day, time(), WARSAW).astimezone(UTC)


def objects(value: Any) -> Iterator[Json]:
    """The objects of a list, or the one object, whichever it is."""
    for element in value if isinstance(value, list) else [value]:
        if isinstance(element, dict):
            yield element


def texts(value: Any) -> Iterator[str]:
    """The texts of a list."""
    for element in value if isinstance(value, list) else ():
        if isinstance(element, str):
            yield element


def text(value: Any, longest: int) -> str | None:
    """Text with something in it, cut where our field ends."""
    return value.strip()[:longest] or None if isinstance(value, str) else None


def code(value: Any) -> str:
    """A code as it may stand in a message: text that nobody checked could be anything."""
    return value if isinstance(value, str) and _CODE.fullmatch(value) else "not stated"


def concept(value: Any, longest: int) -> str | None:
    """What people read of a CodeableConcept: its text, else the display of a coding, else a code."""
    for found in objects(value):
        codings = list(objects(found.get("coding")))
        said = [found.get("text"), *(c.get("display") for c in codings), *(c.get("code") for c in codings)]
        if shown := next((shown for words in said if (shown := text(words, longest))), None):
            return shown
    return None


def codes(value: Any, system: str) -> Iterator[str]:
    """The codes of a CodeableConcept in one code system."""
    for found in objects(value):
        for coding in objects(found.get("coding")):
            if coding.get("system") == system and isinstance(coding.get("code"), str):
                yield coding["code"]


def identifier(resource: Json, system: str) -> str | None:
    """The value of the first identifier of one system."""
    for found in objects(resource.get("identifier")):
        if found.get("system") == system and (value := text(found.get("value"), 200)):
            return value
    return None


def reference(value: Any) -> str | None:
    """The reference of the first element that has one."""
    for found in objects(value):
        if isinstance(found.get("reference"), str):
            return str(found["reference"])
    return None


def part(value: Any, name: str) -> Any:
    """One element of the first object that has it; None where there is none."""
    return next((found[name] for found in objects(value) if found.get(name) is not None), None)


def first_instant(*values: Any) -> datetime | None:
    """The first of several dateTimes that is known to the day."""
    return next((found for value in values if (found := instant(value)) is not None), None)


def ended(value: Any, started_at: datetime | None) -> datetime | None:
    """The end of a period; a mere day ends nothing that began within it."""
    end = instant(value)
    if end is None or started_at is None or end >= started_at or day(value) is None:
        return end
    return None if started_at.astimezone(WARSAW).date() == day(value) else end


def first_day(value: Any) -> date | None:
    """The day on which a period begins; a year or a month begins with its first (FHIR R4, Period)."""
    return _day_of(value) or (day(f"{value}-01-01"[:10]) if _is_partial(value) else None)


def last_day(value: Any) -> date | None:
    """The day on which a period ends; a year or a month ends with its last (FHIR R4, Period)."""
    if not _is_partial(value):
        return _day_of(value)
    year, month = int(value[:4]), int(value[5:7] or 12)
    after = day(f"{year + month // 12:04}-{month % 12 + 1:02}-01")
    return after - timedelta(days=1) if after is not None else None


def _day_of(value: Any) -> date | None:
    return day(value) or (found.astimezone(WARSAW).date() if (found := instant(value)) is not None else None)


def _is_partial(value: Any) -> bool:
    return isinstance(value, str) and _PARTIAL.fullmatch(value) is not None
