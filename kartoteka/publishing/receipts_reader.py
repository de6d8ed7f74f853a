"""Reads the receipts of one publisher from its partition of the topic, without any group: who reads disturbs nobody."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError

from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.lanes import partition_of
from kartoteka.publishing.producer import CONNECT_SECONDS, BrokerUnreachable, PublishingFailed
from kartoteka.publishing.receipts import RECEIPTS, Receipt, ReceiptUnreadable, read_receipt

WAIT_MS: Final = 500
# A broker that says nothing for so long is taken for gone.
SILENCE_SECONDS: Final = 15.0

log = logging.getLogger(__name__)


class ReceiptsUnavailable(PublishingFailed):
    """There is no topic of receipts, or we may not see it."""


class ReceiptsReader:
    """The receipts of one publisher, from a place on; what is no receipt is counted and passed over."""

    def __init__(self, consumer: AIOKafkaConsumer, partition: TopicPartition, publisher: str) -> None:
        self.publisher = publisher
        self.unreadable = 0
        self._consumer = consumer
        self._partition = partition
        self._key = publisher.encode()

    async def end(self) -> int:
        """The offset behind the last receipt."""
        return int((await self._consumer.end_offsets([self._partition]))[self._partition])

    async def skip_all(self) -> None:
        """Go on behind what is there now."""
        self._consumer.seek(self._partition, await self.end())

    async def go_to(self, since: datetime | None) -> None:
        """Go on at the first receipt that was written at that time or later; None: at the very first."""
        if since is None:
            await self._consumer.seek_to_beginning(self._partition)
            return
        found = await self._consumer.offsets_for_times({self._partition: max(0, int(since.timestamp() * 1000))})
        place = found[self._partition]
        self._consumer.seek(self._partition, await self.end() if place is None else place.offset)

    async def some(self) -> list[Receipt]:
        """The next receipts; none when none came within half a second."""
        records = (await self._consumer.getmany(self._partition, timeout_ms=WAIT_MS)).get(self._partition, [])
        return [receipt for one in records if one.key == self._key and (receipt := self._read(one.value)) is not None]

    async def until_now(self) -> AsyncIterator[Receipt]:
        """The receipts up to the one that is the last now; BrokerUnreachable when the broker falls silent."""
        end, began = await self.end(), asyncio.get_running_loop().time()
        position = await self._consumer.position(self._partition)
        while position < end:
            for receipt in await self.some():
                yield receipt
            before, position = position, await self._consumer.position(self._partition)
            began = asyncio.get_running_loop().time() if position > before else began
            if asyncio.get_running_loop().time() - began > SILENCE_SECONDS:
                raise BrokerUnreachable(f"Kafka has fallen silent for {SILENCE_SECONDS:.0f} s: is it running?")

    def _read(self, value: bytes | None) -> Receipt | None:
        try:
            receipt = read_receipt(value)
        except ReceiptUnreadable as error:
            self.unreadable += 1
            log.warning("a record on %s is passed over: %s", RECEIPTS, error)
            return None
        return receipt if receipt.publisher == self.publisher else None


@asynccontextmanager
async def receipts_of(settings: KafkaSettings, publisher: str) -> AsyncIterator[ReceiptsReader]:
    """A reader of one publisher's receipts; BrokerUnreachable, or ReceiptsUnavailable where the topic is not there."""
    # Where what we stood at was deleted meanwhile, we go on at the oldest that is left.
    consumer = AIOKafkaConsumer(
        **settings.for_aiokafka(), auto_offset_reset="earliest", enable_auto_commit=False, fetch_max_wait_ms=WAIT_MS
    )
    try:
        partitions = await _connect(consumer, settings)
        partition = TopicPartition(RECEIPTS, partition_of(publisher.encode(), len(partitions)))
        consumer.assign([partition])
        yield ReceiptsReader(consumer, partition, publisher)
    finally:
        await consumer.stop()


async def _connect(consumer: AIOKafkaConsumer, settings: KafkaSettings) -> Any:
    """The partitions of the topic. All metadata is asked for: to ask for one topic may create it."""
    try:
        async with asyncio.timeout(CONNECT_SECONDS):
            await consumer.start()
            cluster = await consumer._client.fetch_all_metadata()
    except (KafkaError, TimeoutError, OSError) as error:
        where = settings.bootstrap_servers
        raise BrokerUnreachable(f"no Kafka broker answers at {where}: is it running?") from error
    partitions = cluster.partitions_for_topic(RECEIPTS)
    if not partitions:
        raise ReceiptsUnavailable(
            f"Kafka at {settings.bootstrap_servers} has no topic {RECEIPTS}, or does not show it to us: "
            "'kartoteka up' creates it"
        )
    return partitions
