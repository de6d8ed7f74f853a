"""Versions of the patient read model on real databases: made, filled and found equal by hand."""

from typing import Any

from psycopg import Connection

from services.kernel.partition import Partition
from services.records.build import build
from services.records.read_model import create_keys
from services.records.replay import versions
from tests.conftest import Databases
from tests.integration.test_window import project
from tests.replay import owner


def made(databases: Databases) -> str:
    """A new version, as a rebuild begins it: empty, without keys."""
    with owner(databases.admin_url) as connection:
        return versions.create(connection).name


def full(databases: Databases) -> str:
    """A new version that has all that the ledger has, as a rebuild leaves it."""
    version = made(databases)
    project(databases, version)
    fill(databases, version)
    return version


def fill(databases: Databases, version: str) -> None:
    """Keys, and that the version is full."""
    with owner(databases.admin_url) as connection, connection.transaction():
        for statement in create_keys(version):
            connection.execute(statement.encode())
        connection.execute("UPDATE records.version SET filled_at = clock_timestamp() WHERE version = %s", (version,))


def found_equal(admin: Connection[Any], one: str, other: str, by: str | None = None) -> None:
    """Keep that two versions were found equal, by this build unless another is given."""
    admin.execute(
        "INSERT INTO records.verified (from_version, to_version, build, position, accepted)"
        " VALUES (%s, %s, %s, 1, '{}')",
        (one, other, by or build()),
    )


def stand_at(admin: Connection[Any], version: str, partition: Partition, offset: int) -> None:
    """Let a version's bookmark stand somewhere."""
    admin.execute(
        "UPDATE kernel.bookmark SET next_offset = %s, position = %s WHERE (reader, topic, partition) = (%s, %s, %s)",
        (offset, offset, versions.reader_name(version), *partition),
    )
