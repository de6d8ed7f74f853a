"""Coverage → EntitlementConfirmed. Whatever it says, it is never a title of ZUS: no access to a child follows."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Final

from kartoteka.publishing.fhir.bundles import Entry
from kartoteka.publishing.fhir.elements import WARSAW, code, codes, first_day, last_day, part, start_of, text
from kartoteka.publishing.fhir.mapping import Context
from kartoteka.publishing.fhir.refusals import NotMapped
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

NOT_CONFIRMED: Final = ("draft", "entered-in-error")
CANCELLED: Final = "cancelled"
LONGEST_REFERENCE: Final = 200
OTHER: Final = "other"
TYPES: Final = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
RELATIONSHIPS: Final = "http://terminology.hl7.org/CodeSystem/subscriber-relationship"
# Programmes (HL7 v3 ActCode) that are a ground by themselves; the relationship tells the insured from their family.
_BY_TYPE: Final = {
    "RETIRE": "pension",
    "SOCIAL": "social_assistance",
    "MILITARY": "uniformed_service",
    "VET": "uniformed_service",
}
_BY_RELATIONSHIP: Final = {
    "self": "insured",
    **dict.fromkeys(("child", "spouse", "common", "parent"), "family_member"),
}


def entitlement_confirmed(entry: Entry, context: Context) -> Iterator[Statement]:
    coverage = entry.resource
    as_of, valid_until = _holds(coverage, context.stated(coverage))
    yield context.statement(
        entry,
        "EntitlementConfirmed",
        # Not the end as well: a later coverage begins on the day on which this one ends, and is the later word.
        [start_of(as_of)],
        said_in=coverage,
        patient=context.patient(coverage, "beneficiary"),
        ground=_ground(coverage),
        as_of=as_of,
        valid_until=valid_until,
        reference=text(coverage.get("subscriberId"), LONGEST_REFERENCE),
    )


def _holds(coverage: Json, stated: datetime | None) -> tuple[date, date | None]:
    """First day, and first day no longer; a cancelled coverage held for a time only where its end is stated."""
    status = code(coverage.get("status"))
    last = last_day(part(coverage.get("period"), "end"))
    if status in NOT_CONFIRMED or (status == CANCELLED and last is None):
        raise NotMapped(f"status {status}" + (", and no end of its period" if status == CANCELLED else ""))
    first = first_day(part(coverage.get("period"), "start"))
    if first is None and stated is not None and (last is None or stated.astimezone(WARSAW).date() <= last):
        first = stated.astimezone(WARSAW).date()
    if first is None:
        raise NotMapped("no day from which it holds (--stated-at TIME states one)")
    return first, last + timedelta(days=1) if last is not None else None


def _ground(coverage: Json) -> str:
    by_type = (_BY_TYPE.get(found) for found in codes(coverage.get("type"), TYPES))
    by_relationship = (_BY_RELATIONSHIP.get(found) for found in codes(coverage.get("relationship"), RELATIONSHIPS))
    return next((ground for ground in (*by_type, *by_relationship) if ground), OTHER)
