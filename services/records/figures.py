"""The figures of each process for its metrics: outcomes as they are committed, the rest asked of the database."""

from collections import Counter
from typing import Any, Final

from psycopg import Connection

from services.kernel import metrics
from services.kernel.metrics import Figures
from services.kernel.named_sql import queries_beside
from services.records.breaker import PUBLISHER_LIMIT, WHOLE_PARTITION
from services.records.judging import Judged
from services.records.reasons import Outcome, Reason

SQL: Final = queries_beside(__file__, "figures.sql")


def begin_counting() -> None:
    """Every outcome and reason begins at nought, so that the first of its kind shows as growth."""
    for outcome in Outcome:
        metrics.OUTCOMES.labels(outcome)
    for reason in Reason:
        metrics.QUARANTINED.labels(reason)


def count_outcomes(judged: Judged) -> None:
    """Outcomes of a batch that was committed."""
    for outcome, ended in (
        (Outcome.APPENDED, judged.appended),
        (Outcome.REPEATED, judged.repeated),
        (Outcome.QUARANTINED, judged.refused),
    ):
        metrics.OUTCOMES.labels(outcome).inc(len(ended))
    for reason, many in Counter(one.reason for one in judged.refused).items():
        metrics.QUARANTINED.labels(reason).inc(many)


def of_ingest(reader: str, connection: Connection[Any]) -> Figures:
    """The ledger's end, what waits, who is parked."""
    limit = {"whole_partition": WHOLE_PARTITION, "limit": PUBLISHER_LIMIT}
    waiting = {reason.value: 0.0 for reason in Reason} | dict(connection.execute(SQL["waiting"]).fetchall())
    return {
        metrics.POSITION: {reader: _one(connection, "ledger_end")[0]},
        metrics.WAITING: waiting,
        metrics.PARKED: {reader: _one(connection, "parked", limit)[0]},
    }


def of_relay(reader: str, connection: Connection[Any]) -> Figures:
    """The ledger's end, and how far of it is sent."""
    sent_to, seconds = _one(connection, "sent", {"reader": reader})
    return {
        metrics.POSITION: {reader: _one(connection, "ledger_end")[0]},
        metrics.SENT_TO: {reader: sent_to},
        metrics.BEHIND: {reader: seconds},
    }


def of_projection(reader: str, connection: Connection[Any]) -> Figures:
    """How far the read model is complete, and how old what it lacks."""
    complete_to, seconds = _one(connection, "complete", {"reader": reader})
    return {metrics.COMPLETE_TO: {reader: complete_to}, metrics.BEHIND: {reader: seconds}}


def _one(connection: Connection[Any], query: str, parameters: dict[str, Any] | None = None) -> tuple[Any, ...]:
    row: tuple[Any, ...] | None = connection.execute(SQL[query], parameters).fetchone()
    assert row is not None
    return row
