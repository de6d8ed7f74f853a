"""Wires the processes of this service: ingest, relay, projection.

Each function imports what its process needs and no other does: the projection holds no code that opens
anything, and ingest no columnar engine.
"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final

from mode import Service
from psycopg import Connection

from services.kernel.application import run
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.leased import LeasedLoop
from services.kernel.logs import configure_logs, worker_name
from services.kernel.metrics import Figures
from services.kernel.reader import Reader, Reading
from services.kernel.settings import NotConfigured, Settings
from services.kernel.tails import guard_of
from services.kernel.watch import Watch
from services.records import figures

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
    figures.begin_counting()
    reader = Reader(reading, settings.kafka, ours, bookmarks, handler, guard_of(settings.kafka, ours))
    retention = Retention(settings.kafka, Link(settings.database_url, bookmarks.owner))
    return [*_watched(settings, reader, figures.of_ingest), retention]


def relay(settings: Settings) -> Sequence[Service]:
    """The ledger → its topic, and receipts → the publishers."""
    from services.records.receipts_relay import READER as RECEIPTS
    from services.records.receipts_relay import ReceiptsRelay
    from services.records.relay import READER, Relay

    bookmarks = Bookmarks(READER, worker_name(READER))
    link, listening = (Link(settings.database_url, bookmarks.owner) for _ in range(2))
    told = Bookmarks(RECEIPTS, worker_name(RECEIPTS))
    receipts = ReceiptsRelay(settings.kafka, Link(settings.database_url, told.owner), told)
    return [*_watched(settings, Relay(settings.kafka, link, listening, bookmarks), figures.of_relay), receipts]


def projection(settings: Settings) -> Sequence[Service]:
    """The ledger topic → one version of the patient read model."""
    from services.kernel.ledger_topic import TOPIC
    from services.records.live import VersionReader
    from services.records.projection import Projection
    from services.records.replay.versions import reader_name

    name = reader_name(settings.version)
    bookmarks = Bookmarks(name, worker_name(name))
    link = Link(settings.database_url, bookmarks.owner)
    handler = Projection(link, bookmarks, settings.version)
    reading = Reading(name, [TOPIC], PROJECTION_RECORDS, linger_ms=PROJECTION_LINGER_MS)
    reader = VersionReader(reading, settings.kafka, link, bookmarks, handler, guard_of(settings.kafka, link))
    return _watched(settings, reader, figures.of_projection)


def _watched(
    settings: Settings, loop: LeasedLoop, own_figures: Callable[[str, Connection[Any]], Figures]
) -> Sequence[Service]:
    """The loop, and who watches it for health and metrics."""
    name = loop.bookmarks.reader
    link = Link(settings.database_url, f"{loop.bookmarks.owner} watch")
    return [loop, Watch(loop, link, settings.kafka, partial(own_figures, name))]


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
