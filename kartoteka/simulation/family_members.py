"""Each new employer registers the children again; registrations end with the job, a divorce or an own title."""

from typing import Any, Final

from kartoteka.simulation.careers import Job
from kartoteka.simulation.household import ADULT_YEARS, NEVER, Person
from kartoteka.simulation.scene import HOUR, Scene

OWN_CHILD: Final = "11"
BOTH_INSURE: Final = 0.2
FORGOTTEN: Final = 0.05
IN_TIME: Final = 0.8
DEREGISTERED: Final = 0.7


def tell(scene: Scene) -> None:
    """One parent insures the children, or both; the other one also when the first has gone."""
    parents = [adult for adult in scene.house.adults if adult.pesel in scene.careers]
    both = scene.chance.chance(BOTH_INSURE)
    for n, parent in enumerate(parents):
        since = -NEVER if n == 0 or both else _gone(scene, parents[0])
        for job in scene.careers[parent.pesel]:
            for child in scene.house.children:
                _insure(scene, job, child, since)


def _gone(scene: Scene, parent: Person) -> int:
    """The day from which the parent no longer insures the children."""
    return min(parent.died_day, NEVER if parent is scene.house.keeper else scene.house.parted_day)


def _insure(scene: Scene, job: Job, child: Person, since: int) -> None:
    chance = scene.chance
    start = max(job.start, child.here_day, since)
    reported = max(start + _delay_days(scene), child.registered_day, job.stated)
    end, reason = _end(scene, job, child)
    known = max(child.registered_day, job.stated) <= reported < min(end, scene.period.days)
    if known and start < child.day_of_age(ADULT_YEARS) - 2 and not chance.chance(FORGOTTEN):
        _register(scene, job, child, start, reported)
        ended = end + chance.between(1, 7)
        if ended < scene.period.days and chance.chance(DEREGISTERED):
            _deregister(scene, job, child, end, ended, reason)


def _end(scene: Scene, job: Job, child: Person) -> tuple[int, str]:
    """When and why the registration ends, whatever comes first."""
    own = scene.careers.get(child.pesel)
    return min(
        (job.end, "ustanie tytułu ubezpieczenia"),
        (_gone(scene, job.person), "zmiana osoby zgłaszającej"),
        (own[0].start if own else NEVER, "własny tytuł ubezpieczenia"),
        (child.died_day, "zgon"),
    )


def _delay_days(scene: Scene) -> int:
    """Most payers report within the week that the law gives them."""
    return scene.chance.between(1, 7) if scene.chance.chance(IN_TIME) else scene.chance.between(8, 45)


def _register(scene: Scene, job: Job, child: Person, start: int, reported: int) -> None:
    dates = {"valid_from": scene.period.date(start), "reported_on": scene.period.date(reported)}
    _say(scene, "FamilyMemberRegistered", job, child, reported, {"kinship": OWN_CHILD, **dates})


def _deregister(scene: Scene, job: Job, child: Person, end: int, reported: int, reason: str) -> None:
    dates = {"valid_until": scene.period.date(end), "reported_on": scene.period.date(reported)}
    _say(scene, "FamilyMemberDeregistered", job, child, reported, {"reason": reason, **dates})


def _say(scene: Scene, kind: str, job: Job, child: Person, day: int, more: dict[str, Any]) -> None:
    value = {"child": child.pesel, "insured": job.person.pesel, "payer": job.payer, **more}
    at = scene.period.time(day, (5 + scene.chance.random()) * HOUR)
    scene.journal.say(kind, "zus", at, value)
