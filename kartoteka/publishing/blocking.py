"""Publishing for code without asyncio."""

import asyncio
from collections.abc import Iterable
from types import TracebackType
from typing import Literal, Self, overload

from kartoteka.publishing.event import Event
from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.receipts import Receipt
from kartoteka.publishing.sender import RECEIPT_SECONDS, Progress, Publisher
from kartoteka.publishing.statement import Record, Statement


class BlockingPublisher:
    """The same for code without asyncio: ``with BlockingPublisher(settings, "clinic-7") as p: p.publish(…)``."""

    def __init__(self, settings: KafkaSettings, publisher: str, *, receipt_timeout: float = RECEIPT_SECONDS) -> None:
        self._publisher = Publisher(settings, publisher, receipt_timeout=receipt_timeout)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        try:
            self._runner.run(self._publisher.__aenter__())
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._runner.run(self._publisher.__aexit__(kind, error, trace))
        finally:
            self._runner.close()

    @overload
    def publish(self, said: Statement | Event, *, receipt: Literal[True]) -> Receipt: ...

    @overload
    def publish(self, said: Statement | Event, *, receipt: bool = False) -> Receipt | None: ...

    def publish(self, said: Statement | Event, *, receipt: bool = False) -> Receipt | None:
        return self._runner.run(self._publisher.publish(said, receipt=receipt))

    def publish_all(self, statements: Iterable[Statement | Event], on_progress: Progress | None = None) -> int:
        return self._runner.run(self._publisher.publish_all(statements, on_progress))

    def send_all(self, ready: Iterable[Record], on_progress: Progress | None = None) -> int:
        return self._runner.run(self._publisher.send_all(ready, on_progress))
