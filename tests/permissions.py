"""A tiny language in which tests of permissions tell who is whose, who registered whom, and what was decided here.

    told = Story()
    told.born(CHILD, "2010-03-01", mother=MOTHER)
    told.registers(MOTHER, CHILD, "2020-01-01")
    assert told.opens(MOTHER, CHILD, "2020-01-01")

Days and moments are those of Warsaw, written as in ISO 8601. What is told later was stated later, unless ``said`` names
a moment; decisions name their own.
"""

from datetime import date, datetime, timedelta
from typing import Any, Final, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from services.permissions.rules.access import viewers
from services.permissions.rules.facts import (
    OWN_CHILD,
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
    NameChanged,
    ParentalRightsChanged,
    PersonDied,
    PersonNumberChanged,
    PersonNumberShared,
    PersonRegistered,
    Record,
)
from services.permissions.rules.standing import Period

CHILD, BROTHER, MOTHER, FATHER, GRANDMOTHER, STRANGER = (UUID(int=number) for number in range(0xA1, 0xA7))
SHOP, MILL = UUID(int=0xB1), UUID(int=0xB2)
JOB, APPRENTICE = "011000", "012400"
WARSAW: Final = ZoneInfo("Europe/Warsaw")
EPOCH: Final = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
Kind = TypeVar("Kind", bound=Fact)
When = str | int


def moment(when: When) -> int:
    """µs since 1970 of a moment in Warsaw; of a day: its midnight."""
    if isinstance(when, int):
        return when
    return (datetime.fromisoformat(when).replace(tzinfo=WARSAW) - EPOCH) // timedelta(microseconds=1)


def just_before(when: When) -> int:
    """A microsecond earlier."""
    return moment(when) - 1


def day(when: str | None) -> Any:
    """A legal date; Any, for None stays None."""
    return None if when is None else date.fromisoformat(when)


def records_of(facts: list[Fact]) -> dict[UUID, Record]:
    """The records in which these facts stand."""
    return {one: Record([fact for fact in facts if fact.subject == one]) for one in {fact.subject for fact in facts}}


