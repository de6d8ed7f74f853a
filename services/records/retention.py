"""Publishers' records are deleted when they are old *and* their effect is in the database, never otherwise.

They hold PESEL numbers. The time is the broker's, which no publisher sets; the bookmark is the database's word on what
was processed. What waits in quarantine has its bytes there, so nothing is needed from the topic to try it again.
"""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, RecordsToDelete
from aiokafka.errors import KafkaError
from mode import Service
from psycopg import Connection

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.database import TRANSIENT, Link
from services.kernel.partition import Partition
from services.kernel.reader import started

KEEP: Final = timedelta(days=14)
EVERY_SECONDS: Final = 3600.0
_BOOKMARKS: Final = "SELECT topic, partition, next_offset FROM kernel.bookmark WHERE reader = 'records.ingest'"


@dataclass(frozen=True, slots=True)
class Deleted:
    """One partition: what is gone, and where it begins now."""

    topic: str
    partition: int
    records: int
    begins_at: int


def processed_to(connection: Connection[Any]) -> dict[Partition, int]:
    """Up to which offset every publishers' partition has taken effect."""
    return {Partition(topic, number): offset for topic, number, offset in connection.execute(_BOOKMARKS)}


async def delete_old(kafka: KafkaSettings, processed: Mapping[Partition, int], keep: timedelta = KEEP) -> list[Deleted]:
    """Delete what is older than ``keep`` and below the bookmark; a partition without a bookmark is left alone."""
    if not processed:
        return []
    bookmarks = {TopicPartition(*partition): offset for partition, offset in processed.items()}
    begins, bounds = await _bounds(kafka, bookmarks, keep)
    wanted = {tp: bound for tp, bound in bounds.items() if bound > begins[tp]}
    if wanted:
        await _delete(kafka, wanted)
    return [Deleted(tp.topic, tp.partition, bound - begins[tp], bound) for tp, bound in sorted(wanted.items())]


async def _bounds(
    kafka: KafkaSettings, bookmarks: Mapping[TopicPartition, int], keep: timedelta
) -> tuple[dict[TopicPartition, int], dict[TopicPartition, int]]:
    """Where each partition begins, and the offset in front of which everything is old and has taken effect."""
    consumer = await started(AIOKafkaConsumer(**kafka.for_aiokafka()))
    try:
        begins, ends = await consumer.beginning_offsets(list(bookmarks)), await consumer.end_offsets(list(bookmarks))
        moment = int((time.time() - keep.total_seconds()) * 1000)
        young = await consumer.offsets_for_times(dict.fromkeys(bookmarks, moment))
    finally:
        await consumer.stop()
    return begins, {tp: min(at, young[tp].offset if young[tp] else ends[tp]) for tp, at in bookmarks.items()}


async def _delete(kafka: KafkaSettings, bounds: Mapping[TopicPartition, int]) -> None:
    admin = AIOKafkaAdminClient(**kafka.for_aiokafka())
    await admin.start()
    try:
        await admin.delete_records({tp: RecordsToDelete(bound) for tp, bound in bounds.items()})
    finally:
        await admin.close()


class Retention(Service):  # type: ignore[misc]
    """Deletes once an hour beside ingest; several workers that do so do no harm."""

    def __init__(self, kafka: KafkaSettings, link: Link) -> None:
        super().__init__()
        self._kafka = kafka
        self._link = link
        self._journal: Any = structlog.get_logger()

    @Service.task  # type: ignore[untyped-decorator]
    async def _run(self) -> None:
        while not self.should_stop:
            try:
                processed = await asyncio.to_thread(lambda: processed_to(self._link.get()))
                for deleted in await delete_old(self._kafka, processed):
                    self._journal.info(
                        "deleted", topic=deleted.topic, partition=deleted.partition, records=deleted.records
                    )
            except (*TRANSIENT, KafkaError, ConnectionError, TimeoutError) as error:
                # Nothing hurries here: what is not deleted now is deleted an hour later.
                self._link.drop()
                self._journal.warning("retention_put_off", error=type(error).__name__)
            await self.sleep(EVERY_SECONDS)
