"""The shape of a version: its tables and its views, and by which names a change of it may be accepted. Pure."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from services.kernel.command_line import BadInput
from services.records.read_model import KEY
from services.records.replay.comparing import DIFFERS, ORDER, Difference

# What says which event a row is: nobody means that to change.
IDENTITY: Final = frozenset({*KEY, "recorded_at", "position", "version"})
TIMELINE: Final = "timeline"
# All entries, one kind after the other; each kind's own view is what counts.
ENTRY: Final = "entry"
NEXT_DOSE: Final = "next_dose"
WHOLE: Final = [TIMELINE, NEXT_DOSE]
OF_EVERY_KIND: Final = frozenset({"entry_id", "medical_at", "state"})
# The timeline's own columns, and what it adds to the content of an entry.
OF_AN_ENTRY: Final = frozenset({"medical_at", "state", "lineage", "sealed", "disputed"})
# Names to suggest.
NEAREST: Final = 5


class Shape(NamedTuple):
    """One version: tables of events with types by column, other tables as texts, views as texts, and their columns."""

    version: str
    events: Mapping[str, Mapping[str, str]]
    reference: Mapping[str, str]
    views: Mapping[str, str]
    shown: Mapping[str, frozenset[str]]


def of_events(columns: Mapping[str, str]) -> bool:
    """Whether a table with these columns holds events."""
    return columns.keys() >= {*KEY, "position"}


def tables(active: Shape, other: Shape) -> dict[str, list[str]]:
    """Tables of events that both have, with the columns that both have in the same type."""
    both = sorted(active.events.keys() & other.events.keys())
    return {table: sorted(dict(active.events[table].items() & other.events[table].items())) for table in both}


def shape_differences(active: Shape, other: Shape) -> Iterator[Difference]:
    """Tables and columns that only one version has, or has otherwise."""
    for one, beside in ((active, other), (other, active)):
        for table in sorted(one.events.keys() - beside.events.keys()):
            yield Difference((table,), f"a table of {one.version} only")
        for table in sorted(one.reference.keys() - beside.reference.keys()):
            yield Difference((table,), f"a table of {one.version} only")
        for name in sorted(_columns(one, beside) - _columns(beside, one)):
            yield Difference((name,), f"a column of {one.version} only")
    for table in sorted(active.reference.keys() & other.reference.keys()):
        if active.reference[table] != other.reference[table]:
            yield Difference((table,), DIFFERS)
    for table, columns in tables(active, other).items():
        for column in sorted(active.events[table].keys() & other.events[table].keys() - set(columns)):
            yield Difference((f"{table}.{column}",), "a column of two types")


def views_differing(active: Shape, other: Shape) -> list[str]:
    """Views whose texts are not the same, and tables of limits that they use; also those that only one version has."""
    before, now = ({**one.views, **one.reference} for one in (active, other))
    return sorted(name for name in before.keys() | now.keys() if before.get(name) != now.get(name))


def views_to_look_at(active: Shape, other: Shape) -> list[str]:
    """Views that show whatever those that differ may change: single kinds of entry, or the whole timeline.

    A view that names another one may depend on it; a word too many costs time only.
    """
    changed = {_bare(name) for name in views_differing(active, other)}
    reached = _reached(active, changed) | _reached(other, changed)
    of_the_whole = (_words(active, TIMELINE) | _words(other, TIMELINE) | {TIMELINE}) - {ENTRY}
    if ENTRY in changed or of_the_whole & reached or _kinds(active) != _kinds(other):
        return WHOLE
    return sorted(reached & (_kinds(active) | {NEXT_DOSE}))


def acceptable(active: Shape, other: Shape) -> frozenset[str]:
    """Names of what may be meant to differ: columns, whole tables that only one version has, what views show."""
    both = (active, other)
    one_sided = active.events.keys() ^ other.events.keys()
    reference = active.reference.keys() | other.reference.keys()
    said = {f"{t}.{c}" for one in both for t, columns in one.events.items() for c in columns.keys() - IDENTITY}
    shown = {f"{kind}.{name}" for one in both for kind in _kinds(one) for name in one.shown[kind] | OF_AN_ENTRY}
    dose = {f"{NEXT_DOSE}.{name}" for one in both for name in one.shown.get(NEXT_DOSE, ())}
    kinds = _kinds(active) | _kinds(other)
    return frozenset({*one_sided, *reference, *said, *shown, *kinds, *dose, ORDER})


def known(given: frozenset[str], may: frozenset[str]) -> frozenset[str]:
    """The names that were given; BadInput where one of them names nothing that may be meant to differ."""
    for name in sorted(given - may):
        near = get_close_matches(name, sorted(may), n=NEAREST)
        instead = f"did you mean {', '.join(near)}?" if near else "a table.column, a view.column, or a new table may be"
        raise BadInput(f"{name} is nothing that may be accepted; {instead}")
    return given


def _columns(one: Shape, beside: Shape) -> set[str]:
    """Columns in tables of events that both have, whatever their types."""
    both = one.events.keys() & beside.events.keys()
    return {f"{table}.{column}" for table in both for column in one.events[table]}


def _kinds(one: Shape) -> set[str]:
    """The views that show one kind of entry each."""
    shown = {view for view, columns in one.shown.items() if columns >= OF_EVERY_KIND}
    return shown - {TIMELINE, ENTRY}


def _reached(one: Shape, changed: set[str]) -> set[str]:
    """What was changed, and every view that names something of it, or names what does."""
    words = {_bare(name): _words_of(text) for name, text in one.views.items()}
    reached, before = set(changed), set[str]()
    while reached != before:
        before = set(reached)
        reached |= {view for view, named in words.items() if named & before}
    return reached - (set() if TIMELINE in changed else {TIMELINE})


def _words(one: Shape, view: str) -> set[str]:
    """Every word in the texts of a view."""
    return {word for name, text in one.views.items() if _bare(name) == view for word in _words_of(text)}


def _words_of(text: str) -> set[str]:
    """Every word but those in quotes, which name no view: kinds are called like their views."""
    return set(re.findall(r"\w+", re.sub(r"'[^']*'", "", text)))


def _bare(name: str) -> str:
    """A view's name without its parameters."""
    return name.partition("(")[0]
