"""What must not stand in the code: updates in projections, keys where none are needed."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import grimp
import pytest

from services.kernel.named_sql import named_queries
from services.operations.processes import PROCESSES, Process
from services.records.projection import Projection
from services.records.read_model import create_keys, create_tables, create_views, view_files

ROOT = Path(__file__).parents[2]
RECORDS = ROOT / "services" / "records"
KEYLESS = (
    "services.records.projection",
    "services.records.relay",
    "services.permissions.consumer",
    "services.permissions.announcer",
    "services.permissions.replay.rebuild",
    "services.permissions.replay.verify",
    "services.permissions.replay.switching",
    "services.permissions.replay.replay_commands",
    "services.permissions.relay",
)
# Who says whom is meant by a PESEL needs the index key, and hands an id on.
KNOW_WHO_IS_MEANT = ("__init__", "patient_command", "rebuild_command")
REBUILDS = (
    "services.records.columns",
    *(
        f"services.records.replay.{path.stem}"
        for path in sorted((RECORDS / "replay").glob("*.py"))
        if path.stem not in KNOW_WHO_IS_MEANT
    ),
)
SENDERS = (
    *("aiohttp", "aiosmtplib", "confluent_kafka", "ftplib", "httpx", "litestar", "requests", "smtplib", "urllib3"),
    "uvicorn",
    "services.kernel.batches",
    "services.kernel.stream_relay",
    "services.kernel.stream_sender",
    "services.records.receipts_relay",
    "services.records.relay",
    "services.notifications",
    "services.permissions",
)
SECRETS = (
    "services.kernel.sealing",
    "services.kernel.patient_keys",
    "services.kernel.index_key",
    "services.records.people",
    "services.records.intake",
    "services.records.quarantine",
    "services.records.window",
    "cryptography",
)
CHANGES = re.compile(r"\b(update|delete|truncate|merge|on\s+conflict)\b", re.IGNORECASE)


def without_comments(text: str) -> str:
    return re.sub(r"--[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)


@pytest.fixture(scope="module")
def graph() -> Any:
    return grimp.build_graph(
        "services", "schemas", "kartoteka", "infra", include_external_packages=True, cache_dir=None
    )


@pytest.mark.parametrize("module", KEYLESS)
@pytest.mark.parametrize("secret", SECRETS)
def test_relay_and_projection_import_nothing_that_knows_keys(graph: Any, module: str, secret: str) -> None:
    assert graph.find_shortest_chain(importer=module, imported=secret) is None


@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_of_a_rebuild_imports_what_knows_keys(graph: Any, secret: str) -> None:
    assert len(REBUILDS) > 10
    assert [module for module in REBUILDS if graph.find_shortest_chain(importer=module, imported=secret)] == []


@pytest.mark.parametrize("secret", SECRETS)
def test_ingest_and_window_do(graph: Any, secret: str) -> None:
    """The graph knows these modules: the test above cannot pass because of a name that nobody has."""
    assert graph.find_modules_that_directly_import(secret)


@pytest.mark.parametrize("module", KEYLESS)
def test_nothing_that_knows_keys_is_loaded_with_relay_and_projection(module: str) -> None:
    program = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    assert set(SECRETS).isdisjoint(loaded.stdout.split())


WORKER = """
import sys
from services.kernel.settings import Settings
from kartoteka.publishing.kafka import KafkaSettings
from pathlib import Path
from services.records.replay.loading import loading_loop
from services.records.replay.stages import Stages
from services.records.replay.worker import Task

async def wire():
    settings = Settings(Path("data"), KafkaSettings("localhost:1"), "host=h port=1 dbname=x user=u password=p")
    for task in (Task("v", "o"), Task("v", "o", ledger_to=1, ledger_url="host=h")):
        loading_loop(settings, task, Stages())

import asyncio
asyncio.run(wire())
print(*sys.modules)
"""


def test_a_worker_of_a_rebuild_holds_no_code_that_sends_or_opens_anything() -> None:
    command = [sys.executable, "-c", WORKER]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert "services.records.replay.from_ledger" in loaded
    assert set(SENDERS).isdisjoint(loaded)
    assert set(SECRETS).isdisjoint(loaded)


def test_whoever_sends_would_be_seen(graph: Any) -> None:
    """The names above are those of modules that there are, and whose relay loads what is forbidden here."""
    ours = {name for name in SENDERS if name.startswith("services.")}
    assert ours <= graph.modules
    assert graph.find_shortest_chain(importer="services.records.relay", imported="services.kernel.batches")


WIRED = """
import sys
from importlib import import_module
from pathlib import Path
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.settings import Settings

async def wire():
    service, process = sys.argv[1].split(".")
    settings = Settings(Path("data"), KafkaSettings("localhost:1"), "host=h port=1 dbname=x user=u password=p")
    import_module(f"services.{service}.main").PROCESSES[process](settings)

import asyncio
asyncio.run(wire())
print(*sys.modules)
"""


@pytest.mark.parametrize("process", ["records.relay", "records.projection", "permissions.relay"])
def test_the_whole_process_holds_no_code_that_opens_anything(process: str) -> None:
    command = [sys.executable, "-c", WIRED, process]
    loaded = subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.split()
    assert f"services.{process}" in loaded
    assert set(SECRETS).isdisjoint(loaded)


@pytest.mark.parametrize("path", view_files(), ids=lambda path: path.stem)
def test_no_view_changes_anything(path: Path) -> None:
    assert not CHANGES.search(without_comments(path.read_text()))


def test_nothing_that_makes_the_read_model_changes_rows() -> None:
    for statement in (*create_tables("v", with_keys=False), *create_keys("v"), *create_views("v")):
        assert not CHANGES.search(without_comments(statement))


def test_the_projection_has_no_sql_but_copy() -> None:
    text = (RECORDS / "projection.py").read_text()
    assert not re.search(r"\b(UPDATE|DELETE|TRUNCATE|MERGE|ON CONFLICT)\b", text)
    assert "COPY {}.{} ({}) FROM STDIN" in text
    assert Projection.__module__ == "services.records.projection"


def test_an_update_would_be_seen() -> None:
    assert CHANGES.search(without_comments("-- a view\nupdate x set y = 1"))
    assert CHANGES.search("INSERT INTO x VALUES (1) ON CONFLICT DO NOTHING")
    assert not CHANGES.search(without_comments("-- update\nSELECT updated_at"))


@pytest.mark.parametrize("path", sorted((ROOT / "services").rglob("*.sql")), ids=lambda path: path.stem)
def test_every_named_statement_has_a_sentence_above_it(path: Path) -> None:
    text = path.read_text()
    for name in named_queries(path):
        above = text[: text.index(f"-- name: {name}\n")].rstrip().splitlines()[-1]
        assert above.startswith("-- "), f"{path.name}: {name} has no sentence"
        assert above.endswith("."), f"{path.name}: {name} has no whole sentence"


SETTINGS_OF_KEYS = {"KEYS_DATABASE_URL", "KARTOTEKA_KEYS_FOLDER"}


@pytest.mark.parametrize("process", PROCESSES, ids=lambda process: process.title)
def test_only_ingest_and_commands_hold_keys(process: Process) -> None:
    assert process.holds_keys == (process.name in ("ingest", "commands"))
    assert process.role == f"{process.service}_{process.name}"
