"""What ZUS says of a job: a title is opened, and closed unless its end was known from the start."""

from typing import Final

from kartoteka.simulation.careers import Job
from kartoteka.simulation.scene import HOUR, Scene

ENDS: Final = ("rozwiązanie umowy", "upływ czasu, na który zawarto umowę", "przejście do innego pracodawcy", None)


def tell(scene: Scene, job: Job) -> None:
    """Each night ZUS sends titles first and then registrations."""
    _say(scene, "Opened", job, job.stated, {"valid_until": _date(scene, job.known_end)})
    closed = max(job.stated, job.end) + scene.chance.between(1, 7)
    if job.end != job.known_end and closed < scene.period.days:
        reason = "zgon" if job.end > job.person.died_day else scene.chance.pick(ENDS)
        _say(scene, "Closed", job, closed, {"valid_until": scene.period.date(job.end), "reason": reason})


def _say(scene: Scene, what: str, job: Job, day: int, end: dict[str, object]) -> None:
    value = {
        "insured_person": job.person.pesel,
        "title_code": job.code,
        "payer": job.payer,
        "valid_from": scene.period.date(job.start),
        **end,
    }
    at = scene.period.time(day, (4 + scene.chance.random()) * HOUR)
    scene.journal.say(f"InsuranceTitle{what}", "zus", at, value)


def _date(scene: Scene, day: int | None) -> object:
    return None if day is None else scene.period.date(day)
