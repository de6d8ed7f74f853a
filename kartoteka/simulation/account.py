"""What people tell the portal about themselves: how to reach them, in which language, about what."""

from typing import Final

from kartoteka.simulation.household import ADULT_YEARS, Person
from kartoteka.simulation.scene import HOUR, Scene

PORTAL: Final = "portal"
USES_THE_PORTAL: Final = 0.75
WISHES_YEARLY: Final = 0.12
MESSAGES: Final = ("prescription", "referral", "access", "vaccination", "document", "irregularity", "viewing")
CHANNELS: Final = ("sms", "sms", "email", "none")


def tell(scene: Scene, person: Person) -> None:
    """The first login, and now and then other wishes."""
    chance, period = scene.chance, scene.period
    first = max(person.registered_day, person.day_of_age(ADULT_YEARS)) + chance.between(1, 300)
    end = min(period.days, person.died_day)
    if first >= end or not chance.chance(USES_THE_PORTAL):
        return
    _first_login(scene, person, first)
    days = first + chance.wait_days(WISHES_YEARLY)
    while days < end:
        _wish(scene, person, int(days))
        days += chance.wait_days(WISHES_YEARLY)


def _first_login(scene: Scene, person: Person, day: int) -> None:
    chance = scene.chance
    at = scene.period.time(day, (6 + 15 * chance.random()) * HOUR)
    phone = f"+48{chance.between(500, 889)}{chance.digits(6)}" if chance.chance(0.9) else None
    email = f"adres{chance.digits(8)}@example.org" if phone is None or chance.chance(0.6) else None
    contact = {"patient": person.pesel, "phone": phone, "email": email, "confirmed_at": at}
    scene.journal.say("ContactDataConfirmed", PORTAL, at, contact)
    at = scene.later(at, 0.005)
    chosen = {"patient": person.pesel, "language": _language(scene), "chosen_at": at}
    scene.journal.say("LanguageChosen", PORTAL, at, chosen)


def _language(scene: Scene) -> str:
    if scene.house.ukrainian:
        return "uk" if scene.chance.chance(0.8) else "pl"
    return "en" if scene.chance.chance(0.02) else "pl"


def _wish(scene: Scene, person: Person, day: int) -> None:
    chance = scene.chance
    at = scene.period.time(day, (6 + 15 * chance.random()) * HOUR)
    about = [message for message in MESSAGES if chance.chance(0.4)]
    wishes = [{"message": message, "channel": chance.pick(CHANNELS)} for message in about]
    value = {"patient": person.pesel, "wishes": wishes, "changed_at": at}
    scene.journal.say("NotificationWishesChanged", PORTAL, at, value)
