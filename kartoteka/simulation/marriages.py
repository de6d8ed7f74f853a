"""Weddings, partings, and what courts then decide about the parents' rights."""

from typing import Final

from kartoteka.simulation.household import Person
from kartoteka.simulation.scene import HOUR, Scene

TAKES_HIS_NAME: Final = 0.85
TAKES_HERS_BACK: Final = 0.3
DECIDED: Final = 0.7
RIGHTS: Final = ("limited",) * 5 + ("suspended",) + ("removed",) * 2
RESTORED: Final = 0.25
COURTS: Final = ("Sąd Rejonowy w Gdyni", "Sąd Rejonowy w Kielcach", "Sąd Rejonowy w Rzeszowie")


def tell(scene: Scene) -> None:
    house = scene.house
    bride = house.adults[0]
    known = bride.registered_day < house.married_day < scene.period.days
    if known and bride.surname == house.maiden and scene.chance.chance(TAKES_HIS_NAME):
        _renamed(scene, bride, house.adults[1].surname, house.married_day)
    if max(person.registered_day for person in house.adults) < house.parted_day < scene.period.days:
        _part(scene)


def court_file(scene: Scene, day: int) -> dict[str, str]:
    """A court and the number of its file."""
    number = scene.chance.between(1, 990)
    return {"court": scene.chance.pick(COURTS), "court_file": f"III Nsm {number}/{scene.period.date(day):%y}"}


def _part(scene: Scene) -> None:
    house, chance = scene.house, scene.chance
    apart = next(person for person in house.adults if person is not house.keeper)
    if chance.chance(DECIDED):
        rights = chance.pick(RIGHTS)
        back = house.parted_day + chance.between(200, 700) if chance.chance(RESTORED) else scene.period.days
        for child in house.minors(house.parted_day):
            _decide(scene, child, apart, rights, house.parted_day)
            if back < min(child.died_day, apart.died_day, child.day_of_age(17)):
                _decide(scene, child, apart, "full", back)
    if house.maiden != house.adults[0].surname or chance.chance(TAKES_HERS_BACK):
        _renamed(scene, house.adults[0], house.maiden, house.parted_day + chance.between(10, 80))


def _decide(scene: Scene, child: Person, parent: Person, rights: str, day: int) -> None:
    value = {
        "child": child.pesel,
        "parent": parent.pesel,
        "rights": rights,
        "valid_from": scene.period.date(day),
        **court_file(scene, day),
    }
    said = day + scene.chance.between(0, 20)
    if said < scene.period.days:
        scene.journal.say("ParentalRightsChanged", "registry", scene.period.time(said, 8 * HOUR), value)


def _renamed(scene: Scene, woman: Person, surname: tuple[str, str], day: int) -> None:
    if day >= scene.period.days:
        return
    value = {
        "person": woman.pesel,
        "given_names": None,
        "surname": surname[0 if woman.male else 1],
        "changed_on": scene.period.date(day),
    }
    scene.journal.say("NameChanged", "registry", scene.period.time(day, 12 * HOUR), value)
