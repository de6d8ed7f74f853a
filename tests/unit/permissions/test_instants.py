"""A legal day begins at midnight in Warsaw, in winter and in summer; spans are half-open."""

from datetime import date, datetime, timedelta

import pytest

from services.kernel.moments import micros, moment
from services.permissions.rules.instants import FOREVER, Span, day_of, end_of, start_of

MIDNIGHTS = [
    ("2022-01-01", "2021-12-31T23:00:00+00:00"),
    ("2022-07-01", "2022-06-30T22:00:00+00:00"),
    ("2022-03-27", "2022-03-26T23:00:00+00:00"),
    ("2022-03-28", "2022-03-27T22:00:00+00:00"),
    ("2022-10-30", "2022-10-29T22:00:00+00:00"),
    ("2022-10-31", "2022-10-30T23:00:00+00:00"),
    ("2024-02-29", "2024-02-28T23:00:00+00:00"),
]


@pytest.mark.parametrize(("day", "in_utc"), MIDNIGHTS)
def test_a_day_begins_at_midnight_in_warsaw(day: str, in_utc: str) -> None:
    assert moment(start_of(date.fromisoformat(day))) == datetime.fromisoformat(in_utc)


@pytest.mark.parametrize(("day", "in_utc"), MIDNIGHTS)
def test_a_microsecond_before_midnight_it_is_still_the_day_before(day: str, in_utc: str) -> None:
    midnight = micros(datetime.fromisoformat(in_utc))
    assert day_of(midnight) == date.fromisoformat(day)
    assert day_of(midnight - 1) == date.fromisoformat(day) - timedelta(days=1)


def test_what_has_no_last_day_lasts_for_ever() -> None:
    assert end_of(None) == FOREVER
    assert end_of(date(2022, 7, 1)) == start_of(date(2022, 7, 1))


def test_a_span_covers_its_first_moment_and_not_its_last() -> None:
    assert [Span(10, 20).covers(at) for at in (9, 10, 19, 20)] == [False, True, True, False]


def test_nothing_is_covered_by_an_empty_span() -> None:
    assert not Span(10, 10).covers(10)


@pytest.mark.parametrize(
    ("other", "left"),
    [
        (Span(0, 10), [Span(10, 20)]),
        (Span(20, 30), [Span(10, 20)]),
        (Span(5, 15), [Span(15, 20)]),
        (Span(15, 25), [Span(10, 15)]),
        (Span(12, 14), [Span(10, 12), Span(14, 20)]),
        (Span(10, 14), [Span(14, 20)]),
        (Span(14, 20), [Span(10, 14)]),
        (Span(10, 20), []),
        (Span(0, 30), []),
    ],
)
def test_what_is_left_of_a_span_is_what_another_does_not_cover(other: Span, left: list[Span]) -> None:
    assert list(Span(10, 20).without(other)) == left
