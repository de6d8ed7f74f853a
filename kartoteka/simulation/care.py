"""How often people see a practitioner, and everything that may follow from a visit."""

from collections.abc import Callable
from typing import Final

from kartoteka.simulation import device_orders, documents, entitlement, laboratory, referrals, settlements, sick_leaves
from kartoteka.simulation.household import Person
from kartoteka.simulation.scene import DAY, Scene
from kartoteka.simulation.visits import DIAGNOSES, Visit, opening_second, record

# Visits a year by age: a few for everybody, most for the youngest and the oldest.
YEARLY: Final = ((3, 7.0), (18, 3.5), (40, 3.0), (65, 4.5), (200, 8.0))
KINDS: Final = ("visit",) * 70 + ("teleconsultation",) * 20 + ("emergency",) * 4 + ("home_visit",) * 2 + ("stay",) * 3
REFUSED: Final = 0.006
FOLLOWING: Final[tuple[Callable[[Scene, Visit], None], ...]] = (
    entitlement.confirm,
    settlements.settle,
    referrals.refer,
    laboratory.examine,
    documents.enter,
    device_orders.order,
    sick_leaves.issue,
)


def tell(scene: Scene, person: Person) -> None:
    days = float(person.registered_day + 1)
    while True:
        days += scene.chance.wait_days(_yearly(person.age(days)))
        day = int(days) + scene.period.is_sunday(int(days))
        if day >= min(scene.period.days, person.died_day):
            return
        visit = _visit(scene, person, day)
        for follows in FOLLOWING:
            follows(scene, visit)


def _visit(scene: Scene, person: Person, day: int) -> Visit:
    chance = scene.chance
    kind = "admission_refused" if chance.chance(REFUSED) else chance.pick(KINDS)
    start = opening_second(scene)
    end = start + (chance.between(1, 9) * DAY if kind == "stay" else chance.between(5, 40) * 60)
    return record(scene, person, day, start, kind, chance.pick(DIAGNOSES), end)


def _yearly(age: float) -> float:
    return next(rate for below, rate in YEARLY if age < below)
