"""Patient → PersonRegistered."""

from collections.abc import Iterator

from kartoteka.publishing.fhir.bundles import Entry
from kartoteka.publishing.fhir.elements import objects, start_of, text, texts
from kartoteka.publishing.fhir.identifiers import birth_date_and_sex
from kartoteka.publishing.fhir.mapping import Context
from kartoteka.publishing.fhir.refusals import Unmappable
from kartoteka.publishing.statement import Statement
from schemas.derive import Json

LONGEST_NAME = 200


def person_registered(entry: Entry, context: Context) -> Iterator[Statement]:
    resource = entry.resource
    patient = context.named(resource)
    born, sex = birth_date_and_sex(patient)
    name = _official_name(resource)
    given_names, surname = (
        text(" ".join(texts(name.get("given"))), LONGEST_NAME),
        text(name.get("family"), LONGEST_NAME),
    )
    if given_names is None or surname is None:
        raise Unmappable("has no name with 'given' and 'family': add it")
    yield context.statement(
        entry,
        "PersonRegistered",
        [start_of(born)],
        said_in=resource,
        person=context.identifiers.pesel(patient),
        birth_date=born,
        sex=sex,
        given_names=given_names,
        surname=surname,
        mother=None,
        father=None,
    )


def _official_name(patient: Json) -> Json:
    """The official name, else the first that is not of old."""
    names = [name for name in objects(patient.get("name")) if name.get("use") not in ("old", "maiden", "nickname")]
    return next((name for name in names if name.get("use") == "official"), names[0] if names else {})
