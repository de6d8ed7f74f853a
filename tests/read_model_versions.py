"""Versions of the patient read model on real databases, read from the ledger by hand."""

from typing import Any
from uuid import UUID

from aiokafka import ConsumerRecord
from psycopg import Connection, sql

from infra.read_model import OWNER
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC, TOPIC_HEADER_NAME
from services.kernel.partition import Partition
from services.records.ledger import STATE_HEAD, topic_header
from services.records.projection import Projection
from services.records.read_model import create_keys
from services.records.replay.versions import create, reader_name
from tests.conftest import Databases
from tests.replay import owner, relayed

FIRST = "records_v1"
LEDGER = Partition(TOPIC, 0)
NEWS = """
    SELECT notification_id, originator_id, originator_version, state FROM records.event
    WHERE notification_id > %s ORDER BY 1
"""


def project(databases: Databases, *versions: str) -> None:
    """Let these versions read all that the ledger has and they have not, as relay and projection would."""
    with databases.admin() as admin:
        relayed(admin)
        for version in versions:
            _read_on(databases, admin, version)


def second_version(databases: Databases) -> str:
    """A new version that has read everything, as a rebuild leaves it."""
    name = new_version(databases)
    project(databases, name)
    with owner(databases.admin_url) as connection:
        for statement in create_keys(name):
            connection.execute(statement.encode())
        connection.execute("UPDATE records.version SET filled_at = now() WHERE version = %s", (name,))
    return name


def new_version(databases: Databases) -> str:
    """A new version, empty and without keys; a database that was copied has lost what was granted on it."""
    with databases.admin() as admin, owner(databases.admin_url) as connection:
        grant = sql.SQL("GRANT CREATE ON DATABASE {} TO {}")
        admin.execute(grant.format(sql.Identifier(admin.info.dbname), sql.Identifier(OWNER)))
        return create(connection).name


def _read_on(databases: Databases, admin: Connection[Any], version: str) -> None:
    link = Link(databases.url("records_projection"), "test")
    bookmarks = Bookmarks(reader_name(version), "test")
    bookmarks.create(link.get(), [LEDGER])
    (stands,) = bookmarks.share(link.get())
    rows = admin.execute(NEWS, (stands.position,)).fetchall()
    if rows:
        fetched = {LEDGER: [_on_topic(*row) for row in rows]}
        projection = Projection(link, bookmarks, version)
        projection.apply(projection.prepare(fetched), {LEDGER: stands})
    link.drop()


def _on_topic(position: int, patient: UUID, version: int, state: bytes) -> ConsumerRecord[Any, Any]:
    header = (TOPIC_HEADER_NAME, topic_header(version, position, state))
    value = state[STATE_HEAD.size :]
    return ConsumerRecord(TOPIC, 0, position - 1, 0, 0, patient.bytes, value, None, 16, len(value), [header])
