"""What an explanation holds, and what it keeps to itself, for a citizen and for an operator."""

import msgspec
import pytest

from services.permissions.why.answer import Explanation, Insight
from services.permissions.why.explanation import Depth
from services.permissions.why.texts import render, to_json
from tests.families import Family, who

ANNA, PIOTR, ZOSIA = "anna", "piotr", "zosia"
NOW = "2026-03-02 12:00"


@pytest.fixture
def family() -> Family:
    """Zosia, her parents; Anna insures her."""
    family = Family()
    family.born(ZOSIA, "2018-05-04", ANNA, PIOTR)
    family.insures(ANNA, ZOSIA, "2020-01-01")
    return family


def until(explanation: Explanation) -> tuple[str, str] | None:
    """Moment and cause of a known end."""
    return explanation.until and (explanation.until.at.isoformat(), explanation.until.cause.value)


def codes(explanation: Explanation) -> list[str]:
    return [ground.code for ground in explanation.grounds]


def lines(explanation: Explanation) -> list[tuple[str, str]]:
    return [(str(fact.day), fact.code.value) for fact in explanation.facts]


def test_a_yes_names_ground_since_and_until(family: Family) -> None:
    told = family.asks(ANNA, ZOSIA, NOW)
    (ground,) = told.grounds
    assert told.allowed
    assert not told.reasons
    assert ground.since is not None
    assert (ground.code, ground.since.isoformat()) == ("insures", "2020-01-01T00:00:00+01:00")
    assert lines(told) == [("2018-05-04", "born"), ("2020-01-01", "child_registered")]


def test_a_no_names_reasons_and_one_step_for_each(family: Family) -> None:
    family.designates(ANNA, PIOTR, ZOSIA, "2025-01-01")
    family.removes(ANNA, PIOTR, ZOSIA, "2025-02-01")
    told = family.asks(PIOTR, ZOSIA, NOW)
    assert not told.allowed
    assert [reason.code for reason in told.reasons] == ["another_parent_insures", "removed"]
    assert [step.code for step in told.next_steps] == ["another_parent_insures", "removed"]
    assert told.until is None


@pytest.mark.parametrize("depth", Depth)
def test_nobody_is_sent_to_a_parent_who_cannot_add_them_because_of_the_childs_own_title(
    family: Family, depth: Depth
) -> None:
    family.title(ZOSIA, "2026-03-01", until="2026-04-01", payer="workshop")
    told = family.asks(PIOTR, ZOSIA, NOW, depth)
    assert [reason.code for reason in told.reasons] == ["another_parent_insures", "own_title"]
    assert [step.code for step in told.next_steps] == ["own_title"]
    afterwards = family.asks(PIOTR, ZOSIA, "2026-04-01", depth)
    assert [step.code for step in afterwards.next_steps] == ["another_parent_insures"]


@pytest.mark.parametrize("rights", ["suspended", "removed"])
def test_nobody_is_sent_to_a_parent_who_cannot_add_them_because_of_a_court(family: Family, rights: str) -> None:
    family.rights(PIOTR, ZOSIA, rights, "2026-03-01")
    family.rights(PIOTR, ZOSIA, "full", "2026-04-01")
    told = family.asks(PIOTR, ZOSIA, NOW)
    assert [reason.code for reason in told.reasons] == ["another_parent_insures", "rights_lost"]
    assert [step.code for step in told.next_steps] == ["rights_lost"]
    afterwards = family.asks(PIOTR, ZOSIA, "2026-04-01")
    assert [step.code for step in afterwards.next_steps] == ["another_parent_insures"]


def test_ones_own_account_needs_no_ground_but_own(family: Family) -> None:
    family.blocks(ANNA, ANNA, "2020-01-01")
    told = family.asks(ANNA, ANNA, NOW)
    assert (told.allowed, codes(told), told.facts) == (True, ["own"], [])


