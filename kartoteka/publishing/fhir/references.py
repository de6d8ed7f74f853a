"""What a reference points to: in its own bundle first, then in all bundles of the run."""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

import orjson

from kartoteka.publishing.fhir.bundles import Bundle, Entry
from kartoteka.publishing.fhir.elements import objects
from kartoteka.publishing.fhir.refusals import Unmappable
from schemas.derive import Json

# What is kept of each resource that other bundles may point to, so that a run over many bundles stays small.
KEPT: Final = {
    "Patient": ("birthDate", "gender"),
    "Practitioner": (),
    "PractitionerRole": ("practitioner", "organization", "contained"),
    "Organization": (),
    "Location": ("managingOrganization",),
    "Medication": ("code", "ingredient", "contained"),
    "Encounter": ("status", "subject", "period", "participant", "serviceProvider", "location",
                  "contained"),
}  # fmt: skip
# Of these there are many; for other bundles only those are kept that somebody there points to.
MANY: Final = {"Observation"}
# Found in their own bundle only: they are large.
AT_HOME: Final = {"Binary"}
REFERRED_TO: Final = KEPT.keys() | MANY | AT_HOME
# Resources of the bundle at hand that are kept as they were read.
_KEPT_AT_HOME: Final = 1000
_ALWAYS_KEPT: Final = ("resourceType", "id", "meta", "identifier")
_RELATIVE: Final = re.compile(r"(?:.*/)?([A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64})(?:/_history/.*)?")


@dataclass(frozen=True, slots=True)
class Named:
    """A resource that is pointed to, with the system that it comes from."""

    source: str
    resource: Json

    @property
    def type(self) -> str:
        return str(self.resource["resourceType"])

    @property
    def name(self) -> str:
        return f"{self.type}/{self.resource.get('id')}"

    @property
    def identity(self) -> str:
        """What is the same wherever this resource turns up."""
        return f"{self.source}|{self.name}"


@dataclass(slots=True)
class Index:
    """Resources of all bundles, by each of the names by which they can be pointed to."""

    _found: dict[str, dict[str, Named]] = field(default_factory=dict)

    def add(self, bundle: Bundle) -> None:
        for entry in bundle.entries:
            if entry.type in KEPT and entry.id is not None and (resource := readable(entry)) is not None:
                self._add(entry, Named(bundle.source_of(resource), _kept(resource)))

    def add_pointed_to(self, bundle: Bundle, references: Collection[str]) -> None:
        """Those of which there are many, where another bundle points to them."""
        for entry in bundle.entries:
            wanted = entry.type in MANY and (entry.name in references or entry.full_url in references)
            if wanted and (resource := readable(entry)) is not None:
                self._add(entry, Named(bundle.source_of(resource), resource))

    def _add(self, entry: Entry, named: Named) -> None:
        for key in _keys(entry, named.resource):
            self._found.setdefault(key, {}).setdefault(named.identity, named)

    def get(self, key: str) -> list[Named]:
        return list(self._found.get(key, {}).values())


class Home:
    """The resources of one bundle, read when they are pointed to."""

    def __init__(self, bundle: Bundle) -> None:
        self._bundle = bundle
        self._entries: dict[str, list[Entry]] = {}
        self._read: dict[int, Named] = {}
        for entry in bundle.entries:
            resource = readable(entry) if entry.type in KEPT else {}
            for key in set(_keys(entry, resource or {})) if entry.id is not None else ():
                self._entries.setdefault(key, []).append(entry)

    def get(self, key: str) -> list[Named]:
        found: list[Named] = []
        for entry in self._entries.get(key, ()):
            named = self._named(entry)
            if all(other.identity != named.identity for other in found):
                found.append(named)
        return found

    def _named(self, entry: Entry) -> Named:
        """Kept while it is likely to be pointed to again: resources stand near what they belong to."""
        if entry.index not in self._read:
            if len(self._read) >= _KEPT_AT_HOME:
                self._read.clear()
            resource = readable(entry) if entry.type in REFERRED_TO else None
            resource = resource or {"resourceType": entry.type, "id": entry.id}
            self._read[entry.index] = Named(self._bundle.source_of(resource), resource)
        return self._read[entry.index]


