"""Every field of every type: at the limit accepted by the kit and by ingest, beyond it refused by both, with path."""

import json
from datetime import date, datetime
from typing import Any
from uuid import UUID

import pytest

from kartoteka.publishing.forms import PYTHON
from kartoteka.publishing.jsonlines import Reader
from kartoteka.publishing.reading import read as read_python
from kartoteka.publishing.statement import Statement
from kartoteka.publishing.validation import StatementRefused, _broken_rules, publishable, refuse_wrong
from schemas.shape import VALUE_LIMIT_BYTES, Problem
from services.records import contract
from services.records.reasons import Reason
from tests.statements import NOW, record, wire
from tests.unit.publishing.limits import FORMS, MISSING, Place, Said, largest, places, said

PLACES = list(places())
# What speaks of the whole value or record, so that there is no path to give.
WITHOUT_PATH = (Reason.BROKEN_TEXT, Reason.CLOCK)


def _as_json(value: Any) -> str:
    if isinstance(value, datetime | date):
        return value.isoformat()
    assert isinstance(value, UUID)
    return str(value)


def from_line(place: Place, value: Any) -> list[Problem]:
    """What the kit says about the event as a line of JSON."""
    text = json.dumps({"type": place.type, **place.event_with(value)}, default=_as_json).encode()
    return [Problem(problem.path, problem.says) for problem in Reader(NOW).line(1, text).problems]


def from_python(place: Place, value: Any) -> list[Problem]:
    """What the kit says about the event as a statement made in Python."""
    try:
        refuse_wrong(Statement(place.type, place.event_with(value)), NOW)
    except StatementRefused as refused:
        return refused.problems
    return []


def beside_rules(place: Place, value: Any, problems: list[Problem]) -> list[Problem]:
    """What is left when a rule may have spoken: at its limit a field can contradict another one."""
    found = read_python(place.type, place.event_with(value), (), PYTHON)
    return [problem for problem in problems if problem not in list(_broken_rules(place.type, found))]


def by_ingest(place: Place, value: Any) -> contract.Refused | contract.Statement:
    """What ingest says about the event as any encoder would send it."""
    moment = int(NOW.timestamp()) * 1_000_000
    return contract.read(record(place.type, place.event_with(value), published_at=moment))


def wrong_answers(place: Place, one: Said) -> list[str]:
    """Who answers otherwise than the table says."""
    kit = {"line": from_line(place, one.value), "python": from_python(place, one.value)}
    if one.fine:
        wrong = [f"{by} refuses: {left}" for by, all_ in kit.items() if (left := beside_rules(place, one.value, all_))]
    else:
        wrong = [f"{by} does not: {all_}" for by, all_ in kit.items() if not _names(place, all_)]
    return wrong + (_wrong_of_ingest(place, one) if one.on_the_wire else [])


def _names(place: Place, problems: list[Problem]) -> bool:
    return any(problem.path.startswith(place.path) and problem.says for problem in problems)


def _wrong_of_ingest(place: Place, one: Said) -> list[str]:
    answer = by_ingest(place, one.value)
    if one.fine or isinstance(answer, contract.Statement):
        return [] if one.fine == isinstance(answer, contract.Statement) else [f"ingest: {answer}"]
    named = answer.reason in WITHOUT_PATH or answer.detail.startswith(place.path)
    return [] if named else [f"ingest does not say where: {answer.detail}"]


@pytest.mark.parametrize("place", PLACES, ids=lambda place: f"{place.type}.{place.path}")
def test_kit_and_ingest_agree_at_and_beyond_every_limit(place: Place) -> None:
    rows = list(said(place))
    assert {one.fine for one in rows} == {True, False}
    disagreements = [
        f"{'missing' if one.value is MISSING else repr(one.value)[:60]}: {answer}"
        for one in rows
        for answer in wrong_answers(place, one)
    ]
    assert disagreements == []


def test_the_table_knows_every_type_and_every_form() -> None:
    assert {place.type for place in PLACES} == publishable()
    assert {place.field["pattern"] for place in PLACES if "pattern" in place.field} == set(FORMS)


@pytest.mark.parametrize("name", sorted(publishable()))
def test_the_largest_event_of_a_type_fits_into_a_record_or_is_refused_by_both(name: str) -> None:
    stated = largest(name)
    by_ingest = contract.read(record(name, stated))
    with_ingest = [by_ingest.reason] if isinstance(by_ingest, contract.Refused) else []
    with_kit = [problem for problem in _size_problems(name, stated) if "as a record" in problem.says]
    too_large = len(wire(name, stated)) > VALUE_LIMIT_BYTES
    assert (with_ingest == [Reason.OVERSIZE], bool(with_kit)) == (too_large, too_large)
    assert too_large == (name == "TestResultPublished")


def _size_problems(name: str, stated: dict[str, Any]) -> list[Problem]:
    try:
        refuse_wrong(Statement(name, stated), NOW)
    except StatementRefused as refused:
        return refused.problems
    return []


@pytest.mark.parametrize("extra_bytes", [0, 1])
def test_a_megabyte_is_the_limit_to_the_byte(extra_bytes: int) -> None:
    stated = largest("TestResultPublished")
    for item in stated["items"]:
        item["reference_range"] = item["unit"] = None
    for item in reversed(stated["items"]):
        over = len(wire("TestResultPublished", stated)) - VALUE_LIMIT_BYTES - extra_bytes
        if over > 0:
            item["result_value"] = "x" * max(100, len(item["result_value"].encode()) - over)
    assert len(wire("TestResultPublished", stated)) == VALUE_LIMIT_BYTES + extra_bytes
    refused = isinstance(contract.read(record("TestResultPublished", stated)), contract.Refused)
    assert (refused, bool(_size_problems("TestResultPublished", stated))) == (bool(extra_bytes), bool(extra_bytes))
