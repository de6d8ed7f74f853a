"""Why somebody may not see an account: every row of the table that holds, in its order, as far as the asker may know.

Whoever is blocked, or tied to the child by nothing that we know, gets one and the same row and no other.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

from services.permissions.rules.access import standing
from services.permissions.rules.age import OF_AGE, reaches
from services.permissions.rules.facts import (
    Fact,
    FamilyMemberRegistered,
    GuardianDesignated,
    GuardianRemoved,
    GuardianshipEstablished,
    PersonDied,
    PersonRegistered,
    Record,
    Records,
)
from services.permissions.rules.grounds import candidates, grounds, insuring
from services.permissions.rules.instants import day_of, start_of
from services.permissions.rules.insurance import titles
from services.permissions.rules.masks import NOBODY, blocks, rights_lost
from services.permissions.rules.standing import Ground, MaskCode, Standing
from services.permissions.rules.stretches import newest

# How long a registration may be on its way from the payer through ZUS to us.
ON_ITS_WAY: Final = timedelta(days=21)


class ReasonCode(StrEnum):
    """The rows of the table, in its order; then what life has and the table lacks."""

    NOT_REGISTERED = "not_registered"
    REGISTRATION_ON_ITS_WAY = "registration_on_its_way"
    ANOTHER_PARENT_INSURES = "another_parent_insures"
    OWN_TITLE = "own_title"
    CAME_OF_AGE = "came_of_age"
    REMOVED = "removed"
    RIGHTS_LOST = "rights_lost"
    NO_TIE = "no_tie"
    BIRTH_UNKNOWN = "birth_unknown"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class Reason:
    """One row that holds: since which day, what to wait for, and the facts that it rests on."""

    code: ReasonCode
    day: date | None = None
    until: date | None = None
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """Who asks about whom, and about which moment."""

    viewer: UUID
    subject: UUID
    records: Records
    at: int

    @property
    def child(self) -> Record:
        """The record of the person asked about."""
        return self.records.get(self.subject, NOBODY)

    @property
    def own(self) -> Record:
        """The asker's record."""
        return self.records.get(self.viewer, NOBODY)


Row = Callable[[Question], Reason | None]


def reasons(viewer: UUID | None, subject: UUID | None, records: Records, at: int) -> list[Reason]:
    """Why this viewer may not see this subject at a moment; asked only where no ground is left."""
    no_tie = [Reason(ReasonCode.NO_TIE)]
    if viewer is None or subject is None:
        return no_tie
    question = Question(viewer, subject, records, at)
    if _blocked(question) or not tied(viewer, question.child):
        return no_tie
    for row in _ALONE:
        if reason := row(question):
            return [reason]
    return [reason for row in _TOGETHER if (reason := row(question))] or no_tie


def tied(viewer: UUID, child: Record) -> bool:
    """Whether we know of a tie: parent by the register, ever insured, ever designated, ever guardian; nothing else."""
    return (
        any(viewer in (said.mother, said.father) for said in child.all(PersonRegistered))
        or any(viewer == said.insured for said in child.all(FamilyMemberRegistered))
        or any(viewer == said.viewer for said in child.all(GuardianDesignated))
        or any(viewer == said.guardian for said in child.all(GuardianshipEstablished))
    )


def insurers(subject: UUID, records: Records, at: int) -> dict[UUID, list[Ground]]:
    """Who insures the child at a moment, whatever hides it; the dead insure nobody, though ZUS may not have heard."""
    child, found = records.get(subject, NOBODY), {}
    for person in candidates(child):
        record = records.get(person, NOBODY)
        running = [ground for ground in insuring(person, child, record) if ground.span.covers(at)]
        if running and not _dead(record, at):
            found[person] = running
    return found


def _blocked(question: Question) -> bool:
    set_ = blocks(question.viewer, question.subject, question.records)
    return any(block.span.covers(question.at) for block in set_)


def _dead(record: Record, at: int) -> bool:
    died = record.newest(PersonDied)
    return died is not None and start_of(died.died_on) <= at


def _died(question: Question) -> Reason | None:
    died = question.child.newest(PersonDied)
    if died is None or not _dead(question.child, question.at):
        return None
    return Reason(ReasonCode.DIED, died.died_on, facts=(died,))


