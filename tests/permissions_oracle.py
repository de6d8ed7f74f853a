"""Who may see whom at one moment, told a second time and plainly, day by day.

Facts are the only thing of the product that is used here: no stretches, no masks, no periods.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from services.permissions.rules import facts as said

Facts = list[said.Fact]
Kind = TypeVar("Kind", bound=said.Fact)
NOTHING: tuple[set[str], str | None] = (set(), None)


def may_see(viewer: UUID, subject: UUID, facts: Facts, at: int) -> tuple[set[str], str | None]:
    """The grounds that count at a moment, and what they allow."""
    day = (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(ZoneInfo("Europe/Warsaw")).date()
    about = [fact for fact in facts if fact.subject == subject]
    if viewer == subject or dead(viewer, facts, day) or dead(subject, facts, day):
        return NOTHING
    if blocked(viewer, subject, facts, at) or (lost_rights(viewer, about, day) and of_age(about, day) is not True):
        return NOTHING
    held, scope = set(), "manage"
    if of_age(about, day) is False:
        if insures(viewer, about, facts, day) and not has_title(subject, facts, day):
            held.add("insures")
        if designated(viewer, subject, facts, at, day):
            held.add("designated")
        if standing(about, said.AccessConfirmed, said.ConfirmationWithdrawn, viewer, at):
            held.add("confirmed")
    if guardian(viewer, about, day):
        held.add("court_guardian")
    if delegation := standing(about, said.DelegateAuthorised, said.DelegateRemoved, viewer, at):
        scope = "manage" if held else delegation.scope
        held.add("delegated")
    return (held, scope) if held else NOTHING


def of(facts: Iterable[said.Fact], kind: type[Kind], **same: Any) -> list[Kind]:
    return [f for f in facts if isinstance(f, kind) and all(getattr(f, name) == value for name, value in same.items())]


def order(fact: said.Fact) -> tuple[int, bytes, bytes]:
    return fact.occurred_at, fact.event_id.bytes, fact.publisher.encode()


def newest(facts: Iterable[Kind]) -> Kind | None:
    return max(facts, key=order, default=None)


def days(first: date, last: date) -> Iterator[date]:
    while first <= last:
        yield first
        first += timedelta(days=1)


def of_age(about: Facts, day: date) -> bool | None:
    """None: nobody can tell."""
    known = newest(of(about, said.PersonRegistered))
    if known is None:
        return None
    birthday = (known.birth_date.month, known.birth_date.day)
    if birthday == (2, 29) and day.year % 4 != 0:
        birthday = (2, 28)
    years = day.year - known.birth_date.year - ((day.month, day.day) < birthday)
    return years >= 18


def dead(person: UUID, facts: Facts, day: date) -> bool:
    died = newest(of(facts, said.PersonDied, subject=person))
    return died is not None and died.died_on <= day


def numbers(person: UUID, facts: Facts) -> set[UUID]:
    pairs = [{f.subject, f.new_number} for f in of(facts, said.PersonNumberChanged)]
    pairs += [{f.subject, f.other_record} for f in of(facts, said.PersonNumberShared)]
    same = {person}
    for _ in pairs:
        same |= {number for pair in pairs if pair & same for number in pair}
    return same


def blocked(viewer: UUID, subject: UUID, facts: Facts, at: int) -> bool:
    blocks = [
        (block, of(facts, said.AccessUnblocked, subject=block.subject, viewer=block.viewer))
        for block in of(facts, said.AccessBlocked)
        if block.subject in numbers(subject, facts) and block.viewer in numbers(viewer, facts)
    ]
    return any(
        block.occurred_at <= at and not any(block.occurred_at < lift.occurred_at <= at for lift in lifts)
        for block, lifts in blocks
    )


def lost_rights(parent: UUID, about: Facts, day: date) -> bool:
    decided = [f for f in of(about, said.ParentalRightsChanged, parent=parent) if f.valid_from <= day]
    if not decided:
        return False
    since = max(f.valid_from for f in decided)
    last = newest([f for f in decided if f.valid_from == since])
    return last is not None and last.rights in ("suspended", "removed")


def parents(about: Facts) -> set[UUID]:
    mother = newest([f for f in of(about, said.PersonRegistered) if f.mother is not None])
    father = newest([f for f in of(about, said.PersonRegistered) if f.father is not None])
    return ({mother.mother} if mother else set()) | ({father.father} if father else set())  # type: ignore[return-value]


def titles(person: UUID, facts: Facts, **same: Any) -> list[tuple[date, date | None]]:
    """First day and end of each, as last stated."""
    latest: dict[Any, said.Fact] = {}
    both = (said.InsuranceTitleOpened, said.InsuranceTitleClosed)
    for fact in sorted((f for kind in both for f in of(facts, kind, subject=person, **same)), key=order):
        latest[fact.title_code, fact.payer, fact.valid_from] = fact  # type: ignore[attr-defined]
    return [(f.valid_from, f.valid_until) for f in latest.values()]  # type: ignore[attr-defined]


def runs(title: tuple[date, date | None], day: date) -> bool:
    return title[0] <= day and (title[1] is None or day < title[1])


def has_title(person: UUID, facts: Facts, day: date) -> bool:
    return any(runs(title, day) for title in titles(person, facts))


def insures(viewer: UUID, about: Facts, facts: Facts, day: date) -> bool:
    if parents(about) and viewer not in parents(about):
        return False
    made = of(about, said.FamilyMemberRegistered, insured=viewer)
    return any(insures_through(payer, viewer, about, facts, day) for payer in {f.payer for f in made})


def insures_through(payer: UUID, viewer: UUID, about: Facts, facts: Facts, day: date) -> bool:
    registration = {"insured": viewer, "payer": payer}
    made = of(about, said.FamilyMemberRegistered, **registration)
    counts = made_for(made, of(about, said.FamilyMemberDeregistered, **registration), day)
    if counts is None or counts.kinship != "11":
        return False
    through = titles(viewer, facts, payer=payer)
    for one in days(counts.valid_from, day):
        ended = any(end is not None and end <= one for _, end in through)
        if ended and not any(runs(title, one) for title in through):
            return False
    return True


def made_for(made: list[Any], ended: list[Any], day: date) -> Any | None:
    """The statement that something holds, with the latest first day so far, unless it has ended by now."""
    firsts = sorted({f.valid_from for f in made})
    so_far = [first for first in firsts if first <= day]
    if not so_far:
        return None
    latest = {first: newest([f for f in made if f.valid_from == first]) for first in firsts}
    end = newest([e for e in ended if so_far[-1] in belongs(e, latest)])
    return None if end is not None and end.valid_until <= day else latest[so_far[-1]]


def belongs(end: Any, latest: dict[date, Any]) -> list[date]:
    """Which of what was made an end is about, by its first day."""
    earlier = [first for first in latest if first < end.valid_until]
    stated_before = [first for first in latest if order(latest[first]) < order(end)]
    if not earlier:
        return stated_before
    return [end.valid_until] if end.valid_until in stated_before else [max(earlier)]


def guardian(viewer: UUID, about: Facts, day: date) -> bool:
    made = of(about, said.GuardianshipEstablished, guardian=viewer)
    counts = made_for(made, of(about, said.GuardianshipEnded, guardian=viewer), day)
    if counts is None:
        return False
    return not (of_age(about, day) and not of_age(about, counts.valid_from))


def designated(viewer: UUID, subject: UUID, facts: Facts, at: int, day: date) -> bool:
    about = [fact for fact in facts if fact.subject == subject]
    return any(
        given.occurred_at <= at
        and not any(given.occurred_at <= r.occurred_at <= at for r in of(about, said.GuardianRemoved, viewer=viewer))
        and not any(lost_rights(viewer, about, one) for one in days(day_of(given.occurred_at), day))
        and (viewer in parents(about) or not blocked(given.designator, subject, facts, at))
        for given in of(about, said.GuardianDesignated, viewer=viewer)
    )


def day_of(at: int) -> date:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)).astimezone(ZoneInfo("Europe/Warsaw")).date()


def standing(about: Facts, given: type[Kind], ended: type[said.Fact], viewer: UUID, at: int) -> Any | None:
    """What was decided last, unless it was taken back or has come to its end."""
    last: Any = newest([f for f in of(about, given, viewer=viewer) if f.occurred_at <= at])
    if last is None or (last.valid_until is not None and last.valid_until <= at):
        return None
    taken = any(last.occurred_at <= e.occurred_at <= at for e in of(about, ended, viewer=viewer))
    return None if taken else last
