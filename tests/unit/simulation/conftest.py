"""Simulated populations that the tests of this folder look at."""

from datetime import date

import pytest

from kartoteka.publishing.statement import Statement
from kartoteka.simulation import Population

UNTIL = date(2025, 1, 1)
SEEDS = (1, 2, 3)


@pytest.fixture(scope="session")
def people() -> Population:
    return Population(patients=700, years=3, seed=7, until=UNTIL)


@pytest.fixture(scope="session")
def told(people: Population) -> list[Statement]:
    return list(people.statements())


@pytest.fixture(scope="session")
def many() -> list[Population]:
    """Some hundred people over some years, with several seeds."""
    return [Population(patients=300, years=4, seed=seed, until=UNTIL) for seed in SEEDS]


@pytest.fixture(scope="session")
def told_by_seed(many: list[Population]) -> list[list[Statement]]:
    """What is said about each of them, in order of time."""
    return [sorted(people.statements(), key=lambda said: said.value["occurred_at"]) for people in many]
