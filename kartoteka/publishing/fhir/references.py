"""What a reference points to: in its own bundle first, then in all bundles of the run."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote

from kartoteka.publishing.fhir.bundles import Bundle, Entry, Unmappable
from kartoteka.publishing.fhir.elements import objects
from schemas.derive import Json

# What is kept of each resource that others point to, so that a run over many bundles stays small.
KEPT: Final = {
    "Patient": ("identifier", "birthDate", "gender"),
    "Practitioner": ("identifier", "qualification"),
    "PractitionerRole": ("practitioner", "organization", "contained"),
    "Organization": ("identifier",),
    "Location": ("managingOrganization",),
    "Medication": ("code",),
    "Encounter": ("identifier", "status", "period", "participant", "serviceProvider", "contained"),
}
_ALWAYS_KEPT: Final = ("resourceType", "id", "meta")
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
    """Resources by each of the names by which they can be pointed to."""

    _found: dict[str, list[Named]] = field(default_factory=dict)

    def add(self, bundle: Bundle) -> None:
        for entry in bundle.entries:
            if entry.type in KEPT and "id" in entry.resource:
                named = Named(bundle.source_of(entry.resource), _kept(entry.resource))
                for key in _keys(entry):
                    self._add(key, named)

    def _add(self, key: str, named: Named) -> None:
        known = self._found.setdefault(key, [])
        if all(other.identity != named.identity for other in known):
            known.append(named)

    def get(self, key: str) -> list[Named]:
        return self._found.get(key, [])


class References:
    """Resolves the references of one bundle."""

    def __init__(self, bundle: Bundle, everywhere: Index) -> None:
        self._here = Index()
        self._here.add(bundle)
        self._everywhere = everywhere
        self._bundle = bundle

    def resolve(self, reference: str, pointing: Json) -> Named:
        """The resource pointed to; Unmappable when there is none, or more than one."""
        if reference.startswith("#"):
            return self._contained(reference[1:], pointing)
        for index in (self._here, self._everywhere):
            for key in _ways(reference):
                found = index.get(key)
                if len(found) > 1:
                    raise Unmappable(f"points to {_shown(reference)}, which several resources answer to")
                if found:
                    return found[0]
        raise Unmappable(f"points to {_shown(reference)}, which is in none of the bundles: add the bundle that has it")

    def _contained(self, inner_id: str, pointing: Json) -> Named:
        for resource in objects(pointing.get("contained")):
            if resource.get("id") == inner_id and isinstance(resource.get("resourceType"), str):
                # Its id is unique within the resource around it only.
                outer = f"{pointing.get('resourceType')}/{pointing.get('id')}"
                return Named(f"{self._bundle.source_of(pointing)}|{outer}", resource)
        raise Unmappable("points to a contained resource that it does not contain")


def _kept(resource: Json) -> Json:
    kept = (*_ALWAYS_KEPT, *KEPT[resource["resourceType"]])
    return {name: resource[name] for name in kept if name in resource}


def _keys(entry: Entry) -> Iterable[str]:
    yield entry.name
    if entry.full_url:
        yield entry.full_url
    for found in objects(entry.resource.get("identifier")):
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
