"""When ZUS has a child registered by somebody's insurance, and when a person has a title of their own.

A registration is (insured, child, payer). It runs until its own deregistration, or until the titles of the insured
through that payer have ended; only a new statement that it was made revives it.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Final, Protocol, TypeVar
from uuid import UUID

import msgspec

from services.permissions.rules.facts import (
    FamilyMemberDeregistered,
    FamilyMemberRegistered,
    InsuranceTitleClosed,
    InsuranceTitleOpened,
    Record,
)
from services.permissions.rules.stretches import newest_by, stretches

TitleStatement = InsuranceTitleOpened | InsuranceTitleClosed
NEVER: Final = date.max


class Title(msgspec.Struct, frozen=True):
    """A title as its latest statement describes it, from the first day to the first one after; None: no end known."""

    begins: date
    ends: date | None
    said: TitleStatement

    @property
    def payer(self) -> UUID:
        return self.said.payer

    def runs_on(self, day: date) -> bool:
        return self.begins <= day and (self.ends is None or day < self.ends)

    def has_ended_by(self, day: date) -> bool:
        return self.ends is not None and self.ends <= day


class _HasPayer(Protocol):
    @property
    def payer(self) -> UUID: ...


ThroughPayer = TypeVar("ThroughPayer", bound=_HasPayer)


class Registration(msgspec.Struct, frozen=True):
    """One statement that a child is registered, for as long as it runs; ``ended_by`` is what ended it."""

    made: FamilyMemberRegistered
    begins: date
    ends: date | None
    ended_by: FamilyMemberDeregistered | TitleStatement | None


def titles(record: Record) -> list[Title]:
    """The titles of a person, empty ones among them."""
    statements: list[TitleStatement] = [*record.all(InsuranceTitleOpened), *record.all(InsuranceTitleClosed)]
    newest = newest_by(statements, lambda said: (said.title_code, said.payer, said.valid_from))
    return [Title(said.valid_from, said.valid_until, said) for said in newest]


def registrations(child: Record, insured: UUID, record: Record) -> Iterator[Registration]:
    """All stretches for which a person, whose ``record`` it is, has the child registered; of any kinship."""
    made = _by_payer(fact for fact in child.all(FamilyMemberRegistered) if fact.insured == insured)
    if not made:
        return
    ended = _by_payer(fact for fact in child.all(FamilyMemberDeregistered) if fact.insured == insured)
    through = _by_payer(titles(record))
    for payer, statements in made.items():
        yield from _through(through.get(payer, ()), statements, ended.get(payer, ()))


def _through(
    through: Sequence[Title], made: Iterable[FamilyMemberRegistered], ended: Sequence[FamilyMemberDeregistered]
) -> Iterator[Registration]:
    """The registrations through one payer; one whose titles have ended on its first day never runs."""
    for stretch in stretches(made, ended):
        left = _left_without_title(stretch.begins, through)
        if left is None or (stretch.ends is not None and stretch.ends <= left[0]):
            yield Registration(stretch.made, stretch.begins, stretch.ends, stretch.ended_by)
        elif stretch.begins < left[0]:
            yield Registration(stretch.made, stretch.begins, *left)


def _left_without_title(begins: date, through: Sequence[Title]) -> tuple[date, TitleStatement] | None:
    """The first day, from one on, on which a title through the payer has ended and none runs; and the last that did."""
    day = max(begins, min((title.ends or NEVER for title in through), default=NEVER))
    while running := [title for title in through if day < NEVER and title.runs_on(day)]:
        day = max(title.ends or NEVER for title in running)
    if day == NEVER:
        return None
    ended = [title for title in through if title.has_ended_by(day)]
    return day, max(ended, key=lambda title: (title.ends, title.said.newness)).said


def _by_payer(statements: Iterable[ThroughPayer]) -> dict[UUID, list[ThroughPayer]]:
    found: dict[UUID, list[ThroughPayer]] = {}
    for said in statements:
        found.setdefault(said.payer, []).append(said)
    return found
