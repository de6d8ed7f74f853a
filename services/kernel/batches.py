"""Many records to a topic at once, built by the partition: far cheaper than sending one by one."""

import asyncio
from collections.abc import Sequence

from aiokafka import AIOKafkaProducer
from aiokafka.producer.message_accumulator import BatchBuilder

from services.kernel.damage import Damage

Headers = list[tuple[str, bytes]]


class Batches:
    """Records on their way to a topic, in the order in which they were added to each partition."""

    def __init__(self, producer: AIOKafkaProducer, topic: str) -> None:
        self._producer = producer
        self._topic = topic
        self._built: dict[int, list[BatchBuilder]] = {}

    def add(self, number: int, key: bytes, value: bytes, headers: Headers) -> None:
        """Put one record into the partition's last batch, or into a new one where that is full."""
        record = {"timestamp": None, "key": key, "value": value, "headers": headers}
        batches = self._built.setdefault(number, [])
        if not batches or batches[-1].append(**record) is None:
            batches.append(self._producer.create_batch())
            if batches[-1].append(**record) is None:
                raise Damage(f"a record does not fit into a batch of {self._topic}")

    async def send(self) -> None:
        """Send everything and wait until it is acknowledged."""
        await asyncio.gather(*(self._in_order(number, batches) for number, batches in self._built.items()))

    async def _in_order(self, number: int, batches: Sequence[BatchBuilder]) -> None:
        for batch in batches:
            await (await self._producer.send_batch(batch, self._topic, partition=number))
