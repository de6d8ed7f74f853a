"""Guardians: of a grandmother who can no longer decide, and of children who have lost their parents."""

from typing import Final

from kartoteka.simulation.household import ADULT_YEARS, Person
from kartoteka.simulation.marriages import court_file
from kartoteka.simulation.scene import HOUR, Scene

INCAPACITATED_YEARLY: Final = 0.12
ENDED: Final = 0.6


def tell(scene: Scene) -> None:
    for elder in scene.house.elders:
        day = elder.registered_day + 1 + int(scene.chance.wait_days(INCAPACITATED_YEARLY))
        end = day + scene.chance.between(120, 900) if scene.chance.chance(ENDED) else scene.period.days
        _appoint(scene, elder, scene.house.adults, day, end)
    orphaned = max(adult.died_day for adult in scene.house.adults) + 20
    for child in scene.house.minors(orphaned):
        _appoint(scene, child, scene.house.members, orphaned, child.day_of_age(ADULT_YEARS))


def _appoint(scene: Scene, ward: Person, candidates: tuple[Person, ...], day: int, end: int) -> None:
    """Somebody of the family who is of age; nothing when there is nobody, or it is too late."""
    able = [p for p in candidates if p is not ward and p.here(day) and p.age(day) > ADULT_YEARS]
    if not able or not ward.here(day) or day >= scene.period.days:
        return
    guardian, period = able[0], scene.period
    file = court_file(scene, day)
    who = {"ward": ward.pesel, "guardian": guardian.pesel, **file}
    said = period.time(day, 10 * HOUR)
    scene.journal.say("GuardianshipEstablished", "registry", said, {**who, "valid_from": period.date(day)})
    if end < min(period.days, ward.died_day, guardian.died_day):
        at = period.time(end, 10 * HOUR)
        scene.journal.say("GuardianshipEnded", "registry", at, {**who, "valid_until": period.date(end)})
