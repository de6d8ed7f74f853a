"""A bundle: what it is known to hold at first sight, its resources read one by one when they are asked for.

Parsed as a whole, a bundle would take about ten times its size in memory.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import msgspec
import orjson

from kartoteka.publishing.fhir.elements import instant
from kartoteka.publishing.fhir.files import content_of
from kartoteka.publishing.fhir.refusals import BrokenInput, Unmappable
from kartoteka.publishing.jsonlines import parsed_whole
from schemas.derive import Json
from schemas.shape import Problem

# Of each a kilobyte is known, beside the file itself.
MOST_RESOURCES: Final = 100_000
# One resource is read at a time; of many small parts it takes some fifty times its size.
RESOURCE_LIMIT_BYTES: Final = 32 * 1024 * 1024
MOST_PARTS: Final = 500_000
_AT_BYTE: Final = re.compile(r"\(byte (\d+)\)")
_URN: Final = re.compile(r"urn:(?:uuid|oid):(\S+)", re.ASCII)
_LAST_STEP: Final = re.compile(r"https?://.*/([A-Za-z0-9.-]{1,64})", re.ASCII)
_HALF_CHARACTER: Final = re.compile(rb"\\u(?:d[89ab]..(?!\\ud[c-f])|(?<!\\ud[89ab]..\\u)d[c-f])", re.IGNORECASE)
NEW_LINE: Final = b"\n"
_NOT_NUMBERS: Final = (b"NaN", b"Inf", b"-In")
_PIECE_BYTES: Final = 1024 * 1024
_NOTHING: Final = msgspec.Raw(b"null")


class _Head(msgspec.Struct):
    resourceType: Any = None
    id: Any = None


_parts = msgspec.json.Decoder(dict[str, msgspec.Raw])
_list = msgspec.json.Decoder(list[msgspec.Raw])
_head = msgspec.json.Decoder(_Head)


@dataclass(eq=False, frozen=True, slots=True)
class Entry:
    """One resource of a bundle and where it stands; of a type that nobody reads only the type is known."""

    index: int
    full_url: str
    type: str
    id: str | None
    raw: msgspec.Raw

    @property
    def name(self) -> str:
        """``Type/id``, by which the resource is known within its source system."""
        return f"{self.type}/{self.id or ''}"

    @property
    def place(self) -> str:
        return f"entry[{self.index}] {self.name}".rstrip("/")

    @property
    def resource(self) -> Json:
        """The resource, read anew each time: hold on to it only as long as it is needed."""
        parsed: Json = orjson.loads(memoryview(self.raw))
        return parsed if self.id is None else parsed | {"id": self.id}

    def problems(self) -> list[Problem]:
        """What is wrong with the resource as JSON, two equal keys among it, of which a parser keeps the last."""
        return parsed_whole(bytes(self.raw))[1]


@dataclass(eq=False)
class Bundle:
    """One bundle; its resources in the order of the file."""

    file: str
    content: Json
    entries: list[Entry]

    @cached_property
    def timestamp(self) -> datetime | None:
        return instant(self.content.get("timestamp"))

    @cached_property
    def source(self) -> str:
        """The system that resources come from which do not say so: the bundle's, else its patient's."""
        own = self.content.get("identifier")
        if isinstance(own, dict) and own.get("system"):
            return str(own["system"])
        patients = (entry.resource for entry in self.entries if entry.type == "Patient")
        return next((system for patient in patients if (system := own_source(patient))), "")

    def source_of(self, resource: Json) -> str:
        return own_source(resource) or self.source


def own_source(resource: Json) -> str:
    """The system that a resource says it comes from: ``meta.source``, else its first identifier's system."""
    meta = resource.get("meta")
    if isinstance(meta, dict) and isinstance(meta.get("source"), str):
        # Behind # some servers write the number of the request.
        return str(meta["source"]).partition("#")[0]
    identifiers = resource.get("identifier")
    for identifier in identifiers if isinstance(identifiers, list) else ():
        if isinstance(identifier, dict) and isinstance(identifier.get("system"), str):
            return str(identifier["system"])
    return ""


def load(path: Path, wanted: Collection[str]) -> tuple[Bundle | None, list[BrokenInput]]:
    """The bundle of a file, as far as it can be read, and what is wrong with it."""
    file = str(path)
    try:
        parts = _bundle_parts(content_of(path))
        content = {
            name: orjson.loads(memoryview(raw)) for name, raw in parts.items() if name in ("identifier", "timestamp")
        }
        entries, wrong = _entries(parts.get("entry"), file, wanted)
    except (Unmappable, orjson.JSONDecodeError) as error:
        return None, [BrokenInput(file, "", str(error))]
    return Bundle(file, content, entries), wrong


