"""The register announces people; a newborn has no PESEL for some days, so the stay in hospital is told late."""

from typing import Final

from kartoteka.simulation import visits
from kartoteka.simulation.household import Person
from kartoteka.simulation.scene import DAY, HOUR, Scene

NEWBORN: Final = "Z38.0 Dziecko żywo urodzone"
DELIVERY: Final = "O80 Poród siłami natury"


def tell(scene: Scene) -> None:
    for hour, generation in enumerate(scene.house.generations):
        for person in generation:
            _announce(scene, person, hour)
    born_here = [child for child in scene.house.children if child.here_day == child.born_day > 0]
    for child in born_here:
        _stay(scene, child, NEWBORN, child.born_day)
    for day in dict.fromkeys(child.born_day for child in born_here):
        _delivery(scene, day)


def _announce(scene: Scene, person: Person, hour: int) -> None:
    """Who was there before is announced in the first night, parents before their children."""
    value = {
        "person": person.pesel,
        "birth_date": person.born,
        "sex": "male" if person.male else "female",
        "given_names": person.given_names,
        "surname": person.surname[0 if person.male else 1],
        "mother": person.mother,
        "father": person.father,
    }
    at = scene.period.time(person.registered_day, (hour + scene.chance.random()) * HOUR)
    scene.journal.say("PersonRegistered", "registry", at, value)


def _delivery(scene: Scene, day: int) -> None:
    """One stay of the mother, twins or not."""
    for mother in scene.house.adults:
        if not mother.male and mother.here(day):
            _stay(scene, mother, DELIVERY, day)


def _stay(scene: Scene, person: Person, diagnosis: str, day: int) -> None:
    start = scene.chance.random() * 6 * HOUR
    visits.record(scene, person, day, start, "stay", diagnosis, start + scene.chance.between(2, 4) * DAY)
