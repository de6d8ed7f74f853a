"""Moments as the rules count them: µs since 1970, UTC; a legal day begins at midnight in Warsaw."""

from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from services.kernel.moments import micros, moment

POLAND: Final = ZoneInfo("Europe/Warsaw")
ALWAYS: Final = -(2**62)
FOREVER: Final = 2**62


class Span(NamedTuple):
    """A stretch of valid time, half-open; ``ALWAYS`` and ``FOREVER`` where it has no end."""

    begins: int
    ends: int

    def covers(self, at: int) -> bool:
        return self.begins <= at < self.ends

    def without(self, other: "Span") -> list["Span"]:
        """What of this one lies outside the other."""
        begins, ends = self
        hidden_from, hidden_until = other
        if hidden_until <= begins or ends <= hidden_from:
            return [self]
        before = [Span(begins, hidden_from)] if begins < hidden_from else []
        return [*before, Span(hidden_until, ends)] if hidden_until < ends else before


@lru_cache(maxsize=100_000)
def start_of(day: date) -> int:
    """The moment at which a legal day begins."""
    return micros(datetime.combine(day, time(), POLAND).astimezone(UTC))


def end_of(day: date | None) -> int:
    """The moment at which something ends that no longer runs on this day; None: it has no end."""
    return FOREVER if day is None else start_of(day)


def day_of(at: int) -> date:
    """The legal day on which a moment lies."""
    return moment(at).astimezone(POLAND).date()