def _bundle_parts(content: bytearray) -> dict[str, msgspec.Raw]:
    try:
        parts = _parts.decode(content)
    except msgspec.ValidationError:
        raise Unmappable("holds something else, not a Bundle: put the resources into one") from None
    except RecursionError:
        raise Unmappable("is nested too deeply") from None
    except msgspec.DecodeError as error:
        raise Unmappable(_no_json(content, error)) from error
    kind = orjson.loads(memoryview(parts["resourceType"])) if "resourceType" in parts else None
    if kind != "Bundle":
        what = f"a {kind}" if isinstance(kind, str) and kind.isalpha() else "something else"
        raise Unmappable(f"holds {what}, not a Bundle: put the resources into one")
    if _key_twice(content, parts):
        raise Unmappable("has a key that stands twice in the bundle itself, such as 'entry': keep one")
    return parts


def _no_json(content: bytearray, error: msgspec.DecodeError) -> str:
    found = _AT_BYTE.search(str(error))
    half = _HALF_CHARACTER.search(content) if found is None and content.rstrip().endswith(b"}") else None
    if half is not None:
        return f"holds half of a character (such as \\ud83d) at {_place(content, half.start())}: write it whole"
    if found is None:
        return "ends before the bundle does: it seems cut off, fetch it again"
    at = int(found[1])
    place = f"is not JSON at {_place(content, at)}"
    if any(content.startswith(word, at - 1, at + 3) or content.startswith(word, at) for word in _NOT_NUMBERS):
        return f"{place}: NaN and Infinity are not numbers there, leave the element out"
    return place


def _place(content: bytearray, at: int) -> str:
    return f"line {content.count(NEW_LINE, 0, at) + 1}, column {at - content.rfind(NEW_LINE, 0, at)}"


def _key_twice(text: bytearray | msgspec.Raw, parts: dict[str, msgspec.Raw]) -> bool:
    """Whether a key was dropped for an equal one: then there are more quotation marks than in the parts."""
    return _quotes(text) != sum(2 + name.count('"') + _quotes(raw) for name, raw in parts.items())


def _quotes(text: bytearray | msgspec.Raw) -> int:
    """Counted piece by piece, for a copy of a whole bundle would be large."""
    view = memoryview(text)
    return sum(bytes(view[at : at + _PIECE_BYTES]).count(b'"') for at in range(0, len(view), _PIECE_BYTES))


def _entries(listed: msgspec.Raw | None, file: str, wanted: Collection[str]) -> tuple[list[Entry], list[BrokenInput]]:
    found: list[Entry] = []
    wrong: list[BrokenInput] = []
    for index, raw in enumerate(_elements(listed)):
        try:
            found.append(_entry(index, raw, wanted))
        except Unmappable as error:
            wrong.append(BrokenInput(file, f"entry[{index}]", str(error)))
    return found, wrong


def _elements(listed: msgspec.Raw | None) -> list[msgspec.Raw]:
    try:
        found = _list.decode(listed) if listed is not None else []
    except msgspec.ValidationError:
        raise Unmappable("has an 'entry' that is not a list: write one") from None
    if len(found) > MOST_RESOURCES:
        raise Unmappable(f"holds more than {MOST_RESOURCES:,} resources: split the bundle, one patient each")
    return found


def _entry(index: int, raw: msgspec.Raw, wanted: Collection[str]) -> Entry:
    if len(memoryview(raw)) > RESOURCE_LIMIT_BYTES:
        raise Unmappable(f"is larger than {RESOURCE_LIMIT_BYTES // 1024**2} MiB: leave attachments where they are")
    if sum(bytes(raw).count(sign) for sign in (b",", b"[", b"{")) > MOST_PARTS:
        raise Unmappable(f"has more than {MOST_PARTS:,} parts: that is no resource but a collection, split it")
    try:
        parts = _parts.decode(raw)
        resource = parts["resource"]
        head = _head.decode(resource)
    except (msgspec.ValidationError, KeyError):
        raise Unmappable("holds no resource with a resourceType: take it out") from None
    if not isinstance(head.resourceType, str):
        raise Unmappable("holds no resource with a resourceType: take it out")
    if _key_twice(raw, parts):
        raise Unmappable("has a key that stands twice, such as 'resource': keep one")
    full_url = _text_of(parts.get("fullUrl"))
    own_id = head.id if isinstance(head.id, str) and head.id else _id_in(full_url)
    return Entry(index, full_url, head.resourceType, own_id, resource if head.resourceType in wanted else _NOTHING)


def _text_of(raw: msgspec.Raw | None) -> str:
    said = orjson.loads(memoryview(raw)) if raw is not None else None
    return said if isinstance(said, str) else ""


def _id_in(full_url: str) -> str | None:
    """The id of a resource that is yet to get one from a server: its bundle knows it by its fullUrl."""
    found = _URN.fullmatch(full_url) or _LAST_STEP.fullmatch(full_url)
    return found[1] if found else None
