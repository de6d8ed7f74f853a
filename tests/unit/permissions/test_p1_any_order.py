"""P1: the same facts give the same periods, whatever their order, however often and whenever they were learnt."""

from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.permissions.access import viewers
from services.permissions.facts import Fact
from services.permissions.standing import Period
from tests.permissions import CHILD, records_of
from tests.permissions_histories import EVERYBODY, histories, moments
from tests.permissions_oracle import may_see

drawn = settings(max_examples=150, deadline=None, database=None)
# Kinds that only say anything about each other are drawn by themselves too, so that they meet often.
TOGETHER = [
    "",
    "person registration deregistration title",
    "person designation rights block renumbering registration",
    "person guardianship rights delegation death",
    "person confirmation delegation block rights",
]


def seen(facts: list[Fact]) -> dict[UUID, tuple[Period, ...]]:
    return viewers(CHILD, records_of(facts))


def at(periods: tuple[Period, ...], moment: int) -> tuple[set[str], str | None]:
    """What periods say of a moment, as the oracle says it."""
    held = [period for period in periods if period.begins <= moment < period.ends]
    return ({code.value for code in held[0].grounds}, held[0].scope.value) if held else (set(), None)


@pytest.mark.parametrize("kinds", TOGETHER)
def test_the_rules_say_what_the_oracle_says_at_every_moment(kinds: str) -> None:
    @drawn
    @given(histories(kinds))
    def agree(history: tuple[date, list[Fact]]) -> None:
        first, facts = history
        found = seen(facts)
        for viewer in EVERYBODY:
            for moment in moments(first):
                assert at(found.get(viewer, ()), moment) == may_see(viewer, CHILD, facts, moment), (viewer, moment)

    agree()


@drawn
@given(histories(), st.data())
def test_any_order_and_any_repetition_gives_the_same_periods(history: Any, data: st.DataObject) -> None:
    _, facts = history
    repeated = data.draw(st.lists(st.sampled_from(facts))) if facts else []
    assert seen(data.draw(st.permutations([*facts, *repeated]))) == seen(facts)
