"""Wires the processes of this service: ingest, relay, projection.

Each function imports what its process needs and no other does: the projection holds no code that opens
anything, and ingest no columnar engine.
"""

import sys
from collections.abc import Awaitable, Callable, Sequence
from typing import Final

from mode import Service

from services.kernel.application import configure_logs, run, worker_name
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.reader import Reader, Reading
from services.kernel.settings import NotConfigured, Settings
from services.records.tails import refuse_if_ledger_is_behind

# Tiny batches cost more processor time all along the corridor than they save waiting.
INGEST_RECORDS: Final = 1000
INGEST_LEAST_BYTES: Final = 32 * 1024
INGEST_WAIT_MS: Final = 16
PROJECTION_RECORDS: Final = 5000
PROJECTION_LINGER_MS: Final = 5


def ingest(settings: Settings) -> Sequence[Service]:
    """Publishers' topics → the ledger."""
    from services.records.consumer import READER, TOPICS, Ingest
    from services.records.retention import Retention
    from services.records.wiring import intake

    if settings.keys_database_url is None:
        raise NotConfigured("KEYS_DATABASE_URL is not set: nothing can be sealed without keys")
    bookmarks = Bookmarks(READER, worker_name(READER))
    preparing, applying = (
        (Link(settings.database_url, bookmarks.owner), Link(settings.keys_database_url, bookmarks.owner))
        for _ in range(2)
    )
    handler = Ingest(intake(settings, bookmarks), preparing, applying)
    reading, ours = Reading(READER, TOPICS, INGEST_RECORDS, INGEST_LEAST_BYTES, INGEST_WAIT_MS), applying[0]
    reader = Reader(reading, settings.kafka, ours, bookmarks, handler, _guard(settings, ours))
    return [reader, Retention(settings.kafka, Link(settings.database_url, bookmarks.owner))]


def relay(settings: Settings) -> Sequence[Service]:
    """The ledger → its topic."""
    from services.records.relay import READER, Relay

    bookmarks = Bookmarks(READER, worker_name(READER))
    link, listening = (Link(settings.database_url, bookmarks.owner) for _ in range(2))
    return [Relay(settings.kafka, link, listening, bookmarks)]


def projection(settings: Settings) -> Sequence[Service]:
    """The ledger topic → one version of the patient read model."""
    from services.records.ledger import TOPIC
    from services.records.projection import Projection, reader_name

    name = reader_name(settings.version)
    bookmarks = Bookmarks(name, worker_name(name))
    link = Link(settings.database_url, bookmarks.owner)
    handler = Projection(link, bookmarks, settings.version)
    reading = Reading(name, [TOPIC], PROJECTION_RECORDS, linger_ms=PROJECTION_LINGER_MS)
    return [Reader(reading, settings.kafka, link, bookmarks, handler, _guard(settings, link))]


def _guard(settings: Settings, link: Link) -> Callable[[], Awaitable[None]]:
    """Nobody begins while the topic is ahead of the ledger."""

    async def guard() -> None:
        await refuse_if_ledger_is_behind(settings.kafka, link)

    return guard


PROCESSES: Final[dict[str, Callable[[Settings], Sequence[Service]]]] = {
    "ingest": ingest,
    "relay": relay,
    "projection": projection,
}


def main(process: str) -> None:
    """Run one process until it is told to stop."""
    configure_logs(f"records.{process}")
    settings = Settings.from_environment()
    run(f"records-{process}", settings, PROCESSES[process](settings))


if __name__ == "__main__":
    main(sys.argv[1])
