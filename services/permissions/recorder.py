"""The writer of decisions: whole batches into the eventsourcing library's table, within the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Never
from uuid import UUID

from eventsourcing.persistence import StoredEvent
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Connection

from services.kernel.event_table import datastore
from services.kernel.named_sql import queries_beside
from services.permissions.stream import encode, pack_state

SQL: Final = queries_beside(__file__, "recorder.sql")


class Draft(NamedTuple):
    """A decision that is ready but for its place: version, position and time come with the append."""

    stream_id: UUID
    kind: str
    value: bytes

    @classmethod
    def of(cls, stream_id: UUID, kind: str, fields: Mapping[str, Any]) -> "Draft":
        """From the fields of its type."""
        return cls(stream_id, kind, encode(kind, fields))


@dataclass(frozen=True, slots=True)
class Appended:
    """Where a batch came to stand: its drafts one after the other, at one time."""

    first_position: int
    last_position: int
    recorded_at: int


class DecisionRecorder(PostgresApplicationRecorder):
    """The library's recorder, written to by batches only; reading is the library's own."""

    def __init__(self, database_url: str) -> None:
        super().__init__(datastore(database_url, "permissions"), events_table_name="event")

    def insert_events(self, stored_events: Sequence[StoredEvent], **kwargs: Any) -> Never:
        """Refused: whatever is decided goes through ``append``, which numbers it in the decider's transaction."""
        raise NotImplementedError("append a batch; the stream takes events no other way")

    def append(self, connection: Connection[Any], drafts: Sequence[Draft]) -> Appended:
        """Number, stamp and insert drafts within the caller's transaction.

        It locks the table until that ends, and so is called after every other lock was taken and all was decided.
        """
        connection.execute(SQL["lock"])
        position, recorded_last, now = _stream_end(connection)
        recorded_at = max(now, recorded_last + 1)
        versions = _stream_heads(connection, {draft.stream_id for draft in drafts})
        with connection.cursor() as cursor, cursor.copy(SQL["copy_events"]) as copy:
            copy.set_types(["uuid", "int8", "text", "bytea", "int8"])
            for at, draft in enumerate(drafts, position + 1):
                version = versions[draft.stream_id] = versions.get(draft.stream_id, 0) + 1
                copy.write_row((draft.stream_id, version, draft.kind, pack_state(recorded_at, draft.value), at))
        connection.execute(SQL["notify"])
        return Appended(position + 1, position + len(drafts), recorded_at)


def _stream_end(connection: Connection[Any]) -> tuple[int, int, int]:
    """Last position, when it was recorded, and the database's time: the clock by which decisions are made."""
    ((position, recorded_at, now),) = connection.execute(SQL["stream_end"]).fetchall()
    return position, recorded_at, now


def _stream_heads(connection: Connection[Any], streams: Iterable[UUID]) -> dict[UUID, int]:
    return dict(connection.execute(SQL["stream_heads"], (list(streams),), binary=True).fetchall())
