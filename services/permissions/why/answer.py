"""What an explanation consists of: codes and dates, and a place for the words in the asker's language."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from services.permissions.why.endings import Cause
from services.permissions.why.evidence import Evidence
from services.permissions.why.reasons import ReasonCode


class NoteCode(StrEnum):
    """What is worth saying beside a yes."""

    ANOTHER_PARENT_INSURES = "another_parent_insures"
    LOOK_ONLY = "look_only"


class HeldGround(msgspec.Struct, frozen=True, kw_only=True):
    """A ground that counts, and the unbroken stretch for which it does; ``own`` is one's own account."""

    code: str
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


class GivenReason(msgspec.Struct, frozen=True, kw_only=True):
    """A reason for no: since which day, and the last day of waiting."""

    code: ReasonCode
    day: date | None = None
    until: date | None = None
    text: str = ""


class KnownEnd(msgspec.Struct, frozen=True, kw_only=True):
    """When the access ends, and by what."""

    at: datetime
    cause: Cause
    text: str = ""


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """A note or a next step: its code, and the day that its text names."""

    code: str
    day: date | None = None
    text: str = ""


class Inside(msgspec.Struct, frozen=True, kw_only=True):
    """A ground or a mask as the rules see it, for operators; ``counts``: at the moment asked about."""

    code: str
    begins: datetime | None
    ends: datetime | None
    counts: bool
    event_id: UUID | None
    ended_by: UUID | None = None
    designator: UUID | None = None


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """What operators see besides: who asks about whom, and every ground and mask."""

    viewer: UUID | None
    subject: UUID | None
    grounds: list[Inside]
    masks: list[Inside]


class Explanation(msgspec.Struct, frozen=True, kw_only=True):
    """Whether somebody may see an account at a moment, by what was known as of another, and why."""

    allowed: bool
    answer: str = ""
    grounds: list[HeldGround] = []
    notes: list[Saying] = []
    reasons: list[GivenReason] = []
    until: KnownEnd | None = None
    next_steps: list[Saying] = []
    facts: list[Evidence] = []
    at: datetime
    as_of: datetime
    insight: Insight | msgspec.UnsetType = msgspec.UNSET
