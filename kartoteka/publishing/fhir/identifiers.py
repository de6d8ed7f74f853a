"""The Polish numbers of FHIR resources: their own, or synthetic ones where that is asked for."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from kartoteka.publishing.fhir.elements import day, identifier, objects, text
from kartoteka.publishing.fhir.references import Named
from kartoteka.publishing.fhir.refusals import Unmappable, WithoutNumber
from kartoteka.publishing.fhir.synthetic import (
    synthetic_access_code,
    synthetic_pesel,
    synthetic_prescription_key,
    synthetic_pwz,
    synthetic_rpwdl,
)
from schemas.shape import looks_like_pesel, possible_pesel

# Identifier systems of the Polish base profiles (HL7 Poland).
PESEL_SYSTEM: Final = "urn:oid:2.16.840.1.113883.3.4424.1.1.616"
PROVIDER_SYSTEM: Final = "urn:oid:2.16.840.1.113883.3.4424.2.3.1"
PHYSICIAN_SYSTEM: Final = "urn:oid:2.16.840.1.113883.3.4424.1.6.2"
LICENCE_SYSTEMS: Final = {
    PHYSICIAN_SYSTEM: "physician",
    "urn:oid:2.16.840.1.113883.3.4424.1.6.3": "nurse",
    "urn:oid:2.16.840.1.113883.3.4424.1.6.1": "pharmacist",
}
KIND_OF_SYSTEM: Final = {
    PESEL_SYSTEM: "Patient",
    PROVIDER_SYSTEM: "Organization",
    **dict.fromkeys(LICENCE_SYSTEMS, "Practitioner"),
}
SEXES: Final = ("female", "male")
_PRESCRIPTION_KEY: Final = re.compile(r"\d{44}", re.ASCII)
_ACCESS_CODE: Final = re.compile(r"\d{4}", re.ASCII)
FLAG: Final = "--synthetic-identifiers"


@dataclass(slots=True)
class Identifiers:
    """Numbers of resources; remembers whose each is, so that two never share one unseen."""

    synthetic: bool
    _owners: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    _made: set[tuple[str, str]] = field(default_factory=set)

    def pesel(self, patient: Named) -> str:
        own = identifier(patient.resource, PESEL_SYSTEM)
        if own is not None and not looks_like_pesel(own):
            raise Unmappable(f"{patient.name} has a PESEL that is not 11 digits: correct it")
        if own is not None and not possible_pesel(own):
            says = "has a PESEL whose date or check digit does not agree: look for a typing error"
            raise Unmappable(f"{patient.name} {says}; only the register may announce such a number")
        number = own or self._make(patient, "PESEL", PESEL_SYSTEM, _made_pesel)
        self._claim("PESEL", number, patient, shared=False)
        return number

    def licence(self, practitioner: Named) -> tuple[str, str]:
        """Licence number and profession."""
        for system, profession in LICENCE_SYSTEMS.items():
            if (own := identifier(practitioner.resource, system)) is not None:
                self._claim("PWZ", own, practitioner, shared=True)
                return own, profession
        number = self._make(practitioner, "licence number (PWZ)", PHYSICIAN_SYSTEM, _made_pwz)
        self._claim("PWZ", number, practitioner, shared=False)
        return number, "physician"

    def provider(self, organization: Named) -> str:
        own = identifier(organization.resource, PROVIDER_SYSTEM)
        number = own or self._make(organization, "book number (RPWDL)", PROVIDER_SYSTEM, _made_rpwdl)
        self._claim("RPWDL", number, organization, shared=own is not None)
        return number

    def unnamed_provider(self, source: str) -> str | None:
        """A number for the system that resources come from, where none of them names a provider."""
        return (
            self.provider(Named(source, {"resourceType": "Organization", "id": "unnamed"})) if self.synthetic else None
        )

    def unnamed_practitioner(self, source: str) -> tuple[str, str] | None:
        """A licence number for whoever prescribed in that system, where no resource names them."""
        return (
            self.licence(Named(source, {"resourceType": "Practitioner", "id": "unnamed"})) if self.synthetic else None
        )

    def prescription(self, request: Named) -> tuple[str, str]:
        """Key and access code, wherever among the identifiers they stand."""
        values = [text(found.get("value"), 100) or "" for found in objects(request.resource.get("identifier"))]
        key = next((value for value in values if _PRESCRIPTION_KEY.fullmatch(value)), None)
        code = next((value for value in values if _ACCESS_CODE.fullmatch(value)), None)
        if not self.synthetic and (key is None or code is None):
            raise Unmappable(
                "has no key of 44 digits and access code of 4 digits among its identifiers: "
                f"add them, or publish with {FLAG}"
            )
        identity = request.identity
        return key or synthetic_prescription_key(identity), code or synthetic_access_code(identity)

    def _make(self, named: Named, what: str, system: str, make: Callable[[Named], str]) -> str:
        if not self.synthetic:
            raise WithoutNumber(
                f"{named.name} has no {what}: add an identifier of the system {system}, or publish with {FLAG}"
            )
        return make(named)

    def _claim(self, kind: str, number: str, named: Named, shared: bool) -> None:
        """Notes whose number it is; only what institutions gave themselves may be shared, and no PESEL ever."""
        identity, name = self._owners.setdefault((kind, number), (named.identity, named.name))
        if not shared:
            self._made.add((kind, number))
        if identity != named.identity and (kind, number) in self._made:
            raise Unmappable(
                f"{named.name} and {name} have one {kind}: they are two resources; correct the number, "
                f"or, where it is synthetic, give one of them its own"
            )


def birth_date_and_sex(patient: Named) -> tuple[date, str]:
    """What a person cannot be registered without."""
    born = day(patient.resource.get("birthDate"))
    sex = patient.resource.get("gender")
    if born is None:
        raise Unmappable(f"{patient.name} has no birthDate that is known to the day: add it")
    if sex not in SEXES:
        raise Unmappable(f"{patient.name} has no gender 'female' or 'male', which the Polish register has: add it")
    return born, str(sex)


def _made_pesel(patient: Named) -> str:
    return synthetic_pesel(patient.identity, *birth_date_and_sex(patient))


def _made_pwz(practitioner: Named) -> str:
    return synthetic_pwz(practitioner.identity)


def _made_rpwdl(organization: Named) -> str:
    return synthetic_rpwdl(organization.identity)
