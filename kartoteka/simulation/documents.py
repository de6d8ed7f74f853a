"""Documents that providers index; the ledger holds the index entry, not the document."""

from typing import Any, Final

from kartoteka.simulation.scene import Scene
from kartoteka.simulation.visits import Visit

WITHDRAWN: Final = 0.01
AFTER: Final = {"stay": "hospital_discharge", "admission_refused": "admission_refusal"}
OTHERWISE: Final = ("laboratory_result",) * 5 + ("imaging_description",) * 4 + ("care_plan", "other")
INDEXED: Final = 0.1
ANSWERED: Final = 0.6
TITLES: Final = {
    "hospital_discharge": "Karta informacyjna leczenia szpitalnego",
    "referring_doctor_information": "Informacja dla lekarza kierującego",
    "admission_refusal": "Informacja o odmowie przyjęcia do szpitala",
    "laboratory_result": "Sprawozdanie z badania laboratoryjnego z opisem",
    "imaging_description": "Opis badania obrazowego",
    "care_plan": "Indywidualny plan opieki medycznej",
    "other": None,
}
REPOSITORY: Final = "urn:oid:2.16.840.1.113883.3.4424.2.7"


def enter(scene: Scene, visit: Visit, answers_referral: bool = False) -> None:
    kind = _kind(scene, visit, answers_referral)
    if kind is None:
        return
    number = f"EDM/{visit.clinic.number}/{scene.chance.digits(12)}"
    value = _value(scene, visit, kind, number)
    at = scene.period.time(visit.day, visit.end + 300)
    scene.journal.say("DocumentIndexed", visit.clinic.publisher, at, value)
    if scene.chance.chance(WITHDRAWN):
        _withdraw(scene, visit, number)


def _kind(scene: Scene, visit: Visit, answers_referral: bool) -> str | None:
    if visit.kind in AFTER:
        return AFTER[visit.kind]
    if answers_referral and scene.chance.chance(ANSWERED):
        return "referring_doctor_information"
    return scene.chance.pick(OTHERWISE) if scene.chance.chance(INDEXED) else None


def _value(scene: Scene, visit: Visit, kind: str, number: str) -> dict[str, Any]:
    return {
        "patient": visit.person.pesel,
        "document": number,
        "document_kind": kind,
        "issued_at": scene.period.time(visit.day, visit.end + 240),
        "provider": visit.clinic.number,
        "practitioner": visit.practitioner,
        "profession": visit.profession,
        "visit": visit.number,
        "title": TITLES[kind],
        "content_type": "application/pdf" if kind == "imaging_description" else "application/hl7-v3+xml",
        "digest": f"{scene.chance.getrandbits(256):064x}",
        "place": f"{REPOSITORY}:{number}",
    }


def _withdraw(scene: Scene, visit: Visit, number: str) -> None:
    at = scene.later(scene.period.time(visit.day, visit.end + 300), 10)
    value = {
        "patient": visit.person.pesel,
        "document": number,
        "reason": "dokument innego pacjenta",
        "withdrawn_at": at,
    }
    scene.journal.say("DocumentWithdrawn", visit.clinic.publisher, at, value)
