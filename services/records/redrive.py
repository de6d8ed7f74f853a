"""Trying quarantined records again: by an operator, after a resume, or because a number became known."""

from typing import Any, Final

from psycopg import Connection

from services.kernel.partition import Partition
from services.records.intake import Intake
from services.records.quarantine import SQL
from services.records.windows import empty_windows

AT_ONCE: Final = 500

Place = tuple[str, int, int]


def redrive_now_possible(intake: Intake, records: Connection[Any], keys: Connection[Any]) -> int:
    """Re-drive what waited for a number that the register has announced since."""
    return redrive(intake, records, keys, records.execute(SQL["now_possible"]).fetchall())


def resume(
    intake: Intake, records: Connection[Any], keys: Connection[Any], publisher: str | None, partition: Partition | None
) -> tuple[int, int]:
    """Empty the breaker's windows, let a stopped partition go on, re-drive what was parked: how many, of how many."""
    topic, number = partition or (None, None)
    with records.transaction():
        empty_windows(records, publisher, partition)
        if partition is not None:
            records.execute(SQL["unstop"], {"topic": topic, "partition": number})
    parked = records.execute(SQL["parked"], {"publisher": publisher, "topic": topic, "partition": number}).fetchall()
    return redrive(intake, records, keys, parked), len(parked)


def redrive(intake: Intake, records: Connection[Any], keys: Connection[Any], places: list[Place]) -> int:
    """Try these again in their order, a batch at a time; how many need not wait any longer."""
    return sum(
        intake.redrive(records, keys, places[start : start + AT_ONCE]) for start in range(0, len(places), AT_ONCE)
    )
