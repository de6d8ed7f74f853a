"""Guarantees 1 to 3 while everybody is killed in turn: traffic flows, and afterwards everything is exact.

The moments stand in ``tests/chaos/moments.py``, what is proven in ``tests/chaos/proof.py``.
"""

import random
import signal
import time
from collections.abc import Iterator

import pytest

from tests.chaos import moments
from tests.chaos.proof import Reach
from tests.chaos.traffic import again, chunk, impossible
from tests.corridor import READERS, Corridor, Plan

CHANCE = random.Random(20261121)
STATEMENTS = sorted(CHANCE.sample(range(3, 120), 4))
INGEST = [name for name in moments.INGEST if name != "at some statement"]


@pytest.fixture(scope="module")
def corridor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corridor]:
    """Relay and projection are at work; each test brings its own ingest."""
    with Corridor(tmp_path_factory.mktemp("crashes") / "data") as corridor:
        corridor.start("relay", "projection")
        yield corridor


_seeds = iter(range(1, 10_000))


def fresh() -> list:  # type: ignore[type-arg]
    """A family of its own, every poison, and repeats."""
    return chunk(next(_seeds))


def test_half_of_the_moments_lie_inside_an_open_transaction() -> None:
    inside = [moments.INGEST[name].inside for name in INGEST]
    assert sum(inside) * 2 >= len(inside) >= 20


@pytest.mark.parametrize("moment", INGEST)
def test_ingest_may_be_killed_at_every_named_moment(corridor: Corridor, moment: str) -> None:
    worker = corridor.start("ingest", plan=Plan(moment))
    with corridor.publishing(fresh()):
        noted = corridor.until_dead(worker)
    assert noted["inside"] or not moments.INGEST[moment].inside
    corridor.check(Reach.EVER)


@pytest.mark.parametrize("call", STATEMENTS)
def test_ingest_may_be_killed_at_any_statement(corridor: Corridor, call: int) -> None:
    worker = corridor.start("ingest", plan=Plan("at some statement", call))
    with corridor.publishing(fresh()):
        corridor.until_dead(worker)
    corridor.check(Reach.EVER)


@pytest.mark.parametrize("moment", moments.REDRIVE)
def test_ingest_may_be_killed_while_it_tries_quarantined_records_again(corridor: Corridor, moment: str) -> None:
    issued, announced = impossible(next(_seeds))
    corridor.publish([issued])
    corridor.start("ingest")
    corridor.settle("ingest")
    corridor.end(corridor.worker("ingest"))
    worker = corridor.start("ingest", plan=Plan(moment))
    corridor.publish([announced])
    noted = corridor.until_dead(worker)
    assert noted["inside"] or not moments.REDRIVE[moment].inside
    corridor.check(Reach.EVER)


def test_all_of_it_is_exact_after_the_deaths_of_ingest(corridor: Corridor) -> None:
    everything = fresh()
    corridor.publish([*everything, *again(everything, seed=1)])
    corridor.start("ingest")
    corridor.settle()
    corridor.check()
    corridor.end(corridor.worker("ingest"))


@pytest.mark.parametrize("moment", [*moments.RELAY, *moments.PROJECTION])
def test_relay_and_projection_may_be_killed_at_every_named_moment(corridor: Corridor, moment: str) -> None:
    process = moment.partition(":")[0]
    corridor.kill(corridor.worker(process))
    dying = corridor.start(process, plan=Plan(moment))
    ingest = corridor.start("ingest")
    with corridor.publishing(fresh()):
        noted = corridor.until_dead(dying)
    assert noted["inside"] or not moments.ALL[moment].inside
    corridor.start(process)
    corridor.settle()
    corridor.check()
    corridor.end(ingest)


@pytest.mark.parametrize("server", ["kafka", "postgres", "postgres-keys"])
def test_a_killed_server_comes_back_and_the_workers_recover_by_themselves(corridor: Corridor, server: str) -> None:
    ingest = corridor.start("ingest")
    pids = [worker.child.pid for worker in corridor.workers]
    before = fresh()
    with corridor.publishing(before, seconds=3):
        time.sleep(1.5)
        corridor.kill_server(server)
        corridor.servers.start()
    corridor.publish(again(before, seed=2))
    corridor.settle()
    corridor.check()
    assert [worker.child.pid for worker in corridor.workers] == pids
    corridor.end(ingest)


def test_a_worker_that_wakes_up_after_it_was_replaced_is_refused(corridor: Corridor) -> None:
    stopped = corridor.start("ingest", plan=Plan("after sealing", deed="stop"))
    with corridor.publishing(fresh()):
        corridor.until_stopped(stopped)
    successor = corridor.start("ingest")
    corridor.settle("ingest")
    before = corridor.bookmarks()
    stopped.signal(signal.SIGCONT)
    corridor.wait_for(lambda: bool(stopped.said("bookmark_refused")), "the refusal of the old worker's commit")
    assert stopped.said("batch") == []
    assert corridor.bookmarks() == before
    corridor.publish(fresh())
    corridor.settle()
    corridor.check()
    corridor.end(stopped, successor)


@pytest.mark.parametrize(
    ("process", "moment"),
    [
        ("ingest", "after the table lock"),
        ("ingest", "after the bookmark moved, before its effects"),
        ("ingest", "in the middle of COPY of events"),
        ("projection", "projection: in the middle of COPY"),
        ("projection", "projection: bookmark moved, before COMMIT"),
    ],
)
def test_a_worker_that_is_stopped_inside_its_transaction_holds_nobody_up(
    corridor: Corridor, process: str, moment: str
) -> None:
    for worker in [one for one in corridor.workers if one.process != "relay"]:
        corridor.kill(worker)
    other = corridor.start("projection" if process == "ingest" else "ingest", plan=Plan(hurry=5))
    stopped = corridor.start(process, plan=Plan(moment, deed="stop", hurry=5))
    with corridor.publishing(fresh()):
        assert corridor.until_stopped(stopped)["inside"]
    successor = corridor.start(process, plan=Plan(hurry=5))
    corridor.settle()
    before = corridor.bookmarks(READERS[process])
    stopped.signal(signal.SIGCONT)
    corridor.wait_for(
        lambda: bool(stopped.said("retrying") or stopped.said("bookmark_refused")),
        "the old worker to learn that its transaction is gone",
    )
    assert corridor.bookmarks(READERS[process]) == before
    corridor.check()
    corridor.end(stopped, successor, other)
    corridor.start("projection")
