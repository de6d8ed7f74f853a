"""What differs between two versions of the patient read model, and by which name it may be accepted. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

import msgspec

from services.records.read_model import view_name

# The ledger has events that both versions lack, or have twice: damage, which nobody can mean.
EVENTS: Final = "events"
ORDER: Final = "timeline.order"
DIFFERS: Final = "differs"
MOST: Final = 20


class Difference(msgspec.Struct, frozen=True):
    """Something that is not the same in both versions: by which names, and where it comes from."""

    names: tuple[str, ...]
    says: str
    patient: UUID | None = None
    entry: UUID | None = None
    event: UUID | None = None
    publisher: str | None = None
    positions: tuple[int, ...] = ()
    known_at: datetime | None = None


class Tally(msgspec.Struct):
    """How much differs by which names, and the first differences that nobody has accepted."""

    given: frozenset[str]
    by_name: Counter[str] = msgspec.field(default_factory=Counter)
    accepted: int = 0
    not_accepted: int = 0
    first: list[Difference] = msgspec.field(default_factory=list)

    def add(self, found: Difference, count: int = 1) -> None:
        """Count a difference; where it stands for more of its kind, all of them."""
        self.by_name.update(dict.fromkeys(found.names, count))
        if self.given.issuperset(found.names):
            self.accepted += count
        else:
            self.not_accepted += count
            self.first += [found] if len(self.first) < MOST else []


# Kind and id of an entry, and the how many-eth under that id.
Key = tuple[str, UUID | None, int]


class Shown(NamedTuple):
    """One entry as a version shows it; without an id, the answer about the next dose."""

    kind: str
    entry: UUID | None
    nth: int
    fields: Mapping[str, str]
    positions: tuple[int, ...]

    @property
    def key(self) -> Key:
        return self.kind, self.entry, self.nth


class Subject(NamedTuple):
    """A patient as both versions show them, as known at a moment; their names say which shows what."""

    patient: UUID
    known_at: datetime
    active: str
    other: str


def differences(of: Subject, active: Sequence[Shown], other: Sequence[Shown]) -> Iterator[Difference]:
    """Entries that one version does not show or shows otherwise, then whether the rest stands in another order."""
    before, now = ({one.key: one for one in side} for side in (active, other))
    for key in dict.fromkeys([*before, *now]):
        if key not in now:
            yield _difference(of, before[key], [view_name(key[0])], f"not shown by {of.other}")
        elif key not in before:
            yield _difference(of, now[key], [view_name(key[0])], f"shown by {of.other} only")
        elif names := names_of(before[key], now[key]):
            yield _difference(of, before[key], names, DIFFERS)
    if _order(before, now) != _order(now, before):
        yield Difference((ORDER,), DIFFERS, of.patient, known_at=of.known_at)


def names_of(before: Shown, now: Shown) -> list[str]:
    """The columns of an entry that differ, in the words of its view."""
    unequal = sorted(
        name for name in before.fields.keys() | now.fields.keys() if before.fields.get(name) != now.fields.get(name)
    )
    return [f"{view_name(before.kind)}.{name}" for name in unequal]


def _difference(of: Subject, shown: Shown, names: Iterable[str], says: str) -> Difference:
    return Difference(
        tuple(names), says, of.patient, shown.entry, positions=shown.positions, known_at=of.known_at
    )  # fmt: skip


def _order(side: Mapping[Key, Shown], beside: Mapping[Key, Shown]) -> list[Key]:
    """Entries of both in the order of one, without those that stand at another time."""
    return [key for key, one in side.items() if key in beside and _time(one) == _time(beside[key])]


def _time(one: Shown) -> str | None:
    return one.fields.get("medical_at")
