"""The eventsourcing library's way to a table of events, for reading; each service writes its own in batches."""

from collections.abc import Mapping
from typing import Any

from eventsourcing.postgres import PostgresDatastore
from psycopg.conninfo import conninfo_to_dict


def datastore(database_url: str, schema: str) -> PostgresDatastore:
    """The library's connections to one service's schema."""
    where: Mapping[str, Any] = conninfo_to_dict(database_url)
    return PostgresDatastore(
        dbname=where["dbname"],
        host=where["host"],
        port=str(where["port"]),
        user=where["user"],
        password=where["password"],
        pool_size=1,
        max_overflow=1,
        schema=schema,
        originator_id_type="uuid",
    )
