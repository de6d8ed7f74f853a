"""The tests of crashes can fail: with one protection taken out of the build, the same proof goes red.

Each mutant (``tests/chaos/mutants.py``) runs where its protection is what saves the day, once as the product
is and once patched.
"""

import signal
from collections.abc import Callable, Iterator
from typing import Final

import pytest

from tests.chaos.proof import CheckFailed, Reach
from tests.chaos.sending import Parcel
from tests.chaos.traffic import again, chunk, parcel, statements
from tests.corridor import Corridor, Plan


@pytest.fixture(scope="module")
def corridor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corridor]:
    with Corridor(tmp_path_factory.mktemp("mutants") / "data") as corridor:
        yield corridor


def told_again(corridor: Corridor, mutant: str | None) -> None:
    """Everything is said, and a third of it once more."""
    said = chunk(seed=1)
    corridor.start("ingest", plan=Plan(mutant=mutant))
    corridor.publish([*said, *again(said, seed=1)])
    corridor.settle("ingest")


def killed_on_the_way(corridor: Corridor, mutant: str | None) -> None:
    """The worker dies when its transaction has just begun, and another takes over."""
    dying = corridor.start("ingest", plan=Plan("after the breakers were loaded", mutant=mutant))
    with corridor.publishing(chunk(seed=2)):
        corridor.until_dead(dying)
    corridor.start("ingest", plan=Plan(mutant=mutant))
    corridor.settle("ingest")


def replaced(corridor: Corridor, mutant: str | None) -> None:
    """A worker sleeps with a batch in its hands, wakes up after another did its work, and ends."""
    stopped = corridor.start("ingest", plan=Plan("after sealing", deed="stop", mutant=mutant))
    with corridor.publishing(good(seed=3)):
        corridor.until_stopped(stopped)
    corridor.start("ingest", plan=Plan(mutant=mutant))
    corridor.settle("ingest")
    stopped.signal(signal.SIGCONT)
    corridor.wait_for(lambda: bool(stopped.said("bookmark_refused") or stopped.said("batch")), "the sleeper to act")
    corridor.end()
    corridor.start("ingest")
    corridor.settle("ingest")


def good(seed: int) -> list[Parcel]:
    """No poison: a second quarantining would be refused by its key, whoever moves the bookmark."""
    return [parcel(statement) for statement in statements(seed)]


Scene = Callable[[Corridor, str | None], None]
SCENES: Final[dict[str, tuple[Scene, str]]] = {
    "no inbox key": (told_again, "inbox"),
    "bookmark before effect": (killed_on_the_way, "inbox"),
    "no compare-and-set": (replaced, "counts"),
}


@pytest.mark.parametrize("mutant", SCENES)
def test_the_product_passes_and_the_mutant_does_not(corridor: Corridor, mutant: str) -> None:
    scene, check = SCENES[mutant]
    corridor.begin_anew()
    scene(corridor, None)
    corridor.check(Reach.LEDGER)
    corridor.begin_anew()
    scene(corridor, mutant)
    with pytest.raises(CheckFailed) as failed:
        corridor.check(Reach.LEDGER)
    assert check in failed.value.checks
