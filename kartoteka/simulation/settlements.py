"""Services that NFZ paid for, settled in the month after the visit."""

from typing import Final

from kartoteka.simulation.scene import HOUR, Scene
from kartoteka.simulation.visits import Visit

SETTLED: Final = 0.75
SERVICES: Final = {
    "visit": ("Porada lekarska", 4_000, 16_000),
    "teleconsultation": ("Teleporada", 3_000, 9_000),
    "home_visit": ("Wizyta domowa", 6_000, 18_000),
    "emergency": ("Świadczenie w izbie przyjęć", 15_000, 90_000),
    "stay": ("Hospitalizacja", 150_000, 2_500_000),
    "admission_refused": ("Kwalifikacja do leczenia szpitalnego", 8_000, 20_000),
}


def settle(scene: Scene, visit: Visit) -> None:
    chance, period = scene.chance, scene.period
    settled = visit.end_day + chance.between(8, 40)
    if settled >= period.days or not chance.chance(SETTLED):
        return
    service, least, most = SERVICES[visit.kind]
    value = {
        "patient": visit.person.pesel,
        "settlement": f"{visit.clinic.number}/{chance.digits(9)}",
        "visit": visit.number,
        "provider": visit.clinic.number,
        "provided_on": period.date(visit.day),
        "service": service,
        "amount": chance.between(least, most),
    }
    scene.journal.say("ServiceSettled", "nfz", period.time(settled, (1 + 2 * chance.random()) * HOUR), value)
