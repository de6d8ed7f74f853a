"""One simulated population that the tests of this folder look at."""

from datetime import date

import pytest

from kartoteka.publishing.statement import Statement
from kartoteka.simulation import Population

UNTIL = date(2025, 1, 1)


@pytest.fixture(scope="session")
def people() -> Population:
    return Population(patients=700, years=3, seed=7, until=UNTIL)


@pytest.fixture(scope="session")
def told(people: Population) -> list[Statement]:
    return list(people.statements())
