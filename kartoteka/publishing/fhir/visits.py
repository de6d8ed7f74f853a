"""Encounter → VisitRecorded."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from kartoteka.publishing.fhir.bundles import Entry
from kartoteka.publishing.fhir.elements import code, concept, ended, first_instant, instant, objects, part
from kartoteka.publishing.fhir.mapping import Context
from kartoteka.publishing.fhir.providers import practitioner_if_named, provider_of
from kartoteka.publishing.fhir.refusals import NotMapped
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

DID_NOT_HAPPEN: Final = ("planned", "cancelled", "entered-in-error")
LONGEST_DIAGNOSIS: Final = 1000
# Codes of ActEncounterCode (HL7 v3).
VISIT: Final = "visit"
_KINDS: Final = {
    "AMB": VISIT,
    "FLD": VISIT,
    "PRENC": VISIT,
    "VR": "teleconsultation",
    "HH": "home_visit",
    "EMER": "emergency",
    "IMP": "stay",
    "ACUTE": "stay",
    "NONAC": "stay",
    "OBSENC": "stay",
    "SS": "stay",
}


def visit_recorded(entry: Entry, context: Context) -> Iterator[Statement]:
    encounter = entry.resource
    if (status := code(encounter.get("status"))) in DID_NOT_HAPPEN:
        raise NotMapped(f"status {status}")
    started_at = _started_at(encounter)
    ended_at = ended(part(encounter.get("period"), "end"), started_at)
    yield context.statement(
        entry,
        "VisitRecorded",
        [started_at, ended_at],
        said_in=encounter,
        patient=context.patient(encounter, "subject"),
        visit=context.number(encounter),
        visit_kind=_kind(encounter),
        started_at=started_at,
        ended_at=ended_at,
        provider=provider_of(encounter, None, context),
        **practitioner_if_named(encounter, context),
        diagnosis=concept(encounter.get("reasonCode"), LONGEST_DIAGNOSIS),
    )


def _kind(encounter: Json) -> str:
    """Of the class; a visit where it says nothing that we know, a stay where somebody was admitted."""
    known = (_KINDS.get(str(coding.get("code")).upper()) for coding in _codings(encounter.get("class")))
    admitted = "stay" if isinstance(encounter.get("hospitalization"), dict) else VISIT
    return next((kind for kind in known if kind), admitted)


def _codings(stated: Any) -> Iterator[Json]:
    """The codings of a class, which is one coding in R4, and a list of concepts in what comes after."""
    for found in objects(stated):
        yield found
        yield from objects(found.get("coding"))


def _started_at(encounter: Json) -> datetime:
    """Where no period is stated, the earliest of what is stated about its parts."""
    if (began := instant(part(encounter.get("period"), "start"))) is not None:
        return began
    parts = ("statusHistory", "classHistory", "participant", "location")
    inside = (found for element in parts for found in objects(encounter.get(element)))
    times = [time for found in inside if (time := first_instant(part(found.get("period"), "start"))) is not None]
    if not times:
        raise NotMapped("no day on which it began")
    return min(times)
