"""That somebody looked: written down before anything opens."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from psycopg import Connection


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who opens a record, and why."""

    name: str
    purpose: str
    ground: str
    reason: str | None


def record_viewing(connection: Connection[Any], viewer: Viewer, subject: UUID | None, kind: str) -> None:
    """Write down that somebody looks; whatever goes wrong here keeps the record closed."""
    row = (viewer.name, subject, kind, viewer.purpose, viewer.ground, viewer.reason)
    connection.execute("SELECT viewing.record(%s, %s, %s, %s, %s, %s)", row)
