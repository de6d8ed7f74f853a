"""Whom people choose for primary care: what NFZ knows at first, and later changes."""

from typing import Final

from kartoteka.simulation.household import Person
from kartoteka.simulation.scene import HOUR, Scene
from kartoteka.simulation.world import Clinic

CHANGED_YEARLY: Final = 0.05
NURSE: Final = 0.7
MIDWIFE: Final = 0.5
TOLD_WITHIN_DAYS: Final = 45


def tell(scene: Scene, person: Person) -> None:
    chance, period = scene.chance, scene.period
    first = person.registered_day + chance.between(1, TOLD_WITHIN_DAYS)
    end = min(period.days, person.died_day)
    if first < end:
        earlier = first if person.registered_day else first - chance.between(30, 4000)
        _choose_all(scene, person, scene.house.clinic, first, max(earlier, person.born_day + 1))
    change = first + 1 + int(chance.wait_days(CHANGED_YEARLY))
    if change < end:
        _choose_all(scene, person, chance.pick(scene.world.clinics), change, change)


def _choose_all(scene: Scene, person: Person, clinic: Clinic, day: int, valid_from: int) -> None:
    """A physician always, a nurse mostly, a midwife for many women."""
    chance = scene.chance
    physicians = [number for number, profession in clinic.practitioners if profession == "physician"]
    _choose(scene, person, clinic, "physician", chance.pick(physicians), day, valid_from)
    if chance.chance(NURSE):
        _choose(scene, person, clinic, "nurse", clinic.nurse, day, valid_from)
    if not person.male and chance.chance(MIDWIFE):
        _choose(scene, person, clinic, "midwife", clinic.midwife, day, valid_from)


def _choose(scene: Scene, person: Person, clinic: Clinic, role: str, number: str, day: int, since: int) -> None:
    value = {
        "patient": person.pesel,
        "role": role,
        "practitioner": number,
        "provider": clinic.number,
        "valid_from": scene.period.date(since),
    }
    at = scene.period.time(day, (2 + scene.chance.random()) * HOUR)
    scene.journal.say("PrimaryCareChosen", "nfz", at, value)
