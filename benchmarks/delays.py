"""How long things took: the middle, the slow end, the slowest."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True)
class Delays:
    """Milliseconds."""

    count: int
    p50: float
    p99: float
    greatest: float

    @classmethod
    def of(cls, milliseconds: Iterable[float]) -> Self:
        found = sorted(milliseconds)
        return cls(len(found), found[len(found) // 2], found[len(found) * 99 // 100], found[-1])

    def __str__(self) -> str:
        return f"p50 {self.p50:.3g} ms, p99 {self.p99:.3g} ms, greatest {self.greatest:.3g} ms ({self.count:,})"
