"""What speaks for and against one viewer's look at one subject, at any time.

A ground lets somebody see, a mask hides grounds while it lasts; whoever has a ground and no mask over it may see. What
hides begins at the very moment at which it holds, so at one moment the mask wins.
"""

from collections.abc import Sequence
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple
from uuid import UUID

import msgspec

from services.permissions.rules.facts import Fact, GuardianDesignated
from services.permissions.rules.instants import Span


class GroundCode(StrEnum):
    """Why somebody may see."""

    INSURES = "insures"
    DESIGNATED = "designated"
    COURT_GUARDIAN = "court_guardian"
    DELEGATED = "delegated"
    CONFIRMED = "confirmed"

    # That of text, in C: an enum's own is a call of Python, and these are looked up all the time.
    __hash__ = str.__hash__


class MaskCode(StrEnum):
    """Why a ground does not count for a while."""

    OWN_TITLE = "own_title"
    RIGHTS = "rights"
    BLOCK = "block"
    DESIGNATOR_BLOCKED = "designator_blocked"
    OF_AGE = "of_age"
    AGE_UNKNOWN = "age_unknown"
    DEATH = "death"


class Scope(StrEnum):
    """What a viewer may do: look, or act for the subject too."""

    SEE = "see"
    MANAGE = "manage"


class Ground(msgspec.Struct, frozen=True):
    """One reason why a viewer may see, for as long as it lasts by itself; ``ended_by`` is the fact that ends it."""

    code: GroundCode
    span: Span
    fact: Fact
    ended_by: Fact | None = None
    scope: Scope = Scope.MANAGE


class Mask(msgspec.Struct, frozen=True):
    """One reason why grounds of some kinds do not count, for as long as it lasts."""

    code: MaskCode
    span: Span
    hides: frozenset[GroundCode]
    fact: Fact | None = None
    designator: UUID | None = None

    def lies_over(self, ground: Ground) -> bool:
        """Whether it hides this ground while it lasts; a designator's block, only what that person designated."""
        if ground.code not in self.hides:
            return False
        return self.designator is None or (
            isinstance(ground.fact, GuardianDesignated) and ground.fact.designator == self.designator
        )


class Period(NamedTuple):
    """A stretch in which a viewer may see, with all the grounds that hold throughout it."""

    begins: int
    ends: int
    scope: Scope
    grounds: tuple[GroundCode, ...]

    def is_continued_by(self, other: "Period") -> bool:
        """Whether another one begins where this one ends and differs in nothing else."""
        return self.ends == other.begins and self.grounds == other.grounds and self.scope is other.scope


class Standing(msgspec.Struct, frozen=True):
    """Everything that speaks for and against one viewer's look at one subject, at any time."""

    grounds: Sequence[Ground] = ()
    masks: Sequence[Mask] = ()

    def held(self, at: int) -> list[Ground]:
        """The grounds that count at a moment."""
        return [ground for ground in self.grounds if any(span.covers(at) for span in self.seen(ground))]

    def seen(self, ground: Ground) -> list[Span]:
        """The stretches of a ground that no mask hides."""
        spans = [ground.span] if ground.span.begins < ground.span.ends else []
        for mask in self.masks:
            if mask.lies_over(ground):
                spans = [rest for span in spans for rest in span.without(mask.span)]
        return spans

    def periods(self) -> tuple[Period, ...]:
        """The whole of it: stretches in order, none touching another with the same grounds."""
        seen = [(*span, ground) for ground in self.grounds for span in self.seen(ground)]
        moments = sorted({moment for begins, ends, _ in seen for moment in (begins, ends)})
        found: list[Period] = []
        for moment, following in pairwise(moments):
            if held := [ground for begins, ends, ground in seen if begins <= moment < ends]:
                period = Period(moment, following, *_allowed(held))
                if found and found[-1].is_continued_by(period):
                    period = period._replace(begins=found.pop().begins)
                found.append(period)
        return tuple(found)


def _allowed(held: Sequence[Ground]) -> tuple[Scope, tuple[GroundCode, ...]]:
    """What grounds that hold together allow."""
    scope = Scope.MANAGE if any(ground.scope is Scope.MANAGE for ground in held) else Scope.SEE
    return scope, tuple(sorted({ground.code for ground in held}))
