"""Ledger → topic: the ledger's own order is the outbox.

Everything up to ``sent_to`` is on the topic. On start the relay reads the tail of each partition, goes on
behind it, and refuses to start when a tail is not in the ledger: then a backup was restored behind Kafka.
A relay that repeats does no harm, because readers drop what is not above their bookmark.
"""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

import msgspec
from psycopg import Connection

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.lanes import partition_of
from services.kernel.batches import Batches
from services.kernel.bookmarks import Bookmark, Bookmarks
from services.kernel.database import Link
from services.kernel.ledger_sender import LedgerSender
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME
from services.kernel.measures import KAFKA
from services.kernel.metrics import BATCH_RECORDS, SEND_DURATION, SENT
from services.kernel.tails import Tail, refuse_if_ledger_is_behind
from services.records.ledger import SEALS_TOPIC, SQL, STATE_HEAD, PublishedSeal, topic_header

READER: Final = "records.relay"
AT_ONCE: Final = 2000
LISTEN_SECONDS: Final = 0.2

Row = tuple[int, UUID, int, bytes]


class Relay(LedgerSender):
    """Sends what the ledger has and the topic has not."""

    def __init__(self, kafka: KafkaSettings, link: Link, listening: Link, bookmarks: Bookmarks) -> None:
        super().__init__(TOPIC, kafka, link, bookmarks)
        self.listening = listening
        self._position = 0
        self._last: dict[int, int] = {}
        self._listens: Connection[Any] | None = None

    async def step(self) -> None:
        if self._producer is None:
            await self.sleep(0.5)
            return
        rows, seal = await asyncio.to_thread(self._next)
        if rows:
            began = time.perf_counter()
            await asyncio.gather(self._send(rows), self._send_seal(seal))
            _count_sent(len(rows), time.perf_counter() - began)
            await asyncio.to_thread(self._record_sent, rows[-1][0])
        else:
            await asyncio.to_thread(self._listen)

    async def forget(self) -> None:
        self.listening.drop()
        await super().forget()

    async def begin(self, bookmark: Bookmark) -> None:
        """Behind the topic's tails, all of which the ledger must have."""
        tails = await refuse_if_ledger_is_behind(self.kafka, self.link)
        self._position = await asyncio.to_thread(self._where_to_begin, bookmark, tails)
        self._last = {number: tail.position for number, tail in tails.items()}
        self.journal.info("relay_begins", behind_position=self._position, partitions=len(tails))

    def _where_to_begin(self, sent_to: Bookmark, tails: dict[int, Tail]) -> int:
        """Behind what is on the topic; further back where the topic has lost what we once sent."""
        connection = self.link.get()
        sent = dict(connection.execute(SQL["sent"]).fetchall())
        lost = [tail.position for number, tail in tails.items() if tail.position < sent.get(number, 0)]
        return min([sent_to.position, *lost])

    def _next(self) -> tuple[Sequence[Row], PublishedSeal | None]:
        """The next events, and the newest seal that covers nothing behind them."""
        connection = self.link.get()
        rows = connection.execute(SQL["next_events"], (self._position, AT_ONCE), binary=True).fetchall()
        seal = connection.execute(SQL["seal_up_to"], (rows[-1][0],)).fetchone() if rows else None
        return rows, None if seal is None else PublishedSeal(seal[0], seal[1], seal[2].hex())

    async def _send(self, rows: Sequence[Row]) -> None:
        assert self._producer is not None
        batches = Batches(self._producer, TOPIC)
        for position, patient_id, version, state in rows:
            number = partition_of(patient_id.bytes, len(self._last))
            if position > self._last[number]:
                headers = [(TOPIC_HEADER_NAME, topic_header(version, position, state))]
                batches.add(number, patient_id.bytes, state[STATE_HEAD.size :], headers)
                self._last[number] = position
        await batches.send()

    def _record_sent(self, position: int) -> None:
        """Say in the database that everything up to here is on the topic."""
        connection = self.link.get()
        with connection.transaction():
            # Should it be lost with the server, the relay begins at the topic's tail.
            stands = self.move(connection, position)
            connection.execute(SQL["keep_sent"], (list(self._last), list(self._last.values())))
        self._stands, self._position = stands, position

    async def _send_seal(self, seal: PublishedSeal | None) -> None:
        """The newest seal leaves the database, so that cutting off the ledger's end would show."""
        assert self._producer is not None
        if seal is not None:
            await self._producer.send_and_wait(SEALS_TOPIC, msgspec.json.encode(seal))

    def _listen(self) -> None:
        """Wait for the ledger's call, and look by ourselves if none comes."""
        connection = self.listening.get()
        if connection is not self._listens:
            connection.execute("LISTEN ledger")
            self._listens = connection
        for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
            return


def _count_sent(events: int, seconds: float) -> None:
    SENT.labels(KAFKA, TOPIC).inc(events)
    SEND_DURATION.labels(KAFKA, "send", TOPIC).observe(seconds)
    BATCH_RECORDS.labels(READER).observe(events)
