"""DocumentReference → DocumentIndexed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from kartoteka.publishing.fhir.attachments import attachments_in, content_of
from kartoteka.publishing.fhir.bundles import Entry
from kartoteka.publishing.fhir.elements import code, codes, concept, first_instant, instant, part, text
from kartoteka.publishing.fhir.mapping import Context, entry_number
from kartoteka.publishing.fhir.providers import practitioner_if_named, provider_of
from kartoteka.publishing.fhir.references import Named
from kartoteka.publishing.fhir.refusals import NotMapped
from kartoteka.publishing.fhir.results import LOINC
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

IN_ERROR: Final = "entered-in-error"
LONGEST_TITLE: Final = 300
OTHER: Final = "other"
# LOINC document codes; where a code covers more than our kind, it is "other".
_KINDS: Final = {
    "hospital_discharge": "18842-5 34105-7 34106-5",
    "referring_doctor_information": "57133-1 11488-4",
    "laboratory_result": "11502-2",
    "imaging_description": "18748-4",
    "care_plan": "18776-5",
}
_KIND_OF: Final = {loinc: kind for kind, listed in _KINDS.items() for loinc in listed.split()}


def document_indexed(entry: Entry, context: Context) -> Iterator[Statement]:
    document = entry.resource
    for element in ("status", "docStatus"):
        if code(document.get(element)) == IN_ERROR:
            raise NotMapped(f"{element} {IN_ERROR}")
    around = document.get("context")
    visit = context.follow({"encounter": part(around, "encounter")}, "encounter", "Encounter", document)
    attachments = attachments_in(document.get("content"))
    issued_at = _issued_at(document, visit, context)
    yield context.statement(
        entry,
        "DocumentIndexed",
        [issued_at, *_care_began(document, visit)],
        said_in=document,
        patient=context.patient(document, "subject", visit),
        document=context.number(document),
        document_kind=kind_of(document.get("type")),
        issued_at=issued_at,
        provider=provider_of(document, visit, context),
        **practitioner_if_named(document, context),
        visit=entry_number(visit) if visit else None,
        title=_title(document, part(attachments, "title")),
        **content_of(attachments, entry, context)._asdict(),
    )


def kind_of(stated: Any, otherwise: str = OTHER) -> str:
    """The kind that a LOINC document code clearly says."""
    return next((_KIND_OF[loinc] for loinc in codes(stated, LOINC) if loinc in _KIND_OF), otherwise)


def _issued_at(document: Json, visit: Named | None, context: Context) -> datetime:
    """When it was made: the content, else its reference; else when the care that it tells of began."""
    creation = part(attachments_in(document.get("content")), "creation")
    made = first_instant(creation, document.get("date"))
    found = made or next(iter(_care_began(document, visit)), None) or context.stated(document)
    if found is None:
        raise NotMapped("no day on which it was made (--stated-at TIME states one)")
    return found


def _care_began(document: Json, visit: Named | None) -> list[datetime]:
    """Some documents bear the day on which the care will end."""
    period = part(part(document.get("context"), "period"), "start")
    began = part(visit.resource.get("period"), "start") if visit else None
    return [found for stated in (period, began) if (found := instant(stated)) is not None]


def _title(document: Json, attached: Any) -> str | None:
    said = text(document.get("description"), LONGEST_TITLE) or text(attached, LONGEST_TITLE)
    return said or concept(document.get("type"), LONGEST_TITLE)
