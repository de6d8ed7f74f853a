"""Commands about access over HTTP: bodies, keys, the token, and problems without anybody's data."""

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from litestar.testing import TestClient

from services.permissions.asking.desk import ROLE
from services.permissions.asking.refusals import says
from services.permissions.asking.web import application
from services.permissions.asking.workplace import Workplace
from tests.conftest import Databases
from tests.household import MINORS_PESEL, NOBODYS_PESEL, PESELS, SURNAMES, Household, household, new_key
from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, STRANGER

TOKEN = "the-portals-own-token"
PROBLEM = "application/problem+json"


@pytest.fixture
def home(databases: Databases) -> Iterator[Household]:
    home = household(databases)
    yield home
    home.desk.recorder.datastore.close()


@pytest.fixture
def client(home: Household) -> Iterator[TestClient[Any]]:
    workplace = Workplace(home.databases.settings(ROLE), "test http")
    with TestClient(application(workplace, TOKEN)) as client:
        yield client


def designation(**changes: Any) -> dict[str, Any]:
    asked = {"by": PESELS[MOTHER], "subject": PESELS[CHILD], "viewer": PESELS[GRANDMOTHER]}
    return {**asked, "surname": SURNAMES[GRANDMOTHER], "declares_guardian": True, **changes}


def papers(viewer: Any = FATHER, **changes: Any) -> dict[str, Any]:
    return {"operator": "h-1", "subject": str(CHILD), "viewer": str(viewer), "document": "NFZ 7/26", **changes}


def give(client: TestClient[Any], command: str, body: Any, key: str | None = None, **headers: str) -> Any:
    sent = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": key or new_key(), **headers}
    return client.post(f"/commands/{command}", json=body, headers=sent)


def test_done_and_repeated_are_200(client: TestClient[Any], home: Household) -> None:
    answers = [give(client, "designate", designation()) for _ in range(2)]
    assert [(one.status_code, one.json()["outcome"]) for one in answers] == [(200, "done"), (200, "repeated")]
    assert answers[0].headers["cache-control"] == "no-store"
    assert home.sees(GRANDMOTHER)


def test_every_command_is_there(client: TestClient[Any], home: Household) -> None:
    doctor = {"by": str(MOTHER), "profession": "physician", "licence": "5425740"}
    bodies: list[tuple[str, dict[str, Any]]] = [
        ("designate", designation()),
        ("remove", {"by": str(MOTHER), "subject": str(CHILD), "viewer": str(GRANDMOTHER)}),
        ("delegate", {"by": str(MOTHER), "viewer": str(FATHER), "scope": "manage", "until": "2100-01-01"}),
        ("authorise", doctor),
        ("unauthorise", doctor),
        ("confirm", papers(reason="half-orphan", until="2030-01-01")),
        ("unconfirm", papers(document=None)),
        ("block", papers()),
        ("unblock", papers()),
    ]
    for command, body in bodies:
        answer = give(client, command, body)
        assert (answer.status_code, answer.json()["outcome"]) == (200, "done"), (command, answer.text)
        assert answer.json()["command"] == command


def test_a_refusal_is_409_in_the_askers_language(client: TestClient[Any]) -> None:
    body = designation(surname="Inna")
    for sent, lang in {"uk-UA,uk;q=0.9,en;q=0.8": "uk", "de, en;q=0.5": "en", "*": "pl"}.items():
        answer = give(client, "designate", body, **{"Accept-Language": sent})
        assert (answer.status_code, answer.headers["content-type"]) == (409, PROBLEM)
        assert answer.json() == {
            "type": "urn:kartoteka:problem:no_match",
            "title": "no match",
            "status": 409,
            "detail": says("no_match", lang),
            "code": "no_match",
        }


def test_whoever_cannot_be_named_gets_equal_bytes_and_headers(client: TestClient[Any]) -> None:
    give(client, "block", papers(STRANGER))
    bodies = [
        designation(viewer=NOBODYS_PESEL),
        designation(viewer=str(uuid4())),
        designation(surname="Inna"),
        designation(viewer=MINORS_PESEL),
        designation(viewer=PESELS[STRANGER], surname=SURNAMES[STRANGER]),
    ]
    answers = [give(client, "designate", body) for body in bodies]
    assert len({(one.status_code, one.content, str(sorted(one.headers.items()))) for one in answers}) == 1


def test_the_same_key_is_carried_out_once_and_for_one_body_only(client: TestClient[Any], home: Household) -> None:
    key = new_key()
    first = give(client, "designate", designation(), key)
    assert give(client, "designate", designation(), key).content == first.content
    other = give(client, "designate", designation(declares_guardian=False), key)
    assert (other.status_code, other.json()["code"]) == (422, "key_used")
    assert len(home.events()) == 2


