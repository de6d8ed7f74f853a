"""A few people get another PESEL; from then on everybody speaks of them under the new one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from kartoteka.publishing.statement import Statement
from kartoteka.simulation.household import Person
from kartoteka.simulation.numbers import FamilyNumbers
from kartoteka.simulation.scene import HOUR, Scene

CORRECTED_YEARLY: Final = 0.002


def tell(scene: Scene, numbers: FamilyNumbers) -> dict[str, tuple[str, datetime]]:
    """The new number of whoever gets one, and since when it is used."""
    changed: dict[str, tuple[str, datetime]] = {}
    for person in scene.house.members:
        day = person.registered_day + 1 + int(scene.chance.wait_days(CORRECTED_YEARLY))
        if day < min(scene.period.days, person.died_day):
            changed[person.pesel] = _renumber(scene, person, numbers, day)
    return changed


def _renumber(scene: Scene, person: Person, numbers: FamilyNumbers, day: int) -> tuple[str, datetime]:
    _, number = numbers.give(person.born, person.male)
    at = scene.period.time(day, 9 * HOUR)
    value = {"person": person.pesel, "new_number": number, "changed_on": scene.period.date(day)}
    scene.journal.say("PersonNumberChanged", "registry", at, value)
    return number, at


def renumbered(statements: Iterable[Statement], changed: dict[str, tuple[str, datetime]]) -> Iterable[Statement]:
    """The statements with the number that was a person's when each was made."""
    return [_now(one, changed) for one in statements] if changed else statements


def _now(said: Statement, changed: dict[str, tuple[str, datetime]]) -> Statement:
    """The same statement under the numbers of its time; a change itself is said under the old one."""
    at = said.value["occurred_at"]
    now = {
        name: changed[value][0]
        for name, value in said.value.items()
        if isinstance(value, str) and value in changed and at > changed[value][1]
    }
    return Statement(said.type, {**said.value, **now}, said.publisher) if now else said
