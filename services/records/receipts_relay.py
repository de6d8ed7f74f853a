"""Ledger and outcomes → receipts: a loop of its own beside the relay, which waits for nobody's receipts.

How far publishers were told is in the bookmark for the ledger's positions and in ``records.outcome_sent`` for the
outcomes. Both move after Kafka has acknowledged, so a crash repeats receipts and loses none.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.lanes import partition_of
from kartoteka.publishing.receipts import Receipt
from services.kernel.batches import Batches
from services.kernel.bookmarks import Bookmark, Bookmarks
from services.kernel.database import Link
from services.kernel.named_sql import queries_beside
from services.kernel.stream_sender import StreamSender
from services.records.receipts import TOPIC, Decided, of_appended, of_decided

SQL: Final = queries_beside(__file__, "receipts.sql")
READER: Final = "records.relay.receipts"
AT_ONCE: Final = 5000
# Few and larger batches: whoever waits for a receipt can wait a tenth of a second, whoever reads a record should not.
LOOK_SECONDS: Final = 0.1
NAMES_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Load:
    """What publishers are told next, and how far that goes."""

    receipts: Sequence[Receipt]
    position: int
    outcome: int


class ReceiptsRelay(StreamSender):
    """Tells publishers what became of their records."""

    def __init__(self, kafka: KafkaSettings, link: Link, bookmarks: Bookmarks) -> None:
        super().__init__(TOPIC, kafka, link, bookmarks)
        self._outcome = 0
        self._names: dict[str, str] = {}
        self._named_at = 0.0

    async def step(self) -> None:
        load = None if self._producer is None else await asyncio.to_thread(self._next)
        if load is None:
            await self.sleep(LOOK_SECONDS)
        else:
            await self._send(load.receipts)
            await asyncio.to_thread(self._keep, load)

    async def begin(self, bookmark: Bookmark) -> None:
        """Behind the last outcome that was told; the bookmark says it of the ledger."""
        self._outcome = await asyncio.to_thread(self._outcome_told)

    def _outcome_told(self) -> int:
        ((number,),) = self.link.get().execute(SQL["outcomes_sent"]).fetchall()
        return int(number)

    def _next(self) -> Load | None:
        """What comes next; None when there is nothing."""
        assert self._stands is not None
        connection = self.link.get()
        found = connection.execute(SQL["next_appended"], (self._stands.position, AT_ONCE), binary=True).fetchall()
        decided: list[Decided] = connection.execute(SQL["next_decided"], (self._outcome, AT_ONCE)).fetchall()
        if not found and not decided:
            return None
        names = self._known_names()
        appended = [(position, int.from_bytes(at), body) for position, at, body in found]
        return Load(
            [*of_appended(appended, names), *of_decided(decided, names)],
            appended[-1][0] if appended else self._stands.position,
            decided[-1][0] if decided else self._outcome,
        )

    def _known_names(self) -> dict[str, str]:
        """What receipts call the publishers; looked up now and then."""
        if time.monotonic() - self._named_at > NAMES_SECONDS:
            self._names = dict(self.link.get().execute(SQL["receipt_names"]).fetchall())
            self._named_at = time.monotonic()
        return self._names

    async def _send(self, receipts: Iterable[Receipt]) -> None:
        """Each publisher's receipts in one partition, in their order."""
        assert self._producer is not None
        count = len(await self._producer.partitions_for(TOPIC))
        batches = Batches(self._producer, TOPIC)
        for receipt in receipts:
            key = receipt.publisher.encode()
            batches.add(partition_of(key, count), key, msgspec.json.encode(receipt), [])
        await batches.send()

    def _keep(self, load: Load) -> None:
        """Say in the database how far publishers have been told."""
        connection = self.link.get()
        with connection.transaction():
            # Should it be lost with the server, some are told twice.
            stands = self.move(connection, load.position)
            if load.outcome > self._outcome:
                connection.execute(SQL["keep_outcomes_sent"], (load.outcome, load.outcome))
                connection.execute(SQL["purge_sent"])
        self._stands, self._outcome = stands, load.outcome
