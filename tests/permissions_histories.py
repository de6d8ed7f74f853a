"""Histories for tests of permissions: what may be stated or decided around one child, at any time, twisted too.

All days lie in two weeks, round the 29th of February that some years lack or round the night in which clocks change,
so that what is drawn meets: children come of age in them, and moments are midnights, the microsecond before, and noons.
"""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import strategies as st

from services.permissions.rules import facts as said
from tests.permissions import CHILD, FATHER, GRANDMOTHER, MILL, MOTHER, SHOP, STRANGER, moment

FORTNIGHTS = [date(2022, 2, 22), date(2022, 3, 20), date(2024, 2, 22)]
MOTHER_AGAIN, CHILD_AGAIN = UUID(int=0xC1), UUID(int=0xC2)
ADULTS = [MOTHER, FATHER, GRANDMOTHER, MOTHER_AGAIN]
EVERYBODY = [*ADULTS, STRANGER, CHILD_AGAIN]
Draw = Callable[[st.SearchStrategy[Any]], Any]


def fortnight(first: date) -> list[date]:
    return [first + timedelta(days=number) for number in range(14)]


def moments(first: date) -> Iterator[int]:
    """Every midnight of a fortnight, the microsecond before it, and every noon."""
    for day in fortnight(first):
        midnight = moment(day.isoformat())
        yield from (midnight - 1, midnight, moment(f"{day} 12:00"))


def births(first: date) -> list[date]:
    """Of children who come of age in a fortnight, and of younger and older ones."""
    close = [day.replace(year=day.year - 18) for day in fortnight(first) if (day.month, day.day) != (2, 29)]
    leap = [date(2004, 2, 29)] if first.month == 2 else []
    return [*[date(2015, 5, 5)] * len(close), *close[5:], *leap * 3, date(1980, 1, 1)]


@st.composite
def histories(draw: Draw, kinds: str = "") -> tuple[date, list[said.Fact]]:
    """A fortnight and what was said in it; only of these kinds, if some are named. Mostly a birth is known."""
    first = draw(st.sampled_from(FORTNIGHTS))
    days = st.sampled_from([*fortnight(first)[1:-1], fortnight(first)[1] - timedelta(days=40)])
    times = st.sampled_from([moment("2022-01-01"), moment("2022-01-01") + 1, *list(moments(first))[3:-3]])
    how = {kind: SAID[kind](first, days, times) for kind in kinds.split() or SAID}
    drawn = [draw(how[kind]) for kind in draw(st.lists(st.sampled_from(sorted(how)), min_size=5, max_size=14))]
    drawn += [draw(person(first, days, times))] if draw(one(True, True, True, False)) else []
    flat = [fact for some in drawn for fact in (some if isinstance(some, list) else [some])]
    numbers = draw(st.permutations(range(len(flat))))
    return first, [msgspec.structs.replace(f, event_id=UUID(int=n << 120)) for f, n in zip(flat, numbers, strict=True)]


def one(*values: Any) -> st.SearchStrategy[Any]:
    return st.sampled_from(values)


def fact(kind: type[said.Fact], subject: Any, times: Any, **fields: Any) -> st.SearchStrategy[Any]:
    known = {
        "event_id": st.just(UUID(int=0)),
        "publisher": one("a", "b"),
        "recorded_at": times,
        "position": st.integers(1, 99),
    }
    fields = {name: value if isinstance(value, st.SearchStrategy) else st.just(value) for name, value in fields.items()}
    return st.builds(kind, subject=subject, occurred_at=times, **known, **fields)


def person(first: date, days: Any, times: Any) -> Any:
    known = {"mother": one(None, MOTHER), "father": one(None, None, FATHER, GRANDMOTHER), "surname_check": b""}
    return fact(said.PersonRegistered, st.just(CHILD), times, birth_date=one(*births(first)), **known)


def title(first: date, days: Any, times: Any) -> Any:
    known = {"title_code": one("011000", "012400"), "payer": one(SHOP, SHOP, MILL), "valid_from": days}
    of = one(MOTHER, MOTHER, FATHER, GRANDMOTHER, CHILD)
    opened = fact(said.InsuranceTitleOpened, of, times, valid_until=st.none() | st.none() | days, **known)
    return opened | opened | fact(said.InsuranceTitleClosed, of, times, valid_until=days, **known)


