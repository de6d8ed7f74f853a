"""Bundles from files: found, read, and refused with a sentence when they are not what they should be."""

import gzip
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final

import orjson

from kartoteka.publishing.fhir.elements import instant
from schemas.derive import Json

SUFFIXES: Final = (".json", ".json.gz")
# Parsed, a bundle takes about ten times its size in memory.
BUNDLE_LIMIT_BYTES: Final = 32 * 1024 * 1024


class Unmappable(ValueError):
    """Input that cannot be published as it is; says what to do about it."""


@dataclass(frozen=True, slots=True)
class BrokenInput:
    """One thing that is wrong: the file, the place in it, and a sentence with the remedy."""

    file: str
    place: str
    says: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One resource of a bundle and where it stands."""

    index: int
    full_url: str
    resource: Json

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])

    @property
    def name(self) -> str:
        """``Type/id``, by which the resource is known within its source system."""
        return f"{self.type}/{self.resource.get('id', '')}"

    @property
    def place(self) -> str:
        return f"entry[{self.index}] {self.name}".rstrip("/")


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


def files(paths: list[Path]) -> list[Path]:
    """The files named, and those with bundles in the folders named, in a fixed order; Unmappable if there is none."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = [file for file in sorted(path.rglob("*")) if file.name.endswith(SUFFIXES) and file.is_file()]
            if not inside:
                raise Unmappable(f"{path} holds no file that ends with {' or '.join(SUFFIXES)}")
            found.extend(inside)
        elif path.exists():
            found.append(path)
        else:
            raise Unmappable(f"{path} does not exist")
    return list(dict.fromkeys(found))


def load(path: Path, wanted: Collection[str]) -> tuple[Bundle | None, list[BrokenInput]]:
    """The bundle of a file, as far as it can be read, and what is wrong with it.

    Of resources of other types than those wanted only the type is kept: they are most of a bundle.
    """
    file = str(path)
    try:
        content = _parse(_content(path))
        entries, wrong = _entries(content.pop("entry", []), file, wanted)
    except Unmappable as error:
        return None, [BrokenInput(file, "", str(error))]
    return Bundle(file, content, entries), wrong


def _content(path: Path) -> bytes:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            content = file.read(BUNDLE_LIMIT_BYTES + 1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise Unmappable("is no whole gzip file: it seems cut off or damaged, fetch it again") from error
    except OSError as error:
        raise Unmappable(f"cannot be read: {error.strerror or error}") from error
    if len(content) > BUNDLE_LIMIT_BYTES:
        raise Unmappable(f"is larger than {BUNDLE_LIMIT_BYTES // 1024**2} MiB: split the bundle, one patient each")
    return content


def _parse(content: bytes) -> Json:
    try:
        parsed: Any = orjson.loads(content.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        if error.pos >= len(error.doc.rstrip()) - 1:
            raise Unmappable("ends before the bundle does: it seems cut off, fetch it again") from error
        raise Unmappable(f"is not JSON at line {error.lineno}, column {error.colno}") from error
    kind = parsed.get("resourceType") if isinstance(parsed, dict) else None
    if kind != "Bundle":
        what = f"a {kind}" if isinstance(kind, str) else "something else"
        raise Unmappable(f"holds {what}, not a Bundle: put the resources into one")
    whole: Json = parsed
    return whole


def _entries(listed: Any, file: str, wanted: Collection[str]) -> tuple[list[Entry], list[BrokenInput]]:
    if not isinstance(listed, list):
        raise Unmappable("has an 'entry' that is not a list")
    found: list[Entry] = []
    wrong: list[BrokenInput] = []
    for index, entry in enumerate(listed):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            wrong.append(BrokenInput(file, f"entry[{index}]", "holds no resource with a resourceType: take it out"))
        else:
            if resource["resourceType"] not in wanted:
                resource = {"resourceType": resource["resourceType"]}
            full_url = entry.get("fullUrl")
            found.append(Entry(index, full_url if isinstance(full_url, str) else "", resource))
    return found, wrong
