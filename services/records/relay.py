"""Ledger → topic, and with the events the newest seal that covers them."""

import asyncio
from collections.abc import Sequence
from typing import Final

import msgspec

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME
from services.kernel.stream_relay import Route, Row, StreamRelay
from services.kernel.tails import refuse_if_ledger_is_behind
from services.records.ledger import SEALS_TOPIC, SQL, STATE_HEAD, PublishedSeal, topic_header

READER: Final = "records.relay"
ROUTE: Final = Route(TOPIC, SQL, TOPIC_HEADER_NAME, topic_header, STATE_HEAD.size)


class Relay(StreamRelay):
    """Sends what the ledger has and the topic has not."""

    def __init__(self, kafka: KafkaSettings, link: Link, listening: Link, bookmarks: Bookmarks) -> None:
        super().__init__(ROUTE, kafka, link, listening, bookmarks)
        self._seal: PublishedSeal | None = None

    async def tails(self) -> dict[int, int]:
        tails = await refuse_if_ledger_is_behind(self.kafka, self.link)
        return {number: tail.position for number, tail in tails.items()}

    def _next(self) -> Sequence[Row]:
        """The next events, and the newest seal that covers nothing behind them."""
        rows = super()._next()
        if rows:
            seal = self.link.get().execute(SQL["seal_up_to"], (rows[-1][0],)).fetchone()
            self._seal = None if seal is None else PublishedSeal(seal[0], seal[1], seal[2].hex())
        return rows

    async def _deliver(self, rows: Sequence[Row]) -> None:
        await asyncio.gather(self._send(rows), self._send_seal(self._seal))

    async def _send_seal(self, seal: PublishedSeal | None) -> None:
        """The newest seal leaves the database, so that cutting off the ledger's end would show."""
        assert self._producer is not None
        if seal is not None:
            await self._producer.send_and_wait(SEALS_TOPIC, msgspec.json.encode(seal))