def registration(first: date, days: Any, times: Any) -> Any:
    known = {"insured": one(MOTHER, MOTHER, FATHER, GRANDMOTHER), "payer": one(SHOP, SHOP, MILL), "valid_from": days}
    return fact(said.FamilyMemberRegistered, st.just(CHILD), times, kinship=one("11", "11", "11", "12"), **known)


def deregistration(first: date, days: Any, times: Any) -> Any:
    known = {"insured": one(MOTHER, MOTHER, FATHER), "payer": one(SHOP, SHOP, MILL), "valid_until": days}
    return fact(said.FamilyMemberDeregistered, st.just(CHILD), times, **known)


def guardianship(first: date, days: Any, times: Any) -> Any:
    known = {"guardian": one(GRANDMOTHER, MOTHER)}
    made = fact(said.GuardianshipEstablished, st.just(CHILD), times, valid_from=days, **known)
    return made | fact(said.GuardianshipEnded, st.just(CHILD), times, valid_until=days, **known)


def rights(first: date, days: Any, times: Any) -> Any:
    known = {"rights": one("full", "limited", "suspended", "removed"), "valid_from": days}
    return fact(said.ParentalRightsChanged, st.just(CHILD), times, parent=one(MOTHER, FATHER), **known)


def death(first: date, days: Any, times: Any) -> Any:
    return fact(said.PersonDied, one(CHILD, MOTHER, GRANDMOTHER), times, died_on=days)


def renumbering(first: date, days: Any, times: Any) -> Any:
    def both(pair: tuple[UUID, UUID], at: int) -> list[said.Fact]:
        old, new = pair
        known: Any = {"event_id": old, "publisher": "a", "occurred_at": at, "recorded_at": at, "position": 1}
        changed = said.PersonNumberChanged(subject=old, new_number=new, **known)
        return [changed, said.PersonNumberShared(subject=new, other_record=old, **known)]

    return st.builds(both, one((MOTHER, MOTHER_AGAIN), (MOTHER_AGAIN, MOTHER), (CHILD_AGAIN, CHILD)), times)


def designation(first: date, days: Any, times: Any) -> Any:
    viewer = {"viewer": one(FATHER, GRANDMOTHER)}
    given = fact(said.GuardianDesignated, st.just(CHILD), times, designator=one(MOTHER, MOTHER_AGAIN, FATHER), **viewer)
    return given | given | fact(said.GuardianRemoved, st.just(CHILD), times, removed_by=MOTHER, **viewer)


def delegation(first: date, days: Any, times: Any) -> Any:
    known = {"viewer": one(GRANDMOTHER, MOTHER, None), "profession": None, "licence": None}
    limits = {"scope": one("see", "manage"), "valid_until": st.none() | times}
    given = fact(said.DelegateAuthorised, st.just(CHILD), times, **known, **limits)
    return given | given | fact(said.DelegateRemoved, st.just(CHILD), times, **known)


def confirmation(first: date, days: Any, times: Any) -> Any:
    known = {"viewer": one(MOTHER, GRANDMOTHER), "operator": "hotline", "sealed": b""}
    given = fact(said.AccessConfirmed, st.just(CHILD), times, valid_until=st.none() | times, **known)
    return given | given | fact(said.ConfirmationWithdrawn, st.just(CHILD), times, **known)


def block(first: date, days: Any, times: Any) -> Any:
    known = {"viewer": one(MOTHER, MOTHER, MOTHER_AGAIN, FATHER, GRANDMOTHER), "operator": "hotline", "sealed": b""}
    child = one(CHILD, CHILD, CHILD_AGAIN)
    return fact(said.AccessBlocked, child, times, **known) | fact(said.AccessUnblocked, child, times, **known)


SAID: dict[str, Callable[[date, Any, Any], Any]] = {
    "person": person,
    "title": title,
    "registration": registration,
    "deregistration": deregistration,
    "guardianship": guardianship,
    "rights": rights,
    "death": death,
    "renumbering": renumbering,
    "designation": designation,
    "delegation": delegation,
    "confirmation": confirmation,
    "block": block,
}
