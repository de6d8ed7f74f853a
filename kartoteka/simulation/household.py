"""Who lives in a family: one adult or two, and their children, some of them born during the period."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kartoteka.simulation.journal import Journal
from kartoteka.simulation.medicines import CHRONIC, Medicine
from kartoteka.simulation.names import MEN, SURNAMES, WOMEN
from kartoteka.simulation.numbers import FamilyNumbers
from kartoteka.simulation.stream import Stream
from kartoteka.simulation.world import Clinic, Pharmacy, World

SIZES: Final = (1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 6)
YEAR_DAYS: Final = 365.25
# A birth is announced within this many days; nobody is born so late that the period ends before.
ANNOUNCED_WITHIN_DAYS: Final = 14


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a family; days are counted from the beginning of the period."""

    pesel: str
    born: date
    born_day: int
    registered_day: int
    male: bool
    surname: tuple[str, str]
    mother: str | None = None
    father: str | None = None
    chronic: tuple[Medicine, ...] = ()

    def age(self, day: float) -> float:
        """Age in years, roughly."""
        return (day - self.born_day) / YEAR_DAYS


@dataclass(frozen=True, slots=True)
class Household:
    """A family and where it usually goes."""

    adults: tuple[Person, ...]
    children: tuple[Person, ...]
    clinic: Clinic
    pharmacies: tuple[Pharmacy, ...]

    @property
    def members(self) -> tuple[Person, ...]:
        return self.adults + self.children


class Settling:
    """Draws one household."""

    def __init__(self, world: World, numbers: FamilyNumbers, chance: Stream) -> None:
        self._world = world
        self._numbers = numbers
        self._chance = chance
        self._surname = chance.pick(SURNAMES)

    def household(self, size: int) -> Household:
        chance, world = self._chance, self._world
        parents = 1 if size == 1 or chance.chance(0.35 if size == 2 else 0.1) else 2
        births = self._births(size - parents)
        adults = self._adults(parents, births)
        mother = next((p.pesel for p in adults if not p.male), None)
        father = next((p.pesel for p in adults if p.male), None)
        children = tuple(self._person(day, chance.chance(0.51), mother, father) for day in births)
        nearby = tuple(chance.pick(world.pharmacies) for _ in range(3))
        return Household(adults, children, chance.pick(world.clinics), nearby)

    def _births(self, count: int) -> list[int]:
        """Days of birth, the eldest first; at the end of the period the eldest is under 20."""
        latest = self._world.period.days - 1 - ANNOUNCED_WITHIN_DAYS
        births: list[int] = []
        day = latest - self._chance.between(0, 19 * 365)
        for _ in range(count):
            births.append(min(day, latest))
            day += self._chance.between(400, 1500)
        return births

    def _adults(self, count: int, births: list[int]) -> tuple[Person, ...]:
        chance = self._chance
        grown_up = -chance.between(22 * 366, 88 * 365)
        first = births[0] - chance.between(21 * 366, 30 * 365) if births else grown_up
        male = chance.chance(0.15 if births else 0.45) if count == 1 else False
        adults = [self._person(first, male)]
        if count == 2:
            adults.append(self._person(min(first + chance.between(-2500, 1000), -19 * 366), True))
        return tuple(adults)

    def _person(self, day: int, male: bool, mother: str | None = None, father: str | None = None) -> Person:
        period = self._world.period
        born, pesel = self._numbers.give(date.fromordinal(period.first + day), male)
        day = period.day(born)
        announced = max(0, day + self._chance.between(1, ANNOUNCED_WITHIN_DAYS))
        return Person(
            pesel, born, day, announced if day >= 0 else 0, male, self._surname, mother, father, self._ills(day)
        )

    def _ills(self, born_day: int) -> tuple[Medicine, ...]:
        """Medicines that the person takes all the time: more with age."""
        years = -born_day / YEAR_DAYS
        count = 0 if years < 18 else int(self._chance.random() * min(years, 70) / 12)
        start = self._chance.between(0, len(CHRONIC) - 1)
        return tuple(CHRONIC[(start + n) % len(CHRONIC)] for n in range(count))


def announce(world: World, journal: Journal, chance: Stream, person: Person) -> None:
    """The civil register announces the person: who was there before, in the first night."""
    given = MEN if person.male else WOMEN
    names = chance.pick(given) if chance.chance(0.4) else f"{chance.pick(given)} {chance.pick(given)}"
    at = world.period.time(person.registered_day, chance.random() * 4 * 3600)
    value = {
        "person": person.pesel,
        "birth_date": person.born,
        "sex": "male" if person.male else "female",
        "given_names": names,
        "surname": person.surname[0 if person.male else 1],
        "mother": person.mother,
        "father": person.father,
    }
    journal.say("PersonRegistered", "registry", at, value)