class References:
    """Resolves the references of one bundle."""

    def __init__(self, bundle: Bundle, everywhere: Index) -> None:
        self._here = Home(bundle)
        self._everywhere = everywhere
        self._bundle = bundle

    def resolve(self, reference: str, pointing: Json) -> Named:
        """The resource pointed to; Unmappable when there is none, or more than one."""
        if reference.startswith("#"):
            return self._contained(reference[1:], pointing)
        if (found := self.find(reference)) is not None:
            return found
        raise Unmappable(f"points to {_shown(reference)}, which is in none of the bundles: add the bundle that has it")

    def find(self, reference: str) -> Named | None:
        """The resource that answers to a name; Unmappable when several do."""
        for index in (self._here, self._everywhere):
            for key in _ways(reference):
                found = index.get(key)
                if len(found) > 1:
                    raise Unmappable(
                        f"points to {_shown(reference)}, which several resources answer to: point to one by its fullUrl"
                    )
                if found:
                    return found[0]
        return _of_no_interest(reference)

    def _contained(self, inner_id: str, pointing: Json) -> Named:
        for resource in objects(pointing.get("contained")):
            if resource.get("id") == inner_id and isinstance(resource.get("resourceType"), str):
                # Its id is unique within the resource around it only.
                outer = f"{pointing.get('resourceType')}/{pointing.get('id')}"
                return Named(f"{self._bundle.source_of(pointing)}|{outer}", resource)
        raise Unmappable("points to a contained resource that it does not contain: add it, or take the reference out")


def _of_no_interest(reference: str) -> Named | None:
    """A resource of a type that says nothing to us, such as a Group: whether it exists does not matter."""
    relative = _RELATIVE.fullmatch(reference)
    kind, _, own_id = relative[1].partition("/") if relative is not None else ("", "", "")
    return Named("", {"resourceType": kind, "id": own_id}) if kind and kind not in REFERRED_TO else None


def pointed_to_elsewhere(bundle: Bundle) -> set[str]:
    """The names of results that reports point to and that their own bundle does not have."""
    here = {name for entry in bundle.entries if entry.type in MANY for name in (entry.name, entry.full_url)}
    reports = (readable(entry) for entry in bundle.entries if entry.type == "DiagnosticReport")
    links = (link.get("reference") for report in reports if report for link in objects(report.get("result")))
    ways = (way for link in links if isinstance(link, str) and not link.startswith("#") for way in _ways(link))
    return set(ways) - here


def readable(entry: Entry) -> Json | None:
    """The resource, unless it is no JSON after all; that is told where the resource itself is checked."""
    try:
        return entry.resource
    except orjson.JSONDecodeError:
        return None


def _kept(resource: Json) -> Json:
    kept = (*_ALWAYS_KEPT, *KEPT[resource["resourceType"]])
    return {name: resource[name] for name in kept if name in resource}


def _keys(entry: Entry, resource: Json) -> Iterator[str]:
    yield entry.name
    if entry.full_url:
        yield entry.full_url
    for found in objects(resource.get("identifier")):
        yield f"{entry.type}?identifier={found.get('system', '')}|{found.get('value')}"
        yield f"{entry.type}?identifier={found.get('value')}"


def _ways(reference: str) -> Iterable[str]:
    """The names to look under, the most exact first."""
    yield unquote(reference) if "?" in reference else reference
    if (relative := _RELATIVE.fullmatch(reference)) is not None:
        yield relative[1]


def _shown(reference: str) -> str:
    """A reference as it may stand in a message: a search may name a person by number."""
    return reference.partition("?")[0] + "?…" if "?" in reference else reference[:120]
