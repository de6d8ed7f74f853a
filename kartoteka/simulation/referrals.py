"""Referrals, and the visits elsewhere for which they are used."""

from typing import Any, Final

from kartoteka.simulation import documents, laboratory, settlements
from kartoteka.simulation.numbers import p1_key
from kartoteka.simulation.scene import DAY, Scene
from kartoteka.simulation.visits import Visit, opening_second, record

REFERRED: Final = 0.24
CANCELLED: Final = 0.03
USED: Final = 0.65
URGENT: Final = 0.15
TARGETS: Final = (
    ("specialist", "Poradnia kardiologiczna"),
    ("specialist", "Poradnia okulistyczna"),
    ("specialist", "Poradnia ortopedyczna"),
    ("specialist", "Poradnia dermatologiczna"),
    ("examination", "Pracownia USG"),
    ("examination", "Pracownia tomografii komputerowej"),
    ("rehabilitation", "Fizjoterapia ambulatoryjna"),
    ("hospital", "Oddział chorób wewnętrznych"),
    ("spa", "Leczenie uzdrowiskowe"),
    ("nursing_care", "Pielęgniarska opieka długoterminowa"),
)


def refer(scene: Scene, visit: Visit) -> None:
    chance = scene.chance
    if not chance.chance(REFERRED):
        return
    key = p1_key(chance)
    kind = _issue(scene, visit, key)
    if chance.chance(CANCELLED):
        _cancel(scene, visit, key)
    elif chance.chance(USED):
        _use(scene, visit, key, kind)


def _issue(scene: Scene, visit: Visit, key: str) -> str:
    chance, period = scene.chance, scene.period
    kind, target = chance.pick(TARGETS)
    urgent = chance.chance(URGENT)
    value = {
        "patient": visit.person.pesel,
        "referral": key,
        "access_code": chance.digits(4),
        "practitioner": visit.practitioner,
        "profession": visit.profession,
        "provider": visit.clinic.number,
        "issued_at": period.time(visit.day, visit.end),
        "referral_kind": kind,
        "target": target,
        "urgency": "urgent" if urgent else "stable",
        "diagnosis": visit.diagnosis,
        "valid_until": period.date(visit.day + 30) if kind == "rehabilitation" else None,
    }
    scene.journal.say("ReferralIssued", visit.clinic.publisher, period.time(visit.day, visit.end + 5), value)
    return kind


def _cancel(scene: Scene, visit: Visit, key: str) -> None:
    at = scene.later(scene.period.time(visit.day, visit.end + 5), 2)
    value: dict[str, Any] = {
        "patient": visit.person.pesel,
        "referral": key,
        "reason": scene.chance.pick(("wystawiono podwójnie", "na wniosek pacjenta", None)),
        "cancelled_at": at,
    }
    scene.journal.say("ReferralCancelled", visit.clinic.publisher, at, value)


def _use(scene: Scene, visit: Visit, key: str, kind: str) -> None:
    """The visit elsewhere is entered, paid for and documented; nothing more follows from it."""
    chance, period = scene.chance, scene.period
    day = visit.end_day + (chance.between(2, 25) if kind == "rehabilitation" else chance.between(2, 120))
    if day >= min(period.days, visit.person.died_day):
        return
    start = opening_second(scene)
    clinic = chance.pick(scene.world.clinics)
    there, nights = ("stay", chance.between(1, 9)) if kind == "hospital" else ("visit", 0)
    end = start + (nights * DAY or chance.between(10, 50) * 60)
    used = record(scene, visit.person, day, start, there, visit.diagnosis, end, clinic)
    at = period.time(day, start)
    value = {
        "patient": visit.person.pesel,
        "referral": key,
        "provider": clinic.number,
        "visit": used.number,
        "used_at": at,
    }
    scene.journal.say("ReferralUsed", clinic.publisher, scene.later(at, 0.01), value)
    settlements.settle(scene, used)
    laboratory.examine(scene, used)
    documents.enter(scene, used, answers_referral=True)
