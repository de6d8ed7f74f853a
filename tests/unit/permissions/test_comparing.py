"""By which names a difference between two versions may be accepted."""

import pytest

from services.permissions.replay.build import NOBODYS, newest_of, worked_at_by
from services.permissions.replay.comparing import ACCEPTABLE, TWO_TABLES, Stand, accepted, compared, names_of
from services.permissions.rules.standing import GroundCode, Period, Scope
from tests.permissions import CHILD, MOTHER

INSURES, CONFIRMED = GroundCode.INSURES, GroundCode.CONFIRMED


def period(begins: int, ends: int, *grounds: GroundCode, scope: Scope = Scope.MANAGE) -> Period:
    return Period(begins, ends, scope, grounds or (INSURES,))


@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ((period(1, 5),), (period(1, 5),), set()),
        ((), (period(1, 5),), {"insures"}),
        ((period(1, 5),), (), {"insures"}),
        ((period(1, 5),), (period(1, 5, CONFIRMED),), {"insures", "confirmed"}),
        ((period(1, 5),), (period(1, 6),), {"times"}),
        ((period(1, 5),), (period(1, 3), period(3, 5, CONFIRMED, INSURES)), {"confirmed"}),
        ((period(1, 5),), (period(1, 3), period(4, 5)), {"times"}),
        ((period(1, 5),), (period(1, 6, CONFIRMED, INSURES),), {"confirmed", "times"}),
        ((period(1, 5),), (period(1, 5, scope=Scope.SEE),), {"scope"}),
    ],
)
def test_a_difference_has_the_names_of_what_differs(
    before: tuple[Period, ...], after: tuple[Period, ...], names: set[str]
) -> None:
    assert names_of(before, after) == names_of(after, before) == names


def test_it_is_accepted_by_all_of_its_names_only() -> None:
    assert accepted({"insures"}, {"insures", "times"})
    assert not accepted({"insures", "times"}, {"insures"})
    assert accepted(set(), set())


def test_two_tables_that_differ_are_a_difference_that_nobody_can_accept() -> None:
    whole, torn = Stand((period(1, 5),), (period(1, 5),)), Stand((period(1, 5),), ())
    found = compared(CHILD, MOTHER, whole, torn)
    assert found is not None
    assert found.names == {TWO_TABLES}
    assert not accepted(found.names, ACCEPTABLE)
    assert compared(CHILD, MOTHER, whole, whole) is None


def test_a_version_has_the_build_of_the_rules_that_worked_at_it_alone() -> None:
    assert worked_at_by(NOBODYS, "a") == worked_at_by("a", "a") == "a"
    assert worked_at_by("b", "a") == worked_at_by("mixed:a", "a") == "mixed:a"
    assert newest_of("mixed:a") == newest_of("a") == "a"
