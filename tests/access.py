"""Permissions on real databases without Kafka: what the ledger holds is handed to the reader's handler as records."""

from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord

from services.kernel.bookmarks import Bookmark, Bookmarks
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME
from services.kernel.partition import Partition
from services.permissions.consumer import FactsIn
from services.permissions.deciding import Decider
from services.permissions.recorder import DecisionRecorder
from services.permissions.replay.versions import reader_name
from services.records.ledger import STATE_HEAD, topic_header
from tests.conftest import Databases

LEDGER = Partition(TOPIC, 0)
Record = ConsumerRecord[Any, Any]


class Facts:
    """The reader of one version, moved by hand."""

    def __init__(self, databases: Databases, version: int = 1) -> None:
        self.databases = databases
        name = reader_name(version)
        self.bookmarks = Bookmarks(name, "test")
        self.link = Link(databases.url("permissions_facts"), "test")
        self.decider = Decider(version, DecisionRecorder(databases.url("permissions_facts")))
        self.handler = FactsIn(self.link, self.bookmarks, self.decider)
        self.bookmarks.create(self.link.get(), [LEDGER])
        self.link.get().execute("UPDATE kernel.bookmark SET epoch = 1 WHERE reader = %s", (name,))

    def ledger(self) -> list[Record]:
        """Everything that the ledger holds, as it would stand on the topic."""
        with self.databases.admin() as admin:
            rows = admin.execute(
                "SELECT notification_id, originator_id, originator_version, state FROM records.event ORDER BY 1"
            ).fetchall()
        return [on_topic(*row) for row in rows]

    def take(self, records: list[Record]) -> None:
        """Take these records in as one batch."""
        name = self.bookmarks.reader
        row = (
            self.link.get()
            .execute(
                "SELECT next_offset, position, epoch FROM kernel.bookmark WHERE reader = %s AND partition = 0", (name,)
            )
            .fetchone()
        )
        assert row is not None
        batch = {LEDGER: records}
        self.handler.apply(self.handler.prepare(batch), {LEDGER: Bookmark(LEDGER, *row)})

    def catch_up(self) -> None:
        """Take in what is new."""
        self.take(self.ledger())


def on_topic(position: int, patient: UUID, version: int, state: bytes) -> Record:
    """An event of the ledger as the relay sends it."""
    header = (TOPIC_HEADER_NAME, topic_header(version, position, state))
    value = state[STATE_HEAD.size :]
    return ConsumerRecord(TOPIC, 0, position - 1, 0, 0, patient.bytes, value, None, 16, len(value), [header])
