"""Real servers for the tests that need them: the embedded ones, started once, on free ports."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import Connection, sql
from psycopg.conninfo import make_conninfo

from infra.database import provision, role_url
from infra.read_model import OWNER
from infra.servers import EmbeddedServers, Endpoints
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import connect
from services.kernel.key_files import ensure_key_files
from services.kernel.settings import Settings
from services.operations.house import KEY_FILES
from services.records.growing import PatientReadModel
from services.records.intake import Intake
from services.records.wiring import intake

_names = count(1)
TEMPLATE = "template_kartoteka"


@pytest.fixture(scope="session")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoints]:
    """Kafka and both PostgreSQL clusters, shared by all tests that do not kill them."""
    embedded = EmbeddedServers(tmp_path_factory.mktemp("servers") / "data")
    yield embedded.start()
    embedded.stop()


@pytest.fixture(scope="session")
def postgres_admin_url(servers: Endpoints) -> str:
    """URL of the main cluster, as its superuser."""
    return servers.postgres


@pytest.fixture(scope="session")
def bootstrap_servers(servers: Endpoints) -> str:
    """Address of the shared Kafka."""
    return servers.kafka


@dataclass(frozen=True)
class Databases:
    """A pair of databases of its own, provisioned as the product does it, with keys beside."""

    kafka: str
    admin_url: str
    keys_admin_url: str
    folder: Path

    def url(self, role: str) -> str:
        return role_url(self.admin_url, role, self.folder / "secrets")

    def settings(self, role: str) -> Settings:
        keys = role_url(self.keys_admin_url, role, self.folder / "secrets") if not role.endswith("_relay") else None
        return Settings(self.folder, KafkaSettings(self.kafka), self.url(role), keys, self.folder / "keys")

    def connect(self, role: str) -> Connection[Any]:
        return connect(self.url(role), "test")

    def connect_keys(self, role: str = "records_ingest") -> Connection[Any]:
        return connect(role_url(self.keys_admin_url, role, self.folder / "secrets"), "test")

    def admin(self) -> Connection[Any]:
        return connect(self.admin_url, "test")


@pytest.fixture(scope="session")
def secrets(servers: Endpoints, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The roles' passwords: roles belong to the cluster, so all databases share them; and a provisioned template."""
    folder = tmp_path_factory.mktemp("secrets")
    urls = [_create(url, TEMPLATE) for url in (servers.postgres, servers.postgres_keys)]
    provision(*urls, folder, PatientReadModel())
    return folder


@pytest.fixture
def databases(servers: Endpoints, secrets: Path, tmp_path: Path) -> Iterator[Databases]:
    """Empty databases of the test's own, provisioned."""
    with empty_databases(servers, secrets, tmp_path) as found:
        yield found


@contextmanager
def empty_databases(servers: Endpoints, secrets: Path, folder: Path) -> Iterator[Databases]:
    """Empty databases, provisioned, for as long as this lasts."""
    name = f"test_{next(_names)}"
    urls = [_create(url, name, TEMPLATE) for url in (servers.postgres, servers.postgres_keys)]
    with connect(urls[1], "test") as keys:
        ensure_key_files(keys, [folder / "keys" / file for file in KEY_FILES])
    with connect(urls[0], "test") as admin:
        # A copy of a database has not what was granted on the original itself.
        admin.execute(f"GRANT CREATE ON DATABASE {name} TO {OWNER}".encode())
    (folder / "secrets").symlink_to(secrets)
    yield Databases(servers.kafka, *urls, folder)
    for url in (servers.postgres, servers.postgres_keys):
        with psycopg.connect(url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class Desk:
    """Ingest without Kafka: an intake, and the two connections that it works on."""

    intake: Intake
    records: Connection[Any]
    keys: Connection[Any]
    databases: Databases


@pytest.fixture
def desk(databases: Databases) -> Iterator[Desk]:
    """An intake on empty databases."""
    with desk_of(databases) as found:
        yield found


@contextmanager
def desk_of(databases: Databases) -> Iterator[Desk]:
    """An intake on these databases."""
    bookmarks = Bookmarks("records.ingest", "test")
    with ExitStack() as stack:
        records = stack.enter_context(databases.connect("records_ingest"))
        keys = stack.enter_context(databases.connect_keys())
        yield Desk(intake(databases.settings("records_ingest"), bookmarks), records, keys, databases)


def _create(url: str, name: str, template: str = "template1") -> str:
    with psycopg.connect(url, autocommit=True) as admin:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy")
        admin.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return make_conninfo(url, dbname=name)
