"""Looks every minute for accesses that will end by themselves and announces each, once for each number of days.

What was announced stands in the database in the transaction that announces it: a day on which nothing ran is made up
for, and nothing is said twice, however many look at once.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import structlog
from mode import Service
from psycopg import Connection

from services.kernel.checks import Checks, Moment
from services.kernel.database import TRANSIENT, Link
from services.permissions.announcing import DAYS_BEFORE, days_due, end_announced
from services.permissions.deciding import Decider, time_of
from services.permissions.recorder import Draft
from services.permissions.store import SQL

LOOK_SECONDS: Final = 60.0
PATIENCE_SECONDS: Final = 300.0
AT_ONCE: Final = 500
Due = tuple[UUID, UUID, int, int]


class Announcer(Service):  # type: ignore[misc]
    """Announces for the version that is read; beside any other version it keeps silent."""

    def __init__(self, link: Link, decider: Decider) -> None:
        super().__init__()
        self.link = link
        self.decider = decider
        self.journal: Any = structlog.get_logger()
        self._looked = Moment()

    def checks(self) -> Checks:
        """Whether it looked lately."""
        return {"announcer": self._looked.check(PATIENCE_SECONDS)}

    @Service.task  # type: ignore[untyped-decorator]
    async def _run(self) -> None:
        while not self.should_stop:
            try:
                while await asyncio.to_thread(self.announce):
                    pass
                self._looked.now()
            except TRANSIENT as error:
                self.journal.warning("not_announced", error=type(error).__name__)
                self.link.drop()
            await self.sleep(LOOK_SECONDS)

    def announce(self) -> int:
        """Announce the next ends that are due; how many."""
        connection = self.link.get()
        with connection.transaction():
            connection.execute(SQL["no_switch"])
            if connection.execute(SQL["publishing_version"]).fetchone() != (self.decider.store.version,):
                return 0
            now = time_of(connection)
            due = self._due(connection, now)
            if due:
                self.decider.recorder.append(connection, self._drafts(connection, due, now))
        return len(due)

    def _due(self, connection: Connection[Any], now: int) -> list[Due]:
        """What is due and was not announced yet, noted as announced."""
        version = self.decider.store.version
        asked = {"version": version, "days": max(DAYS_BEFORE), "before": list(DAYS_BEFORE), "most": AT_ONCE}
        found = connection.execute(SQL["ending"], asked).fetchall()
        rows = [(*row, days) for row in found if (days := days_due(row[2], now)) is not None]
        columns = dict(zip(("subjects", "viewers", "ends", "days"), map(list, zip(*rows, strict=True)), strict=False))
        return connection.execute(SQL["announce"], columns).fetchall() if rows else []

    def _drafts(self, connection: Connection[Any], due: Sequence[Due], now: int) -> list[Draft]:
        records = self.decider.store.records(connection, {subject for subject, *_ in due})
        return [
            Draft.of(subject, "AccessEndAnnounced", end_announced(viewer, subject, ends_at, days, records, now))
            for subject, viewer, ends_at, days in due
        ]
