"""From statements in any order to stretches of time: each lasts until the next one, or until its own end."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from datetime import date
from itertools import pairwise
from operator import attrgetter
from typing import Generic, Protocol, TypeVar

import msgspec

from services.permissions.rules.instants import FOREVER

Newness = tuple[int, int, str]


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


class Stretch(msgspec.Struct, Generic[AnyMade, AnyEnded], frozen=True):
    """What was made, from its first day to the first one after (None: no end known), and what ended it."""

    made: AnyMade
    ends: date | None
    ended_by: AnyEnded | None

    @property
    def begins(self) -> date:
        return self.made.valid_from


def stretches(made: Iterable[AnyMade], ended: Sequence[AnyEnded]) -> Iterator[Stretch[AnyMade, AnyEnded]]:
    """One stretch for each day from which something was made, as the newest statement about that day has it.

    An end belongs to the stretch that it lies in, its last day included; of several the newest counts. What was made
    from the very day of an end, or is preceded by nothing, is taken back by it if the end was stated later.
    """
    statements = sorted(newest_by(made, _first_day), key=_first_day)
    for said, following in pairwise([*statements, None]):
        assert said is not None
        until = following.valid_from if following else None
        if not ended:
            yield Stretch(said, until, None)
            continue
        own = newest([e for e in ended if _lies_in(e, said, following) or _takes_back(e, said, statements[0])])
        if own is None:
            yield Stretch(said, until, newest([e for e in ended if e.valid_until == until]))
        elif own.valid_until > said.valid_from:
            yield Stretch(said, own.valid_until, own)


def _takes_back(end: Ended, said: Made, first: Made) -> bool:
    on_its_day = end.valid_until == said.valid_from or end.valid_until <= first.valid_from
    return on_its_day and end.newness > said.newness


def _lies_in(end: Ended, said: Made, following: Made | None) -> bool:
    if end.valid_until <= said.valid_from or following is None:
        return end.valid_until > said.valid_from
    return end.valid_until < following.valid_from or (
        end.valid_until == following.valid_from and end.newness < following.newness
    )


def turns(given: Iterable[AnySaid], ended: Iterable[AnyEnding]) -> Iterator[tuple[AnySaid, int, AnyEnding | None]]:
    """What was given by decisions, each until the moment of the next one, or of an end; what ended it, if that did.

    An end at the very moment at which something is given comes after it.
    """
    decisions, endings = sorted(given, key=_newness), sorted(ended, key=_newness)
    for said, again in pairwise([*decisions, None]):
        assert said is not None
        ending = next((e for e in endings if e.occurred_at >= said.occurred_at), None)
        if again is not None and (ending is None or again.occurred_at < ending.occurred_at):
            yield said, again.occurred_at, None
        else:
            yield said, FOREVER if ending is None else ending.occurred_at, ending


def newest(statements: Iterable[AnySaid]) -> AnySaid | None:
    """The statement that counts, where all are about one thing."""
    return max(statements, key=_newness, default=None)


def newest_by(statements: Iterable[AnySaid], about: Callable[[AnySaid], Hashable]) -> list[AnySaid]:
    """Of all statements about the same thing, the one that counts."""
    found: dict[Hashable, AnySaid] = {}
    for said in statements:
        thing = about(said)
        known = found.setdefault(thing, said)
        if known is not said and said.newness > known.newness:
            found[thing] = said
    return list(found.values())


_newness = attrgetter("newness")
_first_day = attrgetter("valid_from")
