"""Longer than the tests have time for: round after round, anybody is killed or stopped at any time."""

import signal
import time
from collections.abc import Callable, Iterator
from random import Random
from typing import Final

import pytest

from tests.chaos.traffic import again, chunk
from tests.corridor import ALL, Corridor

WORKERS_OF_EACH: Final = 2
BLOWS: Final = 12
SERVERS: Final = ("kafka", "postgres", "postgres-keys")


@pytest.fixture(scope="module")
def corridor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corridor]:
    with Corridor(tmp_path_factory.mktemp("chaos") / "data") as corridor:
        corridor.start(*ALL * WORKERS_OF_EACH)
        yield corridor


def test_a_round_of_chaos_leaves_everything_exact(corridor: Corridor, round_seed: int) -> None:
    chance = Random(round_seed)
    said = [one for family in range(10) for one in chunk(round_seed * 100 + family)]
    with corridor.publishing([*said, *again(said, round_seed)], seconds=BLOWS):
        for _ in range(BLOWS):
            time.sleep(chance.uniform(0.2, 1.5))
            chance.choices(BLOW, weights=(6, 3, 1))[0](corridor, chance)
    corridor.settle()
    corridor.check()


def kill_a_worker(corridor: Corridor, chance: Random) -> None:
    victim = chance.choice(corridor.workers)
    corridor.kill(victim)
    corridor.start(victim.process)


def stop_a_worker(corridor: Corridor, chance: Random) -> None:
    """Long enough for another to take its leases over."""
    victim = chance.choice(corridor.workers)
    victim.signal(signal.SIGSTOP)
    time.sleep(chance.uniform(0.5, 3))
    victim.signal(signal.SIGCONT)


def kill_a_server(corridor: Corridor, chance: Random) -> None:
    corridor.kill_server(chance.choice(SERVERS))
    corridor.servers.start()


BLOW: Final[tuple[Callable[[Corridor, Random], None], ...]] = (kill_a_worker, stop_a_worker, kill_a_server)