class Story:
    """Facts told one after another, and the questions asked about them."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []

    # What register and courts state.

    def born(
        self, child: UUID, on: str, *, mother: UUID | None = None, father: UUID | None = None, said: When | None = None
    ) -> PersonRegistered:
        parents = {"mother": mother, "father": father}
        return self._tell(PersonRegistered, child, said, birth_date=day(on), surname_check=b"", **parents)

    def named(self, person: UUID, surname_check: bytes) -> NameChanged:
        return self._tell(NameChanged, person, None, surname_check=surname_check)

    def dies(self, person: UUID, on: str, *, said: When | None = None) -> PersonDied:
        return self._tell(PersonDied, person, said, died_on=day(on))

    def renumbered(self, person: UUID, new_number: UUID) -> None:
        """The register changed a number into one known already: it stands in both records."""
        self._tell(PersonNumberChanged, person, None, new_number=new_number)
        self._tell(PersonNumberShared, new_number, None, other_record=person)

    def rights(
        self, parent: UUID, child: UUID, rights: str, since: str, *, said: When | None = None
    ) -> ParentalRightsChanged:
        return self._tell(ParentalRightsChanged, child, said, parent=parent, rights=rights, valid_from=day(since))

    def guardian(self, guardian: UUID, ward: UUID, since: str, *, said: When | None = None) -> GuardianshipEstablished:
        return self._tell(GuardianshipEstablished, ward, said, guardian=guardian, valid_from=day(since))

    def guardian_no_more(self, guardian: UUID, ward: UUID, on: str, *, said: When | None = None) -> GuardianshipEnded:
        return self._tell(GuardianshipEnded, ward, said, guardian=guardian, valid_until=day(on))

    # What ZUS states.

    def works(
        self,
        person: UUID,
        since: str,
        until: str | None = None,
        *,
        payer: UUID = SHOP,
        code: str = JOB,
        said: When | None = None,
    ) -> InsuranceTitleOpened:
        title = {"title_code": code, "payer": payer, "valid_from": day(since), "valid_until": day(until)}
        return self._tell(InsuranceTitleOpened, person, said, **title)

    def stops_working(
        self, person: UUID, since: str, until: str, *, payer: UUID = SHOP, code: str = JOB, said: When | None = None
    ) -> InsuranceTitleClosed:
        title = {"title_code": code, "payer": payer, "valid_from": day(since), "valid_until": day(until)}
        return self._tell(InsuranceTitleClosed, person, said, **title)

    def registers(
        self,
        insured: UUID,
        child: UUID,
        since: str,
        *,
        payer: UUID = SHOP,
        kinship: str = OWN_CHILD,
        said: When | None = None,
    ) -> FamilyMemberRegistered:
        made = {"insured": insured, "kinship": kinship, "payer": payer, "valid_from": day(since)}
        return self._tell(FamilyMemberRegistered, child, said, **made)

    def deregisters(
        self, insured: UUID, child: UUID, on: str, *, payer: UUID = SHOP, said: When | None = None
    ) -> FamilyMemberDeregistered:
        return self._tell(FamilyMemberDeregistered, child, said, insured=insured, payer=payer, valid_until=day(on))

    # What was decided here.

    def designates(self, designator: UUID, viewer: UUID, child: UUID, at: When) -> GuardianDesignated:
        return self._tell(GuardianDesignated, child, at, viewer=viewer, designator=designator)

    def removes(self, remover: UUID, viewer: UUID, child: UUID, at: When) -> GuardianRemoved:
        return self._tell(GuardianRemoved, child, at, viewer=viewer, removed_by=remover)

    def delegates(
        self, adult: UUID, viewer: UUID, at: When, *, until: When | None = None, scope: str = "manage"
    ) -> DelegateAuthorised:
        end = None if until is None else moment(until)
        doctor = {"profession": None, "licence": None}
        return self._tell(DelegateAuthorised, adult, at, viewer=viewer, scope=scope, valid_until=end, **doctor)

    def revokes(self, adult: UUID, viewer: UUID, at: When) -> DelegateRemoved:
        return self._tell(DelegateRemoved, adult, at, viewer=viewer, profession=None, licence=None)

    def confirms(self, viewer: UUID, child: UUID, at: When, *, until: When | None = None) -> AccessConfirmed:
        end = None if until is None else moment(until)
        return self._tell(AccessConfirmed, child, at, viewer=viewer, operator="hotline", valid_until=end, sealed=b"")

    def withdraws(self, viewer: UUID, child: UUID, at: When) -> ConfirmationWithdrawn:
        return self._tell(ConfirmationWithdrawn, child, at, viewer=viewer, operator="hotline", sealed=b"")

    def blocks(self, viewer: UUID, child: UUID, at: When) -> AccessBlocked:
        return self._tell(AccessBlocked, child, at, viewer=viewer, operator="hotline", sealed=b"")

    def unblocks(self, viewer: UUID, child: UUID, at: When) -> AccessUnblocked:
        return self._tell(AccessUnblocked, child, at, viewer=viewer, operator="hotline", sealed=b"")

    # What is asked.

    def periods(self, viewer: UUID, subject: UUID) -> tuple[Period, ...]:
        """All stretches in which somebody may see, by the rules."""
        return viewers(subject, records_of(self.facts)).get(viewer, ())

    def grounds(self, viewer: UUID, subject: UUID, at: When) -> set[str]:
        """The codes of what lets somebody see at a moment; empty: no."""
        asked = moment(at)
        return {code.value for p in self.periods(viewer, subject) if p.begins <= asked < p.ends for code in p.grounds}

    def sees(self, viewer: UUID, subject: UUID, at: When) -> bool:
        return bool(self.grounds(viewer, subject, at))

    def opens(self, viewer: UUID, subject: UUID, at: When) -> bool:
        """Whether somebody may see from this very moment on, and not a microsecond earlier."""
        return not self.sees(viewer, subject, just_before(at)) and self.sees(viewer, subject, at)

    def closes(self, viewer: UUID, subject: UUID, at: When) -> bool:
        """Whether somebody may see up to this very moment, and from it on no more."""
        return self.sees(viewer, subject, just_before(at)) and not self.sees(viewer, subject, at)

    def _tell(self, kind: type[Kind], subject: UUID, said: When | None, **fields: Any) -> Kind:
        number = len(self.facts) + 1
        occurred_at = moment("2000-01-01") + number if said is None else moment(said)
        where = {"publisher": "told", "position": number, "recorded_at": occurred_at}
        fact = kind(subject=subject, event_id=UUID(int=number), occurred_at=occurred_at, **where, **fields)
        self.facts.append(fact)
        return fact
