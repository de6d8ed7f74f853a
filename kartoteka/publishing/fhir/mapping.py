"""One resource to statements: what every mapping has at hand, and the table of mappings."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from kartoteka.publishing.fhir.bundles import Bundle, Entry, Unmappable
from kartoteka.publishing.fhir.elements import instant, reference
from kartoteka.publishing.fhir.identifiers import Identifiers
from kartoteka.publishing.fhir.references import Named, References
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

# Part of every event id: another namespace would make every statement a new one.
NAMESPACE: Final = uuid.UUID("5f0c6f4e-3f0b-5e53-9a7e-6d1f0b1c7a42")


class NotMapped(Exception):
    """The resource is in order, but says nothing that is published; gives the reason it is counted under."""


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
        """What an element points to, if it is of the wanted type; None if it points nowhere.

        ``within`` is the resource around the element, where that is not ``pointing`` itself.
        """
        target = reference(pointing.get(element))
        if target is None:
            return None
        try:
            found = self.references.resolve(target, within or pointing)
        except Unmappable as error:
            raise Unmappable(f"{element} {error}") from error
        return found if found.type == wanted else None

    def patient(self, pointing: Json, element: str) -> str:
        """The PESEL of the person whose record the statement enters."""
        found = self.follow(pointing, element, "Patient")
        if found is None:
            raise Unmappable(f"{element} points to no Patient: add the reference")
        return self.identifiers.pesel(found)

    def number(self, resource: Json) -> str:
        """A number for the entry: the resource's id where that is a UUID, else one that no other system has."""
        return entry_number(self.named(resource))

    def statement(
        self, entry: Entry, event: str, clinical: list[datetime | None], *, said_in: Json, **fields: Any
    ) -> Statement:
        """The statement that a resource makes, or for it another one (``said_in``), such as its visit."""
        identity = self.named(entry.resource).identity
        event_id = _event_id(event, identity, said_in, fields)
        occurred_at = self._stated(said_in) or self._latest(clinical)
        return Statement(event, {"event_id": event_id, "occurred_at": occurred_at, **fields})

    def _stated(self, resource: Json) -> datetime | None:
        """When the statement was made, where somebody says so."""
        meta = resource.get("meta")
        updated = instant(meta.get("lastUpdated")) if isinstance(meta, dict) else None
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


def _event_id(event: str, identity: str, resource: Json, fields: Json) -> uuid.UUID:
    """The same for the same statement, in whichever run; another one when the resource was corrected.

    Some fields come from resources around it (who is the patient, which dose it is). They count
    too: an event id that is used again must stand for the same content.
    """
    content = orjson.dumps([resource, fields], option=orjson.OPT_SORT_KEYS).decode()
    return uuid.uuid5(NAMESPACE, f"{event}\0{identity}\0{content}")
