"""Where something happened and who did it: stated by the resource itself, else by its visit."""

from collections.abc import Iterator

from kartoteka.publishing.fhir.elements import objects
from kartoteka.publishing.fhir.mapping import Context, NotMapped
from kartoteka.publishing.fhir.references import Named
from schemas.derive import Json


def provider_of(resource: Json, visit: Named | None, context: Context) -> str:
    """RPWDL number of the provider; NotMapped where nobody names one."""
    for organization in _organizations(resource, visit, context):
        if organization is not None:
            return context.identifiers.provider(organization)
    raise NotMapped("no provider is named, by it or by its Encounter")


def practitioner_of(resource: Json, visit: Named | None, context: Context) -> tuple[str, str]:
    """Licence number and profession of who prescribed; NotMapped where nobody is named."""
    for practitioner in _practitioners(resource, visit, context):
        if practitioner is not None:
            return context.identifiers.licence(practitioner)
    raise NotMapped("no practitioner is named, by it or by its Encounter")


def _organizations(resource: Json, visit: Named | None, context: Context) -> Iterator[Named | None]:
    yield from _by_role(resource, "requester", "Organization", "organization", resource, context)
    for performer in objects(resource.get("performer")):
        yield from _by_role(performer, "actor", "Organization", "organization", resource, context)
    if (location := context.follow(resource, "location", "Location")) is not None:
        yield context.follow(location.resource, "managingOrganization", "Organization")
    if visit is not None:
        yield context.follow(visit.resource, "serviceProvider", "Organization")


def _practitioners(resource: Json, visit: Named | None, context: Context) -> Iterator[Named | None]:
    yield from _by_role(resource, "requester", "Practitioner", "practitioner", resource, context)
    if visit is not None:
        for participant in objects(visit.resource.get("participant")):
            yield from _by_role(participant, "individual", "Practitioner", "practitioner", visit.resource, context)


def _by_role(
    pointing: Json, element: str, wanted: str, of_role: str, within: Json, context: Context
) -> Iterator[Named | None]:
    """What the element points to: itself of the wanted type, or by a PractitionerRole."""
    yield context.follow(pointing, element, wanted, within)
    if (role := context.follow(pointing, element, "PractitionerRole", within)) is not None:
        yield context.follow(role.resource, of_role, wanted)
