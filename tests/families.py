"""A family and what is said about it: facts in few words, for tests of explanations.

Days are written "2026-03-01"; what people decide here may have a time of day, "2026-03-01 14:30", in Warsaw. Persons
and payers are their names. ``asks`` explains, by all the facts or by those that were known at a moment.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from services.kernel.moments import micros
from services.permissions.rules.facts import (
    AccessBlocked,
    AccessConfirmed,
    AccessUnblocked,
    ConfirmationWithdrawn,
    DelegateAuthorised,
    DelegateRemoved,
    Fact,
    FamilyMemberDeregistered,
    FamilyMemberRegistered,
    GuardianDesignated,
    GuardianRemoved,
    GuardianshipEnded,
    GuardianshipEstablished,
    InsuranceTitleClosed,
    InsuranceTitleOpened,
    ParentalRightsChanged,
    PersonDied,
    PersonNumberChanged,
    PersonRegistered,
    Record,
)
from services.permissions.rules.instants import POLAND
from services.permissions.why.answer import Explanation
from services.permissions.why.explanation import Depth, explain
from services.permissions.why.reasons import Reason, reasons

_NAMES = UUID(int=0)


def who(name: str) -> UUID:
    """The id of a person or payer."""
    return uuid5(_NAMES, name)


def when(written: str) -> int:
    """A moment as the rules count it: a day begins at midnight in Warsaw."""
    return micros(datetime.fromisoformat(written).replace(tzinfo=POLAND))


def _day(written: str | None) -> date | None:
    return None if written is None else date.fromisoformat(written)


class Family:
    """Facts, in the order in which they were said; unless told otherwise, on the day from which they hold."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    def says(self, kind: type[Fact], about: str, on: str, **content: Any) -> None:
        number = len(self.facts) + 1
        ids = {"event_id": UUID(int=number), "publisher": "register", "position": number}
        at = when(on)
        self.facts.append(kind(subject=who(about), occurred_at=at, recorded_at=at, **ids, **content))

    def born(self, child: str, on: str, mother: str | None = None, father: str | None = None, said: str = "") -> None:
        parents = {"mother": mother and who(mother), "father": father and who(father)}
        self.says(PersonRegistered, child, said or on, birth_date=_day(on), surname_check=b"", **parents)

    def died(self, person: str, on: str, said: str = "") -> None:
        self.says(PersonDied, person, said or on, died_on=_day(on))

    def renumbered(self, person: str, new: str, on: str) -> None:
        self.says(PersonNumberChanged, person, on, new_number=who(new))

    def rights(self, parent: str, child: str, rights: str, on: str) -> None:
        self.says(ParentalRightsChanged, child, on, parent=who(parent), rights=rights, valid_from=_day(on))

    def guardian(self, guardian: str, ward: str, on: str, said: str = "") -> None:
        self.says(GuardianshipEstablished, ward, said or on, guardian=who(guardian), valid_from=_day(on))

    def guardian_ends(self, guardian: str, ward: str, on: str) -> None:
        self.says(GuardianshipEnded, ward, on, guardian=who(guardian), valid_until=_day(on))

    def title(self, person: str, on: str, until: str | None = None, payer: str = "payer", said: str = "") -> None:
        days = {"valid_from": _day(on), "valid_until": _day(until)}
        self.says(InsuranceTitleOpened, person, said or on, title_code="0110", payer=who(payer), **days)

    def title_ends(self, person: str, on: str, until: str, payer: str = "payer", said: str = "") -> None:
        days = {"valid_from": _day(on), "valid_until": _day(until)}
        self.says(InsuranceTitleClosed, person, said or until, title_code="0110", payer=who(payer), **days)

    def insures(
        self, parent: str, child: str, on: str, payer: str = "payer", kinship: str = "11", said: str = ""
    ) -> None:
        content = {"insured": who(parent), "kinship": kinship, "payer": who(payer), "valid_from": _day(on)}
        self.says(FamilyMemberRegistered, child, said or on, **content)

    def insures_no_more(self, parent: str, child: str, on: str, payer: str = "payer", said: str = "") -> None:
        content = {"insured": who(parent), "payer": who(payer), "valid_until": _day(on)}
        self.says(FamilyMemberDeregistered, child, said or on, **content)

    def designates(self, designator: str, viewer: str, child: str, at: str) -> None:
        self.says(GuardianDesignated, child, at, viewer=who(viewer), designator=who(designator))

    def removes(self, remover: str, viewer: str, child: str, at: str) -> None:
        self.says(GuardianRemoved, child, at, viewer=who(viewer), removed_by=who(remover))

    def delegates(self, holder: str, viewer: str, at: str, until: str | None = None, scope: str = "manage") -> None:
        ends = None if until is None else when(until)
        content = {"viewer": who(viewer), "profession": None, "licence": None, "scope": scope, "valid_until": ends}
        self.says(DelegateAuthorised, holder, at, **content)

    def delegates_no_more(self, holder: str, viewer: str, at: str) -> None:
        self.says(DelegateRemoved, holder, at, viewer=who(viewer), profession=None, licence=None)

    def confirms(self, viewer: str, child: str, at: str, until: str | None = None) -> None:
        ends = None if until is None else when(until)
        self.says(AccessConfirmed, child, at, viewer=who(viewer), operator="op-7", valid_until=ends, sealed=b"secret")

    def confirms_no_more(self, viewer: str, child: str, at: str) -> None:
        self.says(ConfirmationWithdrawn, child, at, viewer=who(viewer), operator="op-7", sealed=b"secret")

    def blocks(self, viewer: str, child: str, at: str) -> None:
        self.says(AccessBlocked, child, at, viewer=who(viewer), operator="op-7", sealed=b"secret")

    def unblocks(self, viewer: str, child: str, at: str) -> None:
        self.says(AccessUnblocked, child, at, viewer=who(viewer), operator="op-7", sealed=b"secret")

    def records(self, known: str | None = None) -> dict[UUID, Record]:
        """Everybody's record, with what had been learnt before a moment."""
        facts = [fact for fact in self.facts if known is None or fact.recorded_at < when(known)]
        return {person: Record([f for f in facts if f.subject == person]) for person in {f.subject for f in facts}}

    def reasons(self, viewer: str, subject: str, at: str) -> list[Reason]:
        return reasons(who(viewer), who(subject), self.records(), when(at))

    def codes(self, viewer: str, subject: str, at: str) -> list[str]:
        return [reason.code for reason in self.reasons(viewer, subject, at)]

    def asks(
        self,
        viewer: str | None,
        subject: str | None,
        at: str,
        depth: Depth = Depth.CITIZEN,
        known: str | None = None,
    ) -> Explanation:
        """The explanation; nobody's number is None."""
        asker, asked = viewer and who(viewer), subject and who(subject)
        return explain(asker or None, asked or None, self.records(known), when(at), when(known or at), depth)
