"""The process ``permissions.commands``: it starts, answers, takes commands, ends on a signal, and logs nobody."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.permissions.asking.desk import ROLE
from tests.conftest import Databases
from tests.household import PESELS, SURNAMES, Household, household, new_key
from tests.permissions import CHILD, GRANDMOTHER, MOTHER

REPOSITORY = Path(__file__).parents[2]
TOKEN = "the-portals-own-token"
WAIT_SECONDS = 30.0


@pytest.fixture
def home(databases: Databases) -> Iterator[Household]:
    home = household(databases)
    yield home
    home.desk.recorder.datastore.close()


def start(home: Household, log: Path, **changes: str) -> subprocess.Popen[bytes]:
    settings = home.databases.settings(ROLE)
    known = {
        "PATH": os.environ["PATH"],
        "KAFKA_BOOTSTRAP_SERVERS": settings.kafka.bootstrap_servers,
        "DATABASE_URL": settings.database_url,
        "KEYS_DATABASE_URL": str(settings.keys_database_url),
        "KARTOTEKA_KEYS_FOLDER": str(settings.keys_folder),
        "KARTOTEKA_COMMANDS_TOKEN": TOKEN,
        **changes,
    }
    with log.open("wb") as output:
        command = [sys.executable, "-m", "services.permissions.main", "commands"]
        return subprocess.Popen(command, cwd=REPOSITORY, env=known, stdout=output, stderr=subprocess.STDOUT)


def address(log: Path) -> str:
    """Where it answers, as soon as it is ready."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        for line in log.read_text().splitlines():
            where = str(json.loads(line).get("address"))
            if line.startswith("{") and where.startswith("http") and _ready(where):
                return where
        time.sleep(0.1)
    raise AssertionError(f"it is not ready:\n{log.read_text()}")


def _ready(where: str) -> bool:
    try:
        return urllib.request.urlopen(f"{where}/readyz", timeout=5).status == 200
    except OSError:
        return False


def post(where: str, body: dict[str, Any]) -> int:
    headers = {
        "Authorization": f"Bearer {TOKEN}", "Idempotency-Key": new_key(), "Content-Type": "application/json",
    }  # fmt: skip
    asked = urllib.request.Request(f"{where}/commands/designate", json.dumps(body).encode(), headers)
    try:
        return int(urllib.request.urlopen(asked, timeout=10).status)
    except urllib.error.HTTPError as error:
        return error.code


def test_it_starts_answers_takes_commands_ends_and_logs_nobody(home: Household, tmp_path: Path) -> None:
    log = tmp_path / "commands.log"
    child = start(home, log)
    try:
        where = address(log)
        body = {"by": PESELS[MOTHER], "subject": PESELS[CHILD], "viewer": PESELS[GRANDMOTHER], "surname": "Inna"}
        assert post(where, {**body, "declares_guardian": True}) == 409
        assert post(where, {**body, "declares_guardian": PESELS[MOTHER]}) == 400
        assert post(where, {**body, "declares_guardian": True, "surname": SURNAMES[GRANDMOTHER]}) == 200
        assert home.sees(GRANDMOTHER)
        child.send_signal(signal.SIGTERM)
        assert child.wait(WAIT_SECONDS) == 0
    finally:
        child.kill()
        child.wait()
    said = log.read_text()
    assert all(line.startswith("{") for line in said.splitlines())
    assert not [secret for secret in (*PESELS.values(), *SURNAMES.values(), TOKEN) if secret in said]


def test_without_a_token_it_does_not_start(home: Household, tmp_path: Path) -> None:
    log = tmp_path / "commands.log"
    assert start(home, log, KARTOTEKA_COMMANDS_TOKEN="").wait(WAIT_SECONDS) != 0
    assert "KARTOTEKA_COMMANDS_TOKEN is not set" in log.read_text()
