"""The stream of permissions → its topic: versions 1, 2, 3 … of each subject, each sent once."""

import asyncio
from collections.abc import Mapping
from typing import Any, Final

from aiokafka import ConsumerRecord
from psycopg import Connection

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel import metrics
from services.kernel.bookmarks import Bookmarks
from services.kernel.damage import Damage
from services.kernel.database import Link
from services.kernel.metrics import Figures
from services.kernel.named_sql import queries_beside
from services.kernel.stream_relay import Route, StreamRelay
from services.kernel.tails import last_records
from services.permissions.stream import (
    HEADER_NAME,
    STATE_HEAD_BYTES,
    TOPIC,
    Header,
    header_of,
    pack_header,
    pack_state,
    split_state,
)

SQL: Final = queries_beside(__file__, "relay.sql")
READER: Final = "permissions.relay"


def topic_header(version: int, position: int, state: bytes) -> bytes:
    """The header of an event of the stream on its topic."""
    return pack_header(Header(version, position, split_state(state)[0]))


ROUTE: Final = Route(TOPIC, SQL, HEADER_NAME, topic_header, STATE_HEAD_BYTES)


class DecisionRelay(StreamRelay):
    """Sends what was decided and is not on the topic."""

    def __init__(self, kafka: KafkaSettings, link: Link, listening: Link, bookmarks: Bookmarks) -> None:
        super().__init__(ROUTE, kafka, link, listening, bookmarks)

    async def tails(self) -> dict[int, int]:
        records = await last_records(self.kafka, TOPIC)
        return await asyncio.to_thread(_checked, self.link.get(), records)


def figures(reader: str, connection: Connection[Any]) -> Figures:
    """How far of the stream is on the topic, and how old what is not."""
    ((_, seconds),) = connection.execute(SQL["behind"], (reader,)).fetchall()
    return {metrics.BEHIND: {reader: seconds}}


def _checked(connection: Connection[Any], records: Mapping[int, ConsumerRecord | None]) -> dict[int, int]:
    return {number: 0 if last is None else _position(connection, last) for number, last in records.items()}


def _position(connection: Connection[Any], last: ConsumerRecord) -> int:
    """Where a partition's last record stands in the stream; Damage when the stream does not have that very decision."""
    header = header_of(last.headers)
    found = connection.execute(SQL["event_at"], (header.position,), binary=True).fetchone()
    if found != (last.key, header.version, pack_state(header.recorded_at, last.value or b"")):
        raise Damage(
            f"{TOPIC}/{last.partition} ends with position {header.position}, and the stream of permissions does not "
            "have that decision: the database stands behind Kafka. See the runbook, 'Permissions is behind its topic'"
        )
    return header.position
