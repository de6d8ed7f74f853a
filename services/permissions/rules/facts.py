"""What the rules decide from: what register, ZUS and courts have stated, and what was decided here.

Every fact stands in the record of its subject and may name other persons. ``occurred_at`` is when the statement was
made, or the moment from which a decision of ours holds; ``recorded_at`` is when we learnt it. Times are µs since 1970.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache
from typing import Final, TypeVar, get_args
from uuid import UUID

import msgspec

from services.permissions.rules.stretches import newest

# Kinship that counts: own, adopted or spouse's child (ZUS ZCNA).
OWN_CHILD: Final = "11"


class Fact(msgspec.Struct, frozen=True, kw_only=True, tag=True, tag_field="kind"):
    """What every fact says of itself."""

    subject: UUID
    event_id: UUID
    publisher: str
    occurred_at: int
    recorded_at: int
    position: int

    @property
    def newness(self) -> tuple[int, int, str]:
        """Of two statements about one thing the greater one counts; ids as numbers sort as their bytes do."""
        return self.occurred_at, self.event_id.int, self.publisher


class PersonRegistered(Fact, frozen=True, kw_only=True):
    birth_date: date
    surname_check: bytes
    mother: UUID | None
    father: UUID | None


class NameChanged(Fact, frozen=True, kw_only=True):
    surname_check: bytes


class PersonDied(Fact, frozen=True, kw_only=True):
    died_on: date


class PersonNumberChanged(Fact, frozen=True, kw_only=True):
    new_number: UUID


class PersonNumberShared(Fact, frozen=True, kw_only=True):
    other_record: UUID


class ParentalRightsChanged(Fact, frozen=True, kw_only=True):
    parent: UUID
    rights: str
    valid_from: date


class GuardianshipEstablished(Fact, frozen=True, kw_only=True):
    guardian: UUID
    valid_from: date


class GuardianshipEnded(Fact, frozen=True, kw_only=True):
    guardian: UUID
    valid_until: date


class InsuranceTitleOpened(Fact, frozen=True, kw_only=True):
    title_code: str
    payer: UUID
    valid_from: date
    valid_until: date | None


class InsuranceTitleClosed(Fact, frozen=True, kw_only=True):
    title_code: str
    payer: UUID
    valid_from: date
    valid_until: date


class FamilyMemberRegistered(Fact, frozen=True, kw_only=True):
    insured: UUID
    kinship: str
    payer: UUID
    valid_from: date


class FamilyMemberDeregistered(Fact, frozen=True, kw_only=True):
    insured: UUID
    payer: UUID
    valid_until: date


class GuardianDesignated(Fact, frozen=True, kw_only=True):
    viewer: UUID
    designator: UUID
    sealed: bytes = b""


class GuardianRemoved(Fact, frozen=True, kw_only=True):
    viewer: UUID
    removed_by: UUID


class DelegateAuthorised(Fact, frozen=True, kw_only=True):
    """``viewer`` is a person with an account; a doctor or pharmacist has a profession and a licence instead."""

    viewer: UUID | None
    profession: str | None
    licence: str | None
    scope: str
    valid_until: int | None


class DelegateRemoved(Fact, frozen=True, kw_only=True):
    viewer: UUID | None
    profession: str | None
    licence: str | None


class AccessConfirmed(Fact, frozen=True, kw_only=True):
    viewer: UUID
    operator: str
    valid_until: int | None
    sealed: bytes


class ConfirmationWithdrawn(Fact, frozen=True, kw_only=True):
    viewer: UUID
    operator: str
    sealed: bytes


class AccessBlocked(Fact, frozen=True, kw_only=True):
    viewer: UUID
    operator: str
    sealed: bytes


class AccessUnblocked(Fact, frozen=True, kw_only=True):
    viewer: UUID
    operator: str
    sealed: bytes


FromLedger = (
    PersonRegistered
    | NameChanged
    | PersonDied
    | PersonNumberChanged
    | PersonNumberShared
    | ParentalRightsChanged
    | GuardianshipEstablished
    | GuardianshipEnded
    | InsuranceTitleOpened
    | InsuranceTitleClosed
    | FamilyMemberRegistered
    | FamilyMemberDeregistered
)
Decided = (
    GuardianDesignated
    | GuardianRemoved
    | DelegateAuthorised
    | DelegateRemoved
    | AccessConfirmed
    | ConfirmationWithdrawn
    | AccessBlocked
    | AccessUnblocked
)
AnyFact = FromLedger | Decided

KINDS: Final[Mapping[str, type[Fact]]] = {kind.__name__: kind for kind in get_args(AnyFact)}
FROM_LEDGER: Final = frozenset(kind.__name__ for kind in get_args(FromLedger))
DECIDED: Final = frozenset(kind.__name__ for kind in get_args(Decided))
# What can open somebody's account to another person: whoever has none of these in the record needs no decision.
GRANTING: Final = (
    FamilyMemberRegistered,
    GuardianshipEstablished,
    GuardianDesignated,
    DelegateAuthorised,
    AccessConfirmed,
)

Kind = TypeVar("Kind", bound=Fact)


def persons(fact: Fact) -> set[UUID]:
    """Everybody whom a fact mentions, the subject included."""
    named = (getattr(fact, name) for name in _persons_of(type(fact)))
    return {fact.subject, *(person for person in named if person is not None)}


@cache
def _persons_of(kind: type[Fact]) -> tuple[str, ...]:
    """The fields of a kind of fact that name another person."""
    names = ("mother", "father", "new_number", "other_record", "parent", "guardian", "insured")
    return tuple(field for field in (*names, "viewer", "designator", "removed_by") if field in kind.__struct_fields__)


class Record:
    """The facts in one person's record, by kind."""

    def __init__(self, facts: Iterable[Fact] = ()) -> None:
        self._by_kind: dict[type[Fact], list[Fact]] = {}
        for fact in facts:
            self._by_kind.setdefault(type(fact), []).append(fact)

    def all(self, kind: type[Kind]) -> list[Kind]:
        return self._by_kind.get(kind, [])  # type: ignore[return-value]

    def newest(self, kind: type[Kind]) -> Kind | None:
        """The statement that counts, where the last one says everything."""
        return newest(self.all(kind))

    def __iter__(self) -> Iterator[Fact]:
        return (fact for facts in self._by_kind.values() for fact in facts)


Records = Mapping[UUID, Record]
