"""When an access that runs now will end, and what ends it."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final, NamedTuple

from services.permissions.rules.facts import (
    Fact,
    FamilyMemberDeregistered,
    GuardianRemoved,
    InsuranceTitleClosed,
    InsuranceTitleOpened,
    ParentalRightsChanged,
    PersonRegistered,
)
from services.permissions.rules.instants import FOREVER, Span
from services.permissions.rules.standing import Ground, GroundCode, Mask, MaskCode, Period, Standing


class Cause(StrEnum):
    """What ends an access; of several at one moment the first one is told."""

    DEATH = "death"
    BLOCKED = "blocked"
    CAME_OF_AGE = "came_of_age"
    RIGHTS_LOST = "rights_lost"
    REMOVED = "removed"
    OWN_TITLE = "own_title"
    DEREGISTERED = "deregistered"
    TITLE_ENDED = "title_ended"
    GUARDIANSHIP_ENDED = "guardianship_ended"
    DELEGATION_ENDED = "delegation_ended"
    CONFIRMATION_ENDED = "confirmation_ended"


class End(NamedTuple):
    """The moment at which an access ends, what ends it, and the facts that say so."""

    at: int
    cause: Cause
    facts: tuple[Fact, ...]


_OF_MASK: Final[Mapping[MaskCode, Cause]] = {
    MaskCode.DEATH: Cause.DEATH,
    MaskCode.BLOCK: Cause.BLOCKED,
    MaskCode.DESIGNATOR_BLOCKED: Cause.BLOCKED,
    MaskCode.OF_AGE: Cause.CAME_OF_AGE,
    MaskCode.RIGHTS: Cause.RIGHTS_LOST,
    MaskCode.OWN_TITLE: Cause.OWN_TITLE,
}
_OF_FACT: Final[Mapping[type[Fact], Cause]] = {
    PersonRegistered: Cause.CAME_OF_AGE,
    ParentalRightsChanged: Cause.RIGHTS_LOST,
    GuardianRemoved: Cause.REMOVED,
    FamilyMemberDeregistered: Cause.DEREGISTERED,
    InsuranceTitleOpened: Cause.TITLE_ENDED,
    InsuranceTitleClosed: Cause.TITLE_ENDED,
}
_OF_GROUND: Final[Mapping[GroundCode, Cause]] = {
    GroundCode.INSURES: Cause.DEREGISTERED,
    GroundCode.DESIGNATED: Cause.REMOVED,
    GroundCode.COURT_GUARDIAN: Cause.GUARDIANSHIP_ENDED,
    GroundCode.DELEGATED: Cause.DELEGATION_ENDED,
    GroundCode.CONFIRMED: Cause.CONFIRMATION_ENDED,
}
_ORDER: Final = tuple(Cause)


def around(periods: Iterable[Period], at: int) -> Span | None:
    """The unbroken stretch of these periods in which a moment lies."""
    run: Span | None = None
    for period in periods:
        if run is not None and run.ends == period.begins:
            run = Span(run.begins, period.ends)
        elif run is None or not run.covers(at):
            run = Span(period.begins, period.ends)
    return run if run is not None and run.covers(at) else None


def end_of_access(stands: Standing, at: int) -> End | None:
    """When the access that runs at a moment ends, whichever grounds carry it till then; None: no end is known."""
    run = around(stands.periods(), at)
    if run is None or run.ends == FOREVER:
        return None
    causes = list(_causes(stands, run.ends))
    first = min((cause for cause, _ in causes), key=_ORDER.index)
    return End(run.ends, first, tuple(fact for cause, fact in causes if cause is first and fact is not None))


def _causes(stands: Standing, ends: int) -> Iterable[tuple[Cause, Fact | None]]:
    """What hides, from this very moment on, a ground that held until then; and the grounds that end by themselves."""
    for ground in stands.held(ends - 1):
        if ground.span.ends == ends:
            yield _of_ground(ground), ground.ended_by
        for mask in stands.masks:
            if _falls_on(mask, ground, ends):
                yield _OF_MASK[mask.code], mask.fact


def _of_ground(ground: Ground) -> Cause:
    own = _OF_GROUND[ground.code]
    return own if ground.ended_by is None else _OF_FACT.get(type(ground.ended_by), own)


def _falls_on(mask: Mask, ground: Ground, at: int) -> bool:
    return mask.span.begins == at and mask.lies_over(ground)
