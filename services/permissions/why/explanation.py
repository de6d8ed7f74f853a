"""The whole answer to "may I see this account, and why", to the depth that the asker may know.

It holds codes and dates; the words for them, in three languages, are put in by ``texts``.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from services.kernel.moments import moment
from services.permissions.rules.access import standing
from services.permissions.rules.facts import (
    Fact,
    GuardianDesignated,
    InsuranceTitleClosed,
    InsuranceTitleOpened,
    PersonDied,
    Records,
)
from services.permissions.rules.instants import ALWAYS, FOREVER, POLAND, day_of
from services.permissions.rules.standing import Ground, GroundCode, Mask, MaskCode, Scope, Standing
from services.permissions.why.answer import (
    Explanation,
    GivenReason,
    HeldGround,
    Inside,
    Insight,
    KnownEnd,
    NoteCode,
    Saying,
)
from services.permissions.why.endings import Cause, End, around, end_of_access
from services.permissions.why.evidence import for_citizen, for_operator
from services.permissions.why.reasons import Question, Reason, ReasonCode, insurers, reasons

OWN: Final = "own"
# An end is worth advice when it is this near, and of these kinds.
SOON: Final = timedelta(days=30)
ADVISED: Final = frozenset(
    {
        Cause.CAME_OF_AGE,
        Cause.OWN_TITLE,
        Cause.DEREGISTERED,
        Cause.TITLE_ENDED,
        Cause.DELEGATION_ENDED,
        Cause.CONFIRMATION_ENDED,
    }
)
# While either of these holds, no parent can add the asker to the guardians.
_NOBODY_ADDS: Final = frozenset({ReasonCode.OWN_TITLE, ReasonCode.RIGHTS_LOST})
_OF_ASKER: Final[tuple[type[Fact], ...]] = (InsuranceTitleOpened, InsuranceTitleClosed, PersonDied)
_BLOCKS: Final = (MaskCode.BLOCK, MaskCode.DESIGNATOR_BLOCKED)


class Depth(StrEnum):
    """How much the asker may know."""

    CITIZEN = "citizen"
    OPERATOR = "operator"


def explain(
    viewer: UUID | None, subject: UUID | None, records: Records, at: int, as_of: int, depth: Depth = Depth.CITIZEN
) -> Explanation:
    """May this viewer see this subject at a moment, by the facts given; None is somebody whom nobody knows."""
    blank = Explanation(allowed=False, at=_local(at), as_of=_local(as_of))
    if viewer is not None and viewer == subject:
        told = replace(blank, allowed=True, grounds=[HeldGround(code=OWN)])
    elif viewer is None or subject is None:
        told = _refused(blank, reasons(viewer, subject, records, at))
    else:
        return _explained(blank, Question(viewer, subject, records, at), depth)
    return replace(told, insight=_insight(viewer, subject, Standing(), at)) if depth is Depth.OPERATOR else told


def _explained(blank: Explanation, question: Question, depth: Depth) -> Explanation:
    """The answer about somebody else's account, with as many facts as the asker may know."""
    viewer, subject, at = question.viewer, question.subject, question.at
    stands = standing(viewer, subject, question.records)
    told, facts = _answered(blank, question, stands if depth is Depth.OPERATOR else _without_other_blocks(stands, at))
    if depth is Depth.CITIZEN:
        return replace(told, facts=for_citizen(facts, viewer, subject))
    everything = for_operator([*facts, *_everything(question, stands)], subject)
    return replace(told, facts=everything, insight=_insight(viewer, subject, stands, at))


def _answered(blank: Explanation, question: Question, stands: Standing) -> tuple[Explanation, list[Fact]]:
    """Yes or no, with the facts that it rests on."""
    if held := stands.held(question.at):
        return _allowed(blank, question, stands, held)
    given = reasons(question.viewer, question.subject, question.records, question.at)
    return _refused(blank, given), [fact for reason in given for fact in reason.facts]


def _refused(blank: Explanation, given: list[Reason]) -> Explanation:
    """No, with each reason and what to do about it."""
    rows = [GivenReason(code=reason.code, day=reason.day, until=reason.until) for reason in given]
    return replace(blank, reasons=rows, next_steps=list(_steps(given)))


