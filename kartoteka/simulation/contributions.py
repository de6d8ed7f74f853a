"""Health insurance contributions: one for each month and title, posted in the month after."""

from typing import Final

from kartoteka.simulation.careers import Job
from kartoteka.simulation.scene import HOUR, Scene

RATE_PERCENT: Final = 9
LEAST: Final = 430_000
MOST: Final = 1_400_000


def tell(scene: Scene, job: Job) -> None:
    chance, period = scene.chance, scene.period
    basis = chance.between(LEAST, MOST)
    for month in period.months:
        posted = max(job.stated, month.end + chance.between(9, 24))
        if job.start < month.end and month.start < job.end and posted < period.days:
            value = {
                "insured_person": job.person.pesel,
                "month": month.first,
                "payer": job.payer,
                "basis": basis,
                "amount": basis * RATE_PERCENT // 100,
            }
            at = period.time(posted, (6 + chance.random()) * HOUR)
            scene.journal.say("ContributionPosted", "zus", at, value)
