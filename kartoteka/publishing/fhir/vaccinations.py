"""Immunization → VaccinationDoseRecorded, and VaccinationDoseClosed when its Encounter is finished."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Final
from weakref import WeakKeyDictionary

from kartoteka.publishing.fhir.bundles import Bundle, Entry
from kartoteka.publishing.fhir.elements import (
    code,
    codes,
    concept,
    ended,
    first_instant,
    instant,
    objects,
    part,
    reference,
)
from kartoteka.publishing.fhir.mapping import Context, entry_number
from kartoteka.publishing.fhir.providers import provider_of
from kartoteka.publishing.fhir.references import Named, readable
from kartoteka.publishing.fhir.refusals import NotMapped
from kartoteka.publishing.fhir.vaccines import CVX_SYSTEM, target_disease
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

LONGEST_PRODUCT: Final = 300
_DOSE_NUMBER: Final = re.compile("[1-9][0-9]?", re.ASCII)


def vaccination_dose(entry: Entry, context: Context) -> Iterator[Statement]:
    immunization = entry.resource
    visit = context.follow(immunization, "encounter", "Encounter")
    given_at = _given_at(immunization, visit)
    patient = context.patient(immunization, "patient", visit)
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
        dose_number=_dose_number(entry, immunization, context.bundle),
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


def _given_at(immunization: Json, visit: Named | None) -> datetime:
    """When the dose was given; NotMapped where none was, or nobody states the day."""
    status = code(immunization.get("status"))
    if status != "completed":
        raise NotMapped(f"status {status}")
    stated = immunization.get("occurrenceDateTime") or immunization.get("occurrenceString")
    given_at = instant(stated) or _day_of_visit(stated, visit)
    if given_at is None:
        raise NotMapped("no day on which it was given")
    return given_at


def _day_of_visit(stated: object, visit: Named | None) -> datetime | None:
    """The visit's beginning, where no other year or month is stated."""
    start = part(visit.resource.get("period"), "start") if visit else None
    return instant(start) if start is not None and str(start).startswith(str(stated or "")) else None


def _disease(immunization: Json) -> str:
    return target_disease(list(codes(immunization.get("vaccineCode"), CVX_SYSTEM)))


def _end(visit: Named) -> datetime | None:
    start, end = (part(visit.resource.get("period"), name) for name in ("start", "end"))
    return first_instant(start) if ended(end, instant(start)) is None else ended(end, instant(start))


def _dose_number(entry: Entry, immunization: Json, bundle: Bundle) -> int:
    """As stated, else the how-manieth of its disease it is in this bundle."""
    for protocol in objects(immunization.get("protocolApplied")):
        stated = protocol.get("doseNumberPositiveInt", protocol.get("doseNumberString"))
        if _DOSE_NUMBER.fullmatch(str(stated)):
            return int(str(stated))
    if bundle not in _ranks:
        _ranks[bundle] = _ranked(bundle)
    return _ranks[bundle].get(entry.index, 1)


_ranks: WeakKeyDictionary[Bundle, dict[int, int]] = WeakKeyDictionary()


def _ranked(bundle: Bundle) -> dict[int, int]:
    """The doses given, by entry: 1 for the first of a patient and a disease, 2 for the next."""
    given: dict[tuple[str | None, str], list[tuple[datetime, str, int]]] = defaultdict(list)
    for entry in bundle.entries:
        immunization = readable(entry) if entry.type == "Immunization" else None
        if immunization is None or immunization.get("status") != "completed":
            continue
        if (given_at := instant(immunization.get("occurrenceDateTime"))) is not None:
            series = (reference(immunization.get("patient")), _disease(immunization))
            given[series].append((given_at, entry.name, entry.index))
    return {index: rank for doses in given.values() for rank, (_, _, index) in enumerate(sorted(doses), start=1)}
