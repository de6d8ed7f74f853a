"""One source of chance per family, so that the same arguments give the same bytes in any process."""

from collections.abc import Sequence
from math import log
from random import Random
from typing import TypeVar
from uuid import UUID

T = TypeVar("T")


class Stream(Random):
    """A seeded source of chance; only ``random`` and ``getrandbits`` are drawn from, which are quick and stable."""

    def chance(self, probability: float) -> bool:
        return self.random() < probability

    def pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.random() * len(choices))]

    def between(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.random() * (high - low + 1))

    def wait_days(self, per_year: float) -> float:
        """Days until something happens next that happens so often a year, at any time alike."""
        return -log(1.0 - self.random()) * 365 / per_year

    def uuid(self) -> UUID:
        return UUID(int=self.getrandbits(128), version=4)

    def digits(self, count: int) -> str:
        """So many decimal digits."""
        return f"{int(self.random() * 10**count):0{count}d}" if count <= 15 else self._many_digits(count)

    def _many_digits(self, count: int) -> str:
        return f"{self.getrandbits(count * 4) % 10**count:0{count}d}"


def stream(seed: int, *names: object) -> Stream:
    """The stream of one thing in one simulation."""
    return Stream(":".join(map(str, (seed, *names))))
