"""Which schema registry a data folder uses: its own endpoint, or the one that the environment names."""

import os
from pathlib import Path
from typing import Final

from infra.ports import HOST
from infra.registry_elsewhere import SETTING, RegistryElsewhere
from infra.servers import EmbeddedServers

NAME: Final = "registry"


def elsewhere() -> RegistryElsewhere | None:
    """The registry that the environment names; None where it is ours to run."""
    url = os.environ.get(SETTING)
    return RegistryElsewhere(url) if url else None


def where(data_dir: Path) -> RegistryElsewhere | None:
    """The registry to ask; None before ours was ever started."""
    port = EmbeddedServers(data_dir).kept_port(NAME)
    return elsewhere() or (RegistryElsewhere(f"http://{HOST}:{port}") if port else None)


def keep_port(data_dir: Path, given: int | None) -> None:
    """Choose where ours listens; nothing to choose when another is used."""
    if elsewhere() is None:
        EmbeddedServers(data_dir).keep_port(NAME, given)


def command(data_dir: Path) -> list[str] | None:
    """The module to run and its arguments; None when another is used."""
    port = EmbeddedServers(data_dir).kept_port(NAME)
    return None if elsewhere() or port is None else ["infra.registry", "--host", HOST, "--port", str(port)]


def environment() -> dict[str, str]:
    """All that ours may know: no server, no secret."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "PYTHONUNBUFFERED": "1"}
