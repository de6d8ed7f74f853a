"""The facts that an answer rests on, as the asker may read them: the day, the institution, one line.

A citizen reads facts about the child or about the asker, and of those never who pays, which court, or who else is
named: what is shown is a code and dates. An operator reads the whole statement, without what is sealed.
"""

from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from typing import Any, Final, NamedTuple
from uuid import UUID

import msgspec

from services.kernel.moments import moment
from services.permissions.rules import facts as said
from services.permissions.rules.facts import Fact
from services.permissions.rules.instants import day_of


class Institution(StrEnum):
    """Who said it, as the asker knows them."""

    ZUS = "zus"
    CIVIL_REGISTER = "civil_register"
    COURT = "court"
    HOTLINE = "hotline"
    YOU = "you"
    INSURING_PARENT = "insuring_parent"
    ACCOUNT_HOLDER = "account_holder"


class LineCode(StrEnum):
    """What a fact says, in one line."""

    BORN = "born"
    NAME_CHANGED = "name_changed"
    DIED = "died"
    NUMBER_CHANGED = "number_changed"
    RIGHTS_FULL = "rights_full"
    RIGHTS_LIMITED = "rights_limited"
    RIGHTS_SUSPENDED = "rights_suspended"
    RIGHTS_REMOVED = "rights_removed"
    RIGHTS_DECIDED = "rights_decided"
    GUARDIANSHIP_ESTABLISHED = "guardianship_established"
    GUARDIANSHIP_ENDED = "guardianship_ended"
    TITLE_OF_CHILD = "title_of_child"
    YOUR_TITLE = "your_title"
    TITLE_OF_INSURED = "title_of_insured"
    CHILD_REGISTERED = "child_registered"
    CHILD_DEREGISTERED = "child_deregistered"
    DESIGNATED = "designated"
    REMOVED = "removed"
    DELEGATED = "delegated"
    DELEGATE_REMOVED = "delegate_removed"
    CONFIRMED = "confirmed"
    CONFIRMATION_WITHDRAWN = "confirmation_withdrawn"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True, rename={"day": "date"}):
    """One fact as it is shown; event id and statement for operators only."""

    day: date
    code: LineCode
    said_by: Institution
    institution: str = ""
    line: str = ""
    ends: date | None = None
    event_id: UUID | None = None
    statement: Mapping[str, str] | None = None


class Telling(NamedTuple):
    """How a kind of fact is told, and the field that names whom it is about; None: no citizen reads it."""

    line: LineCode
    said_by: Institution
    about: str | None


_TELLINGS: Final[Mapping[type[Fact], Telling]] = {
    said.PersonRegistered: Telling(LineCode.BORN, Institution.CIVIL_REGISTER, "subject"),
    said.NameChanged: Telling(LineCode.NAME_CHANGED, Institution.CIVIL_REGISTER, None),
    said.PersonDied: Telling(LineCode.DIED, Institution.CIVIL_REGISTER, "subject"),
    said.PersonNumberChanged: Telling(LineCode.NUMBER_CHANGED, Institution.CIVIL_REGISTER, None),
    said.PersonNumberShared: Telling(LineCode.NUMBER_CHANGED, Institution.CIVIL_REGISTER, None),
    said.ParentalRightsChanged: Telling(LineCode.RIGHTS_DECIDED, Institution.COURT, "parent"),
    said.GuardianshipEstablished: Telling(LineCode.GUARDIANSHIP_ESTABLISHED, Institution.COURT, "guardian"),
    said.GuardianshipEnded: Telling(LineCode.GUARDIANSHIP_ENDED, Institution.COURT, "guardian"),
    said.InsuranceTitleOpened: Telling(LineCode.TITLE_OF_INSURED, Institution.ZUS, "subject"),
    said.InsuranceTitleClosed: Telling(LineCode.TITLE_OF_INSURED, Institution.ZUS, "subject"),
    said.FamilyMemberRegistered: Telling(LineCode.CHILD_REGISTERED, Institution.ZUS, "insured"),
    said.FamilyMemberDeregistered: Telling(LineCode.CHILD_DEREGISTERED, Institution.ZUS, "insured"),
    said.GuardianDesignated: Telling(LineCode.DESIGNATED, Institution.INSURING_PARENT, "viewer"),
    said.GuardianRemoved: Telling(LineCode.REMOVED, Institution.INSURING_PARENT, "viewer"),
    said.DelegateAuthorised: Telling(LineCode.DELEGATED, Institution.ACCOUNT_HOLDER, "viewer"),
    said.DelegateRemoved: Telling(LineCode.DELEGATE_REMOVED, Institution.ACCOUNT_HOLDER, "viewer"),
    said.AccessConfirmed: Telling(LineCode.CONFIRMED, Institution.HOTLINE, "viewer"),
    said.ConfirmationWithdrawn: Telling(LineCode.CONFIRMATION_WITHDRAWN, Institution.HOTLINE, "viewer"),
    said.AccessBlocked: Telling(LineCode.BLOCKED, Institution.HOTLINE, None),
    said.AccessUnblocked: Telling(LineCode.UNBLOCKED, Institution.HOTLINE, None),
}
_RIGHTS: Final[Mapping[str, LineCode]] = {
    "full": LineCode.RIGHTS_FULL,
    "limited": LineCode.RIGHTS_LIMITED,
    "suspended": LineCode.RIGHTS_SUSPENDED,
    "removed": LineCode.RIGHTS_REMOVED,
}
_TITLES: Final = (said.InsuranceTitleOpened, said.InsuranceTitleClosed)
_ENDINGS: Final = (said.FamilyMemberDeregistered, said.GuardianshipEnded)
# What only people read, and what an operator gets beside the statement.
_LEFT_OUT: Final = frozenset({"sealed", "surname_check", "event_id"})


