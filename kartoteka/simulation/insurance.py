"""What ZUS says about a family: jobs are insurance titles, and each new employer registers the children again."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kartoteka.simulation.household import Household, Person
from kartoteka.simulation.journal import Journal
from kartoteka.simulation.stream import Stream
from kartoteka.simulation.world import World

# Employee, contract of mandate, own business; nobody of them with a pension or a degree of disability.
TITLE_CODES: Final = ("011000", "011000", "011000", "011000", "011000", "041100", "051000")
JUVENILE_EMPLOYEE: Final = "012000"
OWN_CHILD: Final = "11"
OF_AGE_DAYS: Final = 6575
PENSION_DAYS: Final = 65 * 365
JOB_DAYS: Final = 4 * 365
HOUR: Final = 3600


@dataclass(frozen=True, slots=True)
class Job:
    """A title from the day ``start`` until the day ``end``, and the day on which ZUS says so."""

    code: str
    payer: str
    start: int
    end: int
    stated: int
    fixed_term: bool


class Insurance:
    """Tells the insurance of one family; each night ZUS sends titles first and then registrations."""

    def __init__(self, world: World, journal: Journal, chance: Stream) -> None:
        self._world = world
        self._journal = journal
        self._chance = chance

    def tell(self, house: Household) -> None:
        careers = [list(self._career(adult)) for adult in house.adults]
        for adult, jobs in zip(house.adults, careers, strict=True):
            for job in jobs:
                self._open(adult, job)
        insuring = [(adult, jobs) for adult, jobs in zip(house.adults, careers, strict=True) if jobs]
        for adult, jobs in insuring if self._chance.chance(0.2) else insuring[:1]:
            for job in jobs:
                self._register(adult, job, house.children)
        for child in house.children:
            self._own_title(child)

    def _career(self, adult: Person) -> Iterator[Job]:
        """Jobs one after another until the pension, some with a gap between; none that ended before the period."""
        chance = self._chance
        if chance.chance(0.12):
            return
        last = min(self._world.period.days, adult.born_day + PENSION_DAYS)
        start = max(-chance.between(0, 3000), adult.born_day + OF_AGE_DAYS)
        while start < last:
            end = start + 60 + int(chance.expovariate(1 / JOB_DAYS))
            if end > 0:
                yield self._job(chance.pick(TITLE_CODES), start, min(end, adult.born_day + PENSION_DAYS))
            start = end + (0 if chance.chance(0.5) else chance.between(5, 150))

    def _job(self, code: str, start: int, end: int) -> Job:
        chance = self._chance
        stated = max(0, start + chance.between(1, 7))
        return Job(code, chance.pick(self._world.employers), start, end, stated, chance.chance(0.3))

    def _open(self, person: Person, job: Job) -> None:
        """A title is opened with the end that is known; a later end is said by opening it once more."""
        self._title(person, job, job.stated, job.end if job.fixed_term else None)
        if not job.fixed_term:
            self._title(person, job, max(job.stated, job.end) + self._chance.between(1, 7), job.end)

    def _title(self, person: Person, job: Job, day: int, end: int | None) -> None:
        period = self._world.period
        if day >= period.days:
            return
        value = {
            "insured_person": person.pesel,
            "title_code": job.code,
            "payer": job.payer,
            "valid_from": period.date(job.start),
            "valid_until": None if end is None else period.date(end),
        }
        at = period.time(day, (4 + self._chance.random()) * HOUR)
        self._journal.say("InsuranceTitleOpened", "zus", at, value)

    def _register(self, adult: Person, job: Job, children: tuple[Person, ...]) -> None:
        for child in children:
            start = max(job.start, child.born_day)
            reported = max(start + self._delay_days(), child.registered_day, job.stated)
            is_child = start < child.born_day + OF_AGE_DAYS
            if is_child and reported < min(job.end, self._world.period.days) and not self._chance.chance(0.05):
                self._registration(adult, child, job, start, reported)

    def _delay_days(self) -> int:
        """Most payers report within the week that the law gives them."""
        return self._chance.between(1, 7) if self._chance.chance(0.8) else self._chance.between(8, 45)

    def _registration(self, adult: Person, child: Person, job: Job, start: int, reported: int) -> None:
        period = self._world.period
        value = {
            "child": child.pesel,
            "insured": adult.pesel,
            "kinship": OWN_CHILD,
            "payer": job.payer,
            "valid_from": period.date(start),
            "reported_on": period.date(reported),
        }
        at = period.time(reported, (5 + self._chance.random()) * HOUR)
        self._journal.say("FamilyMemberRegistered", "zus", at, value)

    def _own_title(self, child: Person) -> None:
        """Some take up vocational practice at sixteen: a title of their own."""
        start = child.born_day + 5844 + self._chance.between(0, 500)
        if 0 < start < self._world.period.days and self._chance.chance(0.25):
            self._open(child, self._job(JUVENILE_EMPLOYEE, start, start + 700))
