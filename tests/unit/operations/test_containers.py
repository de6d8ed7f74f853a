"""What a container's process is told, and what it is not."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from psycopg.conninfo import conninfo_to_dict
from typer.testing import CliRunner

from infra.database import KEYS_ROLES, PASSWORDS, ROLES, hand_out_passwords, role_url
from services.kernel.command_line import BadInput
from services.operations.house import HEALTH_PORT
from services.operations.main import app
from services.operations.processes import PROCESSES

ADDRESSES = {
    "KAFKA_BOOTSTRAP_SERVERS": "kafka:9092",
    "DATABASE_URL": "postgresql://ledger:5432/kartoteka",
    "KEYS_DATABASE_URL": "postgresql://keys:5432/kartoteka",
}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """A folder of secrets as ``up`` makes it."""
    for role in (*ROLES, *KEYS_ROLES):
        role_url(ADDRESSES["DATABASE_URL"], role, tmp_path / "secrets")
    return tmp_path / "secrets"


def test_each_role_is_handed_its_own_password_and_no_other(secrets: Path, tmp_path: Path) -> None:
    handout = tmp_path / "handout"
    (handout / "records_relay").mkdir(parents=True)
    for _ in range(2):
        hand_out_passwords(secrets, handout)
    given = handout / "records_relay" / PASSWORDS
    everybody = json.loads((secrets / PASSWORDS).read_text())
    assert json.loads(given.read_text()) == {"records_relay": everybody["records_relay"]}
    assert given.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in handout.iterdir()] == ["records_relay"]


def test_a_role_that_finds_its_own_password_makes_no_others(tmp_path: Path) -> None:
    (tmp_path / PASSWORDS).write_text(json.dumps({"records_relay": "its own"}))
    role_url(ADDRESSES["DATABASE_URL"], "records_relay", tmp_path)
    assert json.loads((tmp_path / PASSWORDS).read_text()) == {"records_relay": "its own"}


def test_a_process_is_told_its_role_its_port_and_nothing_of_keys(
    secrets: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replaced: list[Any] = []
    monkeypatch.setattr(os, "execve", lambda *arguments: replaced.append(arguments))
    for name, value in {**ADDRESSES, HEALTH_PORT: "8080", "UNRELATED": "x"}.items():
        monkeypatch.setenv(name, value)
    done = CliRunner().invoke(app, ["--data-dir", str(secrets.parent), "work", "records.relay"])
    assert done.exit_code == 0, done.output
    _, command, known = replaced[0]
    assert command[1:] == ["-m", "services.records.main", "relay"]
    where = conninfo_to_dict(known["DATABASE_URL"])
    assert (where["host"], where["user"]) == ("ledger", "records_relay")
    assert known[HEALTH_PORT] == "8080"
    assert not {"KEYS_DATABASE_URL", "KARTOTEKA_KEYS_FOLDER", "UNRELATED"} & known.keys()


def test_a_process_that_does_not_exist_is_a_sentence() -> None:
    done = CliRunner().invoke(app, ["work", "records.relais"])
    assert isinstance(done.exception, BadInput)
    assert f"there are: {', '.join(process.title for process in PROCESSES)}" in str(done.exception)
