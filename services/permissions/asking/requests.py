"""What somebody may ask for, what is known when it is decided, and the three ways in which a request ends."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar
from uuid import UUID, uuid5

from services.permissions.rules.facts import Decided, Fact, Record, Records
from services.permissions.rules.masks import NOBODY
from services.permissions.rules.standing import Scope

# Whoever is meant by a number that nobody has: a person about whom nothing is known.
UNKNOWN: Final = UUID(int=0)
PUBLISHER: Final = "permissions"

AnyDecided = TypeVar("AnyDecided", bound=Fact)


class Code(StrEnum):
    """Why a request was refused."""

    MAY_NOT_DESIGNATE = "may_not_designate"
    MAY_NOT_REMOVE = "may_not_remove"
    NOT_DECLARED = "not_declared"
    NO_MATCH = "no_match"
    ONESELF = "oneself"
    NOT_AN_ADULT = "not_an_adult"
    END_IN_THE_PAST = "end_in_the_past"
    IMPOSSIBLE_LICENCE = "impossible_licence"
    NO_DOCUMENT = "no_document"
    UNKNOWN_PERSON = "unknown_person"
    VIEWER_NOT_AN_ADULT = "viewer_not_an_adult"
    NOT_A_CHILD = "not_a_child"
    BLOCKED = "blocked"
    RIGHTS_LOST = "rights_lost"
    NO_KEY = "no_key"


@dataclass(frozen=True, slots=True)
class Done:
    """It was decided so; these are the facts of it, which have no position yet and no sealed papers."""

    facts: tuple[Decided, ...]


@dataclass(frozen=True, slots=True)
class Repeated:
    """It is so already."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing changes."""

    code: Code


Decision = Done | Repeated | Refused
REPEATED: Final = Repeated()


@dataclass(frozen=True, slots=True)
class Designate:
    """Who insures a child names another guardian."""

    by: UUID
    subject: UUID
    viewer: UUID
    surname_check: bytes
    declares_guardian: bool


@dataclass(frozen=True, slots=True)
class Remove:
    """A guardian is removed, or a delegate is; or gives it up."""

    by: UUID
    subject: UUID
    viewer: UUID


@dataclass(frozen=True, slots=True)
class Delegate:
    """An adult lets another one see or manage the own account; ``surname_check`` where a surname was asked for."""

    by: UUID
    viewer: UUID
    surname_check: bytes | None
    scope: Scope
    until: int | None

    @property
    def subject(self) -> UUID:
        return self.by


@dataclass(frozen=True, slots=True)
class Authorise:
    """An adult lets a practitioner read the record, or a pharmacist the prescriptions."""

    by: UUID
    profession: str
    licence: str
    until: int | None

    @property
    def subject(self) -> UUID:
        return self.by


@dataclass(frozen=True, slots=True)
class Unauthorise:
    """An adult takes that back."""

    by: UUID
    profession: str
    licence: str

    @property
    def subject(self) -> UUID:
        return self.by


@dataclass(frozen=True, slots=True)
class Confirm:
    """An operator has checked papers."""

    operator: str
    subject: UUID
    viewer: UUID
    has_document: bool
    until: int | None


@dataclass(frozen=True, slots=True)
class Unconfirm:
    """An operator withdraws that."""

    operator: str
    subject: UUID
    viewer: UUID


@dataclass(frozen=True, slots=True)
class Block:
    """An operator shuts somebody out; a court has said so."""

    operator: str
    subject: UUID
    viewer: UUID
    has_document: bool


@dataclass(frozen=True, slots=True)
class Unblock:
    """An operator lets the grounds count again; a court has said so."""

    operator: str
    subject: UUID
    viewer: UUID
    has_document: bool


Request = Designate | Remove | Delegate | Authorise | Unauthorise | Confirm | Unconfirm | Block | Unblock


@dataclass(frozen=True, slots=True)
class Known:
    """What is known when a request is decided: the records of everybody concerned, the instant, an id for the fact."""

    records: Records
    at: int
    event_id: UUID

    def record(self, person: UUID) -> Record:
        return self.records.get(person, NOBODY)

    def fact(self, kind: type[AnyDecided], subject: UUID, number: int = 0, /, **said: Any) -> AnyDecided:
        """A fact of this decision, which may have several."""
        event_id = self.event_id if number == 0 else uuid5(self.event_id, str(number))
        told: dict[str, Any] = {"publisher": PUBLISHER, "occurred_at": self.at, "recorded_at": self.at, "position": 0}
        return kind(subject=subject, event_id=event_id, **told, **said)


def standing_of(given: Iterator[AnyDecided], ended: Iterator[Fact]) -> AnyDecided | None:
    """What was given last, unless it was ended since."""
    last = max(given, key=lambda fact: fact.newness, default=None)
    if last is None or any(fact.newness > last.newness for fact in ended):
        return None
    return last
