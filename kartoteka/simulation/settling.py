"""Draws one household: its generations, when they were born, married, parted and died."""

from datetime import date
from typing import Final

from kartoteka.simulation.household import NEVER, YEAR_DAYS, Household, Person
from kartoteka.simulation.lifetimes import births, day_of_death, wedding_and_parting
from kartoteka.simulation.medicines import CHRONIC, Medicine
from kartoteka.simulation.names import (
    MEN,
    SURNAMES,
    UKRAINIAN_MEN,
    UKRAINIAN_SURNAMES,
    UKRAINIAN_WOMEN,
    WOMEN,
)
from kartoteka.simulation.numbers import FamilyNumbers
from kartoteka.simulation.stream import Stream
from kartoteka.simulation.world import World

UKRAINIAN: Final = 0.04
ARRIVES_MEANWHILE: Final = 0.5
WITH_GRANDMOTHER: Final = 0.4
STAY_WITH_MOTHER: Final = 0.85
# A birth or an arrival is announced within this many days; nobody comes so late that the period ends before.
ANNOUNCED_WITHIN_DAYS: Final = 14


class Settling:
    """Draws one household."""

    def __init__(self, world: World, numbers: FamilyNumbers, chance: Stream) -> None:
        self._world = world
        self._period = world.period
        self._numbers = numbers
        self._chance = chance
        self._ukrainian = chance.chance(UKRAINIAN)
        surnames = UKRAINIAN_SURNAMES if self._ukrainian else SURNAMES
        self._surname, self._maiden = chance.pick(surnames), chance.pick(surnames)
        arrives = self._ukrainian and chance.chance(ARRIVES_MEANWHILE)
        self._arrived_day = chance.between(1, self._period.days // 2) if arrives else -NEVER

    def household(self, size: int) -> Household:
        chance, world = self._chance, self._world
        parents = 1 if size == 1 or chance.chance(0.35 if size == 2 else 0.1) else 2
        elders = int(size - parents >= 2 and chance.chance(WITH_GRANDMOTHER))
        days = births(chance, size - parents - elders, self._period.days - 1 - ANNOUNCED_WITHIN_DAYS)
        adult_days = self._adult_days(parents, days)
        last_birth = days[-1] if days else -NEVER
        wedding, parting = wedding_and_parting(chance, adult_days[0], last_birth) if parents == 2 else (NEVER, NEVER)
        grandmothers = tuple(self._grandmother(adult_days[0]) for _ in range(elders))
        adults = self._adults(adult_days, bool(days), wedding, last_birth, grandmothers)
        children = self._children(days, adults)
        ends = min(person.died_day for person in adults)
        keeper = adults[0] if chance.chance(STAY_WITH_MOTHER) else adults[-1]
        return Household(
            grandmothers,
            adults,
            children,
            self._maiden,
            wedding if wedding < min(ends, self._period.days) else NEVER,
            parting if parting < min(ends, self._period.days) else NEVER,
            keeper,
            self._ukrainian,
            chance.pick(world.clinics),
            tuple(chance.pick(world.pharmacies) for _ in range(3)),
        )

    def _adult_days(self, count: int, births: list[int]) -> list[int]:
        """Days of birth of the adults, the woman's first where there are two."""
        chance = self._chance
        grown_up = -chance.between(22 * 366, 88 * 365)
        first = births[0] - chance.between(21 * 366, 30 * 365) if births else grown_up
        return [first, min(first + chance.between(-2500, 1000), -19 * 366)][:count]

    def _adults(
        self, days: list[int], with_children: bool, wedding: int, last_birth: int, elders: tuple[Person, ...]
    ) -> tuple[Person, ...]:
        chance, mother = self._chance, elders[0].pesel if elders else None
        lone = len(days) == 1
        male = lone and chance.chance(0.15 if with_children else 0.45)
        own = self._surname if lone or wedding < max(0, self._arrived_day) else self._maiden
        adults = [self._person(days[0], male, own, mother, None, last_birth + 30)]
        adults += [self._person(day, True, self._surname, None, None, last_birth + 30) for day in days[1:]]
        return tuple(adults)

    def _grandmother(self, daughter_day: int) -> Person:
        """The mother of the first adult; a widow has the name that her daughter had before marrying."""
        return self._person(daughter_day - self._chance.between(20 * 366, 32 * 365), False, self._maiden, None, None, 0)

    def _children(self, days: list[int], adults: tuple[Person, ...]) -> tuple[Person, ...]:
        """Twins are a boy and a girl: a family has one number for each day and sex."""
        mother = next((p.pesel for p in adults if not p.male), None)
        father = next((p.pesel for p in adults if p.male), None)
        known = max(person.registered_day for person in adults)
        children: list[Person] = []
        for n, day in enumerate(days):
            twin = n > 0 and days[n - 1] == day
            male = not children[-1].male if twin else self._chance.chance(0.51)
            children.append(self._person(day, male, adults[-1].surname, mother, father, 0, known))
        return tuple(children)

    def _person(
        self,
        day: int,
        male: bool,
        surname: tuple[str, str],
        mother: str | None,
        father: str | None,
        lives_until: int,
        known: int = 0,
    ) -> Person:
        chance, period = self._chance, self._period
        born, pesel = self._numbers.give(date.fromordinal(period.first + day), male)
        day = period.day(born)
        here = max(day, self._arrived_day)
        registered = max(known, here + chance.between(1, ANNOUNCED_WITHIN_DAYS) if here >= 0 else 0)
        died = day_of_death(chance, day, max(registered, lives_until) + 1, period.days)
        return Person(
            pesel, born, day, here, registered, died, male, self._given(male), surname, mother, father, self._ills(day)
        )

    def _given(self, male: bool) -> str:
        chance = self._chance
        if self._ukrainian:
            return chance.pick(UKRAINIAN_MEN if male else UKRAINIAN_WOMEN)
        given = MEN if male else WOMEN
        return chance.pick(given) if chance.chance(0.4) else f"{chance.pick(given)} {chance.pick(given)}"

    def _ills(self, born_day: int) -> tuple[Medicine, ...]:
        """Medicines that the person takes all the time: more with age."""
        years = -born_day / YEAR_DAYS
        count = 0 if years < 18 else int(self._chance.random() * min(years, 70) / 12)
        start = self._chance.between(0, len(CHRONIC) - 1)
        return tuple(CHRONIC[(start + n) % len(CHRONIC)] for n in range(count))
