"""``python -m kartoteka.publishing.generate``: write ``events.py``, one class for each event that can be published.

The schemas are the only source: what a class says and allows is what its schema says.
"""

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from schemas import EventType, event_types
from schemas.catalogue import item_parts
from schemas.derive import Json, bare, is_nullable

TARGET: Final = Path(__file__).with_name("events.py")
_HEAD: Final = '''"""Typed events, generated from the schemas by ``kartoteka.publishing.generate``: do not edit.

    PrescriptionCancelled(patient=…, prescription=…, reason="mistake", cancelled_at=datetime.now(UTC))

A field that may be left out is None by default. Limits beyond the types are checked when the event is published.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from kartoteka.publishing.event import Event, Part
'''
_ENVELOPE: Final = ("event_id", "occurred_at")
_TYPES: Final = {
    "uuid": "UUID",
    "timestamp-micros": "datetime",
    "date": "date",
    "string": "str",
    "boolean": "bool",
    "int": "int",
    "long": "int",
}
_WIDTH: Final = 110


def source() -> str:
    """The text of ``events.py``."""
    kinds = [kind for kind in event_types().values() if kind.published is not None]
    classes = "\n\n".join(part for kind in kinds for part in _classes(kind))
    return _formatted(f"{_HEAD}\n\n{classes}")


def _classes(kind: EventType) -> Iterator[str]:
    for field in kind.fields:
        if parts := item_parts(field):
            group = bare(field["type"])["items"]
            yield _class(group["name"], "Part", group["doc"], parts)
    yield _class(kind.name, "Event", f"{kind.source['doc']} Topic {kind.topic}.", kind.fields)


def _class(name: str, base: str, doc: str, fields: list[Json]) -> str:
    lines = ["@dataclass(frozen=True, slots=True, kw_only=True, repr=False)", f"class {name}({base}):", _doc(doc), ""]
    for field in fields:
        if field["name"] not in _ENVELOPE:
            default = f" = {field['default']!r}" if "default" in field else ""
            lines += [f"    {field['name']}: {_type(field)}{default}", _doc(field["doc"] + _limits(field)), ""]
    return "\n".join(lines)


def _type(field: Json) -> str:
    return f"{_bare_type(field, bare(field['type']))}{' | None' if is_nullable(field['type']) else ''}"


def _bare_type(field: Json, avro_type: Any) -> str:
    if item_parts(field):
        return f"tuple[{avro_type['items']['name']}, ...]"
    if "codes" in field:
        return f"Literal[{', '.join(repr(code) for code in field['codes'])}]"
    return _TYPES[avro_type["logicalType"] if isinstance(avro_type, dict) else avro_type]


def _limits(field: Json) -> str:
    """The limits that no type tells, as they are checked."""
    said = {
        "pattern": "form {}",
        "max_length": "at most {} characters",
        "minimum": "from {}",
        "maximum": "up to {}",
        "min_items": "at least {}",
        "max_items": "at most {}",
    }
    told = ", ".join(words.format(field[name]) for name, words in said.items() if name in field)
    return f" Limits: {told}." if told else ""


def _doc(text: str) -> str:
    escaped = text.replace("\\", "\\\\")
    wrapped = textwrap.fill(escaped, _WIDTH, break_long_words=False, break_on_hyphens=False)
    closed = f'{wrapped}\n"""' if "\n" in wrapped else f'{wrapped}"""'
    return textwrap.indent(f'"""{closed}', "    ")


def _formatted(text: str) -> str:
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", str(TARGET), "-"]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=TARGET.parent).stdout


if __name__ == "__main__":
    TARGET.write_text(source())
