"""One resource to statements: what every mapping has at hand."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

import orjson

from kartoteka.publishing.fhir.bundles import Bundle, Entry
from kartoteka.publishing.fhir.elements import instant, objects, text
from kartoteka.publishing.fhir.identifiers import KIND_OF_SYSTEM, Identifiers
from kartoteka.publishing.fhir.references import Named, References
from kartoteka.publishing.fhir.refusals import NotMapped, Unmappable
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

# Part of every event id: another namespace would make every statement a new one.
NAMESPACE: Final = uuid.UUID("5f0c6f4e-3f0b-5e53-9a7e-6d1f0b1c7a42")
# Whom an element names by an identifier alone, where neither the reference nor the identifier says what they are.
_KIND_OF_ELEMENT: Final = {
    "subject": "Patient",
    "patient": "Patient",
    "beneficiary": "Patient",
    "serviceProvider": "Organization",
    "custodian": "Organization",
    "managingOrganization": "Organization",
    "organization": "Organization",
    "requester": "Practitioner",
    "individual": "Practitioner",
    "practitioner": "Practitioner",
    "encounter": "Encounter",
}


@dataclass(frozen=True, slots=True)
class Context:
    """The bundle around a resource."""

    bundle: Bundle
    references: References
    identifiers: Identifiers
    stated_at: datetime | None
    now: datetime

    def named(self, resource: Json) -> Named:
        return Named(self.bundle.source_of(resource), resource)

    def follow(self, pointing: Json, element: str, wanted: str, within: Json | None = None) -> Named | None:
        """What an element points to first, if it is of the wanted type; None if it points nowhere.

        ``within`` is the resource around the element, where that is not ``pointing`` itself.
        """
        found = next(self.followed(pointing, element, within), None)
        return found if found is not None and found.type == wanted else None

    def followed(self, pointing: Json, element: str, within: Json | None = None) -> Iterator[Named]:
        """All that an element points to, one after the other."""
        for link in objects(pointing.get(element)):
            try:
                found = self._linked(link, element, within or pointing)
            except Unmappable as error:
                raise Unmappable(f"{element} {error}") from error
            if found is not None:
                yield found

    def _linked(self, link: Json, element: str, within: Json) -> Named | None:
        if isinstance(link.get("reference"), str):
            return self.references.resolve(link["reference"], within)
        return self._logical(link, element)

    def _logical(self, link: Json, element: str) -> Named | None:
        """A resource that is named by its identifier alone; it need not be in any bundle."""
        for named in objects(link.get("identifier")):
            system, value = str(named.get("system", "")), text(named.get("value"), 200)
            kind = link.get("type") or KIND_OF_SYSTEM.get(system) or _KIND_OF_ELEMENT.get(element)
            if value is not None and isinstance(kind, str):
                known = self.references.find(f"{kind}?identifier={system}|{value}")
                return known or Named(system, {"resourceType": kind, "id": value, "identifier": [named]})
        return None

    def patient(self, pointing: Json, element: str, visit: Named | None = None) -> str:
        """The PESEL of the person whose record the statement enters."""
        found = next(self.followed(pointing, element), None)
        if found is None and visit is not None:
            found = next(self.followed(visit.resource, "subject"), None)
        if found is None:
            raise Unmappable(f"{element} points to no Patient: add the reference")
        if found.type != "Patient":
            raise NotMapped(f"{element} is no Patient")
        return self.identifiers.pesel(found)

    def number(self, resource: Json) -> str:
        """A number for the entry: the resource's id where that is a UUID, else one that no other system has."""
        return entry_number(self.named(resource))

    def statement(
        self, entry: Entry, event: str, clinical: list[datetime | None], *, said_in: Json, **fields: Any
    ) -> Statement:
        """The statement that a resource makes; ``said_in`` is the one whose time of statement counts."""
        resource = entry.resource
        event_id = _event_id(event, self.named(resource), resource, fields)
        occurred_at = self.stated(said_in) or self._latest(clinical)
        return Statement(event, {"event_id": event_id, "occurred_at": occurred_at, **fields})

    def stated(self, resource: Json) -> datetime | None:
        """When the statement was made, where somebody says so."""
        meta = resource.get("meta") or {}
        said = meta.get("lastUpdated") if isinstance(meta, dict) else meta
        updated = instant(said)
        if said is not None and updated is None:
            raise Unmappable(
                "has a meta.lastUpdated that is no time: write it as 2026-03-01T09:30:00+01:00, or leave it out"
            )
        return updated or self.bundle.timestamp or self.stated_at

    def _latest(self, clinical: list[datetime | None]) -> datetime:
        """The latest clinical time that has passed: nobody made the statement in the future."""
        times = [time for time in clinical if time is not None]
        return max((time for time in times if time <= self.now), default=min(times))


Mapping = Callable[[Entry, Context], Iterator[Statement]]


def entry_number(named: Named) -> str:
    resource_id = str(named.resource.get("id"))
    try:
        return str(uuid.UUID(resource_id))
    except ValueError:
        return str(uuid.uuid5(NAMESPACE, named.identity))


def _event_id(event: str, named: Named, resource: Json, fields: Json) -> uuid.UUID:
    """The same for the same statement, in whichever run; another one when the resource was corrected.

    Some fields come from resources around it (who is the patient, which dose it is). They count
    too: an event id that is used again must stand for the same content.
    """
    parts = (event, named.source, named.name, canonical_digest(resource), canonical_digest(fields))
    return uuid.uuid5(NAMESPACE, "\0".join(parts))


def canonical_digest(content: Json) -> str:
    """SHA-256 of the JSON with sorted keys and no white space."""
    return sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)).hexdigest()
