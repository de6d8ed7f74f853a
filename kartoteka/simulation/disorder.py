"""The same records as a bad day sends them: repeated, late and out of order."""

from collections.abc import Iterable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Final, TypeVar

from kartoteka.simulation.stream import Stream, stream

T = TypeVar("T")

REPEATED: Final = 0.3
VERY_LATE: Final = 0.01
WINDOW: Final = 1_000
VERY_LATE_WINDOW: Final = 50_000


def disorder(ordered: Iterable[T], seed: int, *names: object) -> Iterator[T]:
    """Every item at least once, about 30 % of them twice, each up to a window late and a few very late.

    The window counts items. Nothing is lost or changed; the same items, seed and names give the same
    disorder.
    """
    chance = stream(seed, "disorder", *names)
    waiting: list[tuple[int, int, T]] = []
    order = count()
    for now, item in enumerate(ordered):
        for _ in range(2 if chance.chance(REPEATED) else 1):
            heappush(waiting, (now + _delay(chance), next(order), item))
        while waiting and waiting[0][0] <= now:
            yield heappop(waiting)[2]
    while waiting:
        yield heappop(waiting)[2]


def _delay(chance: Stream) -> int:
    return int(chance.random() * (VERY_LATE_WINDOW if chance.chance(VERY_LATE) else WINDOW))
