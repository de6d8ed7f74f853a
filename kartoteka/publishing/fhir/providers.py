"""Where something happened and who did it: stated by the resource itself, else by its visit."""

from collections.abc import Iterator
from typing import Final

from kartoteka.publishing.fhir.elements import objects
from kartoteka.publishing.fhir.identifiers import FLAG
from kartoteka.publishing.fhir.mapping import Context
from kartoteka.publishing.fhir.references import Named
from kartoteka.publishing.fhir.refusals import NotMapped
from schemas.derive import Json

# Elements that name who did it: persons, their roles, or organizations; and where within them the reference stands.
_WHO: Final = {
    "Encounter": (("participant", "individual"),),
    "Immunization": (("performer", "actor"),),
    "MedicationRequest": (("requester", ""), ("recorder", "")),
    "DiagnosticReport": (("performer", ""), ("resultsInterpreter", "")),
    "DocumentReference": (("author", ""), ("authenticator", "")),
}
_WHERE: Final = ("serviceProvider", "custodian")


def provider_of(resource: Json, visit: Named | None, context: Context) -> str:
    """RPWDL number of the provider; NotMapped where nobody names one."""
    for around in (resource, visit.resource if visit else {}):
        if (organization := next(_organizations(around, context), None)) is not None:
            return context.identifiers.provider(organization)
    if (made := context.identifiers.unnamed_provider(context.bundle.source_of(resource))) is not None:
        return made
    raise NotMapped(f"no provider is named, by it or by its Encounter ({FLAG} derives one)")


def practitioner_of(resource: Json, visit: Named | None, context: Context) -> tuple[str, str]:
    """Licence number and profession of who prescribed; NotMapped where nobody is named."""
    for around in (resource, visit.resource if visit else {}):
        if (practitioner := next(_practitioners(around, context), None)) is not None:
            return context.identifiers.licence(practitioner)
    if (made := context.identifiers.unnamed_practitioner(context.bundle.source_of(resource))) is not None:
        return made
    raise NotMapped(f"no practitioner is named, by it or by its Encounter ({FLAG} derives one)")


def practitioner_if_named(resource: Json, context: Context) -> dict[str, str | None]:
    """The fields ``practitioner`` and ``profession`` where both may be left open."""
    practitioner = next(_practitioners(resource, context), None)
    number, profession = context.identifiers.licence(practitioner) if practitioner else (None, None)
    return {"practitioner": number, "profession": profession}


def _organizations(resource: Json, context: Context) -> Iterator[Named]:
    for element in _WHERE:
        yield from _of_type("Organization", context.followed(resource, element))
    for named in _who(resource, context):
        yield from _itself_or_by_role(named, "Organization", "organization", context)
    for location in _locations(resource, context):
        yield from _of_type("Organization", context.followed(location.resource, "managingOrganization"))


def _practitioners(resource: Json, context: Context) -> Iterator[Named]:
    for named in _who(resource, context):
        yield from _itself_or_by_role(named, "Practitioner", "practitioner", context)


def _who(resource: Json, context: Context) -> Iterator[Named]:
    for element, inner in _WHO.get(str(resource.get("resourceType")), ()):
        if not inner:
            yield from context.followed(resource, element)
            continue
        for around in objects(resource.get(element)):
            yield from context.followed(around, inner, resource)


def _locations(resource: Json, context: Context) -> Iterator[Named]:
    """An Encounter lists locations, an Immunization has one."""
    for around in objects(resource.get("location")):
        pointing = around if "location" in around else {"location": around}
        yield from _of_type("Location", context.followed(pointing, "location", resource))


def _itself_or_by_role(named: Named, wanted: str, of_role: str, context: Context) -> Iterator[Named]:
    if named.type == "PractitionerRole":
        yield from _of_type(wanted, context.followed(named.resource, of_role))
    else:
        yield from _of_type(wanted, iter([named]))


def _of_type(wanted: str, found: Iterator[Named]) -> Iterator[Named]:
    return (named for named in found if named.type == wanted)
