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
from aiokafka import AIOKafkaProducer

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.lanes import partition_of
from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.database import Link
from services.kernel.leased import LeasedLoop
from services.kernel.named_sql import queries_beside
from services.kernel.partition import Partition
from services.records.batches import BATCH_BYTES, Batches
from services.records.receipts import TOPIC, Decided, Receipt, of_appended, of_decided

SQL: Final = queries_beside(__file__, "receipts.sql")
READER: Final = "records.relay.receipts"
TOLD: Final = Partition(TOPIC, -1)
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


class ReceiptsRelay(LeasedLoop):
    """Tells publishers; one does, others wait to take over."""

    def __init__(self, kafka: KafkaSettings, link: Link, bookmarks: Bookmarks) -> None:
        super().__init__(link, bookmarks)
        self.kafka = kafka
        self._producer: AIOKafkaProducer | None = None
        self._told: Bookmark | None = None
        self._outcome = 0
        self._names: dict[str, str] = {}
        self._named_at = 0.0

    async def on_start(self) -> None:
        await asyncio.to_thread(lambda: self.bookmarks.create(self.link.get(), [TOLD]))

    async def share(self) -> None:
        held = await asyncio.to_thread(lambda: self.bookmarks.share(self.link.get()))
        if not held:
            await self.forget()
        elif self._told is None or self._told.epoch != held[0].epoch:
            await self._begin(held[0])

    async def step(self) -> None:
        load = None if self._producer is None else await asyncio.to_thread(self._next)
        if load is None:
            await self.sleep(LOOK_SECONDS)
        else:
            await self._send(load.receipts)
            await asyncio.to_thread(self._keep, load)

    async def forget(self) -> None:
        """A producer that failed once does not heal; the next one begins behind what is known to be told."""
        producer, self._producer, self._told = self._producer, None, None
        if producer is not None:
            await producer.stop()

    async def _begin(self, told: Bookmark) -> None:
        self._outcome = await asyncio.to_thread(self._outcome_told)
        producer = AIOKafkaProducer(
            **self.kafka.for_aiokafka(), acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES
        )
        await producer.start()
        self._producer, self._told = producer, told

    def _outcome_told(self) -> int:
        ((number,),) = self.link.get().execute(SQL["outcomes_sent"]).fetchall()
        return int(number)

    def _next(self) -> Load | None:
        """What comes next; None when there is nothing."""
        assert self._told is not None
        connection = self.link.get()
        found = connection.execute(SQL["next_appended"], (self._told.position, AT_ONCE), binary=True).fetchall()
        decided: list[Decided] = connection.execute(SQL["next_decided"], (self._outcome, AT_ONCE)).fetchall()
        if not found and not decided:
            return None
        names = self._known_names()
        appended = [(position, int.from_bytes(at), body) for position, at, body in found]
        return Load(
            [*of_appended(appended, names), *of_decided(decided, names)],
            appended[-1][0] if appended else self._told.position,
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
        assert self._told is not None
        connection = self.link.get()
        move = Move(self._told, self._told.next_offset + 1, position=load.position)
        with connection.transaction():
            # Not waited for: should it be lost with the server, some are told twice.
            connection.execute("SET LOCAL synchronous_commit = off")
            self.bookmarks.move(connection, [move])
            if load.outcome > self._outcome:
                connection.execute(SQL["keep_outcomes_sent"], (load.outcome, load.outcome))
                connection.execute(SQL["purge_sent"])
        self._told, self._outcome = move.moved, load.outcome
