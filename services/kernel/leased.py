"""The loop of every process that moves bookmarks: share the leases, take a step, and after an error begin anew.

Transient errors are retried with back-off and jitter, and nothing is skipped, because the next step begins
from the database's word. Any other error crashes the process: loudly, and with nothing half done.
"""

import asyncio
import random
import time
from typing import Any, Final

import structlog
from aiokafka.errors import KafkaError
from mode import Service
from psycopg.errors import UniqueViolation

from services.kernel.bookmarks import BookmarkRefused, Bookmarks
from services.kernel.checks import Checks, Moment
from services.kernel.damage import Damage
from services.kernel.database import TRANSIENT, Link
from services.kernel.metrics import RETRIES
from services.kernel.partition import Partition

SHARE_SECONDS: Final = 2.0
LONGEST_BACK_OFF_SECONDS: Final = 15.0
MOST_UNIQUE_VIOLATIONS: Final = 10
# A batch may take as long as its transaction may: 20 s.
SHARE_PATIENCE_SECONDS: Final = 30.0
STEP_PATIENCE_SECONDS: Final = 60.0


class LeasedLoop(Service):  # type: ignore[misc]
    """Base of readers and relays: ``share`` and ``step`` are theirs, the rest is here."""

    def __init__(self, link: Link, bookmarks: Bookmarks) -> None:
        super().__init__()
        self.link = link
        self.bookmarks = bookmarks
        self.journal: Any = structlog.get_logger(reader=bookmarks.reader)
        # The broker's time of the last record read, by partition; empty where nothing is read from Kafka.
        self.published_at: dict[Partition, float] = {}
        self._shared_at = 0.0
        self._failures = 0
        self._shared = Moment()
        RETRIES.labels(bookmarks.reader)  # begins at nought
        self._stepped = Moment()

    def checks(self) -> Checks:
        """Whether leases were shared lately, which the guard lets happen only where work may begin, and a step taken.

        One that waits to take over shares and steps like one that works.
        """
        shared, stepped = self._shared.check(SHARE_PATIENCE_SECONDS), self._stepped.check(STEP_PATIENCE_SECONDS)
        return {"leases": shared, "step": stepped}

    async def share(self) -> None:
        """Renew leases, and take up or give up what they say; every two seconds."""
        raise NotImplementedError

    async def step(self) -> None:
        """One piece of work."""
        raise NotImplementedError

    async def forget(self) -> None:
        """Drop what is only believed: connections, positions, leases."""
        raise NotImplementedError

    @Service.task  # type: ignore[untyped-decorator]
    async def _run(self) -> None:
        while not self.should_stop:
            try:
                await self._once()
                self._failures = 0
            except BookmarkRefused as refusal:
                self.journal.warning("bookmark_refused", detail=str(refusal))
                await self._begin_anew()
            except (*TRANSIENT, KafkaError, ConnectionError, TimeoutError) as error:
                await self._back_off(error)
            except Damage as damage:
                await asyncio.to_thread(self._note, str(damage))
                raise

    async def _once(self) -> None:
        if time.monotonic() - self._shared_at > SHARE_SECONDS:
            await self.share()
            self._shared_at = time.monotonic()
            self._shared.now()
        await self.step()
        self._stepped.now()

    async def on_stop(self) -> None:
        try:
            await asyncio.to_thread(lambda: self.bookmarks.leave(self.link.get()))
        except TRANSIENT as error:
            self.journal.warning("leases_not_returned", error=type(error).__name__)
        await self.forget()

    async def _back_off(self, error: Exception) -> None:
        self._failures += 1
        RETRIES.labels(self.bookmarks.reader).inc()
        if isinstance(error, UniqueViolation) and self._failures > MOST_UNIQUE_VIOLATIONS:
            raise Damage("what is to be written is there already, and stays so: are these the right topics?") from error
        seconds = min(LONGEST_BACK_OFF_SECONDS, 0.2 * 2**self._failures) * random.uniform(0.5, 1.0)
        self.journal.warning("retrying", error=type(error).__name__, attempt=self._failures, seconds=round(seconds, 2))
        await self._begin_anew()
        await self.sleep(seconds)
        await asyncio.to_thread(self._note, f"{type(error).__name__}, attempt {self._failures}")

    def _note(self, error: str) -> None:
        """Keep what went wrong where the operator looks; never content of a record."""
        try:
            self.bookmarks.note_error(self.link.get(), error)
        except TRANSIENT as unreachable:
            self.journal.warning("error_not_noted", error=type(unreachable).__name__)

    async def _begin_anew(self) -> None:
        await self.forget()
        self.link.drop()
        self._shared_at = 0.0
