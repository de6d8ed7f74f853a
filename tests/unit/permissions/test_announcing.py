"""Which announcement of an end is due, and when an access has ended."""

import pytest

from services.permissions.announcing import days_due, ended
from services.permissions.rules.instants import FOREVER
from services.permissions.rules.standing import GroundCode, Period, Scope

DAY = 86_400_000_000


def period(begins: int, ends: int) -> Period:
    return Period(begins, ends, Scope.MANAGE, (GroundCode.INSURES,))


@pytest.mark.parametrize(
    ("days_left", "due"), [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (1, 7), (0, None), (-1, None)]
)
def test_thirty_and_seven_days_before_the_end_and_of_those_missed_only_the_nearest(days_left: int, due: int) -> None:
    assert days_due(100 * DAY + days_left * DAY, 100 * DAY) == due


def test_a_moment_earlier_it_is_not_due_yet() -> None:
    assert days_due(30 * DAY, 0) == 30
    assert days_due(30 * DAY + 1, 0) is None
    assert days_due(7 * DAY + 1, 0) == 30


def test_an_access_has_ended_when_it_ran_until_now_and_runs_no_longer() -> None:
    running, cut = [period(0, FOREVER)], [period(0, 5)]
    assert ended(running, cut, now=5)
    assert ended(running, [], now=5)
    assert not ended(running, cut, now=4)
    assert not ended(cut, [], now=5)
    assert not ended(running, [period(0, 5), period(5, 9)], now=5)
