"""Stream → topic: the stream's own order is the outbox.

Everything up to ``sent_to`` is on the topic. On start the relay reads the tail of each partition, goes on
behind it, and refuses to start when a tail is not in the stream: then a backup was restored behind Kafka.
A relay that repeats does no harm, because readers drop what is not above their bookmark.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, LiteralString
from uuid import UUID

from psycopg import Connection

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.lanes import partition_of
from services.kernel.batches import Batches
from services.kernel.bookmarks import Bookmark, Bookmarks
from services.kernel.database import Link
from services.kernel.measures import KAFKA
from services.kernel.metrics import BATCH_RECORDS, SEND_DURATION, SENT
from services.kernel.stream_sender import StreamSender

AT_ONCE: Final = 2000
LISTEN_SECONDS: Final = 0.2

Row = tuple[int, UUID, int, bytes]


@dataclass(frozen=True, slots=True)
class Route:
    """From which stream to which topic, and how an event looks there.

    ``queries`` are ``next_events``, ``sent``, ``keep_sent`` and ``listen``; ``header`` makes the topic's header of
    version, position and state; the value is the state without its first ``head_bytes``.
    """

    topic: str
    queries: Mapping[str, LiteralString]
    header_name: str
    header: Callable[[int, int, bytes], bytes]
    head_bytes: int


class StreamRelay(StreamSender):
    """Sends what a stream has and its topic has not."""

    def __init__(self, route: Route, kafka: KafkaSettings, link: Link, listening: Link, bookmarks: Bookmarks) -> None:
        super().__init__(route.topic, kafka, link, bookmarks)
        self.route = route
        self.listening = listening
        self._position = 0
        self._last: dict[int, int] = {}
        self._listens: Connection[Any] | None = None

    async def tails(self) -> dict[int, int]:
        """Position of the last event on each partition, 0 for none; Damage when the stream lacks one."""
        raise NotImplementedError

    async def step(self) -> None:
        if self._producer is None:
            await self.sleep(0.5)
            return
        rows = await asyncio.to_thread(self._next)
        if rows:
            began = time.perf_counter()
            await self._deliver(rows)
            self._count_sent(len(rows), time.perf_counter() - began)
            await asyncio.to_thread(self._record_sent, rows[-1][0])
        else:
            await asyncio.to_thread(self._listen)

    async def forget(self) -> None:
        self.listening.drop()
        await super().forget()

    async def begin(self, bookmark: Bookmark) -> None:
        """Behind the topic's tails, all of which the stream must have."""
        tails = await self.tails()
        self._position = await asyncio.to_thread(self._where_to_begin, bookmark, tails)
        self._last = tails
        self.journal.info("relay_begins", behind_position=self._position, partitions=len(tails))

    def _where_to_begin(self, sent_to: Bookmark, tails: dict[int, int]) -> int:
        """Behind what is on the topic; further back where the topic has lost what we once sent."""
        sent = dict(self.link.get().execute(self.route.queries["sent"]).fetchall())
        lost = [position for number, position in tails.items() if position < sent.get(number, 0)]
        return min([sent_to.position, *lost])

    def _next(self) -> Sequence[Row]:
        """The next events of the stream."""
        where = (self._position, AT_ONCE)
        return self.link.get().execute(self.route.queries["next_events"], where, binary=True).fetchall()

    async def _deliver(self, rows: Sequence[Row]) -> None:
        """What is acknowledged before the rows count as sent."""
        await self._send(rows)

    async def _send(self, rows: Sequence[Row]) -> None:
        assert self._producer is not None
        batches = Batches(self._producer, self.route.topic)
        for position, stream_id, version, state in rows:
            number = partition_of(stream_id.bytes, len(self._last))
            if position > self._last[number]:
                headers = [(self.route.header_name, self.route.header(version, position, state))]
                batches.add(number, stream_id.bytes, state[self.route.head_bytes :], headers)
                self._last[number] = position
        await batches.send()

    def _record_sent(self, position: int) -> None:
        """Say in the database that everything up to here is on the topic."""
        connection = self.link.get()
        with connection.transaction():
            # Should it be lost with the server, the relay begins at the topic's tail.
            stands = self.move(connection, position)
            connection.execute(self.route.queries["keep_sent"], (list(self._last), list(self._last.values())))
        self._stands, self._position = stands, position

    def _listen(self) -> None:
        """Wait for the writer's call, and look by ourselves if none comes."""
        connection = self.listening.get()
        if connection is not self._listens:
            connection.execute(self.route.queries["listen"])
            self._listens = connection
        for _ in connection.notifies(timeout=LISTEN_SECONDS, stop_after=1):
            return

    def _count_sent(self, events: int, seconds: float) -> None:
        SENT.labels(KAFKA, self.route.topic).inc(events)
        SEND_DURATION.labels(KAFKA, "send", self.route.topic).observe(seconds)
        BATCH_RECORDS.labels(self.bookmarks.reader).observe(events)
