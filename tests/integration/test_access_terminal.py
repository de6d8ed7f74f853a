"""``kartoteka access``: what is typed, what is said, and the exit code."""

import json
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
import typer
from typer.testing import CliRunner, Result

from services.kernel.command_line import BadInput
from services.kernel.settings import Settings
from services.permissions.asking.access_command import access_app
from services.permissions.asking.refusals import says
from tests.conftest import Databases
from tests.household import NOBODYS_PESEL, PESELS, SURNAMES, Household, household
from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, STRANGER

FAMILY = (MOTHER, GRANDMOTHER, CHILD)


@pytest.fixture
def home(databases: Databases) -> Iterator[Household]:
    home = household(databases)
    yield home
    home.desk.recorder.datastore.close()


def access(home: Household, *arguments: str, typed: tuple[str, ...] = ()) -> Result:
    def settings_of(role: str) -> Settings:
        return home.databases.settings(role)

    app: typer.Typer = access_app(settings_of)
    return CliRunner().invoke(app, list(arguments), input="".join(f"{line}\n" for line in typed))


def designate(home: Household, *more: str, surname: str = SURNAMES[GRANDMOTHER]) -> Result:
    asked = ("designate", "--by", "-", "--viewer", "-", "--subject", "-", "--declares-guardian", *more)
    return access(home, *asked, typed=(*(PESELS[person] for person in FAMILY), surname))


def block(home: Household, *more: str) -> Result:
    viewer, subject = home.index.account_id(MOTHER), str(CHILD)
    return access(home, "block", "--viewer", viewer, "--subject", subject, *more)


def test_by_viewer_subject_and_surname_are_read_in_this_order(home: Household) -> None:
    result = designate(home)
    assert result.exit_code == 0, result.output
    assert "holds from the next look on" in result.stdout
    assert home.sees(GRANDMOTHER)


def test_a_repeat_is_fine(home: Household) -> None:
    designate(home)
    result = designate(home, "--json")
    assert (result.exit_code, json.loads(result.stdout)["outcome"]) == (0, "repeated")


def test_a_refusal_is_said_on_standard_error_and_ends_with_1(home: Household) -> None:
    result = designate(home, "--lang", "uk", "--json", surname="Inna")
    assert result.exit_code == 1
    assert result.stderr.strip() == says("no_match", "uk")
    said = json.loads(result.stdout)
    assert (said["outcome"], said["code"], said["says"]) == ("refused", "no_match", says("no_match", "uk"))


def test_a_pesel_is_never_an_argument(home: Household) -> None:
    for option in ("--by", "--viewer", "--subject"):
        ids = {"--by": str(MOTHER), "--viewer": str(FATHER), "--subject": str(CHILD), option: PESELS[STRANGER]}
        result = access(home, "remove", *(part for pair in ids.items() for part in pair))
        assert isinstance(result.exception, BadInput)
        assert PESELS[STRANGER] not in str(result.exception)


def test_a_pesel_is_in_no_text_that_is_kept(home: Household) -> None:
    for option in ("--document", "--reason"):
        assert block(home, option, f"see {PESELS[MOTHER]}").exit_code == 2
    assert home.events() == []


IMPOSSIBLE: tuple[tuple[str, ...], ...] = (
    ("remove", "--by", str(MOTHER), "--viewer", "grandmother", "--subject", str(CHILD)),
    ("remove", "--by", str(uuid4()), "--viewer", str(FATHER), "--subject", str(CHILD)),
    ("delegate", "--by", str(MOTHER), "--viewer", str(FATHER), "--until", "soon"),
    ("delegate", "--by", "-", "--viewer", str(FATHER)),
    ("authorise", "--by", str(MOTHER), "--profession", "physician", "--licence", "5" * 30),
)


def test_what_cannot_be_meant_is_bad_input(home: Household) -> None:
    for arguments in IMPOSSIBLE:
        assert isinstance(access(home, *arguments).exception, BadInput), arguments
    assert home.events() == []


