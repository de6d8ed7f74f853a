"""Publishing for code without asyncio."""

import asyncio
from collections.abc import Coroutine, Iterable
from threading import Thread
from types import TracebackType
from typing import Any, Literal, Self, TypeVar, overload

from kartoteka.publishing.event import Event
from kartoteka.publishing.kafka import KafkaSettings
from kartoteka.publishing.producer import PublishingFailed
from kartoteka.publishing.receipts import Receipt
from kartoteka.publishing.sender import RECEIPT_SECONDS, Progress, Publisher
from kartoteka.publishing.statement import Record, Statement

T = TypeVar("T")


class BlockingPublisher:
    """The same for code without asyncio: ``with BlockingPublisher(settings, "clinic-7") as p: p.publish(…)``.

    Its loop runs in a thread of its own, so any number of threads may publish at once.
    """

    def __init__(self, settings: KafkaSettings, publisher: str, *, receipt_timeout: float = RECEIPT_SECONDS) -> None:
        self._publisher = Publisher(settings, publisher, receipt_timeout=receipt_timeout)
        self._loop: asyncio.AbstractEventLoop | None = None

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        Thread(target=self._loop.run_forever, name="kartoteka publisher", daemon=True).start()
        try:
            self._run(self._publisher.__aenter__())
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._run(self._publisher.__aexit__(kind, error, trace))
        finally:
            self._end()

    @overload
    def publish(self, said: Statement | Event, *, receipt: Literal[True]) -> Receipt: ...

    @overload
    def publish(self, said: Statement | Event, *, receipt: bool = False) -> Receipt | None: ...

    def publish(self, said: Statement | Event, *, receipt: bool = False) -> Receipt | None:
        return self._run(self._publisher.publish(said, receipt=receipt))

    def publish_all(self, statements: Iterable[Statement | Event], on_progress: Progress | None = None) -> int:
        return self._run(self._publisher.publish_all(statements, on_progress))

    def send_all(self, ready: Iterable[Record], on_progress: Progress | None = None) -> int:
        return self._run(self._publisher.send_all(ready, on_progress))

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        """Do it in the publisher's thread; whoever is interrupted meanwhile gives it up."""
        if self._loop is None:
            work.close()
            raise PublishingFailed("the publisher is closed: use it inside its 'with' block")
        doing = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return doing.result()
        except BaseException:
            doing.cancel()
            raise

    def _end(self) -> None:
        loop, self._loop = self._loop, None
        if loop is not None:
            loop.call_soon_threadsafe(loop.stop)
