"""What all families of one simulation share: the period, employers, clinics and pharmacies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from kartoteka.simulation.numbers import nip, pwz
from kartoteka.simulation.stream import Stream, stream

PATIENTS_PER_EMPLOYER: Final = 40
PATIENTS_PER_CLINIC: Final = 500
PATIENTS_PER_PHARMACY: Final = 300
PATIENTS_PER_SHOP: Final = 3000
ABROAD: Final = ("CZ", "HR", "ES", "DE", "EE")


@dataclass(frozen=True, slots=True)
class Clinic:
    """A provider: its RPWDL book number, its publisher's name, and its practitioners' licence numbers."""

    number: str
    publisher: str
    practitioners: tuple[tuple[str, str], ...]
    nurse: str
    midwife: str


@dataclass(frozen=True, slots=True)
class Pharmacy:
    """Where medicines are dispensed, here or abroad."""

    number: str
    publisher: str
    country: str


@dataclass(frozen=True, slots=True)
class Shop:
    """Where ordered devices are handed out."""

    number: str
    publisher: str


class Month(NamedTuple):
    """A month of the period: its first day as a date, and the days [start, end)."""

    first: date
    start: int
    end: int


class Period:
    """The simulated days [since, until); a day is its number from 0, a time its day and the seconds of it."""

    def __init__(self, until: date, years: int) -> None:
        self.until = until
        self.since = _years_before(until, years)
        self.first = self.since.toordinal()
        self.days = until.toordinal() - self.first
        midnight = datetime(self.since.year, self.since.month, self.since.day, tzinfo=UTC)
        self._midnights = [midnight + timedelta(days=day) for day in range(self.days)]
        self.months = tuple(self._months())

    def time(self, day: int, second: float) -> datetime:
        """A time of a day, UTC; later than the end of that day is allowed, after the period is not."""
        return self._midnights[day] + timedelta(0, second)

    def day(self, of: date) -> int:
        """The number of a day; negative before the period."""
        return of.toordinal() - self.first

    def date(self, day: int) -> date:
        return date.fromordinal(self.first + day)

    def is_sunday(self, day: int) -> bool:
        return (self.first + day) % 7 == 0

    def _months(self) -> Iterator[Month]:
        first = self.since.replace(day=1)
        while first < self.until:
            following = (first + timedelta(days=31)).replace(day=1)
            yield Month(first, self.day(first), self.day(following))
            first = following


@dataclass(frozen=True, slots=True)
class World:
    """Everything that families share."""

    seed: int
    period: Period
    employers: tuple[str, ...]
    clinics: tuple[Clinic, ...]
    pharmacies: tuple[Pharmacy, ...]
    foreign: tuple[Pharmacy, ...]
    shops: tuple[Shop, ...]
    number_offset: int


def world(patients: int, years: int, seed: int, until: date) -> World:
    """The world of one simulation."""
    chance = stream(seed, "world")
    employers = dict.fromkeys(nip(chance) for _ in range(10 + patients // PATIENTS_PER_EMPLOYER))
    return World(
        seed,
        Period(until, years),
        tuple(employers),
        tuple(_clinic(chance, n) for n in range(3 + patients // PATIENTS_PER_CLINIC)),
        tuple(_pharmacy(f"{1_000_000 + 7 * n}", "PL") for n in range(4 + patients // PATIENTS_PER_PHARMACY)),
        tuple(_pharmacy(f"{country}-{n}", country) for country in ABROAD for n in range(1, 4)),
        tuple(_shop(f"{2_000_000 + 11 * n}") for n in range(2 + patients // PATIENTS_PER_SHOP)),
        chance.between(0, 4999),
    )


def _clinic(chance: Stream, n: int) -> Clinic:
    number = f"{10_000 + 3 * n:012d}"
    professions = ("physician", "physician", "physician", "physician", "dentist", "physician")
    staff = tuple((pwz(chance), profession) for profession in professions)
    return Clinic(number, f"clinic-{number}", staff, f"{chance.digits(7)}P", f"{chance.digits(7)}A")


def _pharmacy(number: str, country: str) -> Pharmacy:
    return Pharmacy(number, f"pharmacy-{number}", country)


def _shop(number: str) -> Shop:
    return Shop(number, f"shop-{number}")


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)
