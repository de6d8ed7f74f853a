"""One data folder and everything that runs on it: servers, topics, roles, tables, and what each process may know."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from infra.database import ensure_database, provision, role_url
from infra.ports import HOST, choose_ports
from infra.registry_elsewhere import ensure_released
from infra.servers import EmbeddedServers
from infra.topics import create_topics
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.database import connect
from services.kernel.key_files import ensure_key_files
from services.kernel.settings import Settings
from services.operations import registry, tokens
from services.operations.processes import Process
from services.records.commands import PatientReadModel

KEY_FILES: Final = ("index.key", "master.key", "service.key")
HEALTH_HOST: Final = "KARTOTEKA_HEALTH_HOST"
HEALTH_PORT: Final = "KARTOTEKA_HEALTH_PORT"
PORTS: Final = {"kafka": "kafka", "postgres": "postgres", "keys": "postgres-keys", "registry": registry.NAME}
ADDRESSES: Final = ("KAFKA_BOOTSTRAP_SERVERS", "DATABASE_URL", "KEYS_DATABASE_URL")


class NotRunning(Exception):
    """The servers of this data folder are not running."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where Kafka and both databases are; the URLs are the administrator's."""

    kafka: KafkaSettings
    database: str
    keys_database: str


class House:
    """A data folder, with embedded servers unless the environment names others."""

    def __init__(self, data_dir: Path) -> None:
        self.data_dir = data_dir.resolve()
        self.secrets = self.data_dir / "secrets"
        self.keys_folder = self.data_dir / "keys"
        self.logs = self.data_dir / "logs"
        self.published = self.data_dir / "published.sqlite"

    @property
    def embedded(self) -> bool:
        """Whether any server is ours to start."""
        return not all(os.environ.get(name) for name in ADDRESSES)

    def open(
        self, *, kafka_port: int | None = None, postgres_port: int | None = None, keys_port: int | None = None
    ) -> Addresses:
        """Start what is ours and bring topics, roles, tables and keys to today's state.

        A schema registry that is not ours is asked first: where it differs, nothing begins.
        """
        if (elsewhere := registry.elsewhere()) is not None:
            ensure_released(elsewhere)
        self.data_dir.mkdir(mode=0o711, parents=True, exist_ok=True)
        self.logs.mkdir(mode=0o700, exist_ok=True)
        if self.embedded:
            EmbeddedServers(
                self.data_dir, kafka_port=kafka_port, postgres_port=postgres_port, keys_port=keys_port
            ).start()
        addresses = self.addresses()
        provision(addresses.database, addresses.keys_database, self.secrets, PatientReadModel())
        with connect(addresses.keys_database, "kartoteka up") as keys:
            ensure_key_files(keys, [self.keys_folder / name for name in KEY_FILES])
        tokens.ensure_token(self.secrets)
        asyncio.run(create_topics(addresses.kafka))
        return addresses

    def servers_run(self) -> bool:
        """Whether the servers that are ours are up."""
        return EmbeddedServers(self.data_dir).running() is not None

    def ports(self) -> dict[str, int]:
        """The port of everything that is ours, by name: kafka, postgres, keys, registry."""
        servers = EmbeddedServers(self.data_dir)
        kept = {name: servers.kept_port(where) for name, where in PORTS.items()}
        return {name: port for name, port in kept.items() if port is not None}

    def close(self) -> None:
        """Stop the servers that are ours."""
        EmbeddedServers(self.data_dir).stop()

    def addresses(self, *, with_keys: bool = True) -> Addresses:
        """Where the servers are; NotRunning when ours are not there. Without keys, their database need not run."""
        given = {name: os.environ.get(name) for name in ADDRESSES}
        kafka, database, keys = (given[name] for name in ADDRESSES)
        endpoints = EmbeddedServers(self.data_dir).running(with_keys=with_keys) if self.embedded else None
        if self.embedded and endpoints is None:
            raise NotRunning(f"nothing is running in {self.data_dir.name}; start it with 'kartoteka up'")
        if endpoints is not None:
            kafka = kafka or endpoints.kafka
            database = database or ensure_database(endpoints.postgres)
            keys = keys or (ensure_database(endpoints.postgres_keys) if with_keys else "")
        assert kafka
        assert database
        assert keys is not None
        return Addresses(KafkaSettings.from_env({**os.environ, "KAFKA_BOOTSTRAP_SERVERS": kafka}), database, keys)

    def environment(self, process: Process) -> dict[str, str]:
        """All that one process may know: its own role, and keys only where it needs them."""
        addresses = self.addresses()
        kafka = {name: value for name, value in os.environ.items() if name.startswith("KAFKA_")}
        known = {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            **kafka,
            "KAFKA_BOOTSTRAP_SERVERS": addresses.kafka.bootstrap_servers,
            "DATABASE_URL": role_url(addresses.database, process.role, self.secrets),
            "KARTOTEKA_DATA_DIR": str(self.data_dir),
            HEALTH_HOST: self.health_host,
        }
        if process.per_version and process.version:
            known[process.per_version.variable] = process.version
        if process.holds_keys:
            known["KEYS_DATABASE_URL"] = role_url(addresses.keys_database, process.role, self.secrets)
            known["KARTOTEKA_KEYS_FOLDER"] = str(self.keys_folder)
        if process.title == tokens.TITLE:
            known[tokens.VARIABLE] = tokens.token(self.secrets)
        return known

    @property
    def health_host(self) -> str:
        """Where processes answer for their health; nobody else's machine may ask unless the environment says so."""
        return os.environ.get(HEALTH_HOST) or HOST

    def choose_health_port(self, process: Process) -> int:
        """The port on which a process is about to answer for its health: the one that it had last, if it is free."""
        kept = self._health_ports()
        chosen = choose_ports([process.title], given={}, last=kept)
        if chosen.items() - kept.items():
            _write(self._health_file, kept | chosen)
        return chosen[process.title]

    def forget_health_port(self, process: Process) -> None:
        """A process that will not come back answers nowhere."""
        kept = self._health_ports()
        if kept.pop(process.title, None) is not None:
            _write(self._health_file, kept)

    def health(self) -> dict[str, str]:
        """Where each process answers for its health, when it runs."""
        return {title: f"http://{self.health_host}:{port}" for title, port in self._health_ports().items()}

    def settings(self, role: str, *, keys: bool = False) -> Settings:
        """The settings under which a command acts as one role."""
        addresses = self.addresses(with_keys=keys)
        return Settings(
            data_dir=self.data_dir,
            kafka=addresses.kafka,
            database_url=role_url(addresses.database, role, self.secrets),
            keys_database_url=role_url(addresses.keys_database, role, self.secrets) if keys else None,
            keys_folder=self.keys_folder if keys else None,
        )

    def examples_published(self) -> bool:
        """Whether the examples are in this folder already."""
        return bool(self._first_day().get("published"))

    def keep_first_day(self, day: date) -> date:
        """The day to which the examples are relative; a day that was kept before stays."""
        kept = self._first_day().get("day", day.isoformat())
        _write(self._first_day_file, {"day": kept, "published": False})
        return date.fromisoformat(kept)

    def keep_examples_published(self) -> None:
        _write(self._first_day_file, {**self._first_day(), "published": True})

    @property
    def _health_file(self) -> Path:
        return self.data_dir / "health.json"

    def _health_ports(self) -> dict[str, int]:
        found: dict[str, int] = json.loads(self._health_file.read_text()) if self._health_file.exists() else {}
        return found

    @property
    def _first_day_file(self) -> Path:
        return self.data_dir / "first-day.json"

    def _first_day(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self._first_day_file.read_text()) if self._first_day_file.exists() else {}
        return found


def _write(path: Path, said: Mapping[str, Any]) -> None:
    """Whole or not at all: others read it while it is written."""
    new = path.with_suffix(".new")
    new.write_text(json.dumps(said))
    new.replace(path)
