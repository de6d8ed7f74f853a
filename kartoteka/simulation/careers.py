"""The jobs of a family's members, with moves between employers and gaps."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from kartoteka.simulation.household import ADULT_YEARS, Household, Person
from kartoteka.simulation.stream import Stream
from kartoteka.simulation.world import World

# Employee, contract of mandate, own business; nobody of them with a pension or a degree of disability.
TITLE_CODES: Final = ("011000", "011000", "011000", "011000", "011000", "041100", "051000")
JUVENILE_EMPLOYEE: Final = "012000"
PRACTICE_YEARS: Final = 16
PENSION_YEARS: Final = 65
NO_JOB: Final = 0.12
PRACTICE: Final = 0.25
JOB_DAYS: Final = 4 * 365
FIXED_TERM: Final = 0.3


@dataclass(frozen=True, slots=True)
class Job:
    """A title [start, end), the end known from the start or not, and the day on which ZUS says so first."""

    person: Person
    code: str
    payer: str
    start: int
    end: int
    known_end: int | None
    stated: int


class Careers:
    """Draws the jobs of the members of one household."""

    def __init__(self, world: World, chance: Stream) -> None:
        self._world = world
        self._chance = chance

    def of(self, house: Household) -> dict[str, tuple[Job, ...]]:
        """The jobs of everybody who has any, by PESEL."""
        drawn = [tuple(self._grown_up(adult)) for adult in house.adults]
        drawn += [tuple(self._young(child)) for child in house.children]
        return {jobs[0].person.pesel: jobs for jobs in drawn if jobs}

    def _grown_up(self, person: Person) -> Iterator[Job]:
        if not self._chance.chance(NO_JOB):
            began = -self._chance.between(0, 3000) if person.here_day < 0 else self._chance.between(10, 150)
            start = max(began, person.day_of_age(ADULT_YEARS), person.here_day + 1)
            yield from self._career(person, start)

    def _young(self, child: Person) -> Iterator[Job]:
        """Some take up vocational practice at sixteen, a title of their own; some work as soon as they are of age."""
        chance = self._chance
        start = child.day_of_age(PRACTICE_YEARS) + chance.between(0, 500)
        if chance.chance(PRACTICE):
            if start > max(0, child.here_day):
                payer = chance.pick(self._world.employers)
                yield from self._jobs(child, JUVENILE_EMPLOYEE, payer, start, start + 700)
        elif chance.chance(0.5):
            yield from self._career(child, max(child.day_of_age(ADULT_YEARS + 1), child.here_day + 1))

    def _career(self, person: Person, start: int) -> Iterator[Job]:
        """Jobs one after another until the pension, some with a gap between; none that ended before the period."""
        chance, pension = self._chance, person.day_of_age(PENSION_YEARS)
        payer = chance.pick(self._world.employers)
        while start < min(self._world.period.days, pension):
            end = start + 60 + int(chance.wait_days(365 / JOB_DAYS))
            if end > 0:
                yield from self._jobs(person, chance.pick(TITLE_CODES), payer, start, min(end, pension))
            payer = self._another_than(payer)
            start = end + (0 if chance.chance(0.5) else chance.between(5, 150))

    def _another_than(self, payer: str) -> str:
        while (other := self._chance.pick(self._world.employers)) == payer:
            continue
        return other

    def _jobs(self, person: Person, code: str, payer: str, start: int, planned: int) -> Iterator[Job]:
        """The job, if ZUS hears of it while it lasts and within the period."""
        chance = self._chance
        end = min(planned, person.died_day + 1)
        stated = max(person.registered_day, start + chance.between(1, 7))
        if stated < min(end, self._world.period.days):
            known_end = planned if chance.chance(FIXED_TERM) else None
            yield Job(person, code, payer, start, end, known_end, stated)
