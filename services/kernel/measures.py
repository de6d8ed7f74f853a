"""What a reader's batches say about themselves: counted once a batch, never once a record."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from services.kernel.metrics import BATCH_RECORDS, CONSUMED, PROCESS_DURATION
from services.kernel.partition import Partition

KAFKA: Final = "kafka"
SEVERAL: Final = "several"


def count_fetched(reader: str, batch: Mapping[Partition, Sequence[Any]]) -> None:
    """Records that were read, by topic."""
    for partition, records in batch.items():
        CONSUMED.labels(KAFKA, reader, partition.topic).inc(len(records))
    BATCH_RECORDS.labels(reader).observe(sum(map(len, batch.values())))


def count_applied(reader: str, partitions: Iterable[Partition], fetched_at: float) -> None:
    """A batch that was committed, fetched at a moment of the performance counter."""
    topics = {partition.topic for partition in partitions}
    topic = topics.pop() if len(topics) == 1 else SEVERAL
    PROCESS_DURATION.labels(KAFKA, reader, topic).observe(time.perf_counter() - fetched_at)
