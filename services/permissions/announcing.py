"""Whom to tell that an access will end or has ended: decided here, told by others."""

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID, uuid4

from services.permissions.rules.access import standing
from services.permissions.rules.age import reaches
from services.permissions.rules.facts import PersonRegistered, Record, Records
from services.permissions.rules.instants import start_of
from services.permissions.rules.standing import MaskCode, Period, Standing
from services.permissions.why.endings import end_of_access

DAYS_BEFORE: Final = (30, 7)
LOGS_IN_FROM: Final = 16
TAKEN_BACK: Final = "taken_back"
_BLOCKS: Final = {MaskCode.BLOCK, MaskCode.DESIGNATOR_BLOCKED}
_DAY: Final = 86_400_000_000


def days_due(ends_at: int, now: int) -> int | None:
    """Which announcement is due for an end that comes by itself; of those that were missed only the nearest."""
    return min((days for days in DAYS_BEFORE if 0 < ends_at - now <= days * _DAY), default=None)


def ended(before: Iterable[Period], after: Iterable[Period], now: int) -> bool:
    """Whether an access that ran until this moment has been taken away by what was learnt."""
    return _runs(before, now) and not _runs(after, now)


def end_announced(viewer: UUID, subject: UUID, ends_at: int, days: int, records: Records, now: int) -> dict[str, Any]:
    """The fields of AccessEndAnnounced."""
    cause = cause_of_end(standing(viewer, subject, records), ends_at)
    told = _told(viewer, subject, records, now)
    return {**_head(viewer, now), "ends_at": ends_at, "days": days, "cause": cause, "told": told}


def access_ended(viewer: UUID, subject: UUID, records: Records, now: int) -> dict[str, Any]:
    """The fields of AccessEnded; of a block nobody is told, and whose designator is blocked learns no cause."""
    stands = standing(viewer, subject, records)
    hiding = {mask.code for mask in stands.masks if mask.span.covers(now)}
    told = [] if MaskCode.BLOCK in hiding else _told(viewer, subject, records, now)
    ended_at = max((p.ends for p in stands.periods() if p.ends <= now), default=now)
    cause = TAKEN_BACK if hiding & _BLOCKS else cause_of_end(stands, ended_at)
    return {**_head(viewer, now), "ended_at": ended_at, "cause": cause, "told": told}


def cause_of_end(stands: Standing, ends_at: int) -> str:
    """What ends an access at a moment; an access of which nothing is left was taken back."""
    end = end_of_access(stands, ends_at - 1)
    return TAKEN_BACK if end is None else end.cause


def _told(viewer: UUID, subject: UUID, records: Records, now: int) -> list[UUID]:
    """Who may know: the viewer, and the subject who is old enough to log in; what a parent has is not the other's."""
    return sorted({viewer, subject} if _logs_in(records[subject], now) else {viewer})


def _logs_in(subject: Record, now: int) -> bool:
    known = subject.newest(PersonRegistered)
    return known is not None and start_of(reaches(LOGS_IN_FROM, known.birth_date)) <= now


def _head(viewer: UUID, now: int) -> Mapping[str, Any]:
    return {"event_id": uuid4(), "occurred_at": now, "viewer": viewer}


def _runs(periods: Iterable[Period], at: int) -> bool:
    return any(period.begins <= at < period.ends for period in periods)
