"""Where the servers are and which secrets this process holds, from its environment."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from kartoteka.publishing.kafka import KafkaSettings

ANY_FREE_PORT: Final = 0


class NotConfigured(Exception):
    """A setting that this process needs is not there."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What one process may know; a process without keys has None in their place."""

    data_dir: Path
    kafka: KafkaSettings
    database_url: str = field(repr=False)
    keys_database_url: str | None = field(default=None, repr=False)
    keys_folder: Path | None = None
    version: str = "records_v1"
    permissions_version: int = 1
    health_host: str = "127.0.0.1"
    health_port: int = ANY_FREE_PORT

    @classmethod
    def from_environment(cls) -> "Settings":
        """Read the environment; NotConfigured names the variable that is missing."""
        database = os.environ.get("DATABASE_URL")
        if database is None:
            raise NotConfigured("DATABASE_URL is not set: this process does not know its database")
        folder = os.environ.get("KARTOTEKA_KEYS_FOLDER")
        return cls(
            data_dir=Path(os.environ.get("KARTOTEKA_DATA_DIR", ".kartoteka")),
            kafka=KafkaSettings.from_env(),
            database_url=database,
            keys_database_url=os.environ.get("KEYS_DATABASE_URL"),
            keys_folder=Path(folder) if folder else None,
            version=os.environ.get("KARTOTEKA_READ_MODEL_VERSION", "records_v1"),
            permissions_version=_version(os.environ.get("KARTOTEKA_PERMISSIONS_VERSION", "1")),
            health_host=os.environ.get("KARTOTEKA_HEALTH_HOST", "127.0.0.1"),
            health_port=_port(os.environ.get("KARTOTEKA_HEALTH_PORT", str(ANY_FREE_PORT))),
        )


def _port(text: str) -> int:
    """A port number; NotConfigured says what else was given."""
    if not (text.isdecimal() and int(text) <= 65535):
        raise NotConfigured(f"KARTOTEKA_HEALTH_PORT is {text!r}: give a port from 1 to 65535, or 0 for any free one")
    return int(text)


def _version(text: str) -> int:
    """The number of a version; NotConfigured says what else was given."""
    if not text.isdecimal():
        raise NotConfigured(f"KARTOTEKA_PERMISSIONS_VERSION is {text!r}: give the number of a version, such as 2")
    return int(text)
