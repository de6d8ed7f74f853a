"""A nation of patients with ten events each, told by the simulator.

The period is nine weeks and a half. What is said once for each person (a title, a physician, a language) is kept for
the share of the year that this is, as if it had been said in any week of the year: so types stand to each other as
they do in a year of ``proportions``. Only the registration is kept for everybody, because every record begins with one.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache, cached_property
from typing import Any, Final

import schemas
from kartoteka.publishing.statement import Statement as Told
from kartoteka.simulation.family import family
from kartoteka.simulation.journal import stated_at
from kartoteka.simulation.lifetimes import SIZES
from kartoteka.simulation.proportions import PROPORTIONS
from kartoteka.simulation.stream import Stream, stream
from kartoteka.simulation.world import Period, World, world
from schemas.derive import Json, item_fields

SEED: Final = 7
UNTIL: Final = date(2026, 11, 1)
YEAR_DAYS: Final = 365
DAYS: Final = 67
EVENTS_PER_PATIENT: Final = 10
# Families told and written together: some five thousand events, in one transaction of the ledger under one seal.
FAMILIES_AT_ONCE: Final = 200
# Families differ, so there are a few more than the events need.
RESERVE: Final = 1.1


class _Weeks(Period):
    """A period that is shorter than a year."""

    def __init__(self, until: date, days: int) -> None:
        self.until = until
        self.since = until - timedelta(days=days)
        self.first = self.since.toordinal()
        self.days = days
        midnight = datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC)
        self._midnights = [midnight + timedelta(days=day) for day in range(days)]
        self.months = tuple(self._months())


class Nation:
    """Families enough for so many events, in blocks; every process tells a block alike."""

    def __init__(self, events: int) -> None:
        self._patients = max(100, int(events / EVENTS_PER_PATIENT * RESERVE))

    def block(self, number: int) -> list[Told]:
        """The statements about some families, in order of time; none behind the last family."""
        first = number * FAMILIES_AT_ONCE
        families = range(first, min(first + FAMILIES_AT_ONCE, self._families))
        return sorted((one for n in families for one in self._family(n)), key=stated_at)

    def _family(self, number: int) -> Iterator[Told]:
        chance = stream(SEED, "kept", number)
        told = family(self._world, number, self._families, SIZES[number % len(SIZES)])
        return (one for one in told if _kept(one.type, chance))

    @cached_property
    def _families(self) -> int:
        return self._patients * len(SIZES) // sum(SIZES)

    @cached_property
    def _world(self) -> World:
        return replace(world(self._patients, 1, SEED, UNTIL), period=_Weeks(UNTIL, DAYS))


def _kept(kind: str, chance: Stream) -> bool:
    """Whether a statement of this type is told: all of them but what a shorter period has too many of."""
    return kind == "PersonRegistered" or chance.chance(_share(kind))


@cache
def _share(kind: str) -> float:
    often, years = PROPORTIONS[kind], DAYS / YEAR_DAYS
    return (often.once + often.yearly) * years / (often.once + often.yearly * years)


def complete(kind: schemas.EventType, value: Mapping[str, Any]) -> dict[str, Any]:
    """A statement's fields with the defaults of those that it does not name, as a reader of its bytes sees them."""
    defaults, groups = _defaults(kind.name)
    whole = {**defaults, **value}
    for name, parts in groups:
        whole[name] = [{**parts, **element} for element in whole[name] or ()]
    return whole


@cache
def _defaults(kind: str) -> tuple[dict[str, Any], list[tuple[str, dict[str, Any]]]]:
    fields = schemas.event_type(kind).fields
    groups = [(field["name"], _of(parts)) for field in fields if (parts := item_fields(field)) is not None]
    return _of(fields), groups


def _of(fields: list[Json]) -> dict[str, Any]:
    return {field["name"]: field["default"] for field in fields if "default" in field}
