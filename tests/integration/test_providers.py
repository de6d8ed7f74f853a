"""Names behind numbers: loaded by a command, read on the page and in receipts."""

import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
from typer.testing import CliRunner, Result

from services.records.receipts_relay import SQL as RECEIPTS
from services.records.reference import Loaded, Practitioner, read_reference
from services.records.reference_commands import providers_app, put
from services.records.window import page_names
from tests.conftest import Databases
from tests.unit.records.test_timeline import issue, opened, prescription, text

NAMES = {"name": "Przychodnia sp. z o.o.", "page_name": "Przychodnia"}
CLINIC = {"provider": "000000000123", "publisher": "clinic-7", **NAMES}


@pytest.fixture
def load(databases: Databases, tmp_path: Path) -> Any:
    def run(*rows: Any, name: str = "names.jsonl") -> Result:
        file = tmp_path / name
        file.write_text("\n".join(json.dumps(row) for row in rows))
        return CliRunner().invoke(providers_app(databases.settings), ["load", str(file), "--json"])

    return run


def test_loaded_names_are_read_on_the_page_and_in_receipts(load: Any, databases: Databases) -> None:
    assert load(CLINIC).exit_code == 0
    entries = opened(prescription(issue(), provider="000000000123"))
    with databases.connect("operator") as operator, databases.connect("records_relay") as relay:
        names = page_names(operator, entries)
        assert names == {"000000000123": "Przychodnia", "clinic-7": "Przychodnia"}
        assert relay.execute(RECEIPTS["receipt_names"]).fetchall() == [("clinic-7", "Przychodnia sp. z o.o.")]
    assert "Przychodnia" in text(*entries, names=names)


def test_a_name_that_changed_is_loaded_again(load: Any, databases: Databases) -> None:
    load(CLINIC)
    load({**CLINIC, "page_name": "Zdrowie"})
    with databases.connect("operator") as connection:
        assert connection.execute("SELECT page_name FROM records.provider").fetchall() == [("Zdrowie",)]


def test_of_a_file_with_a_problem_nothing_is_loaded(load: Any, databases: Databases) -> None:
    result = load(CLINIC, {"provider": "1"})
    assert result.exit_code == 2
    assert json.loads(result.stdout)["problems"] == [{"line": 2, "field": "name", "says": "is missing"}]
    with databases.connect("operator") as connection:
        assert connection.execute("SELECT count(*) FROM records.provider").fetchall() == [(0,)]


def test_a_file_that_is_not_there_is_a_sentence(databases: Databases, tmp_path: Path) -> None:
    result = CliRunner().invoke(providers_app(databases.settings), ["load", str(tmp_path / "none.jsonl")])
    assert "cannot be read" in str(result.exception)


def test_all_of_a_file_is_loaded_or_nothing(databases: Databases) -> None:
    loaded = read_reference(json.dumps(CLINIC).encode(), is_csv=False)
    broken = Loaded(loaded.providers, [Practitioner("1", "physician", "Ewa\x00", "Ewa")], [])
    with databases.connect("operator") as connection:
        with pytest.raises(psycopg.DataError):
            put(connection, broken)
        assert connection.execute("SELECT count(*) FROM records.provider").fetchall() == [(0,)]