def test_a_confirmed_neighbour_sees_though_no_tie_is_known(family: Family) -> None:
    family.confirms("neighbour", ZOSIA, "2026-03-01", until="2026-04-01")
    assert codes(family.asks("neighbour", ZOSIA, NOW)) == ["confirmed"]


# When access ends, and by what


def test_it_ends_on_the_18th_birthday(family: Family) -> None:
    assert until(family.asks(ANNA, ZOSIA, NOW)) == ("2036-05-04T00:00:00+02:00", "came_of_age")


def test_it_ends_with_the_title_through_that_payer(family: Family) -> None:
    family.title(ANNA, "2019-01-01", until="2026-04-01")
    assert until(family.asks(ANNA, ZOSIA, NOW)) == ("2026-04-01T00:00:00+02:00", "title_ended")


def test_it_ends_with_the_deregistration(family: Family) -> None:
    family.insures_no_more(ANNA, ZOSIA, "2026-04-01", said="2026-03-01")
    assert until(family.asks(ANNA, ZOSIA, NOW)) == ("2026-04-01T00:00:00+02:00", "deregistered")


def test_it_ends_with_the_childs_own_title(family: Family) -> None:
    family.title(ZOSIA, "2026-04-01", payer="workshop", said="2026-03-01")
    assert until(family.asks(ANNA, ZOSIA, NOW)) == ("2026-04-01T00:00:00+02:00", "own_title")


def test_it_ends_where_rights_are_lost(family: Family) -> None:
    family.rights(ANNA, ZOSIA, "suspended", "2026-04-01")
    assert until(family.asks(ANNA, ZOSIA, NOW)) == ("2026-04-01T00:00:00+02:00", "rights_lost")


def test_a_designation_ends_where_rights_are_lost(family: Family) -> None:
    family.designates(ANNA, PIOTR, ZOSIA, "2025-01-01")
    family.rights(PIOTR, ZOSIA, "removed", "2026-04-01")
    assert until(family.asks(PIOTR, ZOSIA, NOW)) == ("2026-04-01T00:00:00+02:00", "rights_lost")


def test_a_designation_ends_by_removal(family: Family) -> None:
    family.designates(ANNA, PIOTR, ZOSIA, "2025-01-01")
    family.removes(ANNA, PIOTR, ZOSIA, "2026-04-01 20:15")
    assert until(family.asks(PIOTR, ZOSIA, NOW)) == ("2026-04-01T20:15:00+02:00", "removed")


def test_a_guardianship_ends_by_the_court_and_a_childs_at_18(family: Family) -> None:
    family.guardian("helena", ZOSIA, "2025-01-01")
    assert until(family.asks("helena", ZOSIA, NOW)) == ("2036-05-04T00:00:00+02:00", "came_of_age")
    family.guardian_ends("helena", ZOSIA, "2026-04-01")
    assert until(family.asks("helena", ZOSIA, NOW)) == ("2026-04-01T00:00:00+02:00", "guardianship_ended")


def test_a_delegation_ends_as_given_or_earlier(family: Family) -> None:
    family.delegates(PIOTR, "grandmother", "2026-01-01", until="2026-06-01")
    assert until(family.asks("grandmother", PIOTR, NOW)) == ("2026-06-01T00:00:00+02:00", "delegation_ended")
    family.delegates_no_more(PIOTR, "grandmother", "2026-05-01")
    assert until(family.asks("grandmother", PIOTR, NOW)) == ("2026-05-01T00:00:00+02:00", "delegation_ended")


def test_a_confirmation_ends_as_given_or_earlier(family: Family) -> None:
    family.confirms(PIOTR, ZOSIA, "2026-01-01", until="2026-06-01")
    assert until(family.asks(PIOTR, ZOSIA, NOW)) == ("2026-06-01T00:00:00+02:00", "confirmation_ended")
    family.confirms_no_more(PIOTR, ZOSIA, "2026-05-01")
    assert until(family.asks(PIOTR, ZOSIA, NOW)) == ("2026-05-01T00:00:00+02:00", "confirmation_ended")


