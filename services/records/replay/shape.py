"""The shape of a version: its tables and its views, and by which names a change of it may be accepted. Pure."""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Final, NamedTuple

from services.kernel.command_line import BadInput
from services.records.read_model import KEY
from services.records.replay.comparing import DIFFERS, ORDER, Difference

# What says which event a row is: nobody means that to change.
IDENTITY: Final = frozenset({*KEY, "recorded_at", "position", "version"})
TIMELINE: Final = "timeline"
# The timeline's own columns, and what it adds to the content of an entry.
OF_AN_ENTRY: Final = frozenset({"medical_at", "state", "lineage", "sealed", "disputed"})
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


def acceptable(active: Shape, other: Shape) -> frozenset[str]:
    """Names of what may be meant to differ: columns, whole tables that only one version has, what views show."""
    both = (active, other)
    one_sided = active.events.keys() ^ other.events.keys()
    reference = active.reference.keys() | other.reference.keys()
    said = {f"{t}.{c}" for one in both for t, columns in one.events.items() for c in columns.keys() - IDENTITY}
    shown = {name for one in both for view, columns in one.shown.items() for name in _shown(view, columns)}
    return frozenset({*one_sided, *reference, *said, *shown, ORDER})


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


def _shown(view: str, columns: frozenset[str]) -> Iterator[str]:
    """What an entry's view shows, and the entry as such; next_dose is one answer."""
    if "entry_id" in columns and view != TIMELINE:
        yield from (view, *(f"{view}.{name}" for name in columns - {"entry_id"} | OF_AN_ENTRY))
    elif view == "next_dose":
        yield from (f"{view}.{name}" for name in columns)
