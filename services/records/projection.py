"""Ledger topic → read model: columns all the way, live and in bulk the same code.

Rows go into the version's tables by binary COPY, with the bookmark, in one transaction. No key is needed here, and none
is there: sealed parts are carried through as they are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from pgpq import ArrowToPostgresBinaryEncoder
from psycopg import Connection, sql

from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.database import Link
from services.kernel.ledger_topic import fresh, keep_up
from services.kernel.partition import Partition
from services.kernel.reader import Fetched
from services.records.columns import Columns, of_records, rows
from services.records.read_model import table_name


@dataclass(frozen=True, slots=True)
class Copy:
    """Rows for one table, ready to be copied: columns, how many rows, and PostgreSQL's binary form of them."""

    table: str
    columns: tuple[str, ...]
    count: int
    blocks: tuple[bytes, ...]


class Projection:
    """Handler of the ledger topic for one version of the read model."""

    def __init__(self, link: Link, bookmarks: Bookmarks, version: str) -> None:
        self.link = link
        self.bookmarks = bookmarks
        self.version = version

    def prepare(self, batch: Fetched) -> Fetched:
        """What is new in a batch depends on the bookmarks, so nothing can be done before they are known."""
        return batch

    def apply(self, batch: Fetched, bookmarks: Mapping[Partition, Bookmark]) -> Sequence[Move]:
        """All rows of the batch and its bookmarks, in one transaction."""
        news, moves = fresh(batch, bookmarks)
        copies = copies_of(of_records(news)) if news else []
        write(self.link.get(), self.version, copies, self.bookmarks, moves)
        return moves

    def idle(self) -> None:
        """Nothing waits here but to be told how far everything is."""
        keep_up(self.link.get(), self.bookmarks)


def copies_of(columns: Columns) -> list[Copy]:
    """What these records are in the version's tables."""
    return [copy_of(table_name(schema.name), found) for schema, found in rows(columns)]


def write(
    connection: Connection[Any], version: str, copies: Sequence[Copy], bookmarks: Bookmarks, moves: Sequence[Move]
) -> None:
    """Rows and bookmarks, in one transaction."""
    with connection.transaction():
        # Not waited for: rows and bookmark would be lost together, and read from the topic again.
        connection.execute("SET LOCAL synchronous_commit = off")
        for copy in copies:
            copy_in(connection, version, copy)
        bookmarks.move(connection, moves)


def copy_in(connection: Connection[Any], version: str, rows: Copy) -> None:
    """Rows into their table, in the caller's transaction."""
    statement = sql.SQL("COPY {}.{} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(version),
        sql.Identifier(rows.table),
        sql.SQL(", ").join(map(sql.Identifier, rows.columns)),
    )
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in rows.blocks:
            copy.write(block)


def copy_of(table: str, found: pa.Table) -> Copy:
    """Rows in the binary form that PostgreSQL takes."""
    encoder = ArrowToPostgresBinaryEncoder(found.schema)
    blocks = [encoder.write_header(), *map(encoder.write_batch, found.to_batches()), encoder.finish()]
    return Copy(table, tuple(found.column_names), found.num_rows, tuple(blocks))
