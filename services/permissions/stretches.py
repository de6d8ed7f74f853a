"""From statements in any order to stretches of time: each lasts until the next one, or until its own end."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from typing import Generic, NamedTuple, Protocol, TypeVar

from services.permissions.instants import FOREVER

Newness = tuple[int, bytes, str]


class Said(Protocol):
    """Any statement: of two about one thing the newer one counts."""

    @property
    def newness(self) -> Newness: ...

    @property
    def occurred_at(self) -> int: ...


class Made(Said, Protocol):
    """A statement that something holds from a day on."""

    @property
    def valid_from(self) -> date: ...


class Ended(Said, Protocol):
    """A statement that something holds no longer from a day on."""

    @property
    def valid_until(self) -> date: ...


AnySaid = TypeVar("AnySaid", bound=Said)
AnyMade = TypeVar("AnyMade", bound=Made)
AnyEnded = TypeVar("AnyEnded", bound=Ended)
AnyEnding = TypeVar("AnyEnding", bound=Said)


class Stretch(NamedTuple, Generic[AnyMade, AnyEnded]):
    """What was made, from its first day to the first one after (None: no end known), and what ended it."""

    made: AnyMade
    ends: date | None
    ended_by: AnyEnded | None

    @property
    def begins(self) -> date:
        return self.made.valid_from


def stretches(made: Iterable[AnyMade], ended: Sequence[AnyEnded]) -> Iterator[Stretch[AnyMade, AnyEnded]]:
    """One stretch for each day from which something was made, as the newest statement about that day has it.

    An end belongs to the stretch that it lies in, its last day included; one that lies before all of them takes back
    whatever was stated before it.
    """
    statements = sorted(newest_by(made, lambda said: said.valid_from), key=lambda said: said.valid_from)
    for said, following in pairwise([*statements, None]):
        assert said is not None
        taken_back = (e for e in ended if e.valid_until <= statements[0].valid_from and e.newness > said.newness)
        if not any(taken_back):
            until = following.valid_from if following else None
            own = newest(e for e in ended if said.valid_from < e.valid_until and not _after(e.valid_until, until))
            yield Stretch(said, own.valid_until, own) if own else Stretch(said, until, None)


def turns(given: Iterable[AnySaid], ended: Iterable[AnyEnding]) -> Iterator[tuple[AnySaid, int, AnyEnding | None]]:
    """What was given by decisions, each until the moment of the next decision about it; what ended it, if that did."""
    decisions, endings = list(given), list(ended)
    for said in decisions:
        again, ending = _next(decisions, said), _next(endings, said)
        if again is not None and (ending is None or again.newness < ending.newness):
            yield said, again.occurred_at, None
        else:
            yield said, FOREVER if ending is None else ending.occurred_at, ending


def newest(statements: Iterable[AnySaid]) -> AnySaid | None:
    """The statement that counts, where all are about one thing."""
    return max(statements, key=lambda said: said.newness, default=None)


def newest_by(statements: Iterable[AnySaid], about: Callable[[AnySaid], Hashable]) -> list[AnySaid]:
    """Of all statements about the same thing, the one that counts."""
    found: dict[Hashable, AnySaid] = {}
    for said in statements:
        thing = about(said)
        if thing not in found or said.newness > found[thing].newness:
            found[thing] = said
    return list(found.values())


def _after(day: date, until: date | None) -> bool:
    return until is not None and day > until


def _next(statements: Iterable[AnySaid], said: Said) -> AnySaid | None:
    return min((one for one in statements if one.newness > said.newness), key=lambda one: one.newness, default=None)
