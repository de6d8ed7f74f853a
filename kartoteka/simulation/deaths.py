"""Deaths, and what is said of somebody afterwards: what offices still have to settle, and nothing medical."""

from collections.abc import Iterable
from typing import Final

from kartoteka.publishing.statement import Statement
from kartoteka.simulation.scene import HOUR, Scene

SAID_OF_THE_DEAD: Final = frozenset(
    {
        "PersonDied",
        "InsuranceTitleClosed",
        "FamilyMemberDeregistered",
        "EntitlementWithdrawn",
        "ContributionPosted",
        "ServiceSettled",
        "IrregularityAnswered",
    }
)


def tell(scene: Scene) -> None:
    for person in scene.house.members:
        said = person.died_day + scene.chance.between(1, 6)
        if said < scene.period.days:
            value = {"person": person.pesel, "died_on": scene.period.date(person.died_day)}
            at = scene.period.time(said, (1 + scene.chance.random()) * HOUR)
            scene.journal.say("PersonDied", "registry", at, value)


def without_the_dead(scene: Scene, statements: Iterable[Statement]) -> Iterable[Statement]:
    """What is left when nobody speaks any more of those who have died, offices apart."""
    days = scene.period.days
    ended = {p.pesel: scene.period.time(p.died_day, 24 * HOUR) for p in scene.house.members if p.died_day < days}
    if not ended:
        return statements
    return [
        one
        for one in statements
        if (end := ended.get(one.key.decode())) is None
        or one.value["occurred_at"] < end
        or one.type in SAID_OF_THE_DEAD
    ]
