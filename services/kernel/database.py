"""Connections to PostgreSQL, and which of their errors pass by themselves."""

from typing import Any, Final

import psycopg
from psycopg import Connection
from psycopg_pool import ConnectionPool

# A dead peer is noticed within seconds.
_SETTINGS: Final[dict[str, Any]] = {
    "connect_timeout": 10,
    "tcp_user_timeout": 10_000,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
}
# A worker that is stopped in the middle of a transaction must not keep the ledger's lock from its successor.
LIMITS: Final = """
    SET statement_timeout = '30s';
    SET transaction_timeout = '20s';
    SET idle_in_transaction_session_timeout = '10s'
"""
NO_LIMITS: Final = """
    SET statement_timeout = 0;
    SET transaction_timeout = 0;
    SET idle_in_transaction_session_timeout = 0
"""

# The server went away, is starting, or asked us to try again; a unique violation is two workers who
# learnt the same thing at once, and the second attempt will see what the first one wrote.
TRANSIENT: Final = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.SerializationFailure,
    psycopg.errors.UniqueViolation,
)


def connect(url: str, process: str) -> Connection[Any]:
    """A connection that commits each statement unless a transaction block is open; the database knows its name."""
    connection: Connection[Any] = psycopg.connect(url, autocommit=True, application_name=process, **_SETTINGS)
    connection.execute(LIMITS)
    return connection


def pool(url: str, process: str, most: int) -> ConnectionPool[Connection[Any]]:
    """Connections like ``connect``'s, for several threads; one that died is found before it is used. Not open yet."""
    return ConnectionPool(
        url,
        kwargs={"autocommit": True, "application_name": process, **_SETTINGS},
        min_size=1,
        max_size=most,
        open=False,
        configure=_limited,
        check=ConnectionPool.check_connection,
        timeout=_SETTINGS["connect_timeout"],
    )


def _limited(connection: Connection[Any]) -> None:
    connection.execute(LIMITS)


class Link:
    """One connection that is made anew when the last one broke."""

    def __init__(self, url: str, process: str) -> None:
        self._url = url
        self._process = process
        self._connection: Connection[Any] | None = None

    def get(self) -> Connection[Any]:
        """The connection, usable as far as we know."""
        if self._connection is None or self._connection.closed or self._connection.broken:
            self._connection = connect(self._url, self._process)
        return self._connection

    def drop(self) -> None:
        """Forget the connection after an error: what it was doing is rolled back by the server."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
