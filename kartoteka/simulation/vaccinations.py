"""Which vaccinations children get: the schedule, and two doses against HPV."""

from datetime import datetime, timedelta
from typing import Any, Final

from kartoteka.simulation.household import YEAR_DAYS, Person
from kartoteka.simulation.medicines import HPV_PRODUCT, SCHEDULE
from kartoteka.simulation.scene import HOUR, Scene

VACCINATED: Final = 0.95
HPV_WISHED: Final = 0.6
HPV_COMPLETED: Final = 0.85
CLOSED: Final = 0.93
WITHDRAWN: Final = 0.02


class Vaccinations:
    """Tells the vaccinations of one family's children."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._period = scene.period
        self._journal = scene.journal
        self._chance = scene.chance
        self._clinic = scene.house.clinic

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
        stands = self._dose(child, "HPV", HPV_PRODUCT, 1, first)
        if stands and self._chance.chance(HPV_COMPLETED):
            self._dose(child, "HPV", HPV_PRODUCT, 2, first + self._chance.between(186, 364))

    def _dose(self, child: Person, disease: str, product: str, number: int, day: int) -> bool:
        """Records a dose given here and mostly closes the visit; whether it still stands afterwards."""
        if not max(child.here_day, 1) <= day < min(self._period.days, child.died_day):
            return True
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
        said = self._scene.once_known(child, period.time(day, second + 60 + 600 * chance.random()))
        self._journal.say("VaccinationDoseRecorded", clinic.publisher, said, value)
        if withdrawn := chance.chance(WITHDRAWN):
            self._withdraw(value, said)
        elif chance.chance(CLOSED):
            self._close(value, day, second + 700, said)
        return not withdrawn

    def _close(self, recorded: dict[str, Any], day: int, second: float, said: datetime) -> None:
        """Most visits are finished the same day, some days or weeks later."""
        chance = self._chance
        second += chance.random() * (3 * HOUR if chance.chance(0.9) else 20 * 24 * HOUR)
        closed_at = self._period.time(day, second)
        value = {name: recorded[name] for name in ("patient", "vaccination", "visit", "provider")}
        value["closed_at"] = closed_at
        at = max(closed_at, said) + timedelta(0, 5)
        self._journal.say("VaccinationDoseClosed", self._clinic.publisher, at, value)

    def _withdraw(self, recorded: dict[str, Any], said: datetime) -> None:
        at = self._scene.later(said, 2)
        value = {name: recorded[name] for name in ("patient", "vaccination", "provider")}
        value |= {"reason": "wpis przy niewłaściwym dziecku", "withdrawn_at": at}
        self._journal.say("VaccinationDoseWithdrawn", self._clinic.publisher, at, value)