def test_it_ends_by_death(family: Family) -> None:
    family.died(ZOSIA, "2026-04-01")
    assert until(family.asks(ANNA, ZOSIA, NOW)) == ("2026-04-01T00:00:00+02:00", "death")


def test_no_end_is_known_of_an_open_delegation(family: Family) -> None:
    family.delegates(PIOTR, "grandmother", "2026-01-01")
    assert until(family.asks("grandmother", PIOTR, NOW)) is None


def test_one_ground_takes_over_from_another_without_an_end_between(family: Family) -> None:
    family.insures_no_more(ANNA, ZOSIA, "2026-04-01")
    family.confirms(ANNA, ZOSIA, "2026-03-01", until="2026-05-01")
    told = family.asks(ANNA, ZOSIA, NOW)
    assert until(told) == ("2026-05-01T00:00:00+02:00", "confirmation_ended")
    ends = {ground.code: ground.until and str(ground.until.date()) for ground in told.grounds}
    assert ends == {"insures": "2026-04-01", "confirmed": "2026-05-01"}


def test_a_gap_of_a_day_is_an_end(family: Family) -> None:
    family.insures_no_more(ANNA, ZOSIA, "2026-04-01")
    family.insures(ANNA, ZOSIA, "2026-04-02", payer="school")
    assert until(family.asks(ANNA, ZOSIA, NOW)) == ("2026-04-01T00:00:00+02:00", "deregistered")


def test_a_month_before_the_end_it_says_what_to_do(family: Family) -> None:
    family.insures_no_more(ANNA, ZOSIA, "2026-04-01")
    assert [step.code for step in family.asks(ANNA, ZOSIA, "2026-03-02").next_steps] == ["before_deregistered"]
    assert family.asks(ANNA, ZOSIA, "2026-03-01").next_steps == []


# What is said besides


def test_two_parents_who_insure_are_told_that_the_other_does_too(family: Family) -> None:
    assert family.asks(ANNA, ZOSIA, NOW).notes == []
    family.insures(PIOTR, ZOSIA, "2026-03-02", payer="railway")
    assert [note.code for note in family.asks(ANNA, ZOSIA, NOW).notes] == ["another_parent_insures"]
    assert family.asks(ANNA, ZOSIA, "2026-03-01").notes == []


def test_whoever_may_only_look_is_told_so(family: Family) -> None:
    family.delegates(PIOTR, "looks", "2026-01-01", scope="see")
    family.delegates(PIOTR, "manages", "2026-01-01", scope="manage")
    assert [note.code for note in family.asks("looks", PIOTR, NOW).notes] == ["look_only"]
    assert family.asks("manages", PIOTR, NOW).notes == []


def test_two_registrations_through_two_payers_are_one_ground_and_one_line(family: Family) -> None:
    family.insures(ANNA, ZOSIA, "2020-01-01", payer="second job")
    told = family.asks(ANNA, ZOSIA, NOW)
    assert codes(told) == ["insures"]
    assert lines(told) == [("2018-05-04", "born"), ("2020-01-01", "child_registered")]


def test_what_was_learnt_later_is_not_counted(family: Family) -> None:
    family.insures_no_more(ANNA, ZOSIA, "2026-02-01", said="2026-03-03")
    assert family.asks(ANNA, ZOSIA, NOW, known="2026-03-03").allowed
    assert not family.asks(ANNA, ZOSIA, NOW, known="2026-03-04").allowed


def test_a_guardian_who_left_reads_who_did_it(family: Family) -> None:
    family.designates(ANNA, PIOTR, ZOSIA, "2025-01-01")
    family.removes(PIOTR, PIOTR, ZOSIA, "2025-02-01")
    assert [fact.said_by for fact in family.asks(PIOTR, ZOSIA, NOW).facts] == ["insuring_parent", "you"]
    operator = family.asks(PIOTR, ZOSIA, NOW, Depth.OPERATOR)
    assert "you" not in [fact.said_by for fact in operator.facts]


# What a citizen does not learn


