"""Applications for the European health insurance card, and what becomes of them."""

from typing import Any, Final

from kartoteka.simulation.household import Person
from kartoteka.simulation.scene import HOUR, Scene

APPLIED_YEARLY: Final = 0.073
REFUSED: Final = 0.06
VALID_DAYS: Final = 3 * 365


def tell(scene: Scene, person: Person) -> None:
    chance = scene.chance
    days = person.registered_day + 1 + chance.wait_days(APPLIED_YEARLY)
    while days < min(scene.period.days - 12, person.died_day - 12):
        _apply(scene, person, int(days))
        days += 30 + chance.wait_days(APPLIED_YEARLY)


def _apply(scene: Scene, person: Person, day: int) -> None:
    chance, number = scene.chance, f"EKUZ/{scene.chance.digits(9)}"
    decided = day + chance.between(0, 5)
    _status(scene, person, number, "submitted", day, {})
    if chance.chance(REFUSED):
        _status(scene, person, number, "refused", decided, {"reason": "brak potwierdzonego prawa do świadczeń"})
        return
    dates = {"valid_from": scene.period.date(decided), "valid_until": scene.period.date(decided + VALID_DAYS)}
    _status(scene, person, number, "approved", decided, dates)
    _status(scene, person, number, "issued", decided + chance.between(1, 6), {**dates, "card": chance.digits(15)})


def _status(scene: Scene, person: Person, number: str, status: str, day: int, more: dict[str, Any]) -> None:
    second = {"submitted": 9, "approved": 13, "refused": 13, "issued": 14}[status] * HOUR
    at = scene.period.time(day, second + scene.chance.random() * HOUR)
    nothing: dict[str, Any] = {"valid_from": None, "valid_until": None, "card": None, "reason": None}
    value = {"patient": person.pesel, "application": number, "status": status, "changed_at": at}
    scene.journal.say("EkuzStatusChanged", "nfz", at, value | nothing | more)
