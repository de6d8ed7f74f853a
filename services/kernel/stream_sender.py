"""What relay and receipts have in common: a place in the ledger that one worker holds, and a producer with it."""

import asyncio
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from psycopg import Connection

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.database import Link
from services.kernel.leased import LeasedLoop
from services.kernel.partition import BATCH_BYTES, Partition

NO_PARTITION: Final = -1


class StreamSender(LeasedLoop):
    """Sends to a topic what stands behind a position of a stream; one does, others wait to take over."""

    def __init__(self, topic: str, kafka: KafkaSettings, link: Link, bookmarks: Bookmarks) -> None:
        super().__init__(link, bookmarks)
        self.kafka = kafka
        self.place = Partition(topic, NO_PARTITION)
        self._producer: AIOKafkaProducer | None = None
        self._stands: Bookmark | None = None

    async def begin(self, bookmark: Bookmark) -> None:
        """Find out where to go on, from the database's word; nothing is sent before."""
        raise NotImplementedError

    async def on_start(self) -> None:
        await asyncio.to_thread(lambda: self.bookmarks.create(self.link.get(), [self.place]))

    async def share(self) -> None:
        held = await asyncio.to_thread(lambda: self.bookmarks.share(self.link.get()))
        if not held:
            await self.forget()
        elif self._stands is None or self._stands.epoch != held[0].epoch:
            await self.forget()
            await self.begin(held[0])
            await self._connect()
            self._stands = held[0]

    async def forget(self) -> None:
        """A producer that failed once does not heal: the next one begins where the database says."""
        producer, self._producer, self._stands = self._producer, None, None
        if producer is not None:
            await producer.stop()

    def move(self, connection: Connection[Any], position: int) -> Bookmark:
        """Stand at a position, in the caller's transaction, whose commit is not waited for: a repeat does no harm."""
        assert self._stands is not None
        connection.execute("SET LOCAL synchronous_commit = off")
        step = Move(self._stands, self._stands.next_offset + 1, position=position)
        self.bookmarks.move(connection, [step])
        return step.moved

    async def _connect(self) -> None:
        self._producer = AIOKafkaProducer(
            **self.kafka.for_aiokafka(), acks="all", enable_idempotence=True, max_batch_size=BATCH_BYTES
        )
        await self._producer.start()
