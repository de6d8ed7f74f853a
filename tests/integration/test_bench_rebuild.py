"""What the rebuild's benchmark measures on is true, and all whom it measures hold the same."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from benchmarks.rebuild.filling import Beginning, Filling
from benchmarks.rebuild.limits import limits
from benchmarks.rebuild.ours import rebuilt
from benchmarks.rebuild.peers import peers
from benchmarks.workers import opened_house
from services.operations.house import House

EVENTS = 6000


@pytest.fixture(scope="module")
def house() -> Iterator[House]:
    with opened_house() as house:
        yield house


@pytest.fixture(scope="module")
def steps(house: House) -> list[Beginning]:
    """The house filled in two steps."""
    filling = Filling(house, EVENTS)
    return [filling.up_to(EVENTS // 2), filling.up_to(EVENTS)]


def test_a_filled_house_is_as_ingest_and_relay_leave_one(house: House, steps: list[Beginning]) -> None:
    kartoteka = Path(sys.executable).with_name("kartoteka")
    subprocess.run([kartoteka, "--data-dir", house.data_dir, "ledger", "verify"], check=True)
    with psycopg.connect(house.addresses().database) as connection:
        row = connection.execute("SELECT count(*), count(DISTINCT topic), avg(length(state) - 48) FROM records.event")
        events, types, value_bytes = row.fetchone() or (0, 0, 0)
    assert events == steps[-1].position == sum(steps[-1].ends)
    assert types >= 8
    assert value_bytes >= 250


def test_a_rebuild_and_its_peers_hold_the_same(house: House, steps: list[Beginning]) -> None:
    first, whole = steps
    with rebuilt(house) as (run, version):
        assert run.equal
        assert run.events == whole.position
        assert all(peer.equal for peer in peers(house, version, whole, first))
        assert limits(house, version, whole.ends).rate > 0
