"""What differs between two versions, and by which name an operator may accept it. Pure."""

from collections.abc import Collection, Iterator
from typing import Final
from uuid import UUID

import msgspec

from services.permissions.rules.facts import FROM_LEDGER
from services.permissions.rules.instants import Span
from services.permissions.rules.standing import GroundCode, Period

Periods = tuple[Period, ...]

TIMES: Final = "times"
SCOPE: Final = "scope"
# The two tables of one version say different things: damage, which nobody can mean.
TWO_TABLES: Final = "two_tables"
# What may be accepted: a ground that one version gives and the other does not, other times of the same grounds,
# another scope, and facts of a kind that one version does not have or keeps otherwise.
ACCEPTABLE: Final = frozenset({*GroundCode, TIMES, SCOPE, *FROM_LEDGER})


class FactDifference(msgspec.Struct, frozen=True):
    """A fact that one version lacks or keeps otherwise; its name is its kind."""

    person: UUID
    position: int
    kind: str
    in_active: bool
    in_other: bool

    @property
    def names(self) -> frozenset[str]:
        return frozenset({self.kind})


class Stand(msgspec.Struct, frozen=True):
    """The periods of one pair in both tables of one version."""

    by_subject: Periods = ()
    by_viewer: Periods = ()

    @property
    def torn(self) -> bool:
        return self.by_subject != self.by_viewer


class AccessDifference(msgspec.Struct, frozen=True):
    """One viewer's access to one account, as both versions have it, and where the facts stand that it comes from."""

    subject: UUID
    viewer: UUID
    names: frozenset[str]
    active: Stand
    other: Stand
    positions: tuple[int, ...] = ()
    commands: tuple[int, ...] = ()


def compared(subject: UUID, viewer: UUID, active: Stand, other: Stand) -> AccessDifference | None:
    """What differs for one pair; None where nothing does."""
    names = names_of(active.by_subject, other.by_subject)
    if active.torn or other.torn:
        names |= {TWO_TABLES}
    return AccessDifference(subject, viewer, names, active, other) if names else None


def names_of(before: Periods, after: Periods) -> frozenset[str]:
    """By which names the change from one set of periods to the other may be accepted; none for equal sets."""
    if before == after:
        return frozenset()
    grounds = _grounds(before), _grounds(after)
    names: set[str] = {code.value for code in grounds[0] ^ grounds[1]}
    if any(_spans(before, code) != _spans(after, code) for code in grounds[0] & grounds[1]):
        names.add(TIMES)
    return frozenset(names or {SCOPE})


def accepted(names: Collection[str], given: Collection[str]) -> bool:
    """Whether all that differs was accepted by name."""
    return set(names) <= set(given)


def _grounds(periods: Periods) -> set[GroundCode]:
    return {code for period in periods for code in period.grounds}


def _spans(periods: Periods, code: GroundCode) -> list[Span]:
    """When a ground holds, periods that touch as one."""
    return list(_joined(Span(period.begins, period.ends) for period in periods if code in period.grounds))


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    last = next(spans, None)
    for span in spans:
        if last is not None and last.ends == span.begins:
            last = Span(last.begins, span.ends)
        else:
            if last is not None:
                yield last
            last = span
    if last is not None:
        yield last
