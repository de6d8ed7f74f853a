"""P1: the same facts give the same periods, whatever their order, however often and whenever they were learnt."""

from datetime import date
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from services.permissions.rules.access import standing, viewers
from services.permissions.rules.facts import GRANTING, AccessUnblocked, Fact, persons
from services.permissions.rules.standing import Period
from tests.permissions import CHILD, Story, records_of
from tests.permissions_histories import ADULTS, EVERYBODY, histories, moments
from tests.permissions_oracle import may_see

History = tuple[date, list[Fact]]
drawn = settings(max_examples=100, deadline=None, database=None)
# Kinds that say something about each other are drawn by themselves too, so that they meet often.
TOGETHER = [
    "",
    "person registration deregistration title",
    "registration deregistration",
    "person designation rights",
    "person designation block renumbering",
    "person guardianship rights delegation death",
    "person confirmation",
    "delegation block",
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
    def agree(history: History) -> None:
        first, facts = history
        found = seen(facts)
        for viewer in EVERYBODY:
            for moment in moments(first):
                assert at(found.get(viewer, ()), moment) == may_see(viewer, CHILD, facts, moment), (viewer, moment)

    agree()


@drawn
@given(histories(), st.data())
def test_any_order_and_any_repetition_gives_the_same_periods(history: History, data: st.DataObject) -> None:
    _, facts = history
    repeated = data.draw(st.lists(st.sampled_from(facts)))
    assert seen(data.draw(st.permutations([*facts, *repeated]))) == seen(facts)


@drawn
@given(histories())
def test_when_and_where_facts_were_learnt_plays_no_role(history: History) -> None:
    _, facts = history
    learnt = [replace(f, recorded_at=-f.recorded_at, position=1000 - f.position) for f in facts]
    assert seen(learnt) == seen(facts)


@drawn
@given(histories())
def test_periods_stand_in_order_and_none_touches_another_with_the_same_grounds(history: History) -> None:
    for periods in seen(history[1]).values():
        assert periods
        assert all(period.begins < period.ends for period in periods)
        for one, other in pairwise(periods):
            assert one.ends <= other.begins
            assert one.ends < other.begins or (one.grounds, one.scope) != (other.grounds, other.scope)


@drawn
@given(histories())
def test_there_is_no_period_without_grounds_that_hold_throughout(history: History) -> None:
    first, facts = history
    for viewer, periods in seen(facts).items():
        held = standing(viewer, CHILD, records_of(facts)).held
        for period in periods:
            within = [period.begins, period.ends - 1, *(m for m in moments(first) if period.begins <= m < period.ends)]
            assert period.grounds
            assert all({ground.code for ground in held(moment)} == set(period.grounds) for moment in within)


@drawn
@given(histories(), st.sampled_from(ADULTS))
def test_without_a_fact_that_grants_something_nobody_sees(history: History, viewer: UUID) -> None:
    facts = [fact for fact in history[1] if not (isinstance(fact, GRANTING) and viewer in persons(fact))]
    assert viewer not in seen(facts)


@drawn
@given(histories(), st.sampled_from(ADULTS), st.data())
def test_a_block_that_nobody_lifts_wins_over_everything(history: History, viewer: UUID, data: st.DataObject) -> None:
    first, facts = history
    told = Story()
    told.facts = [fact for fact in facts if not isinstance(fact, AccessUnblocked)]
    block = told.blocks(viewer, CHILD, data.draw(st.sampled_from(list(moments(first)))))
    assert all(period.ends <= block.occurred_at for period in told.periods(viewer, CHILD))


@drawn
@given(histories(), st.sampled_from(ADULTS), st.sampled_from(["viewer", "child"]))
def test_death_wins_over_everything(history: History, viewer: UUID, who: str) -> None:
    first, facts = history
    told = Story()
    told.facts = list(facts)
    told.dies(viewer if who == "viewer" else CHILD, first.isoformat(), said="2090-01-01")
    begun = next(moment for moment in list(moments(first))[1:])
    assert all(period.ends <= begun for period in told.periods(viewer, CHILD))
