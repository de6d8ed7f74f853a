"""One table, made from the schemas: for every field of every type the values at its limits and one beyond.

A value is a Python value; in a line of JSON it stands as JSON writes it. What no encoder can put into Avro
(a text for a number, null where it is not allowed) is for the kit alone to refuse.
"""

import copy
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from schemas import event_type, event_types
from schemas.catalogue import item_parts
from schemas.derive import Json, bare, is_nullable
from schemas.shape import EARLIEST, LATEST, TEXT_LIMIT
from tests.statements import EXAMPLES, NOW, event

MISSING: Final[Any] = object()
DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)
A_PERSON = "44051401359"
INT_BITS = {"int": 31, "long": 63}

# Texts of each form that may be said and that may not; a form that is not here fails the test of the table itself.
FORMS: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "^[0-9]{10}$": (("5260250995",), ("526025099", "52602509950", "526025099x", "５260250995")),
    "^[0-9]{2}$": (("00", "99"), ("0", "000", "1x")),
    "^[0-9]{6}$": (("000000", "999999"), ("00000", "0000000", "00000x")),
    "^[0-9]{12}$": (("0" * 12, "9" * 12), ("0" * 11, "0" * 13, "0" * 11 + "x")),
    "^[0-9]{44}$": (("0" * 44, "9" * 44), ("0" * 43, "0" * 45, "0" * 43 + "٣")),
    "^[0-9]{4}$": (("0000", "9999"), ("000", "00000", "000x", "000\n")),
    "^[0-9a-f]{64}$": (("0" * 64, "f" * 64), ("0" * 63, "0" * 65, "F" * 64)),
    "^[A-Z]{2}$": (("PL", "ZZ"), ("P", "PLN", "pl", "P1")),
    "^[A-Z0-9][A-Z0-9-]{0,29}$": (("A", "0" * 30, "COVID-19"), ("A" * 31, "-A", "a", "A B")),
    "^[+][1-9][0-9]{6,14}$": (("+1000000", "+" + "9" * 15), ("+100000", "+" + "9" * 16, "+0123456", "48500600700")),
    "^[^@ ]{1,64}@[^@ ]{1,185}$": (
        ("a@b", "a" * 64 + "@" + "b" * 185), ("@b", "a@", "a" * 65 + "@b", "a@" + "b" * 186, "a b@c", "a@b@c"),
    ),
    "^[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*$": (
        ("a/b", "application/vnd.x+xml", "a/" + "b" * (TEXT_LIMIT - 2)),
        ("a/" + "b" * TEXT_LIMIT, "a/", "/b", "A/b", "a/b/c", "a /b"),
    ),
}  # fmt: skip
UTF8 = ("a\ud83db",)
JSON_OF_OTHER_TYPES: Final[dict[str, tuple[Any, ...]]] = {
    "string": (5, 1.5, True, [], {}, *UTF8),
    "boolean": (0, 1, "true", "", [], {}),
    "int": ("1", 1.0, 1.5, True, [], {}, 2**31, -(2**31) - 1, 2**63, 2**64, 10**400),
    "long": ("1", 1.0, 1.5, True, [], {}, 2**63, -(2**63) - 1, 2**64, 10**400),
    "date": (20260301, 1.5, True, "", "2026-3-1", "2026-02-30", "1. March", [], {}),
    "timestamp-micros": (1772353800, 1.5, True, "", "2026-03-01", "2026-03-01T10:00:00", "2026-02-30T10:00:00Z", []),
    "uuid": (5, "", "7d1f6a34", "7d1f6a3454c54b7a9a380a2f5a3d9c1g", [], {}),
    "array": (5, "", True, {}, [5], ["x"], [None], [[]]),
}


class Said(NamedTuple):
    """One value of one field; ``on_the_wire`` where an encoder that checks nothing could send it."""

    value: Any
    fine: bool
    on_the_wire: bool = True


class Place(NamedTuple):
    """A field of a type: ``parts`` lead to it, through the first element of a group."""

    type: str
    field: Json
    group: str | None = None

    @property
    def path(self) -> str:
        return f"{self.group}[0].{self.field['name']}" if self.group else str(self.field["name"])

    def event_with(self, value: Any) -> dict[str, Any]:
        """The example of the type with this value in its place."""
        stated = copy.deepcopy(event(self.type, UUID(int=1)))
        where = stated[self.group][0] if self.group else stated
        if value is MISSING:
            where.pop(self.field["name"], None)
        else:
            where[self.field["name"]] = value
        return stated


