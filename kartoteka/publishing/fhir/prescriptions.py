"""MedicationRequest → PrescriptionIssued, with one item."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any, Final

from kartoteka.publishing.fhir.bundles import Entry
from kartoteka.publishing.fhir.elements import (
    WARSAW,
    code,
    codes,
    concept,
    first_instant,
    last_day,
    objects,
    part,
    text,
)
from kartoteka.publishing.fhir.mapping import Context
from kartoteka.publishing.fhir.providers import practitioner_of, provider_of
from kartoteka.publishing.fhir.references import Named
from kartoteka.publishing.fhir.refusals import NotMapped
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

NOT_ISSUED: Final = ("draft", "cancelled", "entered-in-error")
# What else may be intended (a proposal, a plan, an option) is no order yet.
ORDERS: Final = ("order", "original-order", "reflex-order", "filler-order", "instance-order")
# Where nothing else is stated (Prawo farmaceutyczne, art. 96a).
VALID_DAYS: Final = 30
MOST_PACKAGES: Final = 9999
LONGEST_MEDICINE: Final = 300
LONGEST_DOSAGE: Final = 1000
COURSE_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/medicationrequest-course-of-therapy"
CONTINUOUS: Final = "continuous"
_UNITS: Final = {"s": "s", "min": "min", "h": "h", "d": "d", "wk": "tydz.", "mo": "mies.", "a": "rok"}


def prescription_issued(entry: Entry, context: Context) -> Iterator[Statement]:
    request = entry.resource
    visit = context.follow(request, "encounter", "Encounter")
    issued_at = _issued_at(request, visit)
    item = _item(request, context)
    patient = context.patient(request, "subject", visit)
    practitioner, profession = practitioner_of(request, visit, context)
    key, access_code = context.identifiers.prescription(context.named(request))
    yield context.statement(
        entry,
        "PrescriptionIssued",
        [issued_at],
        said_in=request,
        patient=patient,
        prescription=key,
        access_code=access_code,
        practitioner=practitioner,
        profession=profession,
        provider=provider_of(request, visit, context),
        issued_at=issued_at,
        valid_until=_valid_until(request, issued_at),
        chronic=_is_chronic(request),
        items=[item],
    )


def _issued_at(request: Json, visit: Named | None) -> datetime:
    """When it was issued, else when its visit began; NotMapped where it was not issued, or nobody states the day."""
    intent, status = code(request.get("intent")), code(request.get("status"))
    if intent not in ORDERS:
        raise NotMapped(f"intent {intent}")
    if status in NOT_ISSUED:
        raise NotMapped(f"status {status}")
    began = part(visit.resource.get("period"), "start") if visit else None
    issued_at = first_instant(request.get("authoredOn"), began)
    if issued_at is None:
        raise NotMapped("no day on which it was issued")
    return issued_at


def _item(request: Json, context: Context) -> Json:
    medicine = concept(request.get("medicationCodeableConcept"), LONGEST_MEDICINE)
    if medicine is None and (named := context.follow(request, "medicationReference", "Medication")) is not None:
        medicine = concept(named.resource.get("code"), LONGEST_MEDICINE) or _ingredients(named)
    if medicine is None:
        raise NotMapped("no medicine is named")
    return {
        "item": 1,
        "medicine": medicine,
        "strength": None,
        "quantity": _packages(request),
        "dosage": _dosage(request),
        "payment_level": None,
    }


def _ingredients(medication: Named) -> str | None:
    parts = objects(medication.resource.get("ingredient"))
    named = [concept(one.get("itemCodeableConcept"), LONGEST_MEDICINE) for one in parts]
    return text(" + ".join(name for name in named if name), LONGEST_MEDICINE)


def _dispense(request: Json) -> Json:
    dispense = request.get("dispenseRequest")
    return dispense if isinstance(dispense, dict) else {}


def _packages(request: Json) -> int:
    """One package for each time it may be dispensed: FHIR counts tablets, the e-prescription packages."""
    repeats = _dispense(request).get("numberOfRepeatsAllowed")
    return min(1 + repeats, MOST_PACKAGES) if type(repeats) is int and repeats > 0 else 1


def _valid_until(request: Json, issued_at: datetime) -> date:
    """The first day on which it can no longer be dispensed."""
    last = last_day(part(_dispense(request).get("validityPeriod"), "end"))
    if last is not None:
        return last + timedelta(days=1)
    return issued_at.astimezone(WARSAW).date() + timedelta(days=VALID_DAYS)


def _is_chronic(request: Json) -> bool:
    return CONTINUOUS in codes(request.get("courseOfTherapyType"), COURSE_SYSTEM)


def _dosage(request: Json) -> str | None:
    """As the prescriber wrote it, else put together from the parts."""
    said = [text(d.get("text"), LONGEST_DOSAGE) or _put_together(d) for d in objects(request.get("dosageInstruction"))]
    return text("; ".join(part for part in said if part), LONGEST_DOSAGE)


def _put_together(dosage: Json) -> str | None:
    """Such as ``po 1, 3 × / d``: how much, how often in which time; people read it, in Polish."""
    parts = [*_dose(dosage), *_rhythm(dosage)]
    if dosage.get("asNeededBoolean") is True:
        parts.append("w razie potrzeby")
    return ", ".join(parts) or None


def _dose(dosage: Json) -> Iterator[str]:
    for rate in objects(dosage.get("doseAndRate")):
        for dose in objects(rate.get("doseQuantity")):
            if _is_number(dose.get("value")):
                yield f"po {dose['value']} {text(dose.get('unit'), 40) or ''}".rstrip()


def _rhythm(dosage: Json) -> Iterator[str]:
    for timing in objects(dosage.get("timing")):
        for repeat in objects(timing.get("repeat")):
            frequency, period, unit = (
                repeat.get("frequency"),
                repeat.get("period"),
                _UNITS.get(str(repeat.get("periodUnit"))),
            )
            if _is_number(frequency) and _is_number(period) and unit is not None:
                yield f"{frequency} × / {unit if period == 1 else f'{period} {unit}'}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
