"""SQL in files of its own: found by name, ended where it ends."""

from pathlib import Path

import pytest

from services.kernel.named_sql import named_queries, queries_beside

TEXT = """-- What this file is for.

-- All of them.
-- name: all
SELECT * FROM a;

-- One of them; 100 % sure.
-- name: one
SELECT * FROM a
WHERE b = %(b)s;
"""


def file(folder: Path, text: str) -> Path:
    path = folder / "queries.sql"
    path.write_text(text)
    return path


def test_statements_are_found_by_name(tmp_path: Path) -> None:
    assert list(named_queries(file(tmp_path, TEXT))) == ["all", "one"]


def test_a_statement_ends_before_the_next_ones_sentence(tmp_path: Path) -> None:
    """A percent sign in a sentence must not become a parameter of the statement above it."""
    found = named_queries(file(tmp_path, TEXT))
    assert found["all"] == "SELECT * FROM a"
    assert found["one"] == "SELECT * FROM a\nWHERE b = %(b)s"


def test_two_statements_of_one_name_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two statements of one name"):
        named_queries(file(tmp_path, TEXT + "-- name: one\nSELECT 1;\n"))


def test_a_name_that_is_not_there_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        named_queries(file(tmp_path, TEXT))["two"]


def test_the_file_beside_a_module_is_read(tmp_path: Path) -> None:
    file(tmp_path, TEXT)
    assert "one" in queries_beside(str(tmp_path / "module.py"))
