"""How long an explanation takes, as the terminal and HTTP get it: read in one moment, decided, written as JSON.

Whoever has no tie is answered after a time that is the same for all, so those are counted apart.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle
from typing import Any
from uuid import UUID

from psycopg import Connection

from benchmarks.delays import Delays
from services.permissions.why.explaining import Asked, answer
from services.permissions.why.texts import to_json
from services.permissions.why.tongues import LOCALES

QUESTIONS = 2000
TIED = "SELECT viewer_id, subject_id FROM permissions.access_by_subject ORDER BY random() LIMIT %s"
STRANGERS = """
    WITH drawn AS (
        SELECT viewer_id, lead(subject_id) OVER () AS subject_id
        FROM (SELECT viewer_id, subject_id FROM permissions.access_by_subject ORDER BY random()) AS shuffled
    )
    SELECT viewer_id, subject_id FROM drawn WHERE subject_id IS NOT NULL LIMIT %s
"""


@dataclass(frozen=True)
class ExplainResult:
    """Delays of explanations to those who have or had access, and to those who know nobody there."""

    tied: Delays
    strangers: Delays


def explaining(connection: Connection[Any]) -> ExplainResult:
    """Ask about pairs of what was decided, in three languages by turns."""
    tied, strangers = (connection.execute(pairs, (QUESTIONS,)).fetchall() for pairs in (TIED, STRANGERS))
    return ExplainResult(_ask(connection, tied), _ask(connection, strangers))


def _ask(connection: Connection[Any], pairs: Iterable[tuple[UUID, UUID]]) -> Delays:
    took = []
    for (viewer, subject), language in zip(pairs, cycle(LOCALES), strict=False):
        began = time.perf_counter()
        to_json(answer(connection, Asked(viewer, subject)), language)
        took.append((time.perf_counter() - began) * 1000)
    return Delays.of(took)
