"""Small FHIR resources in order, bundles of them, and what one run makes of them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kartoteka.publishing.fhir.run import Run
from kartoteka.publishing.statement import Statement

Json = dict[str, Any]
NOW = datetime(2026, 3, 10, 12, tzinfo=UTC)
PESEL_SYSTEM = "urn:oid:2.16.840.1.113883.3.4424.1.1.616"
PHYSICIAN_SYSTEM = "urn:oid:2.16.840.1.113883.3.4424.1.6.2"
PROVIDER_SYSTEM = "urn:oid:2.16.840.1.113883.3.4424.2.3.1"
CVX = "http://hl7.org/fhir/sid/cvx"
LOINC = "http://loinc.org"
ACTS = "http://terminology.hl7.org/CodeSystem/v3-ActCode"
SECTIONS = "http://terminology.hl7.org/CodeSystem/v2-0074"


def polish(system: str, value: str) -> list[Json]:
    return [{"system": system, "value": value}]


PATIENT: Json = {
    "resourceType": "Patient",
    "id": "p1",
    "identifier": polish(PESEL_SYSTEM, "14300530581"),
    "name": [{"family": "Nowak", "given": ["Jan", "Maria"]}],
    "gender": "male",
    "birthDate": "2014-10-05",
}
ORGANIZATION: Json = {"resourceType": "Organization", "id": "o1", "identifier": polish(PROVIDER_SYSTEM, "000000001688")}
PRACTITIONER: Json = {"resourceType": "Practitioner", "id": "d1", "identifier": polish(PHYSICIAN_SYSTEM, "5425740")}
VISIT: Json = {
    "resourceType": "Encounter",
    "id": "v1",
    "status": "finished",
    "class": {"system": ACTS, "code": "AMB"},
    "subject": {"reference": "Patient/p1"},
    "period": {"start": "2026-01-10T09:00:00+01:00", "end": "2026-01-10T09:30:00+01:00"},
    "participant": [{"individual": {"reference": "Practitioner/d1"}}],
    "serviceProvider": {"reference": "Organization/o1"},
}
DOSE: Json = {
    "resourceType": "Immunization",
    "id": "i1",
    "status": "completed",
    "vaccineCode": {"coding": [{"system": CVX, "code": "165", "display": "HPV9"}]},
    "patient": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/v1"},
    "occurrenceDateTime": "2026-01-10T09:15:00.1234567+01:00",
}
REQUEST: Json = {
    "resourceType": "MedicationRequest",
    "id": "m1",
    "identifier": [{"value": "4" * 44}, {"value": "0042"}],
    "status": "active",
    "intent": "order",
    "medicationCodeableConcept": {"text": "Amoksycylina 500 mg"},
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/v1"},
    "authoredOn": "2026-01-10T09:20:00+01:00",
    "dosageInstruction": [{"text": "co 8 godzin"}],
}
OBSERVATION: Json = {
    "resourceType": "Observation",
    "id": "b1",
    "status": "final",
    "code": {"coding": [{"system": LOINC, "code": "718-7", "display": "Hemoglobin"}]},
    "subject": {"reference": "Patient/p1"},
    "valueQuantity": {"value": 13.2, "unit": "g/dL"},
    "referenceRange": [{"low": {"value": 12, "unit": "g/dL"}, "high": {"value": 16, "unit": "g/dL"}}],
}
REPORT: Json = {
    "resourceType": "DiagnosticReport",
    "id": "r1",
    "status": "final",
    "category": [{"coding": [{"system": SECTIONS, "code": "LAB"}]}],
    "code": {"coding": [{"system": LOINC, "code": "58410-2"}], "text": "Morfologia"},
    "subject": {"reference": "Patient/p1"},
    "encounter": {"reference": "Encounter/v1"},
    "effectiveDateTime": "2026-01-10T09:10:00+01:00",
    "issued": "2026-01-11T09:10:00+01:00",
    "result": [{"reference": "Observation/b1"}],
}
DOCUMENT: Json = {
    "resourceType": "DocumentReference",
    "id": "c1",
    "status": "current",
    "type": {"coding": [{"system": LOINC, "code": "18842-5", "display": "Discharge summary"}]},
    "subject": {"reference": "Patient/p1"},
    "date": "2026-01-12T10:00:00+01:00",
    "custodian": {"reference": "Organization/o1"},
    "author": [{"reference": "Practitioner/d1"}],
    "content": [{"attachment": {"contentType": "Text/Plain; charset=utf-8", "data": "xbzDs8WCdHkK"}}],
    "context": {"encounter": [{"reference": "Encounter/v1"}]},
}
COVERAGE: Json = {
    "resourceType": "Coverage",
    "id": "k1",
    "status": "active",
    "type": {"coding": [{"system": ACTS, "code": "PUBLICPOL"}]},
    "beneficiary": {"reference": "Patient/p1"},
    "period": {"start": "2025-01-01", "end": "2025-12-31"},
}
AROUND = [PATIENT, ORGANIZATION, PRACTITIONER, VISIT]
ALL = [PATIENT, ORGANIZATION, PRACTITIONER, VISIT, DOSE, REQUEST]


def bundle(*resources: Json, **more: Any) -> Json:
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in resources], **more}


class Published:
    """What one run made of its bundles."""

    def __init__(self, run: Run) -> None:
        self.wrong = [f"{broken.place}: {broken.says}" for broken in run.check()]
        self.counts = run.counts
        self.statements: list[Statement] = [] if self.wrong else list(run.statements())

    def of(self, event: str) -> list[dict[str, Any]]:
        return [dict(statement.value) for statement in self.statements if statement.type == event]

    def one(self, event: str) -> dict[str, Any]:
        (value,) = self.of(event)
        return value


def run_over(
    folder: Path, *bundles: Json, synthetic: bool = False, stated_at: datetime | None = None, now: datetime = NOW
) -> Published:
    """Writes the bundles, each into its file, and runs over them."""
    paths = [folder / f"{number}.json" for number, _ in enumerate(bundles)]
    for path, content in zip(paths, bundles, strict=True):
        path.write_text(json.dumps(content))
    return Published(Run(paths, synthetic, stated_at, now))
