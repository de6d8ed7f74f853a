"""The registry's REST API: paths, shapes, codes and media type as the Confluent Schema Registry has them."""

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from infra import released
from schemas.canonical import canonical_form, schema_text
from schemas.catalogue import HERE, registered

MEDIA_TYPE = "application/vnd.schemaregistry.v1+json"
PERSON = "registry.events.v1-pl.kartoteka.registry.PersonRegistered"
SOURCE: dict[str, Any] = json.loads((HERE / "registry" / "PersonRegistered.avsc").read_text())


@pytest.fixture
def ask(registry_url: str) -> Any:
    """Status and answer to one request; the media type is looked at in passing."""

    def ask(method: str, path: str, body: Any = None) -> tuple[int, Any]:
        connection = HTTPConnection(urlsplit(registry_url).netloc, timeout=10)
        text = body if body is None or isinstance(body, str) else json.dumps(body)
        connection.request(method, path, text, {"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE})
        with connection.getresponse() as response:
            if path not in ("/livez", "/readyz"):
                assert response.getheader("content-type") == MEDIA_TYPE
            return response.status, json.loads(response.read())

    return ask


WHOLE = {"subject": PERSON, "version": 1, "id": 1, "schema": schema_text(SOURCE)}
SHAPES = {
    "/": {},
    "/schemas/types": ["AVRO"],
    "/schemas/ids/1": {"schema": schema_text(SOURCE)},
    "/schemas/ids/1?fetchMaxId=false&subject=registry.events.v1-value": {"schema": schema_text(SOURCE)},
    "/schemas/ids/1/schema": SOURCE,
    "/schemas/ids/1/subjects?deleted=false": [PERSON],
    "/schemas/ids/1/versions": [{"subject": PERSON, "version": 1}],
    f"/subjects?subjectPrefix={PERSON}&deleted=false": [PERSON],
    f"/subjects?subjectPrefix=:*:{PERSON}": [PERSON],
    "/subjects?subjectPrefix=nobody": [],
    f"/subjects/{PERSON}/versions?deleted=true": [1],
    f"/subjects/{PERSON}/versions/1": WHOLE,
    f"/subjects/{PERSON}/versions/latest?normalize=true": WHOLE,
    f"/subjects/{PERSON}/versions/-1": WHOLE,
    f"/subjects/{PERSON}/versions/latest/schema": SOURCE,
    f"/subjects/{PERSON}/versions/1/referencedby": [],
    "/config": {"compatibilityLevel": "FULL_TRANSITIVE"},
    f"/config/{PERSON}?defaultToGlobal=true": {"compatibilityLevel": "FULL_TRANSITIVE"},
    "/mode": {"mode": "READONLY"},
    f"/mode/{PERSON}": {"mode": "READONLY"},
    "/contexts": ["."],
    "/livez": {"status": "ok"},
    "/readyz": {"status": "ok", "subjects": len(released.by_subject())},
}


@pytest.mark.parametrize("path", SHAPES)
def test_a_question_has_its_answer(ask: Any, path: str) -> None:
    assert ask("GET", path) == (200, SHAPES[path])


def test_all_subjects_are_listed(ask: Any) -> None:
    assert set(ask("GET", "/subjects")[1]) == {schema.subject for schema in registered().values()}


UNKNOWN = {
    "/schemas/ids/99999": (404, 40403),
    "/schemas/ids/99999/schema": (404, 40403),
    "/schemas/ids/99999/subjects": (404, 40403),
    "/schemas/ids/99999/versions": (404, 40403),
    "/subjects/nobody/versions": (404, 40401),
    "/subjects/nobody/versions/latest": (404, 40401),
    f"/subjects/{PERSON}/versions/77": (404, 40402),
    f"/subjects/{PERSON}/versions/77/schema": (404, 40402),
    f"/subjects/{PERSON}/versions/0": (422, 42202),
    f"/subjects/{PERSON}/versions/newest": (422, 42202),
    "/nothing": (404, 404),
}


@pytest.mark.parametrize("path", UNKNOWN)
def test_what_is_not_there_is_refused_with_its_code(ask: Any, path: str) -> None:
    status, answer = ask("GET", path)
    assert (status, answer["error_code"]) == UNKNOWN[path]
    assert answer.keys() == {"error_code", "message"}


WRITES = [
    ("DELETE", f"/subjects/{PERSON}", None),
    ("DELETE", f"/subjects/{PERSON}/versions/1?permanent=true", None),
    ("PUT", "/config", {"compatibility": "NONE"}),
    ("PUT", f"/config/{PERSON}", {"compatibility": "NONE"}),
    ("DELETE", "/config", None),
    ("PUT", "/mode?force=true", {"mode": "IMPORT"}),
    ("PUT", f"/mode/{PERSON}", {"mode": "IMPORT"}),
    ("POST", "/subjects/new-subject/versions", {"schema": '"string"'}),
    ("POST", f"/subjects/{PERSON}/versions?normalize=true", {"schema": '"string"', "id": 1, "version": 1}),
]


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_nothing_can_be_written(ask: Any, method: str, path: str, body: Any) -> None:
    status, answer = ask(method, path, body)
    assert (status, answer["error_code"]) == (422, 42205)
    assert "read-only" in answer["message"]


def test_a_schema_is_looked_up_however_it_is_laid_out(ask: Any) -> None:
    for text in (schema_text(SOURCE), json.dumps(SOURCE, indent=4, sort_keys=True)):
        assert ask("POST", f"/subjects/{PERSON}?normalize=true&deleted=false", {"schema": text}) == (200, WHOLE)


def test_fields_in_another_order_are_another_schema(ask: Any) -> None:
    swapped = {**SOURCE, "fields": SOURCE["fields"][::-1]}
    status, answer = ask("POST", f"/subjects/{PERSON}", {"schema": json.dumps(swapped)})
    assert (status, answer["error_code"]) == (404, 40403)


def test_a_look_up_under_nobodys_subject_says_so(ask: Any) -> None:
    status, answer = ask("POST", "/subjects/nobody", {"schema": schema_text(SOURCE)})
    assert (status, answer["error_code"]) == (404, 40401)


NO_SCHEMAS = [
    ({"schema": "{"}, (422, 42201)),
    ({"schema": "[" * 100_000}, (422, 42201)),
    ({"schema": '{"type": "record"}'}, (422, 42201)),
    ({"schema": '"unheard-of"'}, (422, 42201)),
    ({"schema": '{"type": "object"}', "schemaType": "JSON"}, (422, 42201)),
    ({"text": "no schema"}, (400, 400)),
    ("no JSON", (400, 400)),
]


@pytest.mark.parametrize(("body", "expected"), NO_SCHEMAS)
def test_what_is_no_schema_is_refused(ask: Any, body: Any, expected: tuple[int, int]) -> None:
    status, answer = ask("POST", f"/subjects/{PERSON}", body)
    assert (status, answer["error_code"]) == expected


def test_of_versions_that_write_the_same_bytes_the_very_same_is_found_else_the_newest(release_changed: Any) -> None:
    (new,) = release_changed("registry/PersonRegistered.avsc", lambda s: s.update(doc="Another (inny) word."))[:1]
    assert canonical_form(schema_text(registered()[new].source)) == canonical_form(schema_text(SOURCE))
    old, other = (schema_text(registered()[schema_id].source) for schema_id in (1, new))
    assert [released.look_up(PERSON, text, None).id for text in (old, other)] == [1, new]
    assert released.look_up(PERSON, canonical_form(old), None).id == new
    assert [schema.id for schema in released.versions(PERSON)] == [1, new]
    assert [released.version(PERSON, asked).id for asked in ("1", "2", "latest", "-1")] == [1, new, new, new]