def disclosed(explanation: Explanation) -> str:
    return to_json(explanation, "en").decode() + render(explanation, "en")


def turbulent(family: Family) -> Family:
    """As much as can be said about other people, in the record that Anna and Piotr ask about."""
    family.title(ANNA, "2019-01-01")
    family.insures(PIOTR, ZOSIA, "2021-01-01", payer="railway")
    family.rights(PIOTR, ZOSIA, "limited", "2022-02-02")
    family.designates(ANNA, PIOTR, ZOSIA, "2023-03-03")
    family.guardian("helena", ZOSIA, "2024-04-04")
    family.confirms("neighbour", ZOSIA, "2025-05-05")
    family.blocks("neighbour", ZOSIA, "2025-06-06")
    return family


@pytest.mark.parametrize("viewer", [ANNA, PIOTR])
@pytest.mark.parametrize("at", [NOW, "2019-06-06"])
def test_no_id_of_anybody_is_told_to_a_citizen(family: Family, viewer: str, at: str) -> None:
    told = disclosed(turbulent(family).asks(viewer, ZOSIA, at))
    names = (ANNA, PIOTR, ZOSIA, "helena", "neighbour", "payer", "railway")
    assert [name for name in names if str(who(name)) in told] == []
    assert [fact for fact in family.facts if str(fact.event_id) in told] == []
    assert "op-7" not in told
    assert "secret" not in told


def test_of_the_other_parent_nothing_is_told_but_that_they_insure(family: Family) -> None:
    turbulent(family)
    family.insures_no_more(ANNA, ZOSIA, "2026-01-01")
    family.removes(ANNA, PIOTR, ZOSIA, "2024-01-01")
    assert lines(family.asks(ANNA, ZOSIA, NOW)) == []
    assert [reason.code for reason in family.asks(ANNA, ZOSIA, NOW).reasons] == ["another_parent_insures"]


def test_a_block_still_to_come_is_not_foretold_to_a_citizen(family: Family) -> None:
    family.blocks(ANNA, ZOSIA, "2026-04-01 12:00")
    assert until(family.asks(ANNA, ZOSIA, NOW)) == ("2036-05-04T00:00:00+02:00", "came_of_age")
    assert until(family.asks(ANNA, ZOSIA, NOW, Depth.OPERATOR)) == ("2026-04-01T12:00:00+02:00", "blocked")


def test_a_block_that_was_lifted_leaves_no_trace_for_a_citizen(family: Family) -> None:
    before = family.asks(ANNA, ZOSIA, NOW)
    family.blocks(ANNA, ZOSIA, "2025-04-01 12:00")
    family.unblocks(ANNA, ZOSIA, "2025-05-01 12:00")
    assert to_json(family.asks(ANNA, ZOSIA, NOW), "pl") == to_json(before, "pl")


def test_a_designators_block_hides_the_designation_and_is_not_named(family: Family) -> None:
    family.designates(ANNA, "uncle", ZOSIA, "2025-01-01")
    family.confirms("uncle", ZOSIA, "2025-01-01", until="2027-01-01")
    family.blocks(ANNA, ZOSIA, "2026-03-01")
    assert codes(family.asks("uncle", ZOSIA, "2026-02-01")) == ["designated", "confirmed"]
    assert codes(family.asks("uncle", ZOSIA, NOW)) == ["confirmed"]
    assert "block" not in disclosed(family.asks("uncle", ZOSIA, NOW))


def test_stranger_unknown_number_and_blocked_person_get_equal_bytes(family: Family) -> None:
    family.designates(ANNA, PIOTR, ZOSIA, "2025-01-01")
    family.blocks(PIOTR, ZOSIA, "2026-01-01")
    asked = [("stranger", ZOSIA), (ANNA, None), (PIOTR, ZOSIA), (None, ZOSIA), ("former delegate", ZOSIA)]
    for language in ("pl", "uk", "en"):
        told = [family.asks(viewer, subject, NOW) for viewer, subject in asked]
        assert len({to_json(one, language) for one in told}) == 1
        assert len({render(one, language) for one in told}) == 1