def for_citizen(facts: Iterable[Fact], viewer: UUID, subject: UUID) -> list[Evidence]:
    """What a citizen may know of these facts, by date; two that say the same stand there once."""
    known = (fact for fact in facts if _may_know(fact, viewer, subject))
    return sorted(dict.fromkeys(_told(fact, viewer, subject) for fact in known), key=_order)


def for_operator(facts: Iterable[Fact], subject: UUID) -> list[Evidence]:
    """All of these facts, by date, each with its event id and all that it states in clear."""
    return sorted((_in_full(fact, subject) for fact in dict.fromkeys(facts)), key=_order)


def statement(fact: Fact) -> dict[str, str]:
    """A fact as its publisher stated it, field by field, without what is sealed."""
    fields = {name: getattr(fact, name) for name in fact.__struct_fields__ if name not in _LEFT_OUT}
    written = {name: _written(name, value) for name, value in fields.items() if value is not None}
    return {"kind": type(fact).__name__, **written}


def _may_know(fact: Fact, viewer: UUID, subject: UUID) -> bool:
    about = _TELLINGS[type(fact)].about
    if about is None or fact.subject not in (viewer, subject):
        return False
    return getattr(fact, about) == viewer or (about == "subject" and fact.subject == subject)


def _told(fact: Fact, viewer: UUID | None, subject: UUID) -> Evidence:
    said_by = _said_by(fact, viewer)
    return Evidence(day=_day(fact), code=_line(fact, viewer, subject), said_by=said_by, ends=_ends(fact))


def _in_full(fact: Fact, subject: UUID) -> Evidence:
    told = _told(fact, None, subject)
    return msgspec.structs.replace(told, event_id=fact.event_id, statement=statement(fact))


def _line(fact: Fact, viewer: UUID | None, subject: UUID) -> LineCode:
    if isinstance(fact, said.ParentalRightsChanged):
        return _RIGHTS.get(fact.rights, LineCode.RIGHTS_DECIDED)
    if isinstance(fact, _TITLES):
        whose = {viewer: LineCode.YOUR_TITLE, subject: LineCode.TITLE_OF_CHILD}
        return whose.get(fact.subject, LineCode.TITLE_OF_INSURED)
    return _TELLINGS[type(fact)].line


def _said_by(fact: Fact, viewer: UUID | None) -> Institution:
    if isinstance(fact, said.GuardianRemoved) and fact.removed_by == viewer:
        return Institution.YOU
    return _TELLINGS[type(fact)].said_by


def _day(fact: Fact) -> date:
    """The day from which a fact holds; of a decision, the day on which it was taken."""
    names = ("valid_until",) if isinstance(fact, _ENDINGS) else ("valid_from", "birth_date", "died_on")
    days = (getattr(fact, name, None) for name in names)
    return next((day for day in days if day is not None), None) or day_of(fact.occurred_at)


def _ends(fact: Fact) -> date | None:
    """The end that a statement gives itself."""
    if isinstance(fact, _TITLES):
        return fact.valid_until
    if isinstance(fact, said.DelegateAuthorised | said.AccessConfirmed) and fact.valid_until is not None:
        return day_of(fact.valid_until)
    return None


def _written(name: str, value: Any) -> str:
    """Moments as times of day in UTC, everything else as it is."""
    is_moment = isinstance(value, int) and name != "position"
    return moment(value).isoformat() if is_moment else str(value)


def _order(shown: Evidence) -> tuple[date, str, str]:
    return shown.day, shown.code, str(shown.event_id)
