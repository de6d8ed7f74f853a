"""Looks at the database and at Kafka every few seconds, on connections of its own, for health and metrics.

The hot path neither waits for it nor shares a connection with it.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final

import structlog
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.errors import KafkaError
from mode import Service
from prometheus_client import Gauge
from psycopg import Connection

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel import metrics
from services.kernel.bookmarks import Bookmark
from services.kernel.checks import Checks, Moment
from services.kernel.database import TRANSIENT, Link
from services.kernel.leased import LeasedLoop
from services.kernel.metrics import Figures
from services.kernel.named_sql import queries_beside
from services.kernel.partition import Partition
from services.kernel.reader import started

SQL: Final = queries_beside(__file__, "watch.sql")
LOOK_SECONDS: Final = 10.0
# Three looks in vain and the time limit of one.
PATIENCE_SECONDS: Final = 35.0
ANSWER_MS: Final = 5000


class Watch(Service):  # type: ignore[misc]
    """Remembers when database and Kafka last answered, and sets the gauges of one reader.

    ``figures`` are the reader's own, asked in a thread.
    """

    def __init__(
        self, watched: LeasedLoop, link: Link, kafka: KafkaSettings, figures: Callable[[Connection[Any]], Figures]
    ) -> None:
        super().__init__()
        self.watched = watched
        self.reader = watched.bookmarks.reader
        self.link = link
        self.kafka = kafka
        self.figures = figures
        self.journal: Any = structlog.get_logger(reader=self.reader)
        self._consumer: AIOKafkaConsumer | None = None
        self._answered = {"database": Moment(), "kafka": Moment()}
        self._held: list[Bookmark] = []
        self._own_figures: Figures = {}
        self._began_at = time.time()
        self._nothing_waited_at: dict[Partition, float] = {}

    def checks(self) -> Checks:
        """Whether both answered lately."""
        return {name: moment.check(PATIENCE_SECONDS) for name, moment in self._answered.items()}

    async def on_stop(self) -> None:
        await self._forget()

    @Service.task  # type: ignore[untyped-decorator]
    async def _run(self) -> None:
        while not self.should_stop:
            await self._ask("database", self._ask_database)
            await self._ask("kafka", self._ask_kafka)
            await self.sleep(LOOK_SECONDS)

    async def _ask(self, whom: str, ask: Callable[[], Awaitable[None]]) -> None:
        try:
            await ask()
            self._answered[whom].now()
        except (*TRANSIENT, KafkaError, ConnectionError, TimeoutError) as error:
            self.journal.warning("no_answer", of=whom, error=type(error).__name__)
            await self._forget()

    async def _ask_database(self) -> None:
        self._held, workers, figures = await asyncio.to_thread(self._read_database)
        _set(metrics.LEASES, {self.reader: len(self._held)})
        _set(metrics.STOPPED, {self.reader: sum(bookmark.stopped for bookmark in self._held)})
        _set(metrics.WORKERS, {self.reader: workers})
        for gauge, values in figures.items():
            _set(gauge, values)
        self._own_figures = figures

    def _read_database(self) -> tuple[list[Bookmark], int, Figures]:
        connection = self.link.get()
        row = connection.execute(SQL["workers"], {"reader": self.reader}).fetchone()
        assert row is not None
        return self.watched.bookmarks.held(connection), row[0], self.figures(connection)

    async def _ask_kafka(self) -> None:
        """Ask whether it is there, and where the topics end that somebody publishes to."""
        if self._consumer is None:
            self._consumer = await started(AIOKafkaConsumer(**self.kafka.for_aiokafka(), request_timeout_ms=ANSWER_MS))
        await self._consumer.topics()
        # The relay's bookmark has no partition, and what it reads is not in Kafka.
        held = [bookmark for bookmark in self._held if bookmark.partition.number >= 0]
        ends = await self._consumer.end_offsets([TopicPartition(*bookmark.partition) for bookmark in held])
        lags = {b.partition: max(0, ends[TopicPartition(*b.partition)] - b.next_offset) for b in held}
        self._show(held, lags)
        if metrics.BEHIND not in self._own_figures:
            _set(metrics.BEHIND, {self.reader: self._behind(lags)})

    def _behind(self, lags: Mapping[Partition, int]) -> float:
        """Age of the oldest unread record at most: it came after nothing had waited, and after the last one read."""
        now = time.time()
        self._nothing_waited_at |= {partition: now for partition, lag in lags.items() if not lag}
        known = (self._nothing_waited_at, self.watched.published_at)
        since = [max(one.get(partition, 0.0) for one in known) for partition, lag in lags.items() if lag]
        return max((now - (moment or self._began_at) for moment in since), default=0.0)

    def _show(self, held: Sequence[Bookmark], lags: Mapping[Partition, int]) -> None:
        """What was held at the last look and is no longer leaves the metrics."""
        metrics.LAG.clear()
        metrics.OFFSET.clear()
        for bookmark in held:
            place = (self.reader, bookmark.partition.topic, str(bookmark.partition.number))
            metrics.LAG.labels(*place).set(lags[bookmark.partition])
            metrics.OFFSET.labels(*place).set(bookmark.next_offset)

    async def _forget(self) -> None:
        self.link.drop()
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            await consumer.stop()


def _set(gauge: Gauge, values: Mapping[str, float]) -> None:
    """All values of a gauge with one label; those of before are gone."""
    gauge.clear()
    for label, value in values.items():
        gauge.labels(label).set(value)
