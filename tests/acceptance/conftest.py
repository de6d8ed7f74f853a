"""A running house, and the command as a user types it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Shell:
    """``kartoteka`` on one data folder, by the program in this tree or in that of another release."""

    data_dir: Path
    tree: Path = REPOSITORY

    def __call__(self, *arguments: str, typed: str = "") -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "services.operations.main", "--data-dir", str(self.data_dir), *arguments],
            input=typed, capture_output=True, text=True, check=False, cwd=self.tree,
            env={**os.environ, "COLUMNS": "160"},
        )  # fmt: skip
        return Done(done.returncode, done.stdout, done.stderr)

    def until(self, holds: Callable[[Any], bool], most_seconds: float = 90.0) -> Any:
        """The status, once something holds in it."""
        end = time.monotonic() + most_seconds
        while True:
            status = self("status", "--json").json
            if holds(status):
                return status
            assert time.monotonic() < end, f"it never came about: {status['counters']}"
            time.sleep(0.5)

    def until_read(self) -> Any:
        """The status, once everything that was published stands in the read model."""
        return self.until(lambda s: s["counters"]["received"] > 0 and s["counters"]["lag"] == 0 and _projected(s))


def _projected(status: Any) -> bool:
    records = status["services"]["records"]
    reader = next(records[name] for name in records if name.startswith("projection"))
    return bool(reader["complete_to"] == status["counters"]["ledger_position"])


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shell]:
    """Everything up, in a new folder, and down at the end."""
    command = Shell(tmp_path_factory.mktemp("house") / "data")
    done = command("up")
    assert done.code == 0, done.err
    yield command
    command("down")
