"""What pharmacies dispense: in parts, abroad, corrected, taken back."""

from datetime import datetime, timedelta
from typing import Any, Final

from kartoteka.simulation.household import Person
from kartoteka.simulation.scene import Scene
from kartoteka.simulation.world import Pharmacy

ITEM_COLLECTED: Final = 0.85
CORRECTED: Final = 0.025
REVERSED: Final = 0.004
PART_DAYS: Final = 28
DISPENSING_ROOT: Final = "2.16.840.1.113883.3.4424.8.11"


class Dispensings:
    """Tells what becomes of one family's prescriptions."""

    def __init__(self, scene: Scene) -> None:
        self._world = scene.world
        self._period = scene.period
        self._journal = scene.journal
        self._chance = scene.chance
        self._house = scene.house

    def collect(
        self, person: Person, key: str, items: list[dict[str, Any]], day: int, second: float, valid: int
    ) -> None:
        chance = self._chance
        abroad = chance.chance(0.004)
        pharmacy = chance.pick(self._world.foreign if abroad else self._house.pharmacies)
        waited = min(valid - 1, int(chance.wait_days(365 / 2)))
        second += 300 + chance.random() * 7200
        for item in items:
            if chance.chance(ITEM_COLLECTED):
                parts = 1 if item["quantity"] == 1 or chance.chance(0.75) else 2 + chance.chance(0.3)
                last = day + valid
                for part, quantity in enumerate(_parts(item["quantity"], parts)):
                    when = day + waited + part * PART_DAYS
                    if when < min(last, self._period.days):
                        self._dispense(person, key, item["item"], quantity, pharmacy, when, second)

    def _dispense(
        self, person: Person, key: str, item: int, quantity: int, pharmacy: Pharmacy, day: int, second: float
    ) -> None:
        chance = self._chance
        dispensed_at = self._period.time(day, second)
        value = {
            "patient": person.pesel,
            "prescription": key,
            "dispensing": f"{DISPENSING_ROOT}.{pharmacy.number}.{chance.digits(12)}",
            "item": item,
            "quantity": quantity,
            "pharmacy": pharmacy.number,
            "country": pharmacy.country,
            "dispensed_at": dispensed_at,
        }
        at = dispensed_at + timedelta(0, 1 + 60 * chance.random())
        self._journal.say("PrescriptionDispensed", pharmacy.publisher, at, value)
        if chance.chance(CORRECTED):
            corrected = {**value, "quantity": quantity - 1 if chance.chance(0.5) else quantity + 1}
            at += timedelta(0, 600 + chance.random() * 4 * 86400)
            self._journal.say("PrescriptionDispensed", pharmacy.publisher, at, corrected)
        elif chance.chance(REVERSED):
            self._reverse(value, pharmacy, at + timedelta(0, 60 + chance.random() * 7200))

    def _reverse(self, dispensed: dict[str, Any], pharmacy: Pharmacy, at: datetime) -> None:
        value = {
            "patient": dispensed["patient"],
            "prescription": dispensed["prescription"],
            "dispensing": dispensed["dispensing"],
            "reason": self._chance.pick(("wydano niewłaściwy lek", "rezygnacja pacjenta", None)),
            "pharmacy": pharmacy.number,
            "reversed_at": at,
        }
        self._journal.say("DispensingReversed", pharmacy.publisher, at, value)


def _parts(quantity: int, parts: int) -> list[int]:
    """The quantity in so many parts, fewer when there are not enough packages."""
    parts = min(parts, quantity)
    return [quantity // parts + (n < quantity % parts) for n in range(parts)]