def _came_of_age(question: Question) -> Reason | None:
    known = question.child.newest(PersonRegistered)
    if known is None or question.at < start_of(day := reaches(OF_AGE, known.birth_date)):
        return None
    return Reason(ReasonCode.CAME_OF_AGE, day, facts=(known,))


def _birth_unknown(question: Question) -> Reason | None:
    """Only the birth date is missing: any other advice would lead astray."""
    if question.child.newest(PersonRegistered) is not None:
        return None
    stands = standing(question.viewer, question.subject, question.records)
    others = [mask for mask in stands.masks if mask.code is not MaskCode.AGE_UNKNOWN]
    held = Standing(stands.grounds, others).held(question.at)
    return Reason(ReasonCode.BIRTH_UNKNOWN, facts=tuple(ground.fact for ground in held)) if held else None


def _nobody_insures(question: Question) -> Reason | None:
    """Rows 1 and 2: no registration runs; one may be on its way."""
    if insurers(question.subject, question.records, question.at):
        return None
    today = day_of(question.at)
    day, fact = max(_changes(question, today), key=lambda change: (change[0], change[1].newness), default=(None, None))
    if day is not None and fact is not None and today - day <= ON_ITS_WAY:
        return Reason(ReasonCode.REGISTRATION_ON_ITS_WAY, day, day + ON_ITS_WAY, (fact,))
    return Reason(ReasonCode.NOT_REGISTERED, facts=_last_registration(question))


def _changes(question: Question, today: date) -> Iterator[tuple[date, Fact]]:
    """The days up to today after which a payer may have had the child to register anew."""
    for title in titles(question.own):
        if title.begins <= today and title.runs_on(title.begins):
            yield title.begins, title.said
    for ground in _ended(question):
        yield day_of(ground.span.ends), ground.ended_by or ground.fact


def _ended(question: Question) -> list[Ground]:
    own = insuring(question.viewer, question.child, question.own)
    return [ground for ground in own if ground.span.ends <= question.at]


def _last_registration(question: Question) -> tuple[Fact, ...]:
    last = max(_ended(question), key=lambda ground: (ground.span.ends, ground.fact.newness), default=None)
    if last is None:
        return ()
    return (last.fact,) if last.ended_by is None else (last.fact, last.ended_by)


def _another_insures(question: Question) -> Reason | None:
    """Row 3: somebody else insures the child and the asker does not."""
    others = insurers(question.subject, question.records, question.at)
    if not others or question.viewer in others:
        return None
    facts = tuple(ground.fact for running in others.values() for ground in running)
    return Reason(ReasonCode.ANOTHER_PARENT_INSURES, facts=facts)


def _own_title(question: Question) -> Reason | None:
    """Row 4: a title of the child's own runs; since the first of those that do."""
    today = day_of(question.at)
    running = sorted((t for t in titles(question.child) if t.runs_on(today)), key=lambda title: title.begins)
    if not running:
        return None
    return Reason(ReasonCode.OWN_TITLE, running[0].begins, facts=tuple(title.said for title in running))


def _removed(question: Question) -> Reason | None:
    """Row 6: the asker was a designated guardian, until somebody took that back."""
    given = question.child.all(GuardianDesignated)
    last = newest(g for g in given if g.viewer == question.viewer and g.occurred_at <= question.at)
    for ground in grounds(question.viewer, question.child, question.own):
        removal = ground.ended_by
        if ground.fact is last and isinstance(removal, GuardianRemoved) and ground.span.ends <= question.at:
            return Reason(ReasonCode.REMOVED, day_of(removal.occurred_at), facts=(ground.fact, removal))
    return None


def _rights_lost(question: Question) -> Reason | None:
    """Row 7: a court has suspended or removed the asker's rights."""
    for mask in rights_lost(question.viewer, question.child):
        if mask.span.covers(question.at) and mask.fact is not None:
            return Reason(ReasonCode.RIGHTS_LOST, day_of(mask.span.begins), facts=(mask.fact,))
    return None


_ALONE: Final[tuple[Row, ...]] = (_died, _came_of_age, _birth_unknown)
_TOGETHER: Final[tuple[Row, ...]] = (_nobody_insures, _another_insures, _own_title, _removed, _rights_lost)
