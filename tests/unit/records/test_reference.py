"""Reference data: what a line must say, all problems at once, and never half a file."""

import json
from typing import Any

import pytest

from services.records.reference import Loaded, Practitioner, Provider, read_reference

CLINIC = {"provider": "000000000123", "name": "Przychodnia Zdrowie sp. z o.o.", "page_name": "Przychodnia Zdrowie"}
DOCTOR = {"practitioner": "5425740", "profession": "physician", "name": "Ewa Lis"}


def lines(*rows: Any) -> Loaded:
    return read_reference("\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode(), is_csv=False)


def wrong(*rows: Any) -> list[tuple[int, str, str]]:
    return [(p.line, p.field, p.says) for p in lines(*rows).problems]


def test_a_provider_has_a_full_name_and_one_that_patients_read() -> None:
    assert lines({**CLINIC, "city": "Płock", "publisher": "clinic-7"}).providers == [
        Provider("000000000123", "Przychodnia Zdrowie sp. z o.o.", "Przychodnia Zdrowie", "Płock", "clinic-7")
    ]


def test_without_a_name_of_their_own_patients_read_the_full_one() -> None:
    assert lines(DOCTOR).practitioners == [Practitioner("5425740", "physician", "Ewa Lis", "Ewa Lis")]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_has_the_same_columns_and_empty_ones_say_nothing(end: str) -> None:
    head = "provider,practitioner,profession,name,page_name,city,publisher"
    rows = [head, '000000000123,,,"Szpital, Oddział 1",,Płock,', ",5425740,physician,Ewa Lis,,,"]
    loaded = read_reference(("\ufeff" + end.join(rows)).encode(), is_csv=True)
    assert loaded.problems == []
    assert loaded.providers == [Provider("000000000123", "Szpital, Oddział 1", "Szpital, Oddział 1", "Płock", None)]
    assert [one.licence for one in loaded.practitioners] == ["5425740"]


@pytest.mark.parametrize(
    ("row", "field", "says"),
    [
        ({"name": "x"}, "provider", "one of the two"),
        ({**CLINIC, **DOCTOR}, "provider", "one of the two"),
        ({**CLINIC, "name": None}, "name", "is missing"),
        ({**CLINIC, "name": " "}, "name", "text with something in it"),
        ({**CLINIC, "name": 7}, "name", "text with something in it"),
        ({**CLINIC, "name": "x" * 301}, "name", "at most 300"),
        ({**CLINIC, "provider": "1" * 41}, "provider", "at most 40"),
        ({**CLINIC, "publisher": "a b"}, "publisher", "must have 1 to 63"),
        ({**CLINIC, "colour": "red"}, "colour", "unknown field"),
        ({**DOCTOR, "practitioner": "5425741"}, "practitioner", "no licence number of a physician"),
        ({**DOCTOR, "profession": "wizard"}, "profession", "must be one of"),
        ([1], "", "no JSON object"),
    ],
)
def test_what_is_wrong_is_said_with_line_and_field(row: Any, field: str, says: str) -> None:
    ((line, at, sentence),) = wrong(CLINIC, row)
    assert (line, at) == (2, field)
    assert says in sentence


def test_every_problem_of_a_file_is_said_at_once() -> None:
    assert [line for line, *_ in wrong({"name": "x"}, CLINIC, {**DOCTOR, "name": None}, [1])] == [1, 3, 4]


def test_a_number_that_stands_twice_is_refused() -> None:
    assert wrong(CLINIC, DOCTOR, CLINIC) == [(3, "provider", "stands in line 1 too: leave one of them")]


def test_a_file_that_is_not_utf_8_is_refused_with_the_remedy() -> None:
    assert "save it as UTF-8" in read_reference("ł".encode("iso-8859-2"), is_csv=False).problems[0].says
