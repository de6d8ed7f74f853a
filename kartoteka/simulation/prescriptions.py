"""What clinics prescribe."""

from typing import Any, Final

from kartoteka.simulation.dispensings import Dispensings
from kartoteka.simulation.household import Person
from kartoteka.simulation.medicines import ACUTE, CHILDREN, Medicine
from kartoteka.simulation.numbers import p1_key
from kartoteka.simulation.scene import Scene
from kartoteka.simulation.world import Clinic

# Prescriptions a year by age: together some 13.7 a person, Poland's 521 million.
YEARLY: Final = ((18, 6.5), (40, 12.5), (65, 21.5), (200, 38.0))
ITEM_COUNTS: Final = (1,) * 13 + (2,) * 4 + (3,) * 2 + (4,)
CANCELLED: Final = 0.025
COLLECTED: Final = 0.8
OPENS: Final = 6 * 3600
OPEN_SECONDS: Final = 11 * 3600
REASONS: Final = ("Pomyłka w dawkowaniu", "Zmiana leku na wniosek pacjenta", "Recepta wystawiona podwójnie", None)


class Prescriptions:
    """Tells the prescriptions of one family."""

    def __init__(self, scene: Scene) -> None:
        self._world = scene.world
        self._dispensings = Dispensings(scene)
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
            self._dispensings.collect(person, key, items, day, second, valid_days)

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


def _yearly(age: float) -> float:
    return next(rate for below, rate in YEARLY if age < below)
