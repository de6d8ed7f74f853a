"""The token of the commands' server: made once, private, handed out to the one process that asks for it."""

from pathlib import Path

import pytest

from infra.database import ROLES
from services.operations import tokens
from services.operations.processes import PROCESSES


@pytest.fixture(autouse=True)
def no_token_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(tokens.VARIABLE, raising=False)


def test_it_is_made_once_and_nobody_else_reads_it(tmp_path: Path) -> None:
    tokens.ensure_token(tmp_path)
    first = tokens.token(tmp_path)
    tokens.ensure_token(tmp_path)
    assert tokens.token(tmp_path) == first
    assert len(first) >= 32
    assert (tmp_path / tokens.FILE).stat().st_mode & 0o777 == 0o600


def test_the_environments_word_counts_more_than_the_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tokens.ensure_token(tmp_path)
    monkeypatch.setenv(tokens.VARIABLE, "from-outside")
    assert tokens.token(tmp_path) == "from-outside"


def test_it_is_handed_out_to_its_own_process_only(tmp_path: Path) -> None:
    secrets, handout = tmp_path / "secrets", tmp_path / "handout"
    for role in ROLES:
        (handout / role).mkdir(parents=True)
    secrets.mkdir()
    tokens.ensure_token(secrets)
    tokens.hand_out_token(secrets, handout)
    assert [path.parent.name for path in handout.rglob(tokens.FILE)] == [tokens.ROLE]
    assert tokens.token(handout / tokens.ROLE) == tokens.token(secrets)


def test_the_process_that_gets_it_exists() -> None:
    assert [process.role for process in PROCESSES if process.title == tokens.TITLE] == [tokens.ROLE]
