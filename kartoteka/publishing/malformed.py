"""Why a line is no JSON object that we accept: the slow, careful look, for the lines that failed the fast one."""

import json
import math
import re
from collections.abc import Iterator
from typing import Any, Final

from kartoteka.publishing.reading import name_to_show
from schemas.shape import Problem

_SURROGATE: Final = re.compile("[\ud800-\udfff]")
# More digits than any 64-bit number has.
_MOST_DIGITS: Final = 20
_WHOLE_OBJECTS: Final = "write one whole JSON object a line"
# What to do, by the beginning of what Python's parser says.
_REMEDIES: Final = {
    "Extra data": "write one object a line, with nothing behind it",
    "Invalid control character": "write control characters as escapes, such as \\t or \\n",
    "Unterminated string": "the line was cut, or a quotation mark is missing",
}


class _Pairs(list[tuple[str, Any]]):
    """An object as it is written: every key, also those that come twice."""


class _NotANumber:
    """NaN or an infinity, which JSON does not have."""


class _TooLarge:
    """A number that no field could hold."""


def malformed(text: bytes, refusal: ValueError | None) -> tuple[Any, list[Problem]]:
    """The line as far as it can be understood (None: not at all), and everything that is wrong with it as JSON.

    ``refusal`` is what the fast parser said, if it said anything.
    """
    try:
        parsed: Any = json.loads(
            text.decode(),
            object_pairs_hook=_Pairs,
            parse_constant=lambda _: _NotANumber(),
            parse_int=_integer,
            parse_float=_fraction,
        )
    except UnicodeDecodeError as error:
        return None, [Problem("", f"is not UTF-8 at byte {error.start + 1}: save the file as UTF-8")]
    except json.JSONDecodeError as error:
        return None, [Problem("", f"is not JSON at column {error.colno} ({error.msg}): {_remedy(error)}")]
    except RecursionError:
        return None, [Problem("", f"is nested too deeply: {_WHOLE_OBJECTS}")]
    found = list(_walk(parsed, ""))
    return _plain(parsed), found or [Problem("", f"is not JSON ({refusal}): {_WHOLE_OBJECTS}")]


def _remedy(error: json.JSONDecodeError) -> str:
    return next((does for says, does in _REMEDIES.items() if error.msg.startswith(says)), _WHOLE_OBJECTS)


def _integer(digits: str) -> int | _TooLarge:
    """Python refuses to read very long ones."""
    return int(digits) if len(digits) <= _MOST_DIGITS else _TooLarge()


def _fraction(digits: str) -> float | _TooLarge:
    number = float(digits)
    return _TooLarge() if math.isinf(number) else number


def _plain(value: Any) -> Any:
    """Ordinary objects again, the last of two equal keys; the rest is told and may stay."""
    if isinstance(value, _Pairs):
        return {key: _plain(part) for key, part in value}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _walk(value: Any, path: str) -> Iterator[Problem]:
    match value:
        case _Pairs():
            yield from _walk_pairs(value, path)
        case list():
            for index, element in enumerate(value):
                yield from _walk(element, f"{path}[{index}]")
        case _NotANumber():
            yield Problem(path, "NaN and Infinity are not JSON: leave the field out or write null")
        case _TooLarge():
            yield Problem(path, "is too large a number for any field: look for a typing error")
        case str() if _SURROGATE.search(value):
            yield Problem(path, "holds half of a character (a lone surrogate such as \\ud83d): write it whole")


def _walk_pairs(pairs: _Pairs, path: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for key, value in pairs:
        shown = name_to_show(key)
        here = f"{path}.{key}".removeprefix(".") if shown.startswith("'") else path
        if key in seen:
            yield Problem(here, f"the key {shown} stands twice: keep one")
        seen.add(key)
        yield from _walk(value, here)
