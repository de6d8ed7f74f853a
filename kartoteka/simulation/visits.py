"""Visits and stays, as the provider enters them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from kartoteka.simulation.household import Person
from kartoteka.simulation.scene import DAY, HOUR, Scene
from kartoteka.simulation.world import Clinic

CORRECTED: Final = 0.015
OPENS: Final = 6 * HOUR
OPEN_SECONDS: Final = 10 * HOUR
DIAGNOSES: Final = (
    "J06 Ostre zakażenie górnych dróg oddechowych",
    "I10 Samoistne nadciśnienie",
    "M54 Bóle grzbietu",
    "E11 Cukrzyca typu 2",
    "R10 Ból w okolicy brzucha",
    "L20 Atopowe zapalenie skóry",
    "K21 Refluks żołądkowo-przełykowy",
    "Z00 Badanie ogólne",
    None,
)


@dataclass(frozen=True, slots=True)
class Visit:
    """One visit: day and seconds since its midnight, the practitioner, and the provider's number of it."""

    person: Person
    clinic: Clinic
    practitioner: str
    profession: str
    number: str
    kind: str
    day: int
    start: float
    end: float
    diagnosis: str | None

    @property
    def end_day(self) -> int:
        return self.day + int(self.end // DAY)


def opening_second(scene: Scene) -> float:
    """A time of day at which clinics are open."""
    return OPENS + scene.chance.random() * OPEN_SECONDS


def record(
    scene: Scene,
    person: Person,
    day: int,
    start: float,
    kind: str,
    diagnosis: str | None,
    end: float,
    clinic: Clinic | None = None,
) -> Visit:
    """A visit at the family's clinic or another one, entered when it has ended."""
    chance, where = scene.chance, clinic or scene.house.clinic
    number = f"W/{where.number}/{scene.period.date(day).year}/{chance.digits(10)}"
    practitioner, profession = chance.pick(where.practitioners)
    visit = Visit(person, where, practitioner, profession, number, kind, day, start, end, diagnosis)
    said = scene.once_known(person, scene.period.time(day, end + 60 + 600 * chance.random()))
    scene.journal.say("VisitRecorded", where.publisher, said, _value(scene, visit))
    if chance.chance(CORRECTED):
        _correct(scene, visit, said)
    return visit


def _value(scene: Scene, visit: Visit) -> dict[str, Any]:
    return {
        "patient": visit.person.pesel,
        "visit": visit.number,
        "visit_kind": visit.kind,
        "started_at": scene.period.time(visit.day, visit.start),
        "ended_at": scene.period.time(visit.day, visit.end),
        "provider": visit.clinic.number,
        "practitioner": visit.practitioner,
        "profession": visit.profession,
        "diagnosis": visit.diagnosis,
    }


def _correct(scene: Scene, visit: Visit, said: datetime) -> None:
    value = {
        "patient": visit.person.pesel,
        "visit": visit.number,
        "visit_kind": None,
        "started_at": None,
        "ended_at": None,
        "provider": None,
        "practitioner": None,
        "profession": None,
        "diagnosis": scene.chance.pick(DIAGNOSES),
        "reason": "pomyłka w rozpoznaniu",
    }
    scene.journal.say("VisitCorrected", visit.clinic.publisher, scene.later(said, 6), value)
