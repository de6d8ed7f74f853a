"""`servers.json`: what a data folder remembers of its servers."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from infra.processes import Mark


@dataclass
class State:
    """The ports once chosen, and the processes and versions last started, by server name."""

    ports: dict[str, int] = field(default_factory=dict)
    marks: dict[str, Mark] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> State:
        if not path.exists():
            return cls()
        content: dict[str, Any] = json.loads(path.read_text())
        marks = {name: Mark(**mark) for name, mark in content["marks"].items()}
        return cls(content["ports"], marks, content["versions"])

    def write(self, path: Path) -> None:
        """Replaces the file in one step: a reader, also after a power cut, sees the old state or the new one."""
        draft = path.with_suffix(".new")
        with draft.open("w") as file:
            json.dump(asdict(self), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
