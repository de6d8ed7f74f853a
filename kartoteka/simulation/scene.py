"""One family in its world, with the chance and the journal by which it is told."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from kartoteka.simulation.careers import Job
from kartoteka.simulation.household import Household, Person
from kartoteka.simulation.journal import Journal
from kartoteka.simulation.stream import Stream
from kartoteka.simulation.world import Period, World

HOUR: Final = 3600
DAY: Final = 24 * HOUR


@dataclass(frozen=True, slots=True)
class Scene:
    """What every teller needs; ``careers`` are the jobs of each person who has any, by PESEL."""

    world: World
    period: Period
    journal: Journal
    chance: Stream
    house: Household
    careers: dict[str, tuple[Job, ...]]

    def job(self, person: Person, day: int) -> Job | None:
        """The job that the person has on a day and ZUS knows of."""
        return next((j for j in self.careers.get(person.pesel, ()) if j.stated < day and j.start <= day < j.end), None)

    def once_known(self, person: Person, at: datetime) -> datetime:
        """That time, or some hours after the person got a number, when what had to wait is said."""
        known = self.period.time(person.registered_day, 5 * HOUR)
        return at if at > known else known + timedelta(0, self.chance.random() * 2 * DAY)

    def later(self, at: datetime, days: float) -> datetime:
        """A time at most so many days later, and at least a second."""
        return at + timedelta(0, 1 + self.chance.random() * days * DAY)