def test_a_delegate_named_by_pesel_is_asked_for_the_surname(home: Household) -> None:
    asked = ("delegate", "--by", str(FATHER), "--viewer", "-", "--scope", "manage", "--until", "2100-01-01")
    assert access(home, *asked, typed=(PESELS[MOTHER], "Inna")).exit_code == 1
    assert access(home, *asked, typed=(PESELS[MOTHER], SURNAMES[MOTHER])).exit_code == 0
    assert home.sees(MOTHER, FATHER)


def test_a_doctor_is_authorised_and_the_authorisation_taken_back(home: Household) -> None:
    who = ("--by", str(MOTHER), "--profession", "physician", "--licence", "5425740")
    assert access(home, "authorise", *who).exit_code == 0
    assert access(home, "unauthorise", *who).exit_code == 0
    assert [name for _, name in home.events()] == ["DelegateAuthorised", "DelegateRemoved"]


def test_papers_open_and_shut(home: Household) -> None:
    pair = ("--viewer", str(FATHER), "--subject", str(CHILD))
    assert access(home, "confirm", *pair).exit_code == 1
    assert access(home, "confirm", *pair, "--document", "NFZ 7/26", "--until", "2100-01-01").exit_code == 0
    assert access(home, "confirm", *pair, "--document", "NFZ 7/26").exit_code == 0
    assert home.sees(FATHER)
    assert access(home, "unconfirm", *pair).exit_code == 0
    assert not home.sees(FATHER)


def test_a_block_needs_the_courts_reference(home: Household) -> None:
    assert block(home).exit_code == 1
    assert block(home, "--document", "III RC 5/26", "--reason", "divorce").exit_code == 0
    assert not home.sees(MOTHER)
    asked = ("unblock", "--viewer", str(MOTHER), "--subject", str(CHILD), "--document", "III RC 9/26")
    assert access(home, *asked).exit_code == 0
    assert home.sees(MOTHER)


def test_a_key_is_carried_out_once_and_for_one_request_only(home: Household) -> None:
    assert designate(home, "--idempotency-key", "k-1").exit_code == 0
    assert json.loads(designate(home, "--idempotency-key", "k-1", "--json").stdout)["outcome"] == "done"
    assert isinstance(designate(home, "--idempotency-key", "k-1", surname="Inna").exception, BadInput)


def test_what_gives_access_waits_while_facts_are_missing(home: Household) -> None:
    home.rows("INSERT INTO records.seal VALUES (1, 1, 1, now() - interval '2 minutes', %s) RETURNING 1", bytes(32))
    result = designate(home, "--json")
    said: dict[str, Any] = json.loads(result.stdout)
    assert (result.exit_code, said["outcome"], said["code"]) == (1, "not_decided", "being_checked")
    assert access(home, "whose", "--viewer", str(MOTHER)).exit_code == 1


def test_whose_and_who_are_recorded_as_viewings(home: Household) -> None:
    whose = access(home, "whose", "--viewer", "-", "--json", "--reason", "call 77", typed=(PESELS[MOTHER],))
    assert [one["subject"] for one in json.loads(whose.stdout)["accounts"]] == [str(CHILD)]
    who = json.loads(access(home, "who", "--subject", str(CHILD), "--json").stdout)
    assert [(one["viewer"], one["grounds"]) for one in who["sees"]] == [(str(MOTHER), ["insures"])]
    assert [(one["kind"], one["ground"]) for one in who["saw"]] == [("access list", "operator")]
    assert home.rows("SELECT subject, reason FROM viewing.viewing ORDER BY id") == [(MOTHER, "call 77"), (CHILD, None)]
    for arguments in (("whose", "--viewer", str(MOTHER)), ("who", "--subject", str(CHILD))):
        assert "insures" in access(home, *arguments).stdout


def test_who_is_not_known_has_no_list(home: Household) -> None:
    result = access(home, "who", "--subject", "-", typed=(NOBODYS_PESEL,))
    assert isinstance(result.exception, BadInput)


def test_explain_is_among_the_commands(home: Household) -> None:
    assert "explain" in access(home, "--help").stdout