def _steps(given: list[Reason]) -> Iterator[Saying]:
    """What to do about each reason, but nothing that another one makes impossible."""
    nobody_adds = any(reason.code in _NOBODY_ADDS for reason in given)
    for reason in given:
        if not (nobody_adds and reason.code is ReasonCode.ANOTHER_PARENT_INSURES):
            yield Saying(code=reason.code, day=reason.until)


def _allowed(
    blank: Explanation, question: Question, stands: Standing, held: list[Ground]
) -> tuple[Explanation, list[Fact]]:
    """Yes, by which grounds, and until when."""
    end = end_of_access(stands, question.at)
    facts = [*(ground.fact for ground in held), *(end.facts if end else ())]
    told = replace(
        blank,
        allowed=True,
        grounds=_grounds(stands, question.at, held),
        notes=[Saying(code=note) for note in _notes(question, held)],
        until=KnownEnd(at=_local(end.at), cause=end.cause) if end else None,
        next_steps=[Saying(code=f"before_{end.cause}", day=day_of(end.at))] if end and _advised(end, question) else [],
    )
    return told, facts


def _grounds(stands: Standing, at: int, held: list[Ground]) -> list[HeldGround]:
    periods, codes = stands.periods(), {ground.code for ground in held}
    runs = ((code, around([p for p in periods if code in p.grounds], at)) for code in GroundCode if code in codes)
    return [HeldGround(code=code, since=_known(run.begins), until=_known(run.ends)) for code, run in runs if run]


def _notes(question: Question, held: list[Ground]) -> Iterator[NoteCode]:
    others = insurers(question.subject, question.records, question.at).keys() - {question.viewer}
    if others and any(ground.code is GroundCode.INSURES for ground in held):
        yield NoteCode.ANOTHER_PARENT_INSURES
    if all(ground.scope is Scope.SEE for ground in held):
        yield NoteCode.LOOK_ONLY


def _advised(end: End, question: Question) -> bool:
    """Whether the end is near, and something can be done about it."""
    return end.cause in ADVISED and day_of(end.at) - day_of(question.at) <= SOON


def _without_other_blocks(stands: Standing, at: int) -> Standing:
    """What a citizen may hear of: no block but the one that hides something now, and that one only as a no."""
    seen = [mask for mask in stands.masks if mask.code not in _BLOCKS or mask.span.covers(at)]
    return Standing(stands.grounds, seen)


def _everything(question: Question, stands: Standing) -> Iterator[Fact]:
    """What an operator sees besides the facts of the answer: the child's record, the asker's insurance, every mask."""
    yield from question.child
    yield from (fact for kind in _OF_ASKER for fact in question.own.all(kind))
    yield from (mask.fact for mask in stands.masks if mask.fact is not None)
    yield from (ground.ended_by for ground in stands.grounds if ground.ended_by is not None)


def _insight(viewer: UUID | None, subject: UUID | None, stands: Standing, at: int) -> Insight:
    held = stands.held(at)
    grounds = [_ground_inside(ground, ground in held) for ground in stands.grounds]
    masks = [_mask_inside(mask, mask.span.covers(at)) for mask in stands.masks]
    return Insight(
        viewer=viewer, subject=subject, grounds=sorted(grounds, key=_earliest), masks=sorted(masks, key=_earliest)
    )


def _earliest(inside: Inside) -> tuple[str, str, str]:
    return str(inside.begins or ""), inside.code, str(inside.event_id)


def _ground_inside(ground: Ground, counts: bool) -> Inside:
    return Inside(
        code=ground.code,
        begins=_known(ground.span.begins),
        ends=_known(ground.span.ends),
        counts=counts,
        event_id=ground.fact.event_id,
        ended_by=ground.ended_by.event_id if ground.ended_by else None,
        designator=ground.fact.designator if isinstance(ground.fact, GuardianDesignated) else None,
    )


def _mask_inside(mask: Mask, counts: bool) -> Inside:
    return Inside(
        code=mask.code,
        begins=_known(mask.span.begins),
        ends=_known(mask.span.ends),
        counts=counts,
        event_id=mask.fact.event_id if mask.fact else None,
        designator=mask.designator,
    )


def _known(at: int) -> datetime | None:
    return None if at in (ALWAYS, FOREVER) else _local(at)


def _local(at: int) -> datetime:
    return moment(at).astimezone(POLAND)
