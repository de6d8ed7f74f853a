"""A schema registry that is not ours: asked before anything starts, filled where it allows it, never believed."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from infra.ports import free_port
from infra.registry_elsewhere import RegistryAway, RegistryDiffers, RegistryElsewhere, RegistryWrong, ensure_released
from schemas import registered
from schemas.canonical import schema_text
from services.operations.house import House

ALL = {schema_id: schema_text(schema.source) for schema_id, schema in registered().items()}
SUBJECTS = {schema.subject for schema in registered().values()}
OTHER = '{"type": "record", "name": "Other", "fields": []}'


@dataclass
class Registry:
    """Somebody's registry, as far as we ask it: schemas by id, a mode, perhaps a password."""

    schemas: dict[int, str] = field(default_factory=dict)
    mode: str = "READWRITE"
    user: str | None = None
    gives: int | None = None
    registrations: list[str] = field(default_factory=list)
    url: str = ""

    def answer(self, method: str, path: str, who: str | None, body: Any) -> tuple[int, Any]:
        if self.user is not None and who != f"Basic {base64.b64encode(self.user.encode()).decode()}":
            return 401, {"error_code": 401, "message": "Unauthorized"}
        if method == "POST":
            return self._register(path.split("/")[2], body)
        if path == "/schemas/types":
            return 200, ["AVRO"]
        schema_id = int(path.rpartition("/")[2])
        if schema_id in self.schemas:
            return 200, {"schema": self.schemas[schema_id]}
        return 404, {"error_code": 40403, "message": f"Schema {schema_id} not found"}

    def _register(self, subject: str, body: Any) -> tuple[int, Any]:
        if self.mode != "IMPORT":
            return 422, {"error_code": 42205, "message": f"Subject {subject} is not in import mode"}
        self.registrations.append(subject)
        self.schemas[body["id"]] = body["schema"]
        return 200, {"id": self.gives or body["id"]}


@pytest.fixture
def registry() -> Iterator[Registry]:
    """An empty registry that listens."""
    somebodys = Registry()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            said = somebodys.answer(
                self.command, self.path, self.headers.get("Authorization"), json.loads(content or b"null")
            )
            self.send_response(said[0])
            self.end_headers()
            self.wfile.write(json.dumps(said[1]).encode())

        do_POST = do_GET

        def log_message(self, *_: Any) -> None:
            """Nothing, for tests are quiet."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        somebodys.url = f"http://127.0.0.1:{server.server_port}"
        yield somebodys
        server.shutdown()


def test_a_registry_that_has_everything_is_left_alone(registry: Registry) -> None:
    registry.schemas = dict(ALL)
    for _ in range(2):
        assert ensure_released(RegistryElsewhere(registry.url)) == 0
    assert registry.registrations == []


def test_our_own_endpoint_has_everything() -> None:
    command = [sys.executable, "-m", "infra.registry", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert ensure_released(RegistryElsewhere(process.stdout.readline().split()[-1])) == 0
        process.terminate()


def test_other_words_and_another_layout_are_no_difference(registry: Registry) -> None:
    registry.schemas = {i: json.dumps({**json.loads(text), "doc": "other words"}, indent=2) for i, text in ALL.items()}
    assert ensure_released(RegistryElsewhere(registry.url)) == 0


def test_in_mode_import_what_is_missing_is_registered_under_our_ids_once(registry: Registry) -> None:
    registry.mode, registry.schemas = "IMPORT", {1: ALL[1]}
    assert ensure_released(RegistryElsewhere(registry.url)) == len(ALL) - 1
    assert registry.schemas == ALL
    assert ensure_released(RegistryElsewhere(registry.url)) == 0
    assert set(registry.registrations) == SUBJECTS - {registered()[1].subject}


def test_in_another_mode_one_sentence_says_what_is_missing_and_what_to_do(registry: Registry) -> None:
    with pytest.raises(RegistryDiffers, match=f"lacks {len(ALL)} released schemas.*IMPORT.*kartoteka up"):
        ensure_released(RegistryElsewhere(registry.url))
    assert registry.schemas == {}


def test_another_schema_under_our_id_is_refused_before_anything_is_registered(registry: Registry) -> None:
    registry.mode, registry.schemas = "IMPORT", {max(ALL): OTHER}
    with pytest.raises(RegistryDiffers, match=f"another schema under id {max(ALL)}"):
        ensure_released(RegistryElsewhere(registry.url))
    assert registry.registrations == []


def test_a_registry_that_gives_an_id_of_its_own_is_refused(registry: Registry) -> None:
    registry.mode, registry.gives = "IMPORT", 4711
    with pytest.raises(RegistryDiffers, match="when given schema 1"):
        ensure_released(RegistryElsewhere(registry.url))
    assert registry.registrations == [registered()[1].subject]


def test_the_password_goes_into_the_request_and_into_no_sentence(registry: Registry) -> None:
    registry.schemas, registry.user = dict(ALL), "us:s@cret"
    place = registry.url.removeprefix("http://")
    assert ensure_released(RegistryElsewhere(f"http://us:s%40cret@{place}")) == 0
    wrong = RegistryElsewhere(f"http://us:wr0ng@{place}")
    with pytest.raises(RegistryDiffers, match="401") as refused:
        ensure_released(wrong)
    assert "wr0ng" not in f"{refused.value} {wrong.address} {wrong}"


def test_nobody_there_is_said_with_the_address(registry: Registry) -> None:
    nowhere = RegistryElsewhere(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(RegistryAway, match="no schema registry answers at http://127"):
        ensure_released(nowhere)
    assert (nowhere.answers(), RegistryElsewhere(registry.url).answers()) == (False, True)


@pytest.mark.parametrize("url", ["registry:8081", "file:///etc", "http://", "http://a:1,http://b:2"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(RegistryWrong, match="SCHEMA_REGISTRY_URL"):
        RegistryElsewhere(url)


def test_where_the_registry_differs_nothing_is_started(
    registry: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.schemas = {1: OTHER}
    monkeypatch.setenv("SCHEMA_REGISTRY_URL", registry.url)
    with pytest.raises(RegistryDiffers):
        House(tmp_path / "data").open()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(("url", "code"), [(None, 1), ("http://127.0.0.1:1", 3), ("ftp://registry", 2)])
def test_up_says_so_in_one_sentence_and_by_its_exit_code(
    registry: Registry, tmp_path: Path, url: str | None, code: int
) -> None:
    command = [sys.executable, "-m", "services.operations.main", "--data-dir", str(tmp_path / "data"), "up"]
    environment = {**os.environ, "SCHEMA_REGISTRY_URL": url or registry.url}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (code, "")
    assert len(done.stderr.splitlines()) == 1, done.stderr
