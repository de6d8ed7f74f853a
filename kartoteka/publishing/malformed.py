"""Why a line is no JSON object that we accept: the slow, careful look, for the lines that failed the fast one."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from kartoteka.publishing.reading import name_to_show
from schemas.shape import Problem

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


class _Pairs(list[tuple[str, Any]]):
    """An object as it is written: every key, also those that come twice."""


class _NotANumber:
    """NaN or an infinity, which JSON does not have."""


def malformed(text: bytes, refusal: ValueError | None) -> tuple[Any, list[Problem]]:
    """The line as far as it can be understood (None: not at all), and everything that is wrong with it as JSON.

    ``refusal`` is what the fast parser said, if it said anything.
    """
    try:
        parsed: Any = json.loads(
            text.decode(), object_pairs_hook=_Pairs, parse_constant=lambda _: _NotANumber(), parse_int=_integer
        )
    except UnicodeDecodeError as error:
        return None, [Problem("", f"is not UTF-8 at byte {error.start + 1}: save the file as UTF-8")]
    except json.JSONDecodeError as error:
        return None, [Problem("", f"is not JSON at column {error.colno} ({error.msg})")]
    except RecursionError:
        return None, [Problem("", "is nested too deeply")]
    found = list(_walk(parsed, ""))
    return _plain(parsed), found or [Problem("", f"is not JSON ({refusal})")]


def _integer(digits: str) -> int:
    """How many digits a number has does not matter here; Python refuses to read very long ones."""
    return int(digits[:20])


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
