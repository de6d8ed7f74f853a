"""Everything that is said about one family, in the order in which its story needs it."""

from collections.abc import Iterable

from kartoteka.publishing.statement import Statement
from kartoteka.simulation import (
    account,
    births,
    care,
    care_choice,
    contributions,
    deaths,
    disputes,
    ekuz,
    employment,
    entitlement,
    family_members,
    guardianships,
    marriages,
    renumbering,
)
from kartoteka.simulation.careers import Careers
from kartoteka.simulation.journal import Journal
from kartoteka.simulation.numbers import FamilyNumbers
from kartoteka.simulation.prescriptions import Prescriptions
from kartoteka.simulation.scene import Scene
from kartoteka.simulation.settling import Settling
from kartoteka.simulation.stream import stream
from kartoteka.simulation.vaccinations import Vaccinations
from kartoteka.simulation.world import World


def family(world: World, number: int, families: int, size: int) -> Iterable[Statement]:
    """The statements about one of so many families, as yet in no order."""
    chance = stream(world.seed, "family", number)
    numbers = FamilyNumbers(number, families, world.number_offset)
    house = Settling(world, numbers, chance).household(size)
    journal = Journal(world.period, chance)
    scene = Scene(world, world.period, journal, chance, house, Careers(world, chance).of(house))
    _lives(scene)
    _insurance(scene)
    _care(scene)
    changed = renumbering.tell(scene, numbers)
    return renumbering.renumbered(deaths.without_the_dead(scene, journal.statements()), changed)


def _lives(scene: Scene) -> None:
    births.tell(scene)
    marriages.tell(scene)
    guardianships.tell(scene)
    deaths.tell(scene)


def _insurance(scene: Scene) -> None:
    for jobs in scene.careers.values():
        for job in jobs:
            employment.tell(scene, job)
            contributions.tell(scene, job)
            entitlement.withdraw(scene, job)
    family_members.tell(scene)


def _care(scene: Scene) -> None:
    prescriptions, vaccinations = Prescriptions(scene), Vaccinations(scene)
    for child in scene.house.children:
        vaccinations.tell(child)
    for person in scene.house.members:
        care_choice.tell(scene, person)
        care.tell(scene, person)
        prescriptions.tell(person)
        ekuz.tell(scene, person)
        account.tell(scene, person)
        disputes.tell(scene, person)
