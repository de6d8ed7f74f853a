"""Who lives in a family: one adult or two, their children, some of them born meanwhile, perhaps a grandmother."""

from dataclasses import dataclass
from datetime import date
from typing import Final

from kartoteka.simulation.medicines import Medicine
from kartoteka.simulation.world import Clinic, Pharmacy

YEAR_DAYS: Final = 365.25
NEVER: Final = 1_000_000
"""A day after every period."""
ADULT_YEARS: Final = 18


@dataclass(frozen=True, slots=True)
class Person:
    """A member of a family; days are counted from the beginning of the period."""

    pesel: str
    born: date
    born_day: int
    here_day: int
    """Birth, or arrival from abroad."""
    registered_day: int
    """Before it nobody can say anything about the person: there is no PESEL yet."""
    died_day: int
    male: bool
    given_names: str
    surname: tuple[str, str]
    mother: str | None
    father: str | None
    chronic: tuple[Medicine, ...]

    def age(self, day: float) -> float:
        """Age in years, roughly."""
        return (day - self.born_day) / YEAR_DAYS

    def day_of_age(self, years: float) -> int:
        """The day on which the person is so old, or up to two days later."""
        return self.born_day + int(years * YEAR_DAYS) + 1

    def here(self, day: int) -> bool:
        """Whether the person is known and alive."""
        return self.registered_day < day < self.died_day


@dataclass(frozen=True, slots=True)
class Household:
    """A family, what becomes of the couple, and where it usually goes."""

    elders: tuple[Person, ...]
    adults: tuple[Person, ...]
    children: tuple[Person, ...]
    maiden: tuple[str, str]
    married_day: int
    parted_day: int
    keeper: Person
    """With whom the children stay when the couple parts."""
    ukrainian: bool
    clinic: Clinic
    pharmacies: tuple[Pharmacy, ...]

    @property
    def generations(self) -> tuple[tuple[Person, ...], ...]:
        """The eldest first."""
        return self.elders, self.adults, self.children

    @property
    def members(self) -> tuple[Person, ...]:
        return self.elders + self.adults + self.children

    def minors(self, day: int) -> list[Person]:
        """The children who are known, alive and under age on a day."""
        return [child for child in self.children if child.here(day) and child.age(day) < ADULT_YEARS]
