"""How tests look at what a simulation tells."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from kartoteka.publishing.statement import Statement

Value = dict[str, Any]


def of_type(told: Iterable[Statement], name: str) -> list[Statement]:
    return [statement for statement in told if statement.type == name]


def values(told: Iterable[Statement], name: str) -> list[Value]:
    """The content of all statements of a type."""
    return [dict(statement.value) for statement in told if statement.type == name]


def grouped(found: Iterable[Value], *names: str) -> dict[tuple[Any, ...], list[Value]]:
    groups: dict[tuple[Any, ...], list[Value]] = defaultdict(list)
    for value in found:
        groups[tuple(value[name] for name in names)].append(value)
    return groups


def register(told: Iterable[Statement]) -> dict[str, Value]:
    """Whoever was announced, by PESEL; a new number is the same person's."""
    known: dict[str, Value] = {}
    for statement in told:
        if statement.type == "PersonRegistered":
            known[statement.value["person"]] = dict(statement.value)
        elif statement.type == "PersonNumberChanged":
            known[statement.value["new_number"]] = known[statement.value["person"]]
    return known


def under_first_numbers(told: Iterable[Statement]) -> list[Statement]:
    """The same statements as if nobody had ever been given another number."""
    told = list(told)
    first = {s.value["new_number"]: s.value["person"] for s in told if s.type == "PersonNumberChanged"}
    return [
        Statement(s.type, {n: first.get(v, v) if type(v) is str else v for n, v in s.value.items()}, s.publisher)
        for s in told
        if s.type != "PersonNumberChanged"
    ]
