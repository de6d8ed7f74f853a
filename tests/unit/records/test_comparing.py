"""What differs between two versions, by name: entries as they are shown, and the shapes of tables and views."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kernel.command_line import BadInput
from services.records.replay.comparing import MOST, Difference, Shown, Subject, Tally, differences
from services.records.replay.shape import WHOLE, Shape, acceptable, known, shape_differences, views_to_look_at

ANNA = UUID(int=1)
SUBJECT = Subject(ANNA, datetime(2026, 3, 1, tzinfo=UTC), "records_v1", "records_v2")
KEY = {"patient_id": "uuid", "entry_id": "uuid", "event_id": "uuid", "publisher": "text", "position": "bigint"}
COLUMNS = frozenset({"entry_id", "medical_at", "state", "provider"})
VIEWS = {
    "timeline(uuid)": "SELECT FROM entry(), statement()",
    "entry(uuid)": "SELECT 'visit' FROM visit() UNION ALL SELECT 'sick-leave' FROM sick_leave()",
    "statement(uuid)": "SELECT 'visit' FROM visit_recorded",
    "visit(uuid)": "SELECT closed(state)",
    "sick_leave(uuid)": "SELECT state",
    "next_dose(uuid)": "SELECT FROM sick_leave()",
    "closed(text)": "RETURN state",
}
SHOWN = dict.fromkeys(("timeline", "entry", "visit", "sick_leave"), COLUMNS) | {"next_dose": frozenset({"reason"})}
ONE = Shape("records_v1", {"visit_recorded": {**KEY, "provider": "text"}}, {"limit": "1"}, VIEWS, SHOWN)

entries = st.lists(
    st.builds(
        Shown,
        st.sampled_from(["visit", "sick-leave"]),
        st.uuids(),
        st.just(1),
        st.fixed_dictionaries({"medical_at": st.sampled_from("12"), "state": st.sampled_from("ab")}),
        st.just((7,)),
    ),
    unique_by=lambda one: one.entry,
    min_size=2,
)


def otherwise(**changes: str) -> Shape:
    """The same, but for the texts of some views."""
    return ONE._replace(version="records_v2", views={**VIEWS, **{f"{k}(uuid)": v for k, v in changes.items()}})


@given(entries)
def test_what_is_shown_alike_does_not_differ(shown: list[Shown]) -> None:
    assert list(differences(SUBJECT, shown, shown)) == []


@given(entries, st.data())
def test_the_one_entry_that_is_shown_otherwise_is_named(shown: list[Shown], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(shown) - 1))
    changed = shown[at]._replace(fields={**shown[at].fields, "state": "other"})
    (found,) = differences(SUBJECT, shown, [*shown[:at], changed, *shown[at + 1 :]])
    assert (found.entry, found.names) == (changed.entry, (f"{changed.kind.replace('-', '_')}.state",))
    assert (found.patient, found.positions, found.known_at) == (ANNA, (7,), SUBJECT.known_at)


@given(entries, st.data())
def test_the_one_entry_that_is_not_shown_is_named(shown: list[Shown], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(shown) - 1))
    rest = [*shown[:at], *shown[at + 1 :]]
    (lost,), (more,) = differences(SUBJECT, shown, rest), differences(SUBJECT, rest, shown)
    assert (lost.entry, lost.says) == (shown[at].entry, "not shown by records_v2")
    assert (more.entry, more.says) == (shown[at].entry, "shown by records_v2 only")


@given(entries)
def test_another_order_is_named_where_nothing_else_differs(shown: list[Shown]) -> None:
    (found,) = differences(SUBJECT, shown, shown[::-1])
    assert found.names == ("timeline.order",)


def test_an_entry_that_moved_because_its_time_differs_is_no_other_order() -> None:
    one, two, moved = (
        Shown("visit", UUID(int=n), 1, {"medical_at": at}, ()) for n, at in ((1, "1"), (2, "2"), (2, "0"))
    )
    (found,) = differences(SUBJECT, [one, two], [moved, one])
    assert found.names == ("visit.medical_at",)


def test_an_entry_that_is_shown_twice_is_one_too_many() -> None:
    one = Shown("visit", ANNA, 1, {}, ())
    (found,) = differences(SUBJECT, [one], [one, one._replace(nth=2)])
    assert (found.names, found.says) == (("visit",), "shown by records_v2 only")


def test_what_was_accepted_is_counted_and_only_the_first_of_the_rest_are_kept() -> None:
    tally = Tally(frozenset({"visit.state"}))
    for _ in range(MOST + 5):
        tally.add(Difference(("visit.state",), "differs"))
        tally.add(Difference(("visit.state", "visit.provider"), "differs"))
    assert (tally.accepted, tally.not_accepted, len(tally.first)) == (MOST + 5, MOST + 5, MOST)
    assert tally.by_name == {"visit.state": 2 * (MOST + 5), "visit.provider": MOST + 5}


@pytest.mark.parametrize(
    ("changed", "looked_at"),
    [
        ({}, []),
        ({"visit": "SELECT ''"}, ["visit"]),
        ({"closed": "RETURN ''"}, ["visit"]),
        ({"sick_leave": "SELECT ''"}, ["next_dose", "sick_leave"]),
        ({"statement": "SELECT ''"}, WHOLE),
        ({"entry": "SELECT ''"}, WHOLE),
        ({"timeline": "SELECT ''"}, WHOLE),
    ],
)
def test_only_views_that_may_show_something_else_are_looked_at(changed: dict[str, str], looked_at: list[str]) -> None:
    if "closed" in changed:
        other = ONE._replace(views={**VIEWS, "closed(text)": changed["closed"]})
    else:
        other = otherwise(**changed)
    assert views_to_look_at(ONE, other) == views_to_look_at(other, ONE) == looked_at


def test_tables_and_columns_of_one_version_only_are_named() -> None:
    events = {"visit_recorded": {**KEY, "provider": "bigint", "room": "text"}, "allergy_noted": KEY}
    other = Shape("records_v2", events, {"limit": "2", "fee": ""}, VIEWS, SHOWN)
    found = {one.names[0]: one.says for one in shape_differences(ONE, other)}
    assert found == {
        "allergy_noted": "a table of records_v2 only",
        "fee": "a table of records_v2 only",
        "visit_recorded.room": "a column of records_v2 only",
        "visit_recorded.provider": "a column of two types",
        "limit": "differs",
    }
    assert found.keys() <= acceptable(ONE, other)


def test_what_may_be_accepted_has_a_name_and_what_says_which_event_it_is_has_none() -> None:
    may = acceptable(ONE, ONE)
    assert {
        "visit_recorded.provider",
        "visit",
        "sick_leave.state",
        "visit.disputed",
        "next_dose.reason",
        "limit",
    } <= may
    assert not {"events", "visit_recorded", "visit_recorded.event_id", "visit_recorded.position", "timeline"} & may
    with pytest.raises(BadInput, match=r"did you mean .*sick_leave\.state"):
        known(frozenset({"sick_leave.stat"}), may)
