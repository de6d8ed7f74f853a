"""What clinics prescribe and pharmacies dispense."""

from datetime import datetime, timedelta
from math import log
from typing import Any, Final

from kartoteka.simulation.household import Person
from kartoteka.simulation.medicines import ACUTE, CHILDREN, Medicine
from kartoteka.simulation.numbers import p1_key
from kartoteka.simulation.scene import Scene
from kartoteka.simulation.world import Clinic, Pharmacy

# Prescriptions a year by age: together some 13.7 a person, Poland's 521 million.
YEARLY: Final = ((18, 6.5), (40, 12.5), (65, 21.5), (200, 38.0))
ITEM_COUNTS: Final = (1,) * 13 + (2,) * 4 + (3,) * 2 + (4,)
CANCELLED: Final = 0.025
COLLECTED: Final = 0.8
ITEM_COLLECTED: Final = 0.85
CORRECTED: Final = 0.025
REVERSED: Final = 0.004
PART_DAYS: Final = 28
OPENS: Final = 6 * 3600
OPEN_SECONDS: Final = 11 * 3600
REASONS: Final = ("Pomyłka w dawkowaniu", "Zmiana leku na wniosek pacjenta", "Recepta wystawiona podwójnie", None)
DISPENSING_ROOT: Final = "2.16.840.1.113883.3.4424.8.11"


class Prescriptions:
    """Tells the prescriptions of one family."""

    def __init__(self, scene: Scene) -> None:
        self._world = scene.world
        self._period = scene.period
        self._journal = scene.journal
        self._chance = scene.chance
        self._house = scene.house

    def tell(self, person: Person) -> None:
        days = float(person.registered_day + 1)
        while True:
            days += self._chance.wait_days(_yearly(person.age(days)))
            day = int(days) + self._period.is_sunday(int(days))  # On Sundays clinics are closed.
            if day >= min(self._period.days, person.died_day):
                return
            self._prescribe(person, day)

    def _prescribe(self, person: Person, day: int) -> None:
        chance = self._chance
        second = OPENS + chance.random() * OPEN_SECONDS
        clinic = self._house.clinic if chance.chance(0.75) else chance.pick(self._world.clinics)
        chronic = bool(person.chronic) and chance.chance(0.5)
        pool = person.chronic if chronic else CHILDREN if person.age(day) < 12 else ACUTE
        items = self._items(pool)
        key = p1_key(chance)
        valid_days = 365 if chronic else 30
        self._issue(person, clinic, key, items, day, second, valid_days)
        if chance.chance(CANCELLED):
            self._cancel(person, clinic, key, day, second)
        elif chance.chance(COLLECTED):
            self._collect(person, key, items, day, second, valid_days)

    def _items(self, pool: tuple[Medicine, ...]) -> list[dict[str, Any]]:
        chance = self._chance
        start = int(chance.random() * len(pool))
        items = []
        for n in range(min(len(pool), chance.pick(ITEM_COUNTS))):
            medicine = pool[(start + n) % len(pool)]
            items.append(
                {
                    "item": n + 1,
                    "medicine": medicine.name,
                    "strength": medicine.strength,
                    "quantity": chance.between(1, medicine.packages),
                    "dosage": medicine.dosage,
                    "payment_level": medicine.payment_level,
                }
            )
        return items

    def _issue(
        self, person: Person, clinic: Clinic, key: str, items: list[dict[str, Any]], day: int, second: float, valid: int
    ) -> None:
        chance, period = self._chance, self._period
        practitioner, profession = chance.pick(clinic.practitioners)
        value = {
            "patient": person.pesel,
            "prescription": key,
            "access_code": chance.digits(4),
            "practitioner": practitioner,
            "profession": profession,
            "provider": clinic.number,
            "issued_at": period.time(day, second),
            "valid_until": period.date(day + valid),
            "chronic": valid > 30,
            "items": items,
        }
        at = period.time(day, second + 1 + 20 * chance.random())
        self._journal.say("PrescriptionIssued", clinic.publisher, at, value)

    def _cancel(self, person: Person, clinic: Clinic, key: str, day: int, second: float) -> None:
        chance = self._chance
        second += 120 + chance.random() * 36 * 3600
        value = {
            "patient": person.pesel,
            "prescription": key,
            "reason": chance.pick(REASONS),
            "cancelled_at": self._period.time(day, second),
        }
        self._journal.say("PrescriptionCancelled", clinic.publisher, self._period.time(day, second + 2), value)

    def _collect(
        self, person: Person, key: str, items: list[dict[str, Any]], day: int, second: float, valid: int
    ) -> None:
        chance = self._chance
        abroad = chance.chance(0.004)
        pharmacy = chance.pick(self._world.foreign if abroad else self._house.pharmacies)
        waited = min(valid - 1, int(-log(1.0 - chance.random()) * 2))
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


def _yearly(age: float) -> float:
    return next(rate for below, rate in YEARLY if age < below)


def _parts(quantity: int, parts: int) -> list[int]:
    """The quantity in so many parts, fewer when there are not enough packages."""
    parts = min(parts, quantity)
    return [quantity // parts + (n < quantity % parts) for n in range(parts)]
