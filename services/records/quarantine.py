"""Where records wait that could not be understood: why, and their bytes under the service key."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

import msgspec
from psycopg import Connection

from services.kernel.moments import moment
from services.kernel.named_sql import queries_beside
from services.kernel.sealing import decrypt, encrypt
from services.records.contract import Record, Refused
from services.records.reasons import Reason

SQL: Final = queries_beside(__file__, "quarantine.sql")


class Waiting(NamedTuple):
    """A quarantined record that still waits."""

    topic: str
    partition: int
    offset: int
    publisher: str
    reason: Reason
    digest: bytes | None
    published_at: datetime

    @property
    def place(self) -> str:
        return f"{self.topic}/{self.partition}/{self.offset}"


def waiting_rows(rows: Iterable[Sequence[Any]]) -> list[Waiting]:
    """Rows of topic, partition, offset, publisher, reason, digest and the broker's time."""
    return [Waiting(t, p, o, publisher, Reason(reason), *rest) for t, p, o, publisher, reason, *rest in rows]


class Quarantine:
    """Puts records aside and gives them back."""

    def __init__(self, service_key: bytes) -> None:
        self._key = service_key

    def put(self, connection: Connection[Any], refused: Sequence[tuple[Refused, bytes | None]]) -> None:
        """Keep reason and sealed bytes of each record, with the digest of its key."""
        with connection.cursor() as cursor:
            cursor.executemany(SQL["put"], [_row(one, digest) for one, digest in refused])
            cursor.executemany(SQL["put_bytes"], [self._sealed(one.record) for one, _ in refused])

    def take(self, connection: Connection[Any], places: Iterable[tuple[str, int, int]]) -> list[Record]:
        """The records at these places as Kafka gave them, in their order."""
        rows = connection.execute(SQL["take"], _columns(places)).fetchall()
        return [self._opened(*row) for row in rows]

    def still_open(self, connection: Connection[Any], records: Sequence[Record]) -> dict[str, Waiting]:
        """Which of these still wait, by place, as the ledger's lock lets nobody change it."""
        rows = connection.execute(SQL["still_open"], _columns((r.topic, r.partition, r.offset) for r in records))
        found = waiting_rows(rows)
        return {waiting.place: waiting for waiting in found}

    def close(self, connection: Connection[Any], record: Record, how: str, reason: str | None = None) -> None:
        """The record need not wait any longer: appended, repeated or discarded."""
        place = (record.topic, record.partition, record.offset)
        connection.execute(SQL["close"], (*place, how, reason))

    def retried(self, connection: Connection[Any], refused: Refused) -> None:
        """The record was tried again and waits for another reason now."""
        record = refused.record
        place = (record.topic, record.partition, record.offset)
        connection.execute(SQL["retried"], (*place, refused.reason, refused.detail))

    def _sealed(self, record: Record) -> tuple[str, int, int, bytes]:
        content = msgspec.msgpack.encode((record.published_at, record.key, record.value, record.headers))
        sealed = encrypt(self._key, content, record.place.encode())
        return record.topic, record.partition, record.offset, sealed

    def _opened(self, topic: str, partition: int, offset: int, sealed: bytes) -> Record:
        content = decrypt(self._key, sealed, f"{topic}/{partition}/{offset}".encode())
        published_at, key, value, headers = msgspec.msgpack.decode(content, type=_Content)
        return Record(topic, partition, offset, published_at, key, value, headers)


_Content = tuple[int, bytes | None, bytes | None, tuple[tuple[str, bytes], ...]]


def _columns(places: Iterable[tuple[str, int, int]]) -> list[list[Any]]:
    return [list(column) for column in zip(*places, strict=True)] or [[], [], []]


def _row(refused: Refused, digest: bytes | None) -> tuple[Any, ...]:
    record = refused.record
    return (
        record.topic,
        record.partition,
        record.offset,
        refused.publisher,
        refused.reason,
        refused.detail,
        digest,
        moment(record.published_at),
        len(record.value or b""),
    )
