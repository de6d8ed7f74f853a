"""The ledger writer: whole batches into the eventsourcing library's table, chained and sealed.

state = hash (32) ‖ recorded_at (8) ‖ published_at (8) ‖ value, times in µs since 1970, big-endian.
hash = SHA-256(previous hash ‖ patient id ‖ version ‖ recorded_at ‖ published_at ‖ value). Positions are
covered by the seals: one a transaction, SHA-256(previous seal ‖ first ‖ last ‖ recorded_at ‖ hashes).
"""

import hashlib
import struct
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Never
from uuid import UUID

import msgspec
from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresProcessRecorder
from psycopg import Connection

from services.kernel.event_table import datastore
from services.kernel.ledger_topic import TOPIC_HEAD
from services.kernel.moments import micros, moment
from services.kernel.named_sql import queries_beside

SQL: Final = queries_beside(__file__, "ledger.sql")
NO_HASH: Final = bytes(32)
STATE_HEAD: Final = struct.Struct(">32sqq")
# The publisher of what the ledger says itself.
OURSELVES: Final = "kartoteka"
SEALS_TOPIC: Final = "ledger.seals.v1"
CHANNEL: Final = "ledger"

_CHAIN: Final = struct.Struct(">32s16sqqq")
_SEAL: Final = struct.Struct(">32sqqq")


class Draft(NamedTuple):
    """An event that is ready but for its place: version, position and time come with the append."""

    patient_id: UUID
    name: str
    published_at: int
    value: bytes


class Head(NamedTuple):
    """The last event of a stream: version 0 and no hash where there is none."""

    version: int
    hash: bytes


class Seal(NamedTuple):
    """The ledger's newest seal; all zero before the first."""

    position: int
    recorded_at: int
    hash: bytes


class PublishedSeal(msgspec.Struct, frozen=True):
    """A seal as it stands on its topic; the hash in hexadecimal digits."""

    last_position: int
    events: int
    hash: str


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a batch came to stand."""

    first_position: int
    last_position: int
    recorded_at: int


class LedgerRecorder(PostgresProcessRecorder):
    """The library's recorder, written to by batches only; reading is the library's own."""

    def __init__(self, database_url: str) -> None:
        super().__init__(datastore(database_url, "records"), events_table_name="event", tracking_table_name="tracking")

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Never:
        """Refused: whatever goes into the ledger goes through ``append``, which numbers, chains and seals."""
        raise NotImplementedError("append a batch; the ledger takes events no other way")

    def append(self, connection: Connection[Any], drafts: Sequence[Draft]) -> Appended:
        """Number, chain, stamp and insert drafts within the caller's transaction, whose lock it already holds."""
        last = newest_seal(connection)
        heads = stream_heads(connection, {draft.patient_id for draft in drafts})
        recorded_at = max(time.time_ns() // 1000, last.recorded_at + 1)
        batch = hashlib.sha256()
        rows = []
        for position, draft in enumerate(drafts, last.position + 1):
            head = next_head(heads.get(draft.patient_id, Head(0, NO_HASH)), draft, recorded_at)
            heads[draft.patient_id] = head
            batch.update(head.hash)
            state = STATE_HEAD.pack(head.hash, recorded_at, draft.published_at) + draft.value
            rows.append((draft.patient_id, head.version, draft.name, state, position))
        _copy(connection, rows)
        placed = Appended(last.position + 1, last.position + len(rows), recorded_at)
        _seal(connection, last, placed, batch.digest())
        return placed

    def lock(self, connection: Connection[Any]) -> None:
        """Let no other writer in until this transaction ends; readers are not held up. Taken as late as can be."""
        connection.execute(SQL["lock"])


def next_head(head: Head, draft: Draft, recorded_at: int) -> Head:
    """The chain's next link."""
    version = head.version + 1
    link = _CHAIN.pack(head.hash, draft.patient_id.bytes, version, recorded_at, draft.published_at)
    return Head(version, hashlib.sha256(link + draft.value).digest())


def seal_hash(previous: bytes, first: int, last: int, recorded_at: int, batch: bytes) -> bytes:
    """Hash of one seal over the seal before it and the SHA-256 of the batch's event hashes."""
    return hashlib.sha256(_SEAL.pack(previous, first, last, recorded_at) + batch).digest()


def newest_seal(connection: Connection[Any]) -> Seal:
    row = connection.execute(SQL["newest_seal"]).fetchone()
    return Seal(0, 0, NO_HASH) if row is None else Seal(row[0], micros(row[1]), row[2])


def stream_heads(connection: Connection[Any], patients: Iterable[UUID]) -> dict[UUID, Head]:
    """Version and hash of the last event of each of these streams."""
    rows = connection.execute(SQL["stream_heads"], (list(patients),), binary=True).fetchall()
    return {patient: Head(version, hash_) for patient, version, hash_ in rows}


def topic_header(version: int, position: int, state: bytes) -> bytes:
    """The one header of the ledger topic: version, position, recorded_at, published_at, hash (64 bytes)."""
    hash_, recorded_at, published_at = STATE_HEAD.unpack_from(state)
    return TOPIC_HEAD.pack(version, position, recorded_at, published_at, hash_)


def _copy(connection: Connection[Any], rows: Sequence[tuple[UUID, int, str, bytes, int]]) -> None:
    with connection.cursor() as cursor, cursor.copy(SQL["copy_events"]) as copy:
        copy.set_types(["uuid", "int8", "text", "bytea", "int8"])
        for row in rows:
            copy.write_row(row)


def _seal(connection: Connection[Any], last: Seal, placed: Appended, batch: bytes) -> None:
    hash_ = seal_hash(last.hash, placed.first_position, placed.last_position, placed.recorded_at, batch)
    events = placed.last_position - placed.first_position + 1
    row = (placed.last_position, placed.first_position, events, moment(placed.recorded_at), hash_)
    connection.execute(SQL["insert_seal"], row)
    connection.execute(SQL["notify"])
