"""The ledger's events as its own table holds them, and as its topic does, in real record batches of Kafka."""

import io
import struct
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

import fastavro
from aiokafka import ConsumerRecord
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

import schemas
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME
from services.records.ledger import STATE_HEAD, topic_header
from tests.ledger_values import Row

MAGIC = 2
NO_PRODUCER = (-1, -1, -1)
MOST_BYTES = 1 << 20
CHECKSUM_AT, ATTRIBUTES_AT = 17, 21
Headers = list[tuple[str, bytes | None]]


class Event(NamedTuple):
    """One event of the ledger."""

    patient: UUID
    version: int
    position: int
    recorded_at: int
    value: bytes

    @property
    def state(self) -> bytes:
        """As the ledger keeps it."""
        return STATE_HEAD.pack(bytes(32), self.recorded_at, self.recorded_at - 1) + self.value

    @property
    def headers(self) -> Headers:
        """As the relay sends it."""
        return [(TOPIC_HEADER_NAME, topic_header(self.version, self.position, self.state))]


class Sent(NamedTuple):
    """A record of the topic, and where it stands."""

    offset: int
    key: bytes | None
    value: bytes | None
    headers: Headers


class Built(NamedTuple):
    """A batch as the broker stores it."""

    begin: int
    end: int
    content: bytes


def value_of(schema: schemas.Registered, row: Row) -> bytes:
    """The ledger's bytes for a row."""
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schema.parsed, row)
    return schemas.frame(schema.id, out.getvalue())


def sent(offset: int, event: Event) -> Sent:
    """What the relay sends of an event."""
    return Sent(offset, event.patient.bytes, event.value, event.headers)


def built(records: Sequence[Sent], codec: int = 0, *, transactional: bool = False) -> Built:
    """These records as one batch."""
    begin = records[0].offset
    builder = DefaultRecordBatchBuilder(MAGIC, codec, transactional, *NO_PRODUCER, MOST_BYTES)
    for offset, key, value, headers in records:
        assert builder.append(offset - begin, 1_000 + offset, key, value, headers)
    content = builder.build()
    struct.pack_into(">q", content, 0, begin)
    return Built(begin, records[-1].offset + 1, bytes(content))


def with_attributes(content: bytes, attributes: int) -> bytes:
    """The same batch with other attributes, its checksum right."""
    changed = bytearray(content)
    struct.pack_into(">h", changed, ATTRIBUTES_AT, attributes)
    struct.pack_into(">I", changed, CHECKSUM_AT, calc_crc32c(bytes(changed[ATTRIBUTES_AT:])))
    return bytes(changed)


def as_consumed(partition: int, record: Sent) -> ConsumerRecord:
    """The same record as the client library hands it out."""
    return ConsumerRecord(
        *(TOPIC, partition, record.offset, 1_000 + record.offset, 0, record.key, record.value, None),
        *(len(record.key or b""), len(record.value or b""), tuple(record.headers)),
    )
