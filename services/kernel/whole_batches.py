"""Kafka's record batches as they are stored, each with all its records unread: for whoever reads millions at once.

A record is never touched by itself here. Offers what the reader needs of aiokafka's consumer, over aiokafka's client.
"""

import asyncio
import struct
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import aiokafka.errors
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.codec import gzip_decode, lz4_decode, snappy_decode, zstd_decode
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record.util import calc_crc32c

from services.kernel.damage import Damage

READ_COMMITTED: Final = 1
MAGIC: Final = 2
# Base offset, length, leader's epoch, magic, checksum, attributes, last offset, first and last time, producer's id and
# epoch, base sequence, count: https://kafka.apache.org/documentation/#recordbatch
HEAD: Final = struct.Struct(">qiibIhiqqqhii")
LENGTH_COUNTS_FROM: Final = 12
CHECKSUM_COUNTS_FROM: Final = 21
CODEC_BITS: Final = 0x07
# Of a transaction's records, and of the markers that end it.
TRANSACTION_BITS: Final = 0x30
_CODECS: Final[dict[int, Callable[[Any], Any]]] = {
    0: memoryview,
    1: gzip_decode,
    2: snappy_decode,
    3: lz4_decode,
    4: zstd_decode,
}


@dataclass(frozen=True, slots=True)
class WholeBatch:
    """One batch: its offsets, the broker's time of its last record in ms, how many records, and their bytes.

    Records below ``wanted_from`` were read before: a broker begins an answer with the batch that an offset lies in.
    """

    base_offset: int
    offset: int
    wanted_from: int
    timestamp: int
    count: int
    records: bytes | memoryview


