"""Who is told that an access has ended, and what of the cause; with real PostgreSQL."""

from collections.abc import Iterator
from typing import Any

import pytest

from services.permissions.stream import decode, split_state
from tests.asking import GRANDMOTHER, MOTHER
from tests.conftest import Databases
from tests.household import Household, designation, household
from tests.integration.test_access_commands import block, removal


@pytest.fixture
def home(databases: Databases) -> Iterator[Household]:
    home = household(databases)
    yield home
    home.desk.recorder.datastore.close()


def told(home: Household) -> list[tuple[Any, ...]]:
    rows = home.rows("SELECT state FROM permissions.event WHERE topic = 'AccessEnded' ORDER BY notification_id")
    said = [decode(split_state(state)[1])[1] for (state,) in rows]
    return [(one["viewer"], one["cause"], one["told"]) for one in said]


def test_who_was_removed_is_told_and_no_other_parent(home: Household) -> None:
    home.give(designation())
    home.give(removal())
    assert told(home) == [(GRANDMOTHER, "removed", [GRANDMOTHER])]


def test_of_a_block_nobody_is_told_and_no_cause_of_it_to_whom_the_blocked_designated(home: Household) -> None:
    home.give(designation())
    home.give(block(MOTHER))
    assert sorted(told(home)) == [(MOTHER, "taken_back", []), (GRANDMOTHER, "taken_back", [GRANDMOTHER])]
