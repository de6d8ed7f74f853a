"""Whose accounts somebody may see, who sees an account and who looked at it; each look at such a list is recorded."""

from typing import Any, Final
from uuid import UUID

from psycopg import Connection
from psycopg.rows import dict_row

from services.kernel.named_sql import queries_beside
from services.kernel.viewing import Viewer, record_viewing

SQL: Final = queries_beside(__file__, "desk.sql")
KIND: Final = "access list"


def whose_accounts(connection: Connection[Any], viewer: UUID, by: Viewer) -> list[dict[str, Any]]:
    """The accounts of others that a person may see now; empty while it is being checked."""
    record_viewing(connection, by, viewer, KIND)
    return _rows(connection, "whose", viewer)


def who_sees(connection: Connection[Any], subject: UUID, by: Viewer) -> dict[str, list[dict[str, Any]]]:
    """Who else may see a person's account now, and who looked at it, by which ground."""
    record_viewing(connection, by, subject, KIND)
    return {"sees": _rows(connection, "who_sees", subject), "saw": _rows(connection, "who_saw", subject)}


def _rows(connection: Connection[Any], statement: str, person: UUID) -> list[dict[str, Any]]:
    with connection.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(SQL[statement], (person,)).fetchall()
