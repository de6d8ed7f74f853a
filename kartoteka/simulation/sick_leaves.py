"""Certificates of incapacity for work: one's own, or because a child is ill; ZUS shows them a day or two later."""

from typing import Any, Final

from kartoteka.simulation.careers import Job
from kartoteka.simulation.household import Person
from kartoteka.simulation.scene import DAY, HOUR, Scene
from kartoteka.simulation.visits import Visit

UNABLE: Final = 0.34
CARING: Final = 0.15
CARED_FOR_YEARS: Final = 14
CANCELLED: Final = 0.02


def issue(scene: Scene, visit: Visit) -> None:
    """For whoever has a job: the patient, or the parent who stays with a child that is ill."""
    person, chance = visit.person, scene.chance
    if person.age(visit.day) < CARED_FOR_YEARS:
        carer = _carer(scene, visit)
        if carer is not None and chance.chance(CARING):
            _certify(scene, visit, carer, person)
    elif (job := scene.job(person, visit.day)) is not None and chance.chance(UNABLE):
        _certify(scene, visit, job, None)


def _carer(scene: Scene, visit: Visit) -> Job | None:
    adults = (adult for adult in scene.house.adults if adult.here(visit.day))
    return next((job for adult in adults if (job := scene.job(adult, visit.day))), None)


def _certify(scene: Scene, visit: Visit, job: Job, child: Person | None) -> None:
    chance, period = scene.chance, scene.period
    number = f"Z{chance.pick('ABCDEFGH')}{chance.digits(9)}"
    issued = period.time(visit.day, visit.end)
    value = {
        "patient": job.person.pesel,
        "sick_leave": number,
        "child": child.pesel if child else None,
        "practitioner": visit.practitioner,
        "profession": visit.profession,
        "provider": visit.clinic.number,
        "payer": job.payer,
        "issued_at": issued,
        "valid_from": period.date(visit.day),
        "valid_until": period.date(visit.end_day + chance.between(2, 21)),
        "diagnosis": visit.diagnosis,
    }
    said = period.time(visit.day, visit.end + HOUR + (1 + chance.random()) * DAY)
    scene.journal.say("SickLeaveIssued", "zus", said, value)
    if chance.chance(CANCELLED):
        at = scene.later(said, 3)
        cancelled: dict[str, Any] = {
            "patient": job.person.pesel,
            "sick_leave": number,
            "reason": "pomyłka w okresie niezdolności",
            "cancelled_at": at,
        }
        scene.journal.say("SickLeaveCancelled", "zus", at, cancelled)
