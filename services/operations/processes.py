"""The processes of all services: what each may know, and of which there is one for each version."""

import sys
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class PerVersion:
    """How a process of which each version has its own is told which one it is, and how its title says so."""

    variable: str
    form: str
    says: str = "{}"


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a service: its role in the database, whether it may hold keys or answers HTTP, its version."""

    service: str
    name: str
    role: str
    holds_keys: bool = False
    serves: bool = False
    per_version: PerVersion | None = None
    version: str | None = None

    @property
    def title(self) -> str:
        """Its name; with a version that of its reader."""
        version = [] if not self.per_version or not self.version else [self.per_version.says.format(self.version)]
        return ".".join([self.service, self.name, *version])

    @property
    def command(self) -> list[str]:
        return [sys.executable, "-m", f"services.{self.service}.main", self.name]


PROCESSES: Final = (
    Process("records", "ingest", "records_ingest", holds_keys=True),
    Process("records", "relay", "records_relay"),
    Process(
        "records",
        "projection",
        "records_projection",
        per_version=PerVersion("KARTOTEKA_READ_MODEL_VERSION", r"records_v\d+"),
    ),
    Process(
        "permissions",
        "facts",
        "permissions_facts",
        per_version=PerVersion("KARTOTEKA_PERMISSIONS_VERSION", r"\d+", "v{}"),
    ),
    Process("permissions", "relay", "permissions_relay"),
    Process("permissions", "commands", "permissions_commands", holds_keys=True, serves=True),
)
# The process by service of which there is one for each version.
PER_VERSION: Final = {process.service: process for process in PROCESSES if process.per_version}
