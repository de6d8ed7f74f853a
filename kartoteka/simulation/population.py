"""The population: families one after another, a block of them merged by time."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Final

from kartoteka.publishing.statement import Record, Statement
from kartoteka.simulation.family import family
from kartoteka.simulation.journal import stated_at
from kartoteka.simulation.lifetimes import SIZES
from kartoteka.simulation.proportions import expected_statements
from kartoteka.simulation.stream import stream
from kartoteka.simulation.world import World, world

LANES: Final = 4
"""Parts of the population that can be told independently; whoever tells them, they are the same."""

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
                families = len(self._sizes)
                told = [one for n in block for one in family(self._world, n, families, self._sizes[n])]
                yield from sorted(told, key=stated_at)

    def records(self, lane: int | None = None) -> Iterator[Record]:
        """The same as Kafka records."""
        return (statement.record("") for statement in self.statements(lane))

    @property
    def expected(self) -> int:
        """How many statements there will be, roughly."""
        return int(self.patients * expected_statements(self.years))

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
        step = max(1, int(BLOCK_EVENTS / (PATIENTS_PER_FAMILY * expected_statements(self.years))))
        return [range(first, min(first + step, families)) for first in range(0, families, step)]


def population(patients: int, years: int, seed: int, until: date) -> Iterator[Statement]:
    """What the publishers say about a population, in order of time within each family."""
    return Population(patients, years, seed, until).statements()


def records(patients: int, years: int, seed: int, until: date) -> Iterator[Record]:
    """The same as Kafka records: topic, key, value and headers."""
    return Population(patients, years, seed, until).records()