def test_without_the_token_nothing_is_done_or_told(client: TestClient[Any], home: Household) -> None:
    wrong: list[dict[str, str]] = [{}, {"Authorization": "Bearer x"}, {"Authorization": TOKEN}]
    asked = [
        answer
        for headers in wrong
        for answer in (
            client.post("/commands/designate", json=designation(), headers={"Idempotency-Key": "k", **headers}),
            client.post("/commands/designate", content=b"}{", headers=headers),
            client.get(f"/access/whose?viewer={MOTHER}", headers=headers),
        )
    ]
    for answer in asked:
        assert (answer.status_code, answer.headers["content-type"], answer.json()["code"]) == (
            401, PROBLEM, "not_authorised",
        )  # fmt: skip
        assert answer.headers["www-authenticate"] == "Bearer"
    assert home.events() == []


BAD_INPUT: tuple[tuple[str, Any, int], ...] = (
    ("designate", designation(nickname=PESELS[MOTHER]), 400),
    ("designate", {"by": PESELS[MOTHER]}, 400),
    ("designate", designation(by=int(PESELS[MOTHER])), 400),
    ("designate", [PESELS[MOTHER]], 400),
    ("delegate", {"by": str(MOTHER), "viewer": str(FATHER), "scope": PESELS[MOTHER]}, 400),
    ("delegate", {"by": str(MOTHER), "viewer": str(FATHER), "until": PESELS[MOTHER]}, 422),
    ("delegate", {"by": str(MOTHER), "viewer": PESELS[FATHER]}, 422),
    ("designate", designation(viewer="babcia"), 422),
    ("designate", designation(by=NOBODYS_PESEL), 422),
    ("block", papers(reason=f"zob. {PESELS[MOTHER]}"), 422),
    ("nothing", {}, 404),
)


def test_bad_input_is_a_problem_that_quotes_nothing(client: TestClient[Any], home: Household) -> None:
    for command, body, status in BAD_INPUT:
        answer = give(client, command, body)
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM), answer.text
        assert {"type", "title", "status", "detail", "code"} <= answer.json().keys()
        assert not [pesel for pesel in (*PESELS.values(), NOBODYS_PESEL) if pesel in answer.text]
    assert home.events() == []


def test_a_key_is_needed_and_holds_no_number(client: TestClient[Any], home: Household) -> None:
    for key in (None, "", "x" * 201, f"for {PESELS[MOTHER]}"):
        answer = _with_key(client, key)
        assert (answer.status_code, answer.headers["content-type"]) in ((400, PROBLEM), (422, PROBLEM))
        assert PESELS[MOTHER] not in answer.text
    assert home.events() == []


def _with_key(client: TestClient[Any], key: str | None) -> Any:
    headers = {"Authorization": f"Bearer {TOKEN}"} | ({} if key is None else {"Idempotency-Key": key})
    return client.post("/commands/designate", json=designation(), headers=headers)


