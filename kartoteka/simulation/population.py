"""The population: families one after another, a block of them merged by time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from kartoteka.publishing.statement import Record, Statement
from kartoteka.simulation.household import SIZES, Settling, announce
from kartoteka.simulation.insurance import Insurance
from kartoteka.simulation.journal import Journal, stated_at
from kartoteka.simulation.numbers import FamilyNumbers
from kartoteka.simulation.prescriptions import Prescriptions
from kartoteka.simulation.stream import stream
from kartoteka.simulation.vaccinations import Vaccinations
from kartoteka.simulation.world import World, world

LANES: Final = 4
"""Parts of the population that can be told independently; whoever tells them, they are the same."""

EVENTS_PER_PATIENT_YEAR: Final = 35
BLOCK_EVENTS: Final = 10_000
PATIENTS_PER_FAMILY: Final = sum(SIZES) / len(SIZES)
PATIENTS_LIMIT: Final = 4_000_000


@dataclass(frozen=True)
class Population:
    """So many patients over so many years until a day; the seed makes it one of many."""

    patients: int
    years: int
    seed: int
    until: date

    def __post_init__(self) -> None:
        if self.patients < 1 or self.years < 1:
            raise ValueError("a population needs at least one patient and one year")
        if self.patients > PATIENTS_LIMIT:
            raise ValueError(f"a population has at most {PATIENTS_LIMIT:,} patients: so many have numbers of their own")
        if self.until.year - self.years < 1950:
            raise ValueError("a population begins in 1950 at the earliest")

    def statements(self, lane: int | None = None) -> Iterator[Statement]:
        """All statements, or those of one lane; in order of time within each block of families."""
        for number, block in enumerate(self._blocks):
            if lane is None or number % LANES == lane:
                told = [statement for family in block for statement in self._family(family)]
                yield from sorted(told, key=stated_at)

    def records(self, lane: int | None = None) -> Iterator[Record]:
        """The same as Kafka records."""
        return (statement.record("") for statement in self.statements(lane))

    @property
    def expected(self) -> int:
        """How many statements there will be, roughly."""
        return self.patients * self.years * EVENTS_PER_PATIENT_YEAR

    @cached_property
    def _world(self) -> World:
        return world(self.patients, self.years, self.seed, self.until)

    @cached_property
    def _sizes(self) -> list[int]:
        """Sizes of the families; the last one takes what is left."""
        chance, left, sizes = stream(self.seed, "sizes"), self.patients, []
        while left > 0:
            sizes.append(min(left, chance.pick(SIZES)))
            left -= sizes[-1]
        return sizes

    @cached_property
    def _blocks(self) -> list[range]:
        """The families in blocks that are small enough to be merged in memory."""
        families = len(self._sizes)
        step = max(1, int(BLOCK_EVENTS / (PATIENTS_PER_FAMILY * self.years * EVENTS_PER_PATIENT_YEAR)))
        return [range(first, min(first + step, families)) for first in range(0, families, step)]

    def _family(self, family: int) -> list[Statement]:
        """Everything that is said about one family."""
        shared, sizes = self._world, self._sizes
        chance = stream(self.seed, "family", family)
        numbers = FamilyNumbers(family, len(sizes), shared.number_offset)
        house = Settling(shared, numbers, chance).household(sizes[family])
        journal = Journal(shared.period, chance)
        for person in house.members:
            announce(shared, journal, chance, person)
        Insurance(shared, journal, chance).tell(house)
        prescriptions = Prescriptions(shared, journal, chance, house)
        for person in house.members:
            prescriptions.tell(person)
        vaccinations = Vaccinations(shared, journal, chance, house)
        for child in house.children:
            vaccinations.tell(child)
        return journal.statements()


def population(patients: int, years: int, seed: int, until: date) -> Iterator[Statement]:
    """What the publishers say about a population, in order of time within each family."""
    return Population(patients, years, seed, until).statements()


def records(patients: int, years: int, seed: int, until: date) -> Iterator[Record]:
    """The same as Kafka records: topic, key, value and headers."""
    return Population(patients, years, seed, until).records()
