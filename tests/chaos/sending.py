"""Publishers of the tests: they send, send again what failed, and know exactly what Kafka acknowledged."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple
from uuid import UUID

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from infra.topics import PARTITIONS
from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.lanes import partition_of
from services.kernel.partition import Partition

SLICE: Final = 25
MOST_BYTES: Final = 3 * 1024 * 1024

EventKey = tuple[str, UUID]


class Parcel(NamedTuple):
    """One record to send; ``event`` is what must be in the ledger for it, None for what never can be."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...]
    event: EventKey | None

    @property
    def partition(self) -> Partition:
        return Partition(self.topic, partition_of(self.key or b"", PARTITIONS))


@dataclass(slots=True)
class Acknowledged:
    """What Kafka acknowledged: offsets by partition, events; and how many sendings failed, which may have arrived."""

    offsets: dict[Partition, set[int]] = field(default_factory=dict)
    events: set[EventKey] = field(default_factory=set)
    in_doubt: Counter[Partition] = field(default_factory=Counter)

    def add(self, parcel: Parcel, offset: int) -> None:
        self.offsets.setdefault(parcel.partition, set()).add(offset)
        if parcel.event is not None:
            self.events.add(parcel.event)


class Tap:
    """Sends parcels slice by slice until each has its acknowledgement."""

    def __init__(self, settings: KafkaSettings, acknowledged: Acknowledged) -> None:
        self._settings = settings
        self._acknowledged = acknowledged

    async def send(self, parcels: Sequence[Parcel], seconds: float = 0.0) -> None:
        """All of them, spread over so many seconds."""
        slices = [list(parcels[start : start + SLICE]) for start in range(0, len(parcels), SLICE)]
        while slices:
            try:
                async with self._producer() as producer:
                    while slices:
                        slices[0] = await self._some(producer, slices[0])
                        if not slices[0]:
                            del slices[0]
                        await asyncio.sleep(seconds * SLICE / len(parcels))
            except KafkaError:
                await asyncio.sleep(0.2)

    async def _some(self, producer: AIOKafkaProducer, parcels: Sequence[Parcel]) -> list[Parcel]:
        """What of these was not acknowledged; a producer that failed once is not used again."""
        answers = await asyncio.gather(*(self._one(producer, one) for one in parcels), return_exceptions=True)
        failed = [one for one, answer in zip(parcels, answers, strict=True) if answer is not None]
        self._acknowledged.in_doubt.update(one.partition for one in failed)
        strange = [answer for answer in answers if answer is not None and not isinstance(answer, KafkaError)]
        if strange:
            raise strange[0]
        return failed

    async def _one(self, producer: AIOKafkaProducer, parcel: Parcel) -> None:
        topic, number = parcel.partition
        where = await producer.send_and_wait(
            topic, parcel.value, parcel.key, partition=number, headers=list(parcel.headers)
        )
        self._acknowledged.add(parcel, where.offset)

    def _producer(self) -> AIOKafkaProducer:
        return AIOKafkaProducer(
            **self._settings.for_aiokafka(),
            acks="all",
            enable_idempotence=True,
            max_request_size=MOST_BYTES,
            request_timeout_ms=10_000,
        )