class WholeBatches:
    """Reads the partitions that were assigned; the next answer is on its way while the last one is worked on."""

    def __init__(
        self, kafka: Mapping[str, Any], most_bytes: int, wait_ms: int, most_per_second: float | None = None
    ) -> None:
        self._client = AIOKafkaClient(**kafka)
        self._most_bytes = most_bytes
        self._wait_ms = wait_ms
        self._most_per_second = most_per_second
        self._not_before = 0.0
        self._positions: dict[TopicPartition, int] = {}
        self._topics: set[str] = set()
        self._coming: asyncio.Task[dict[TopicPartition, list[WholeBatch]]] | None = None

    async def start(self) -> None:
        await self._client.bootstrap()

    async def stop(self) -> None:
        await self._drop_what_comes()
        await self._client.close()

    def assign(self, partitions: Sequence[TopicPartition]) -> None:
        """Read these from now on, each from where ``seek`` says."""
        self._positions = {}
        self._topics = {tp.topic for tp in partitions}

    def seek(self, partition: TopicPartition, offset: int) -> None:
        """Read this partition from this offset on."""
        self._positions = {**self._positions, partition: offset}

    async def getmany(self, *, timeout_ms: int, max_records: int) -> dict[TopicPartition, list[WholeBatch]]:
        """The batches of one answer; nothing when none comes in time. Bytes are limited, not records."""
        if not self._positions or time.monotonic() < self._not_before:
            await asyncio.sleep(timeout_ms / 1000)
            return {}
        coming = self._coming or self._ask()
        await asyncio.wait([coming], timeout=timeout_ms / 1000)
        if not coming.done():
            return {}
        self._coming = None
        found = {tp: batches for tp, batches in coming.result().items() if self._goes_on(tp, batches)}
        self._positions = self._positions | {tp: batches[-1].offset + 1 for tp, batches in found.items()}
        self._ask()
        if self._most_per_second is not None:
            self._not_before = time.monotonic() + sum(map(records_of, found.values())) / self._most_per_second
        return found

    def _goes_on(self, partition: TopicPartition, batches: Sequence[WholeBatch]) -> bool:
        """Whether we would ask for this now: partitions may have been given up, or read elsewhere, meanwhile."""
        return bool(batches) and batches[0].wanted_from == self._positions.get(partition)

    def _ask(self) -> "asyncio.Task[dict[TopicPartition, list[WholeBatch]]]":
        self._coming = asyncio.create_task(self._fetch(self._positions))
        return self._coming

    async def _drop_what_comes(self) -> None:
        coming, self._coming = self._coming, None
        if coming is not None:
            coming.cancel()
            await asyncio.wait([coming])

    async def _fetch(self, positions: Mapping[TopicPartition, int]) -> dict[TopicPartition, list[WholeBatch]]:
        nodes = await self._leaders(positions)
        answers = await asyncio.gather(*(self._from_node(node, asked) for node, asked in nodes.items()))
        return {tp: batches for answer in answers for tp, batches in answer.items()}

    async def _leaders(self, positions: Mapping[TopicPartition, int]) -> dict[int, dict[TopicPartition, int]]:
        await self._client.set_topics(self._topics)
        nodes: dict[int, dict[TopicPartition, int]] = {}
        for tp, offset in positions.items():
            node = self._client.cluster.leader_for_partition(tp)
            if node is None or node < 0:
                await self._client.force_metadata_update()
                raise aiokafka.errors.LeaderNotAvailableError(f"{tp.topic}/{tp.partition}")
            nodes.setdefault(node, {})[tp] = offset
        return nodes

    async def _from_node(
        self, node: int, asked: Mapping[TopicPartition, int]
    ) -> dict[TopicPartition, list[WholeBatch]]:
        topics: dict[str, list[tuple[int, int, int]]] = {}
        share = self._most_bytes // len(asked)
        # Who has been behind longest comes first: an answer may be full before it comes to the last ones.
        for tp, offset in sorted(asked.items(), key=lambda item: item[1]):
            topics.setdefault(tp.topic, []).append((tp.partition, offset, share))
        request = FetchRequest(self._wait_ms, 1, self._most_bytes, READ_COMMITTED, list(topics.items()))
        answer = await self._client.send(node, request)
        found = {}
        for topic, partitions in answer.topics:
            for number, error_code, _, *rest in partitions:
                tp = TopicPartition(topic, number)
                if error_code:
                    await self._client.force_metadata_update()
                    raise aiokafka.errors.for_code(error_code)(f"{topic}/{number}")
                found[tp] = list(whole_batches(tp, rest[-1] or b"", asked[tp]))
        return found


def whole_batches(partition: TopicPartition, answer: bytes, wanted_from: int) -> Iterator[WholeBatch]:
    """The batches of a broker's answer for one partition, checksums checked; the last one may be cut off."""
    view, begin = memoryview(answer), 0
    while begin + HEAD.size <= len(view):
        base, length, _, magic, checksum, attributes, last, _, newest, _, _, _, count = HEAD.unpack_from(view, begin)
        end = begin + LENGTH_COUNTS_FROM + length
        if end > len(view):
            return
        place = f"{partition.topic}/{partition.partition}/{base}"
        if magic != MAGIC:
            raise Damage(f"the batch at {place} has the unknown format {magic}")
        if calc_crc32c(view[begin + CHECKSUM_COUNTS_FROM : end]) != checksum:
            raise Damage(f"the batch at {place} is not what was written: its checksum differs")
        if base + last >= wanted_from:
            if attributes & TRANSACTION_BITS:
                raise Damage(f"the batch at {place} belongs to a transaction, and the relay writes none")
            if (codec := attributes & CODEC_BITS) not in _CODECS:
                raise Damage(f"the batch at {place} is compressed in the unknown way {codec}")
            records = _CODECS[codec](view[begin + HEAD.size : end])
            yield WholeBatch(base, base + last, wanted_from, newest, count, records)
            wanted_from = base + last + 1
        begin = end


def records_of(batches: Iterable[WholeBatch]) -> int:
    """How many records these are."""
    return sum(batch.count for batch in batches)
