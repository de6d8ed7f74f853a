"""Every event type occurs, about as often as the table of proportions says."""

from collections import Counter
from datetime import date

import pytest

from kartoteka.publishing.statement import Statement
from kartoteka.simulation import Population
from kartoteka.simulation.proportions import PROPORTIONS
from schemas import event_types

# Of rare ones a small population has only a few.
MANY = 300


@pytest.fixture(scope="module")
def counted(told_by_seed: list[list[Statement]]) -> Counter[str]:
    return Counter(statement.type for told in told_by_seed for statement in told)


def test_the_table_names_every_event_type_that_can_be_published() -> None:
    assert set(PROPORTIONS) == {name for name, kind in event_types().items() if kind.published is not None}


@pytest.mark.parametrize("name", PROPORTIONS)
def test_each_type_occurs_about_as_often_as_the_table_says(
    name: str, counted: Counter[str], many: list[Population]
) -> None:
    often = PROPORTIONS[name]
    expected = sum(people.patients * (often.once + often.yearly * people.years) for people in many)
    near = 1.25 if expected > MANY else 3
    assert expected / near < counted[name] < expected * near
    assert often.source


def test_prescriptions_are_as_many_as_poland_has(counted: Counter[str], many: list[Population]) -> None:
    yearly = counted["PrescriptionIssued"] / sum(people.patients * people.years for people in many)
    assert 12 < yearly < 15.5, "521 million a year are 13.7 a person"


@pytest.mark.parametrize("years", [1, 2, 10])
def test_the_estimate_for_the_progress_bar_is_near(years: int) -> None:
    people = Population(patients=600 // years, years=years, seed=5, until=date(2025, 1, 1))
    assert abs(people.expected / sum(1 for _ in people.statements()) - 1) < 0.2
