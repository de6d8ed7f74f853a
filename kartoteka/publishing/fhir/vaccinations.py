"""Immunization → VaccinationDoseRecorded, and VaccinationDoseClosed when its Encounter is finished."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from typing import Final

from kartoteka.publishing.fhir.bundles import Bundle, Entry
from kartoteka.publishing.fhir.elements import code, codes, concept, instant, objects, reference
from kartoteka.publishing.fhir.mapping import Context, NotMapped, entry_number
from kartoteka.publishing.fhir.providers import provider_of
from kartoteka.publishing.fhir.references import Named
from kartoteka.publishing.fhir.vaccines import CVX_SYSTEM, target_disease
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

LONGEST_PRODUCT: Final = 300
_DOSE_NUMBER: Final = re.compile("[1-9][0-9]?", re.ASCII)


def vaccination_dose(entry: Entry, context: Context) -> Iterator[Statement]:
    immunization = entry.resource
    given_at = _given_at(immunization)
    patient = context.patient(immunization, "patient")
    visit = context.follow(immunization, "encounter", "Encounter")
    provider = provider_of(immunization, visit, context)
    numbers = {
        "patient": patient,
        "vaccination": context.number(immunization),
        "visit": entry_number(visit) if visit else None,
        "provider": provider,
    }
    yield context.statement(
        entry,
        "VaccinationDoseRecorded",
        [given_at, instant(immunization.get("recorded"))],
        said_in=immunization,
        **numbers,
        target_disease=_disease(immunization),
        product=concept(immunization.get("vaccineCode"), LONGEST_PRODUCT) or "?",
        dose_number=_dose_number(entry, context.bundle),
        given_at=given_at,
    )
    if visit is not None and visit.resource.get("status") == "finished":
        closed_at = _end(visit) or given_at
        yield context.statement(
            entry,
            "VaccinationDoseClosed",
            [given_at, closed_at],
            said_in=visit.resource,
            **numbers,
            closed_at=closed_at,
        )


def _given_at(immunization: Json) -> datetime:
    """When the dose was given; NotMapped where none was, or the day is not stated."""
    status = code(immunization.get("status"))
    if status != "completed":
        raise NotMapped(f"status {status}")
    given_at = instant(immunization.get("occurrenceDateTime"))
    if given_at is None:
        raise NotMapped("no day on which it was given")
    return given_at


def _disease(immunization: Json) -> str:
    return target_disease(list(codes(immunization.get("vaccineCode"), CVX_SYSTEM)))


def _end(visit: Named) -> datetime | None:
    period = visit.resource.get("period")
    return instant(period.get("end")) or instant(period.get("start")) if isinstance(period, dict) else None


def _dose_number(entry: Entry, bundle: Bundle) -> int:
    """As stated, else the how-manieth of its disease it is in this bundle."""
    for protocol in objects(entry.resource.get("protocolApplied")):
        stated = protocol.get("doseNumberPositiveInt", protocol.get("doseNumberString"))
        if _DOSE_NUMBER.fullmatch(str(stated)):
            return int(str(stated))
    return _ranks(bundle)[entry.index]


@lru_cache(maxsize=1)
def _ranks(bundle: Bundle) -> dict[int, int]:
    """The doses given, by entry: 1 for the first of a patient and a disease, 2 for the next."""
    given: dict[tuple[str | None, str], list[tuple[datetime, str, int]]] = defaultdict(list)
    for entry in bundle.entries:
        immunization = entry.resource
        given_at = instant(immunization.get("occurrenceDateTime"))
        if entry.type == "Immunization" and immunization.get("status") == "completed" and given_at is not None:
            series = (reference(immunization.get("patient")), _disease(immunization))
            given[series].append((given_at, entry.name, entry.index))
    return {index: rank for doses in given.values() for rank, (_, _, index) in enumerate(sorted(doses), start=1)}
