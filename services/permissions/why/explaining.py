"""Asks the database what an explanation needs, in one moment, and answers in a time that tells nothing.

Who has no known tie, who is blocked and who does not exist get the same answer after the same time.
"""

import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID, uuid4

from msgspec.structs import replace
from psycopg import Connection

from services.kernel.moments import micros, moment
from services.permissions.rules.instants import POLAND, day_of, start_of
from services.permissions.store import NOW, SQL, Store
from services.permissions.why.answer import Explanation
from services.permissions.why.explanation import Depth, explain
from services.permissions.why.reasons import ReasonCode

STALE_SECONDS: Final = 60.0
# Longer than reading and deciding take, shorter than anybody minds.
SAME_FOR_ALL_SECONDS: Final = 0.012


@dataclass(frozen=True, slots=True)
class Asked:
    """Who asks about whom (None: nobody is known under what was given), about which moment, by what was known when."""

    viewer: UUID | None
    subject: UUID | None
    at: datetime | None = None
    known_at: datetime | None = None
    depth: Depth = Depth.CITIZEN


class BeingChecked(Exception):
    """We are too far behind the institutions to say who may see whom."""


def answer(connection: Connection[Any], asked: Asked) -> Explanation:
    """The explanation; BeingChecked, to everybody alike, while it cannot be known."""
    begun = time.monotonic()
    with connection.transaction():
        connection.execute(SQL["one_moment"])
        explanation = _explanation(connection, asked)
    if any(reason.code == ReasonCode.NO_TIE for reason in explanation.reasons):
        time.sleep(max(0.0, begun + SAME_FOR_ALL_SECONDS - time.monotonic()))
    return explanation


def _explanation(connection: Connection[Any], asked: Asked) -> Explanation:
    version, behind, as_of, now = connection.execute(SQL["how_current"]).fetchone() or (0, STALE_SECONDS + 1, None, 0)
    known = asked.known_at
    own = asked.viewer is not None and asked.viewer == asked.subject
    if behind > STALE_SECONDS and not own and not (known and as_of and known <= as_of):
        raise BeingChecked
    at = asked.at or known
    # Nobody is looked for as somebody would be.
    viewer, subject = asked.viewer or uuid4(), asked.subject or uuid4()
    records = Store(version).records(connection, {subject}, {viewer}, known or NOW)
    known_to = known or as_of
    told = explain(
        asked.viewer,
        asked.subject,
        records,
        micros(at) if at else now,
        micros(known_to) if known_to else 0,
        asked.depth,
    )
    # Whoever asks about now is told the day: the same question gets the same bytes a second later.
    return told if at else replace(told, at=moment(start_of(day_of(now))).astimezone(POLAND))
