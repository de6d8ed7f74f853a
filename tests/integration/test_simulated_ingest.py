"""Ingest takes in whatever a simulated population says, and sets nothing aside."""

from collections import Counter
from datetime import date

import pytest

from kartoteka.publishing.statement import Statement
from kartoteka.simulation import Population
from schemas import event_types
from services.records.contract import Record
from tests.conftest import Desk
from tests.statements import record, take_in

BATCH = 1_000


def arrived(statement: Statement) -> Record:
    made = statement.record("")
    return record(statement.type, dict(statement.value), value=made.value, key=made.key, headers=tuple(made.headers))


@pytest.mark.parametrize("seed", [1, 4])
def test_everything_that_a_population_says_is_appended(desk: Desk, seed: int) -> None:
    told = list(Population(patients=120, years=2, seed=seed, until=date(2025, 1, 1)).statements())
    for start in range(0, len(told), BATCH):
        take_in(desk, [arrived(statement) for statement in told[start : start + BATCH]])
    said = Counter(statement.type for statement in told)
    assert said["PersonNumberChanged"]
    rows = desk.records.execute("SELECT topic, count(*) FROM records.event GROUP BY topic").fetchall()
    published = {name for name, kind in event_types().items() if kind.published is not None}
    assert {name: count for name, count in rows if name in published} == said
    assert desk.records.execute("SELECT count(*) FROM records.quarantined").fetchone() == (0,)
