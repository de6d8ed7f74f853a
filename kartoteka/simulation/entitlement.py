"""What NFZ answers when a provider asks at a visit whether somebody is entitled (eWUŚ), and when that ends."""

from typing import Any, Final

from kartoteka.simulation.careers import PENSION_YEARS, Job
from kartoteka.simulation.household import ADULT_YEARS
from kartoteka.simulation.scene import HOUR, Scene
from kartoteka.simulation.visits import Visit

ASKED: Final = 0.5
ENTITLED_AFTER_DAYS: Final = 30
WITHDRAWN: Final = 0.7


def confirm(scene: Scene, visit: Visit) -> None:
    ground = _ground(scene, visit)
    if ground is None or not scene.chance.chance(ASKED):
        return
    value = {
        "patient": visit.person.pesel,
        "ground": ground,
        "as_of": scene.period.date(visit.day),
        "valid_until": None,
        "reference": None,
    }
    scene.journal.say("EntitlementConfirmed", "nfz", scene.period.time(visit.day, visit.start + 5), value)


def withdraw(scene: Scene, job: Job) -> None:
    """Thirty days after a job nothing is left of it, unless another one has begun."""
    day = job.end + ENTITLED_AFTER_DAYS
    person, period = job.person, scene.period
    if not job.stated < day < period.days - 1 or scene.job(person, day) or not scene.chance.chance(WITHDRAWN):
        return
    value: dict[str, Any] = {
        "patient": person.pesel,
        "ground": "insured",
        "as_of": period.date(day),
        "reason": "brak tytułu ubezpieczenia",
    }
    scene.journal.say("EntitlementWithdrawn", "nfz", period.time(day, 3 * HOUR), value)


def _ground(scene: Scene, visit: Visit) -> str | None:
    person, day = visit.person, visit.day
    if scene.job(person, day):
        return "insured"
    if person.age(day) < ADULT_YEARS:
        return "under_18" if scene.chance.chance(0.1) else "family_member"
    if person.age(day) >= PENSION_YEARS:
        return "pension"
    return "special_act" if scene.house.ukrainian else None
