"""DiagnosticReport → TestResultPublished where it has values, else DocumentIndexed."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Final

from kartoteka.publishing.fhir.attachments import Content, content_of, text_content
from kartoteka.publishing.fhir.bundles import Entry
from kartoteka.publishing.fhir.documents import OTHER, kind_of
from kartoteka.publishing.fhir.elements import code, codes, concept, first_instant, instant, objects, part, text
from kartoteka.publishing.fhir.mapping import Context, entry_number
from kartoteka.publishing.fhir.providers import practitioner_if_named, provider_of
from kartoteka.publishing.fhir.references import Named
from kartoteka.publishing.fhir.refusals import NotMapped
from kartoteka.publishing.fhir.results import LOINC, items_of
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

# Registered: somebody ordered it, and nothing is known yet.
NO_REPORT: Final = ("registered", "cancelled", "entered-in-error")
MOST_ITEMS: Final = 200
LONGEST_TEST: Final = 300
LONGEST_CONCLUSION: Final = 1_000_000
SECTIONS: Final = "http://terminology.hl7.org/CodeSystem/v2-0074"
# Diagnostic service sections (HL7 v2, table 0074) and LOINC's classes of radiology and laboratory.
_IMAGING: Final = "LP29684-5 RAD RUS RX CT NMR NMS CUS VUS XRC OUS"
_LABORATORY: Final = "LP29693-6 LAB CH HM MB MCB MYC PAR SR VR BLB IMM TX CG GE CP CY PAT SP BG"


def report(entry: Entry, context: Context) -> Iterator[Statement]:
    resource = entry.resource
    if (status := code(resource.get("status"))) in NO_REPORT:
        raise NotMapped(f"status {status}")
    visit = context.follow(resource, "encounter", "Encounter")
    common = {
        "patient": context.patient(resource, "subject", visit),
        "provider": provider_of(resource, visit, context),
        "visit": entry_number(visit) if visit else None,
    }
    items = [] if _is_imaging(resource) else items_of(resource, context)
    if 0 < len(items) <= MOST_ITEMS:
        yield _test_result(entry, context, visit, items, common)
    else:
        yield _document(entry, context, visit, common)


def _test_result(entry: Entry, context: Context, visit: Named | None, items: list[Json], common: Json) -> Statement:
    resource = entry.resource
    sampled_at, issued_at = _examined_at(resource, visit, context), instant(resource.get("issued"))
    return context.statement(
        entry,
        "TestResultPublished",
        [sampled_at, issued_at, instant(_visit_began(visit))],
        said_in=resource,
        **common,
        result=context.number(resource),
        test=_title(resource) or "?",
        sampled_at=sampled_at,
        issued_at=issued_at,
        items=items,
    )


def _document(entry: Entry, context: Context, visit: Named | None, common: Json) -> Statement:
    resource = entry.resource
    issued_at = instant(resource.get("issued")) or _examined_at(resource, visit, context)
    return context.statement(
        entry,
        "DocumentIndexed",
        [issued_at, instant(_visit_began(visit))],
        said_in=resource,
        **common,
        document=context.number(resource),
        document_kind=_document_kind(resource),
        issued_at=issued_at,
        **practitioner_if_named(resource, context),
        title=_title(resource),
        **_content(resource, entry, context)._asdict(),
    )


def _content(resource: Json, entry: Entry, context: Context) -> Content:
    """Its printed form, else its conclusion, else the report as it is."""
    forms = list(objects(resource.get("presentedForm")))
    conclusion = text(resource.get("conclusion"), LONGEST_CONCLUSION)
    if not forms and conclusion is not None:
        return text_content(conclusion, entry, context)
    return content_of(forms, entry, context)


def _examined_at(resource: Json, visit: Named | None, context: Context) -> datetime:
    """When it was sampled or examined, else when the result was issued, else when the visit began."""
    period = part(resource.get("effectivePeriod"), "start")
    began = _visit_began(visit)
    found = first_instant(resource.get("effectiveDateTime"), period, resource.get("issued"), began)
    if found is None:
        found = context.stated(resource)
    if found is None:
        raise NotMapped("no day of the examination (--stated-at TIME states one)")
    return found


def _visit_began(visit: Named | None) -> Any:
    return part(visit.resource.get("period"), "start") if visit else None


def _document_kind(resource: Json) -> str:
    if _is_imaging(resource):
        return "imaging_description"
    return kind_of(resource.get("code"), "laboratory_result" if _is_laboratory(resource) else OTHER)


def _is_imaging(resource: Json) -> bool:
    return bool(_sections(resource).intersection(_IMAGING.split()) or resource.get("imagingStudy"))


def _is_laboratory(resource: Json) -> bool:
    return not _sections(resource).isdisjoint(_LABORATORY.split())


def _sections(resource: Json) -> set[str]:
    category: Any = resource.get("category")
    return {*codes(category, SECTIONS), *codes(category, LOINC)}


def _title(resource: Json) -> str | None:
    return concept(resource.get("code"), LONGEST_TEST) or concept(resource.get("category"), LONGEST_TEST)
