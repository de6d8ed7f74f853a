"""What makes a statement impossible beyond its shape: check digits, and what its rules exclude."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, lru_cache
from typing import Any, Final

from stdnum.pl import nip

from kartoteka.publishing.forms import PYTHON
from kartoteka.publishing.reading import Read, did_you_mean, name_to_show, read
from kartoteka.publishing.rules import rules_of
from kartoteka.publishing.statement import Statement, publisher_problem
from schemas import event_type, event_types
from schemas.catalogue import item_parts
from schemas.derive import Json
from schemas.shape import (
    CLOCK_TOLERANCE,
    PESEL_DIGITS,
    TEXT_LIMIT,
    VALUE_LIMIT_BYTES,
    Problem,
    possible_pesel,
    problems,
)

REGISTER_TOPIC: Final = "registry.events.v1"
UTF_8_BYTES: Final = 4


@dataclass(slots=True)
class Checks:
    """Checks statements against each other too: what the register announces, later lines may name."""

    now: datetime
    announced: set[str] = field(default_factory=set)

    def problems(self, type_name: str, found: Read) -> list[Problem]:
        """Everything that is wrong with one event, as far as it could be read."""
        wrong = problems(event_type(type_name), found.value)
        wrong.extend(self._numbers(type_name, found.value))
        wrong.extend(_broken_rules(type_name, found))
        if found.value["occurred_at"] > self.now + CLOCK_TOLERANCE:
            wrong.append(Problem("occurred_at", "lies more than 24 hours ahead: check the clock and the offset"))
        if found.blanks:
            filled = set(found.blanks)
            wrong = [problem for problem in wrong if problem.path not in filled]
        return found.problems + wrong or list(_too_large(type_name, found.value))

    def _numbers(self, type_name: str, value: Mapping[str, Any]) -> Iterator[Problem]:
        """PESEL and NIP whose check digit does not agree; the register's word counts for its own numbers."""
        persons, payers, by_register = _numbered(type_name)
        for name in persons:
            number = value[name]
            if number is None or possible_pesel(number) or PESEL_DIGITS.fullmatch(number) is None:
                continue
            if by_register:
                self.announced.add(number)
            elif number not in self.announced:
                yield Problem(name, "is no PESEL: date or check digit does not agree, look for a typing error")
        for name in payers:
            if value[name] is not None and not possible_nip(value[name]):
                yield Problem(name, "is no NIP: the check digit does not agree, look for a typing error")


def _too_large(type_name: str, value: Mapping[str, Any]) -> Iterator[Problem]:
    """A value with every limit kept may still be more than a record takes."""
    if _can_be_too_large(type_name) and len(Statement(type_name, value).wire()) > VALUE_LIMIT_BYTES:
        yield Problem("", f"is larger than {VALUE_LIMIT_BYTES:,} bytes as a record: say it in several events")


@cache
def _can_be_too_large(type_name: str) -> bool:
    return _most_bytes(event_type(type_name).fields) > VALUE_LIMIT_BYTES


def _most_bytes(fields: list[Json]) -> int:
    """What fields take when all are at their longest in the widest characters; never too little."""
    return sum(
        field["max_items"] * _most_bytes(parts)
        if (parts := item_parts(field))
        else 16 + UTF_8_BYTES * field.get("max_length", TEXT_LIMIT if "pattern" in field else 0)
        for field in fields
    )


class StatementRefused(ValueError):
    """A statement that would not be accepted; says why, without any value."""

    def __init__(self, type_name: str, wrong: list[Problem]) -> None:
        super().__init__(f"{type_name}: " + "; ".join(f"{problem.path} {problem.says}".lstrip() for problem in wrong))
        self.problems = wrong


def refuse_wrong(statement: Statement, now: datetime) -> None:
    """Raises StatementRefused for a statement made in Python that nobody has checked yet."""
    if (says := type_problem(statement.type)) is not None:
        raise StatementRefused(statement.type, [Problem("type", says)])
    found = read(statement.type, statement.value, (), PYTHON)
    wrong = Checks(now).problems(statement.type, found)
    if statement.publisher is not None and (says := publisher_problem(statement.publisher)) is not None:
        wrong.append(Problem("publisher", says))
    if wrong:
        raise StatementRefused(statement.type, wrong)


def type_problem(name: str) -> str | None:
    """What is wrong with the name of an event type; None where it can be published."""
    if name in publishable():
        return None
    if name in event_types():
        return f"{name} is said by the ledger alone and cannot be published: take it out"
    return f"unknown event {name_to_show(name)}{did_you_mean(name, publishable()) or ': see the list of events'}"


@cache
def publishable() -> frozenset[str]:
    """The event types that publishers may say."""
    return frozenset(name for name, kind in event_types().items() if kind.published is not None)


@lru_cache(maxsize=100_000)
def possible_nip(number: str) -> bool:
    """Whether the check digit agrees; what has not even ten digits is for the field's form to refuse."""
    return len(number) != 10 or not number.isdecimal() or bool(nip.is_valid(number))


def _broken_rules(type_name: str, found: Read) -> Iterator[Problem]:
    for one in rules_of(type_name):
        stated = [found.value[name] for name in one.fields]
        if (one.where_stated and None in stated) or (found.blanks and not set(one.fields).isdisjoint(found.blanks)):
            continue
        if (says := one.check(*stated)) is not None:
            yield Problem(one.fields[-1], says)


@cache
def _numbered(type_name: str) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """Fields with a PESEL, fields with a payer's NIP, and whether the register speaks."""
    kind = event_type(type_name)
    persons = tuple(f["name"] for f in kind.fields if f["privacy"] == "person")
    payers = tuple(f["name"] for f in kind.fields if f.get("number") == "payer")
    return persons, payers, kind.topic == REGISTER_TOPIC