def places() -> Iterator[Place]:
    for name, kind in event_types().items():
        for field in kind.fields if kind.published is not None else ():
            yield Place(name, field)
            yield from (Place(name, part, field["name"]) for part in item_parts(field))


def said(place: Place) -> Iterator[Said]:
    """The table's rows for one field."""
    field, form = place.field, _form(place.field)
    yield Said(None, is_nullable(field["type"]), on_the_wire=is_nullable(field["type"]))
    yield Said(MISSING, "default" in field, on_the_wire=False)
    for other in JSON_OF_OTHER_TYPES[form]:
        yield Said(other, fine=False, on_the_wire=False)
    fine, beyond = _limits(place, form)
    yield from (Said(value, fine=True) for value in fine)
    yield from (Said(value, fine=False) for value in beyond)


def largest(name: str) -> dict[str, Any]:
    """An event of the type with every field at its longest, in the widest characters."""
    return event(name, UUID(int=1)) | {field["name"]: _longest(Place(name, field)) for field in _fields(name)}


def _fields(name: str) -> list[Json]:
    return [field for field in event_type(name).fields if field["name"] not in ("event_id", "occurred_at")]


def _longest(place: Place) -> Any:
    if parts := item_parts(place.field):
        one = {part["name"]: _longest(Place(place.type, part, place.field["name"])) for part in parts}
        return _numbered(place.field, one, place.field["max_items"])
    return max(_limits(place, _form(place.field))[0], key=lambda value: len(str(value).encode()))


def _form(field: Json) -> str:
    inner = bare(field["type"])
    return str(inner.get("logicalType") or inner["type"]) if isinstance(inner, dict) else str(inner)


def _limits(place: Place, form: str) -> tuple[list[Any], list[Any]]:
    """Values at the limits, and one beyond them."""
    field = place.field
    match form:
        case "string":
            return _texts(field)
        case "boolean":
            return [True, False], []
        case "int" | "long":
            low, high = field["minimum"], field["maximum"]
            return [low, high], [low - 1, high + 1, *([-(2**31)] if low else [])]
        case "date":
            first = date.fromisoformat(field["minimum"])
            return [first, LATEST.date() - DAY], [first - DAY, date(1800, 1, 1), LATEST.date(), date.max]
        case "timestamp-micros":
            last = NOW + DAY if field["name"] == "occurred_at" else LATEST - MOMENT
            first_wrong = datetime(1899, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
            return [EARLIEST, last], [first_wrong, datetime(1800, 1, 1, tzinfo=UTC), last + MOMENT]
        case "uuid":
            return [UUID(int=0), UUID(int=2**128 - 1)], []
    return _groups(place)


def _texts(field: Json) -> tuple[list[Any], list[Any]]:
    if field["privacy"] == "person":
        return [A_PERSON], ["4405140135", "440514013590", "4405140135x", "４4051401359", "", "\x00" * 11]
    if "codes" in field:
        return list(field["codes"]), ["", "no such code", field["codes"][0] + " ", "\x00"]
    if "pattern" in field:
        fine, beyond = FORMS[field["pattern"]]
        return list(fine), [*beyond, "", " " + fine[0], fine[0] + "\n", fine[0][:-1] + "\x00"]
    limit = field.get("max_length", TEXT_LIMIT)
    return ["x", "ż" * limit, "😀" * limit], ["", "  ", "\u2003", "x" * (limit + 1), "😀" * (limit + 1), "a\x00b"]


def _groups(place: Place) -> tuple[list[Any], list[Any]]:
    field = place.field
    one = EXAMPLES[place.type][field["name"]][0]
    fine = [_numbered(field, one, count) for count in {field["min_items"], field["max_items"]}]
    many = _numbered(field, one, field["max_items"] + 1)
    beyond = [[one, one], *([many] if len(many) > field["max_items"] else []), *([[]] if field["min_items"] else [])]
    return fine, beyond


def _numbered(field: Json, one: dict[str, Any], count: int) -> list[dict[str, Any]]:
    """So many elements, each with another value where the schema wants that; codes may be too few for the maximum."""
    part = next(part for part in item_parts(field) if part["name"] == field["unique"])
    if "codes" in part:
        return [{**one, part["name"]: code} for code in part["codes"]][:count]
    return [{**one, part["name"]: number} for number in range(1, count + 1)]
