"""The ledger's topic, as every service reads it: key = patient id, value = the ledger's bytes, one header.

The header says version, position, recorded at, published at (8 bytes each, big-endian, times in µs since 1970) and the
event's hash (32 bytes).
"""

import struct
from collections.abc import Mapping
from typing import Any, Final

from aiokafka import ConsumerRecord
from psycopg import Connection

from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.damage import Damage
from services.kernel.named_sql import queries_beside
from services.kernel.partition import Partition
from services.kernel.reader import Fetched

SQL: Final = queries_beside(__file__, "ledger_topic.sql")
TOPIC: Final = "ledger.patient-record.v1"
TOPIC_HEAD: Final = struct.Struct(">qqqq32s")
TOPIC_HEADER_NAME: Final = "ledger"


def header_of(record: ConsumerRecord) -> bytes:
    """The one header of the ledger topic; Damage for a record that the relay did not write."""
    if len(record.headers) == 1:
        ((name, header),) = record.headers
        if name == TOPIC_HEADER_NAME and header is not None and len(header) == TOPIC_HEAD.size:
            return bytes(header)
    raise Damage(f"{record.topic}/{record.partition}/{record.offset} has no header of the ledger")


def fresh(batch: Fetched, bookmarks: Mapping[Partition, Bookmark]) -> tuple[list[ConsumerRecord], list[Move]]:
    """What lies above the bookmarks, and where they go: a relay that repeats does no harm."""
    above, moves = [], []
    for partition, records in batch.items():
        position = bookmarks[partition].position
        for record in records:
            stands_at = TOPIC_HEAD.unpack(header_of(record))[1]
            if stands_at > position:
                above.append(record)
                position = stands_at
        moves.append(Move(bookmarks[partition], records[-1].offset + 1, position=position))
    return above, moves


def keep_up(connection: Connection[Any], bookmarks: Bookmarks) -> None:
    """Let bookmarks of quiet partitions stand where the relay stands; called while nothing is being applied."""
    connection.execute(SQL["keep_up"], {"reader": bookmarks.reader, "owner": bookmarks.owner})
