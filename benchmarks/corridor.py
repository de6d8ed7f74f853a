"""The way of statements through a house of one's own: published, in the ledger, on its topic, in permissions."""

import asyncio
from collections.abc import Sequence
from typing import Any

import psycopg

from benchmarks.workers import running, until
from kartoteka.publishing import Publisher
from kartoteka.publishing.statement import Record
from services.operations.house import House
from services.permissions.replay.versions import reader_name

FACTS = reader_name(1)
SENT = "SELECT coalesce(min(position), 0) FROM kernel.bookmark WHERE reader = 'records.relay'"


def publish(house: House, sent: Sequence[Record]) -> None:
    """Send, and wait until all is acknowledged."""

    async def send() -> None:
        async with Publisher(house.addresses().kafka, "bench") as publisher:
            await publisher.send_all(sent)  # type: ignore[arg-type]

    asyncio.run(send())


def into_the_ledgers_topic(house: House, sent: Sequence[Record]) -> None:
    """Publish, and let ingest and relay work until all of it is on the ledger's topic."""
    publish(house, sent)
    with running(house, ["records.ingest", "records.relay"]):
        until(lambda: taken_in(house) >= len(sent))
        until(lambda: ask(house, SENT) == ledger_end(house))


def ask(house: House, question: str) -> Any:
    """The one value that a question to the database has for an answer."""
    with psycopg.connect(house.addresses().database) as connection:
        row = connection.execute(question.encode()).fetchone()
        assert row is not None
        return row[0]


def taken_in(house: House) -> int:
    """How many records ingest has read."""
    return int(ask(house, "SELECT coalesce(sum(appended + repeated + quarantined), 0) FROM kernel.bookmark"))


def ledger_end(house: House) -> int:
    """The last position of the ledger."""
    return int(ask(house, "SELECT coalesce(max(last_position), 0) FROM records.seal"))


def complete_to(house: House, reader: str) -> int:
    """The position up to which a reader of the ledger's topic has everything."""
    return int(ask(house, f"SELECT records_door.complete_to('{reader}')"))


def moved_at(house: House, reader: str) -> float:
    """When the last bookmark of a reader moved, by the database's clock on this machine."""
    question = f"SELECT extract(epoch FROM max(moved_at)) FROM kernel.bookmark WHERE reader = '{reader}'"
    return float(ask(house, question))
