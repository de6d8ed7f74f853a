"""A second release, made in a copy of the schemas, so that tests can live in the future."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import schemas.catalogue
import schemas.release
import schemas.shape
from infra import released
from services.permissions import stream
from services.records import contract, ledger_value

Change = Callable[[dict[str, Any]], None]
CACHES = (
    schemas.catalogue.registered,
    schemas.catalogue.event_types,
    schemas.catalogue.decision_types,
    schemas.catalogue.topics,
    schemas.shape._checks,
    contract._published,
    contract._person_fields,
    ledger_value.plan_of,
    released.by_subject,
    released._form_of,
    stream._form,
)


def forget() -> None:
    for cached in CACHES:
        cached.cache_clear()


@pytest.fixture
def release_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, Change], list[int]]]:
    """Change one publisher's schema in the copy and release it; the new registry ids."""
    here = tmp_path / "schemas"
    shutil.copytree(schemas.catalogue.HERE, here, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    for module in (schemas.catalogue, schemas.release):
        monkeypatch.setattr(module, "HERE", here)
    monkeypatch.setattr(schemas.release, "RELEASED", here / "released")

    def change_and_release(path: str, change: Change) -> list[int]:
        source = json.loads((here / path).read_text())
        change(source)
        (here / path).write_text(json.dumps(source))
        given = schemas.release.release()
        forget()
        return given

    yield change_and_release
    monkeypatch.undo()
    forget()


@pytest.fixture(scope="session")
def registry_url() -> Iterator[str]:
    """The registry endpoint as a process of its own; where it is, it says itself."""
    command = [sys.executable, "-m", "infra.registry", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().split()[-1]
        process.terminate()