def test_a_stranger_learns_nothing_of_death_or_age(family: Family) -> None:
    unknown = to_json(family.asks("stranger", None, "2040-01-01"), "pl")
    family.died(ZOSIA, "2026-01-01")
    assert to_json(family.asks("stranger", ZOSIA, "2040-01-01"), "pl") == unknown


# What an operator sees


def test_an_operator_sees_every_fact_with_ids_and_payer(family: Family) -> None:
    told = turbulent(family).asks("stranger", ZOSIA, NOW, Depth.OPERATOR)
    assert {fact.event_id for fact in told.facts} == {f.event_id for f in family.facts if f.subject == who(ZOSIA)}
    seen = disclosed(told)
    assert str(who("railway")) in seen
    assert str(who("helena")) in seen
    assert "secret" not in seen


def test_an_operator_sees_grounds_masks_and_the_designator(family: Family) -> None:
    family.designates(ANNA, PIOTR, ZOSIA, "2025-01-01")
    family.blocks(PIOTR, ZOSIA, "2026-01-01")
    insight = family.asks(PIOTR, ZOSIA, NOW, Depth.OPERATOR).insight
    assert isinstance(insight, Insight)
    assert (insight.viewer, insight.subject) == (who(PIOTR), who(ZOSIA))
    assert [(g.code, g.counts, g.designator) for g in insight.grounds] == [("designated", False, who(ANNA))]
    assert [(m.code, m.event_id) for m in insight.masks if m.counts] == [("block", family.facts[-1].event_id)]


def test_an_operator_sees_the_block_on_another_number(family: Family) -> None:
    family.renumbered(PIOTR, "piotr's new number", "2020-01-01")
    family.blocks("piotr's new number", ZOSIA, "2026-01-01")
    told = family.asks(PIOTR, ZOSIA, NOW, Depth.OPERATOR)
    assert ("2026-01-01", "blocked") in lines(told)


def test_an_operator_asks_about_nobody_and_about_ones_own_account(family: Family) -> None:
    nobody = family.asks(ANNA, None, NOW, Depth.OPERATOR)
    own = family.asks(ANNA, ANNA, NOW, Depth.OPERATOR)
    assert [reason.code for reason in nobody.reasons] == ["no_tie"]
    assert own.allowed
    assert isinstance(nobody.insight, Insight)
    assert isinstance(own.insight, Insight)


def test_the_answer_is_plain_json(family: Family) -> None:
    told = msgspec.json.decode(to_json(family.asks(ANNA, ZOSIA, NOW), "en"))
    promised = {"allowed", "grounds", "reasons", "facts", "until", "next_steps", "as_of"}
    assert promised <= told.keys()
    assert told["facts"][0]["date"] == "2018-05-04"
    assert told["facts"][0]["institution"] == "PESEL register"
    assert told["facts"][0]["line"] == "date of birth"
    assert told["as_of"] == "2026-03-02T12:00:00+01:00"
    assert "insight" not in told


@pytest.mark.parametrize("depth", Depth)
def test_the_order_of_facts_changes_nothing(family: Family, depth: Depth) -> None:
    turbulent(family)
    family.insures(ANNA, ZOSIA, "2020-01-01", payer="second job")
    family.insures_no_more(ANNA, ZOSIA, "2027-01-01")
    family.insures_no_more(ANNA, ZOSIA, "2027-01-01", payer="second job")
    for day in ("2026-01-01", "2027-02-02"):
        told = to_json(family.asks(ANNA, ZOSIA, day, depth), "en")
        family.facts.reverse()
        assert to_json(family.asks(ANNA, ZOSIA, day, depth), "en") == told


def test_every_period_of_access_has_a_ground_that_is_named(family: Family) -> None:
    turbulent(family)
    for year in range(2019, 2037):
        told = family.asks(ANNA, ZOSIA, f"{year}-07-01")
        assert told.allowed == bool(told.grounds) == (not told.reasons)
