"""Where the house's own schema registry listens, and when there is none."""

import socket
from pathlib import Path

import pytest

from infra.ports import HOST
from infra.servers import EmbeddedServers, ServerDidNotStart
from services.operations import registry

ELSEWHERE = "http://us:secret@registry.example:8081/"


@pytest.fixture(autouse=True)
def ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SCHEMA_REGISTRY_URL", raising=False)


def address(data_dir: Path) -> str:
    found = registry.where(data_dir)
    assert found is not None
    return found.address


def test_before_the_first_start_there_is_none(tmp_path: Path) -> None:
    assert (registry.where(tmp_path), registry.command(tmp_path)) == (None, None)


def test_a_port_once_chosen_stays(tmp_path: Path) -> None:
    registry.keep_port(tmp_path, None)
    first = address(tmp_path)
    registry.keep_port(tmp_path, None)
    assert address(tmp_path) == first


def test_a_given_port_is_taken_and_stays(tmp_path: Path) -> None:
    registry.keep_port(tmp_path, None)
    with socket.create_server((HOST, 0)) as other:
        free = other.getsockname()[1]
    registry.keep_port(tmp_path, free)
    registry.keep_port(tmp_path, None)
    assert address(tmp_path) == f"http://{HOST}:{free}"
    assert registry.command(tmp_path) == ["infra.registry", "--host", HOST, "--port", str(free)]


def test_a_port_that_somebody_has_is_refused(tmp_path: Path) -> None:
    with socket.create_server((HOST, 0)) as other, pytest.raises(ServerDidNotStart, match="registry did not start"):
        registry.keep_port(tmp_path, other.getsockname()[1])


def test_the_servers_ports_are_left_as_they_are(tmp_path: Path) -> None:
    EmbeddedServers(tmp_path).keep_port("kafka")
    kafka = EmbeddedServers(tmp_path).kept_port("kafka")
    registry.keep_port(tmp_path, None)
    assert EmbeddedServers(tmp_path).kept_port("kafka") == kafka


def test_where_another_is_named_ours_is_not_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.keep_port(tmp_path, None)
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", ELSEWHERE)
    assert registry.command(tmp_path) is None
    assert address(tmp_path) == "http://registry.example:8081"


def test_ours_is_given_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://admin:secret@localhost/x")
    assert set(registry.environment()) == {"PATH", "LANG", "PYTHONUNBUFFERED"}
