"""Which vaccinations children get: the schedule, and two doses against HPV."""

from typing import Any, Final

from kartoteka.simulation.household import YEAR_DAYS, Household, Person
from kartoteka.simulation.journal import Journal
from kartoteka.simulation.medicines import HPV_PRODUCT, SCHEDULE
from kartoteka.simulation.stream import Stream
from kartoteka.simulation.world import World

VACCINATED: Final = 0.95
HPV_WISHED: Final = 0.6
HPV_COMPLETED: Final = 0.85
CLOSED: Final = 0.93
HOUR: Final = 3600


class Vaccinations:
    """Tells the vaccinations of one family's children."""

    def __init__(self, world: World, journal: Journal, chance: Stream, house: Household) -> None:
        self._period = world.period
        self._journal = journal
        self._chance = chance
        self._clinic = house.clinic

    def tell(self, child: Person) -> None:
        for dose in SCHEDULE:
            day = child.born_day + dose.day + self._chance.between(0, dose.spread)
            if self._chance.chance(VACCINATED):
                self._dose(child, dose.disease, dose.product, dose.number, day)
        if self._chance.chance(HPV_WISHED):
            self._against_hpv(child)

    def _against_hpv(self, child: Person) -> None:
        """The first dose from the ninth until before the fourteenth birthday, the second 6 to 12 months after it."""
        first = child.born_day + self._chance.between(int(9 * YEAR_DAYS) + 1, int(14 * YEAR_DAYS) - 2)
        if first <= child.registered_day:
            return
        self._dose(child, "HPV", HPV_PRODUCT, 1, first)
        if self._chance.chance(HPV_COMPLETED):
            self._dose(child, "HPV", HPV_PRODUCT, 2, first + self._chance.between(186, 364))

    def _dose(self, child: Person, disease: str, product: str, number: int, day: int) -> None:
        """Records a dose that falls into the time in which the child is known, and mostly closes the visit."""
        if not child.registered_day < day < self._period.days:
            return
        chance, period, clinic = self._chance, self._period, self._clinic
        second = (7 + 9 * chance.random()) * HOUR
        year = period.date(day).year
        value: dict[str, Any] = {
            "patient": child.pesel,
            "vaccination": f"SZ/{clinic.number}/{year}/{chance.digits(10)}",
            "target_disease": disease,
            "product": product,
            "dose_number": number,
            "visit": f"W/{clinic.number}/{year}/{chance.digits(10)}",
            "given_at": period.time(day, second),
            "provider": clinic.number,
        }
        at = period.time(day, second + 60 + 600 * chance.random())
        self._journal.say("VaccinationDoseRecorded", clinic.publisher, at, value)
        if chance.chance(CLOSED):
            self._close(value["vaccination"], value["visit"], child, day, second + 700)

    def _close(self, vaccination: str, visit: str, child: Person, day: int, second: float) -> None:
        """Most visits are finished the same day, some days or weeks later."""
        chance, period = self._chance, self._period
        second += chance.random() * (3 * HOUR if chance.chance(0.9) else 20 * 24 * HOUR)
        value = {
            "patient": child.pesel,
            "vaccination": vaccination,
            "visit": visit,
            "closed_at": period.time(day, second),
            "provider": self._clinic.number,
        }
        self._journal.say("VaccinationDoseClosed", self._clinic.publisher, period.time(day, second + 5), value)
