"""Wires the processes of this service: ingest, relay, projection."""

import sys
from collections.abc import Callable, Sequence
from typing import Final

from mode import Service

from services.kernel.application import configure_logs, run, worker_name
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.index_key import IndexKey
from services.kernel.patient_keys import MasterKey, PatientKeys, read_key_file
from services.kernel.reader import Reader, Reading
from services.kernel.settings import NotConfigured, Settings
from services.records import consumer
from services.records import projection as projection_module
from services.records import relay as relay_module
from services.records.consumer import Ingest
from services.records.intake import Intake
from services.records.ledger import LedgerRecorder
from services.records.people import People
from services.records.quarantine import Quarantine

INGEST_RECORDS: Final = 1000
PROJECTION_RECORDS: Final = 5000


def intake(settings: Settings, bookmarks: Bookmarks) -> Intake:
    """The ledger's writer, with the keys that it needs."""
    if settings.keys_folder is None:
        raise NotConfigured("KARTOTEKA_KEYS_FOLDER is not set: nothing can be sealed without keys")
    folder = settings.keys_folder
    index = IndexKey(read_key_file(folder / "index.key"))
    keys = PatientKeys(MasterKey("master", read_key_file(folder / "master.key")))
    ledger = LedgerRecorder(settings.database_url)
    quarantine = Quarantine(read_key_file(folder / "service.key"))
    return Intake(index, People(index, keys), ledger, quarantine, bookmarks)


def ingest(settings: Settings) -> Sequence[Service]:
    """Publishers' topics → the ledger."""
    if settings.keys_database_url is None:
        raise NotConfigured("KEYS_DATABASE_URL is not set: nothing can be sealed without keys")
    name = consumer.READER
    bookmarks = Bookmarks(name, worker_name(name))
    applying = (Link(settings.database_url, name), Link(settings.keys_database_url, name))
    preparing = (Link(settings.database_url, name), Link(settings.keys_database_url, name))
    handler = Ingest(intake(settings, bookmarks), preparing, applying)
    topics = Reading(name, consumer.TOPICS, most_records=INGEST_RECORDS)
    return [Reader(topics, settings.kafka, applying[0], bookmarks, handler)]


def relay(settings: Settings) -> Sequence[Service]:
    """The ledger → its topic."""
    name = relay_module.READER
    link, listening = Link(settings.database_url, name), Link(settings.database_url, f"{name}.listen")
    return [relay_module.Relay(settings.kafka, link, listening, Bookmarks(name, worker_name(name)))]


def projection(settings: Settings) -> Sequence[Service]:
    """The ledger topic → one version of the patient read model."""
    version = settings.version
    name = projection_module.reader_name(version)
    bookmarks, link = Bookmarks(name, worker_name(name)), Link(settings.database_url, name)
    handler = projection_module.Projection(link, bookmarks, version)
    reading = Reading(name, [relay_module.TOPIC], most_records=PROJECTION_RECORDS)
    return [Reader(reading, settings.kafka, link, bookmarks, handler)]


PROCESSES: Final[dict[str, Callable[[Settings], Sequence[Service]]]] = {
    "ingest": ingest,
    "relay": relay,
    "projection": projection,
}


def main(process: str) -> None:
    """Run one process until it is told to stop."""
    configure_logs(f"records.{process}")
    settings = Settings.from_environment()
    run(f"records-{process}", settings.kafka, PROCESSES[process](settings))


if __name__ == "__main__":
    main(sys.argv[1])
