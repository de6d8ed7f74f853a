"""Hands each receipt to whoever waits for it. It reads before anything is sent, so that none is missed."""

import asyncio
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager, suppress
from typing import Final, Self
from uuid import UUID

from aiokafka.errors import KafkaError
from aiokafka.structs import RecordMetadata

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.producer import PublishingFailed
from kartoteka.publishing.receipts import Receipt
from kartoteka.publishing.receipts_reader import ReceiptsReader, receipts_of

UNKNOWN_OFFSET: Final = -1

Mail = asyncio.Queue[Receipt | KafkaError | PublishingFailed]


class NoReceipt(Exception):
    """Kafka acknowledged the event, but nobody has said yet what became of it."""

    def __init__(self, event_id: UUID, place: str, why: str) -> None:
        super().__init__(
            f"Kafka acknowledged event {event_id} at {place}, so it is not lost, but {why}. "
            "Look with 'kartoteka publish receipts' later, or publish the same event again, with the same id: "
            "what arrived twice takes effect once."
        )
        self.event_id = event_id
        self.place = place


class Waiting:
    """Collects what may be the receipt of one event, from before it is sent."""

    def __init__(self, event_id: UUID) -> None:
        self.event_id = event_id
        self.mail: Mail = asyncio.Queue()

    async def receipt(self, sent: RecordMetadata, seconds: float) -> Receipt:
        """The receipt of the record that was acknowledged there; NoReceipt when it does not come in time."""
        place = f"{sent.topic}/{sent.partition}/{sent.offset}"
        try:
            async with asyncio.timeout(seconds):
                while True:
                    came = await self.mail.get()
                    if isinstance(came, Exception):
                        why = f"the receipts can no longer be read ({type(came).__name__})"
                        raise NoReceipt(self.event_id, place, why) from came
                    if self._is_ours(came, place, sent.offset):
                        return came
        except TimeoutError:
            raise NoReceipt(self.event_id, place, f"no receipt came within {seconds:g} s") from None

    def _is_ours(self, receipt: Receipt, place: str, offset: int) -> bool:
        """A place tells apart two records under one event id, such as a quarantined one and its correction."""
        if receipt.place is not None and offset != UNKNOWN_OFFSET:
            return receipt.place == place
        return receipt.event_id == self.event_id


class Postbox:
    """The receipts of one publisher while it publishes."""

    def __init__(self, stack: AsyncExitStack, reader: ReceiptsReader) -> None:
        self._stack = stack
        self._waiting: set[Waiting] = set()
        self._task = asyncio.create_task(self._deliver(reader))

    @classmethod
    async def open(cls, settings: KafkaSettings, publisher: str) -> Self:
        """A postbox that will hold every receipt written from now on."""
        async with AsyncExitStack() as stack:
            reader = await stack.enter_async_context(receipts_of(settings, publisher))
            await reader.skip_all()
            return cls(stack.pop_all(), reader)

    @property
    def reads(self) -> bool:
        return not self._task.done()

    @contextmanager
    def waiting(self, event_id: UUID) -> Iterator[Waiting]:
        """Somebody who waits; to be entered before the event is sent."""
        one = Waiting(event_id)
        self._waiting.add(one)
        try:
            yield one
        finally:
            self._waiting.discard(one)

    async def close(self) -> None:
        self._task.cancel()
        async with self._stack:
            with suppress(asyncio.CancelledError):
                await self._task

    async def _deliver(self, reader: ReceiptsReader) -> None:
        """Until closed; an error ends it, and everybody who waits is told."""
        try:
            while True:
                for receipt in await reader.some():
                    for one in self._waiting:
                        if receipt.event_id in (None, one.event_id):
                            one.mail.put_nowait(receipt)
        except KafkaError as error:
            for one in self._waiting:
                one.mail.put_nowait(error)
