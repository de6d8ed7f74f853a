"""Orders for medical devices, and what shops hand out for them."""

from typing import Final

from kartoteka.simulation.scene import DAY, HOUR, Scene
from kartoteka.simulation.visits import Visit

ORDERED: Final = ((65, 0.012), (200, 0.05))
FULFILLED: Final = 0.85
DEVICES: Final = (
    ("Pieluchomajtki, rozmiar M", "P.101", 90),
    ("Aparat słuchowy zauszny", "S.04", 1),
    ("Soczewki okularowe", "O.01", 2),
    ("Wózek inwalidzki ręczny", "I.03", 1),
    ("Worki stomijne", "P.106", 30),
    ("Orteza stawu kolanowego", "G.02", 1),
)


def order(scene: Scene, visit: Visit) -> None:
    chance, period = scene.chance, scene.period
    age = visit.person.age(visit.day)
    if not chance.chance(next(rate for below, rate in ORDERED if age < below)):
        return
    device, code, most = chance.pick(DEVICES)
    number, quantity = f"ZWM/{chance.digits(14)}", chance.between(1, most)
    value = {
        "patient": visit.person.pesel,
        "device_order": number,
        "practitioner": visit.practitioner,
        "profession": visit.profession,
        "provider": visit.clinic.number,
        "issued_at": period.time(visit.day, visit.end),
        "valid_until": period.date(visit.day + 365),
        "items": [{"item": 1, "device": device, "device_code": code, "quantity": quantity}],
    }
    scene.journal.say("DeviceOrderIssued", visit.clinic.publisher, period.time(visit.day, visit.end + 20), value)
    if chance.chance(FULFILLED):
        _fulfil(scene, visit, number, quantity)


def _fulfil(scene: Scene, visit: Visit, number: str, quantity: int) -> None:
    chance, shop = scene.chance, scene.chance.pick(scene.world.shops)
    at = scene.period.time(visit.day, visit.end + 2 * HOUR + chance.random() * 40 * DAY)
    value = {
        "patient": visit.person.pesel,
        "device_order": number,
        "fulfilment": f"{shop.number}/{chance.digits(10)}",
        "item": 1,
        "quantity": quantity,
        "shop": shop.number,
        "fulfilled_at": at,
    }
    scene.journal.say("DeviceOrderFulfilled", shop.publisher, at, value)
