"""Reference data: who the providers and practitioners are behind the numbers that events carry.

A file holds JSON lines, or CSV with a head line (.csv), one provider or practitioner a line:

    {"provider": "000000000123", "name": "…", "page_name": "…", "city": "…", "publisher": "clinic-7"}
    {"practitioner": "5425740", "profession": "physician", "name": "…", "page_name": "…"}

``name`` is the full one, as the register has it, for receipts; ``page_name`` what patients read (else the name).
"""

import csv
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from kartoteka.publishing.licences import PROFESSIONS, licence_form, possible_licence
from kartoteka.publishing.statement import looks_personal, publisher_problem

PROVIDER: Final = ("provider", "name", "page_name", "city", "publisher")
PRACTITIONER: Final = ("practitioner", "profession", "name", "page_name")
LONGEST: Final = 300
LONGEST_NUMBER: Final = 40
_TOO_MANY: Final = "cells behind the last column"


class Provider(NamedTuple):
    """One row of ``records.provider``."""

    number: str
    name: str
    page_name: str
    city: str | None
    publisher: str | None


class Practitioner(NamedTuple):
    """One row of ``records.practitioner``."""

    licence: str
    profession: str
    name: str
    page_name: str


@dataclass(frozen=True, slots=True)
class LineProblem:
    """What is wrong in a line, and in which field; never with the value."""

    line: int
    field: str
    says: str


@dataclass(frozen=True, slots=True)
class Loaded:
    """All of a file that could be understood, and everything that is wrong with the rest."""

    providers: list[Provider]
    practitioners: list[Practitioner]
    problems: list[LineProblem]


def read_reference(content: bytes, *, is_csv: bool) -> Loaded:
    """Every line of a file; a number that stands twice is a problem."""
    loaded = Loaded([], [], [])
    seen: dict[str, int] = {}
    for line, row in _rows(content, is_csv, loaded.problems):
        wrong = list(_wrong(row))
        number = row.get("provider") or row.get("practitioner")
        if not wrong and (first := seen.setdefault(str(number), line)) != line:
            wrong = [(_key(row), f"stands in line {first} too: leave one of them")]
        loaded.problems.extend(LineProblem(line, name, says) for name, says in wrong)
        if not wrong:
            _keep(loaded, row)
    return loaded


def _rows(content: bytes, is_csv: bool, problems: list[LineProblem]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        problems.append(LineProblem(1, "", "the file is not UTF-8: save it as UTF-8"))
        return
    if is_csv:
        yield from _csv_rows(text, problems)
        return
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                row = json.loads(line)
            except ValueError:
                row = None
            if isinstance(row, dict):
                yield number, row
            else:
                problems.append(LineProblem(number, "", "is no JSON object: one provider or practitioner a line"))


def _csv_rows(text: str, problems: list[LineProblem]) -> Iterator[tuple[int, Mapping[str, Any]]]:
    """The lines behind the head line, which must be ours."""
    reader = csv.DictReader(io.StringIO(text, newline=""), restkey=_TOO_MANY, strict=True)
    try:
        unknown = [name for name in reader.fieldnames or [""] if name not in {*PROVIDER, *PRACTITIONER}]
        if unknown:
            columns = ", ".join(dict.fromkeys((*PROVIDER, *PRACTITIONER)))
            problems.append(LineProblem(1, "", f"the head line must name columns of: {columns}; separated by commas"))
            return
        for row in reader:
            yield reader.line_num, {name: value or None for name, value in row.items()}
    except csv.Error as error:
        problems.append(
            LineProblem(reader.line_num, "", f"is no CSV: {error}; quote a text that holds a comma or quote")
        )


def _key(row: Mapping[str, Any]) -> str:
    return "provider" if row.get("provider") is not None else "practitioner"


def _wrong(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Everything that is wrong with one line."""
    if (row.get("provider") is None) is (row.get("practitioner") is None):
        yield "provider", "or practitioner must be stated, one of the two"
        return
    key = _key(row)
    known = PROVIDER if key == "provider" else PRACTITIONER
    # A CSV file has the columns of both; those of the other kind stay empty.
    if row.get(_TOO_MANY):
        yield "", "has more cells than the head line"
    others = ((name, value) for name, value in row.items() if name not in (*known, _TOO_MANY))
    yield from ((str(name), "unknown field: take it out") for name, value in others if value)
    for name in known:
        yield from _text(name, row.get(name), required=name in (key, "name", "profession"))
    yield from _number(row) if key == "provider" else _licence(row)


def _text(name: str, value: Any, *, required: bool) -> Iterator[tuple[str, str]]:
    longest = LONGEST_NUMBER if name in ("provider", "practitioner") else LONGEST
    if value is None:
        if required:
            yield name, "is missing"
    elif not isinstance(value, str) or not value.strip() or not value.isprintable():
        yield name, "must be text with something in it"
    elif len(value) > longest:
        yield name, f"must have at most {longest} characters"
    elif name not in ("provider", "practitioner") and looks_personal(value):
        yield name, "must not hold 11 digits in a row: that looks like a PESEL"


def _number(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    publisher = row.get("publisher")
    if isinstance(publisher, str) and (says := publisher_problem(publisher)) is not None:
        yield "publisher", says


def _licence(row: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    profession, number = row.get("profession"), row.get("practitioner")
    if isinstance(profession, str) and profession not in PROFESSIONS:
        yield "profession", f"must be one of: {', '.join(PROFESSIONS)}"
    elif isinstance(number, str) and isinstance(profession, str) and not possible_licence(profession, number):
        yield "practitioner", f"is no licence number of a {profession}: {licence_form(profession)}"


def _keep(loaded: Loaded, row: Mapping[str, Any]) -> None:
    names = row["name"], row.get("page_name") or row["name"]
    if _key(row) == "provider":
        loaded.providers.append(Provider(row["provider"], *names, row.get("city"), row.get("publisher")))
    else:
        loaded.practitioners.append(Practitioner(row["practitioner"], row["profession"], *names))
