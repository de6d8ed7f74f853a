"""One word, one meaning, one grep: the glossary knows every event, field, kind of entry and reason."""

import re
from pathlib import Path

import pytest

from schemas.catalogue import decision_sources, sources
from schemas.derive import item_fields
from schemas.reasons import Reason

GLOSSARY = (Path(__file__).parents[2] / "docs" / "glossary.md").read_text()
WORDS = set(re.findall(r"[A-Za-z][A-Za-z0-9_-]*", GLOSSARY))
FIELDS = {
    field["name"]
    for source in (*sources(), *decision_sources())
    for top in source["fields"]
    for field in (top, *(item_fields(top) or ()))
}  # fmt: skip


@pytest.mark.parametrize("source", sources(), ids=lambda source: source["name"])
def test_the_glossary_has_a_line_for_every_event_and_names_its_kind_of_entry(source: dict[str, object]) -> None:
    (line,) = (line for line in GLOSSARY.splitlines() if line.startswith(f"| {source['name']} |"))
    assert str(source["entry"]["kind"]) in line  # type: ignore[index]


@pytest.mark.parametrize("source", decision_sources(), ids=lambda source: source["name"])
def test_the_glossary_has_a_line_for_every_decision(source: dict[str, object]) -> None:
    assert [line for line in GLOSSARY.splitlines() if line.startswith(f"| {source['name']} |")]


@pytest.mark.parametrize("word", sorted(FIELDS | {str(reason) for reason in Reason}))
def test_the_glossary_has_every_field_and_every_reason(word: str) -> None:
    assert word in WORDS
