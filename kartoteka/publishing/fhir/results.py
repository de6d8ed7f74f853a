"""Observations as items of a test result: what was measured, its value in digits or words, unit and range."""

from collections.abc import Iterator
from typing import Any, Final

from kartoteka.publishing.fhir.elements import code, codes, concept, objects, text
from kartoteka.publishing.fhir.mapping import Context
from kartoteka.publishing.fhir.references import Named
from schemas.derive import Json

LOINC: Final = "http://loinc.org"
WITHDRAWN: Final = ("entered-in-error", "cancelled")
LONGEST_NAME: Final = 300
LONGEST_CODE: Final = 40
LONGEST_VALUE: Final = 2000
LONGEST_UNIT: Final = 60
LONGEST_RANGE: Final = 200
_PLAIN: Final = ("valueString", "valueTime", "valueDateTime")
_YES_NO: Final = {True: "tak", False: "nie"}


def items_of(report: Json, context: Context) -> list[Json]:
    """One item for each value, numbered from 1; panels are opened, components count by themselves."""
    # A panel may stand beside its members, and even, by mistake, among them.
    told: set[str] = set()
    found = [item for result in context.followed(report, "result") for item in _items(result, context, told)]
    return [{"item": number, **item} for number, item in enumerate(found, start=1)]


def _items(observation: Named, context: Context, told: set[str]) -> Iterator[Json]:
    resource = observation.resource
    withdrawn = code(resource.get("status")) in WITHDRAWN
    if observation.type != "Observation" or withdrawn or observation.identity in told:
        return
    told.add(observation.identity)
    for measured in (resource, *objects(resource.get("component"))):
        if (value := _value(measured)) is not None:
            yield _item(measured, *value)
    for member in context.followed(resource, "hasMember"):
        yield from _items(member, context, told)


def _item(measured: Json, value: str, unit: str | None) -> Json:
    loinc = next(codes(measured.get("code"), LOINC), None)
    return {
        "name": concept(measured.get("code"), LONGEST_NAME) or "?",
        "test_code": text(loinc, LONGEST_CODE),
        "result_value": value,
        "unit": unit,
        "reference_range": _range(measured),
    }


def _value(measured: Json) -> tuple[str, str | None] | None:
    """Value and unit; else why there is none, else what it was judged to be; None where nothing is said."""
    for quantity in objects(measured.get("valueQuantity")):
        if (said := _quantity(quantity)) is not None:
            return said, text(quantity.get("unit"), LONGEST_UNIT) or text(quantity.get("code"), LONGEST_UNIT)
    said = _words(measured) or concept(measured.get("dataAbsentReason"), LONGEST_VALUE)
    said = said or concept(measured.get("interpretation"), LONGEST_VALUE)
    return (said, None) if said is not None else None


def _words(measured: Json) -> str | None:
    if (said := concept(measured.get("valueCodeableConcept"), LONGEST_VALUE)) is not None:
        return said
    if (said := next((text(measured[name], LONGEST_VALUE) for name in _PLAIN if name in measured), None)) is not None:
        return said
    if isinstance(flag := measured.get("valueBoolean"), bool):
        return _YES_NO[flag]
    if _is_number(number := measured.get("valueInteger")):
        return str(number)
    return _compound(measured)


def _compound(measured: Json) -> str | None:
    for found in objects(measured.get("valueRange")):
        return _between(found)
    for found in objects(measured.get("valueRatio")):
        return _joined(found, "numerator", "denominator", " : ")
    for found in objects(measured.get("valuePeriod")):
        return text(f"{found.get('start', '?')} – {found.get('end', '?')}", LONGEST_VALUE)
    for found in objects(measured.get("valueSampledData")):
        return text(found.get("data"), LONGEST_VALUE)
    return None


def _range(measured: Json) -> str | None:
    said = [
        text(found.get("text"), LONGEST_RANGE) or _between(found) for found in objects(measured.get("referenceRange"))
    ]
    return text("; ".join(part for part in said if part), LONGEST_RANGE)


def _between(limits: Json) -> str | None:
    """Such as ``3.5 mmol/l – 5.1 mmol/l``, or ``≥ 3.5 mmol/l``."""
    low, high = (_with_unit(limits.get(name)) for name in ("low", "high"))
    if low and high:
        return f"{low} – {high}"
    return f"≥ {low}" if low else f"≤ {high}" if high else None


def _joined(found: Json, one: str, other: str, between: str) -> str | None:
    parts = [_with_unit(found.get(name)) for name in (one, other)]
    return between.join(part for part in parts if part) or None


def _with_unit(quantity: Any) -> str | None:
    for found in objects(quantity):
        if (said := _quantity(found)) is not None:
            return f"{said} {text(found.get('unit'), LONGEST_UNIT) or ''}".rstrip()
    return None


def _quantity(quantity: Json) -> str | None:
    if not _is_number(quantity.get("value")):
        return None
    return f"{text(quantity.get('comparator'), 2) or ''}{quantity['value']}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