def test_what_is_no_json_or_far_too_long_is_a_problem(client: TestClient[Any]) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": "k"}
    for content, status in ((b"}{", 400), (b" " * 100_000, 413)):
        answer = client.post("/commands/designate", content=content, headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (status, PROBLEM)


def test_while_facts_are_missing_what_gives_access_is_503(client: TestClient[Any], home: Household) -> None:
    give(client, "designate", designation())
    home.rows("INSERT INTO records.seal VALUES (1, 1, 1, now() - interval '2 minutes', %s) RETURNING 1", bytes(32))
    for answer in (give(client, "designate", designation()), give(client, "confirm", papers())):
        assert (answer.status_code, answer.json()["code"]) == (503, "being_checked")
        assert int(answer.headers["retry-after"]) > 0
    whose = client.get(f"/access/whose?viewer={MOTHER}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert whose.status_code == 503
    taken = {"by": str(MOTHER), "subject": str(CHILD), "viewer": str(GRANDMOTHER)}
    assert give(client, "remove", taken).status_code == 200
    assert give(client, "block", papers(MOTHER)).status_code == 200


def test_ones_own_lists_and_that_each_look_is_recorded(client: TestClient[Any], home: Household) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    whose = client.get(f"/access/whose?viewer={home.index.account_id(MOTHER)}", headers=headers)
    assert [one["subject"] for one in whose.json()["accounts"]] == [str(CHILD)]
    who = client.post("/access/who", json={"subject": PESELS[CHILD]}, headers=headers)
    assert [one["viewer"] for one in who.json()["sees"]] == [str(MOTHER)]
    looked = home.rows("SELECT viewer, subject, ground FROM viewing.viewing ORDER BY id")
    assert looked == [(f"patient:{person}", person, "own") for person in (MOTHER, CHILD)]


def test_a_pesel_in_a_url_is_refused(client: TestClient[Any]) -> None:
    answer = client.get(f"/access/whose?viewer={PESELS[MOTHER]}", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 422
    assert PESELS[MOTHER] not in answer.text


def test_health_needs_no_token_and_counts_what_was_answered(client: TestClient[Any]) -> None:
    give(client, "designate", designation())
    assert client.get("/livez").json()["status"] == "ok"
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["checks"]) == (200, {"database": "ok", "keys": "ok"})
    assert 'kartoteka_commands_total{command="designate",outcome="done"}' in client.get("/metrics").text


def test_a_dead_database_is_503_and_the_same_key_goes_on_later(
    client: TestClient[Any], home: Household, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = new_key()
    with monkeypatch.context() as patched:
        from services.permissions.deciding import Decider
        from tests.household import end_of_backend

        patched.setattr(Decider, "decide", lambda _, connection, *__: end_of_backend(connection, home.databases))
        answer = give(client, "designate", designation(), key)
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert give(client, "designate", designation(), key).json()["outcome"] == "done"


def test_the_openapi_document_names_every_command_and_the_token(client: TestClient[Any]) -> None:
    document = client.get("/schema/openapi.json").json()
    assert len([path for path in document["paths"] if path.startswith("/commands/")]) == 9
    assert document["paths"]["/commands/block"]["post"]["security"] == [{"bearer": []}]


def why(client: TestClient[Any], viewer: str, subject: str, **more: str) -> Any:
    body = {"viewer": viewer, "subject": subject, **more}
    return client.post(
        "/access/explain", json=body, headers={"Authorization": f"Bearer {TOKEN}", "Accept-Language": "uk"}
    )


def test_why_is_answered_in_the_askers_language(client: TestClient[Any]) -> None:
    answer = why(client, PESELS[MOTHER], str(CHILD))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    assert (answer.json()["allowed"], [ground["code"] for ground in answer.json()["grounds"]]) == (True, ["insures"])
    assert answer.json()["answer"] == "Так, ви можете бачити цей обліковий запис."


def test_a_stranger_an_unknown_number_and_a_blocked_parent_get_one_answer(client: TestClient[Any]) -> None:
    give(client, "block", papers(FATHER))
    pairs = [(STRANGER, CHILD), (STRANGER, uuid4()), (FATHER, CHILD)]
    answers = [why(client, str(viewer), str(subject)) for viewer, subject in pairs]
    answers.append(why(client, str(STRANGER), NOBODYS_PESEL))
    assert len({(one.status_code, one.content) for one in answers}) == 1
    assert len({tuple(sorted(one.headers)) for one in answers}) == 1
    assert answers[0].json()["reasons"][0]["code"] == "no_tie"


def test_only_an_operator_who_is_named_chooses_the_moment_and_that_look_is_recorded(
    client: TestClient[Any], home: Household
) -> None:
    refused = why(client, str(MOTHER), str(CHILD), at="2026-01-01")
    assert (refused.status_code, refused.json()["field"]) == (422, "at")
    seen = why(client, str(MOTHER), str(CHILD), at="2026-01-01", operator="h-1", reason="asked at the counter")
    assert seen.json()["insight"]["viewer"] == str(MOTHER)
    with home.databases.admin() as admin:
        rows = admin.execute("SELECT viewer, subject, reason FROM viewing.viewing ORDER BY id DESC LIMIT 1").fetchall()
    assert rows == [("operator:h-1", CHILD, "asked at the counter")]


@pytest.mark.parametrize("body", [b'{"by":"\xff"}', b"[" * 30_000, b"no json", b'"text"', b""])
def test_a_body_that_is_no_object_is_a_problem_of_the_asker(client: TestClient[Any], body: bytes) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": new_key(), "Content-Type": "application/json"}
    answer = client.post("/commands/designate", content=body, headers=headers)
    assert (answer.status_code, answer.headers["content-type"]) == (400, PROBLEM)


def test_every_uuid_is_a_key(client: TestClient[Any]) -> None:
    digits = "12345678-9012-4345-8901-234567890123"
    assert give(client, "designate", designation(), key=digits).status_code == 200
    assert give(client, "designate", designation(), key="order-12345678901").status_code == 422
