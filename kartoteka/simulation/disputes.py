"""People report entries that they believe to be wrong, and somebody answers.

An entry's id in the record is derived with a key that only the house has. The simulation names each entry by a
stable id of its own instead: the kind fits, the entry exists, but the ledger will not find it under that id.
"""

from typing import Any, Final
from uuid import UUID, uuid5

from kartoteka.publishing.statement import Statement
from kartoteka.simulation.account import PORTAL
from kartoteka.simulation.household import ADULT_YEARS, Person
from kartoteka.simulation.scene import Scene

REPORTED_YEARLY: Final = 0.008
ANSWERED: Final = 0.8
ENTRIES: Final = UUID("5f1b7f0a-6d0f-4f8e-9a4d-0c6d6f1f7a11")
# What is disputed: the event, the field that has its number, the kind of entry, what is wrong, who answers.
DISPUTED: Final = {
    "ServiceSettled": ("settlement", "settled-service", "did_not_take_place", "NFZ"),
    "VisitRecorded": ("visit", "visit", "did_not_take_place", "placówka"),
    "PrescriptionIssued": ("prescription", "prescription", "not_mine", "placówka"),
    "DocumentIndexed": ("document", "document", "not_mine", "placówka"),
    "TestResultPublished": ("result", "test-result", "wrong_data", "laboratorium"),
}


def tell(scene: Scene, person: Person) -> None:
    chance, since = scene.chance, max(person.registered_day, person.day_of_age(ADULT_YEARS))
    day = since + 20 + int(chance.wait_days(REPORTED_YEARLY))
    if day >= min(scene.period.days, person.died_day):
        return
    before = scene.period.time(day, 0)
    entries = [s for s in scene.journal.about(person.pesel, DISPUTED) if s.value["occurred_at"] < before]
    if entries:
        _report(scene, person, chance.pick(entries[-20:]), day)


def _report(scene: Scene, person: Person, entry: Statement, day: int) -> None:
    chance = scene.chance
    field, kind, wrong, who = DISPUTED[entry.type]
    at = scene.later(scene.period.time(day, 0), 0.9)
    number = f"NP/{scene.period.date(day).year}/{chance.digits(8)}"
    value: dict[str, Any] = {
        "patient": person.pesel,
        "irregularity": number,
        "disputed_entry": uuid5(ENTRIES, f"{kind}/{entry.value[field]}"),
        "disputed_kind": kind,
        "wrong": wrong,
        "description": "Proszę o sprawdzenie tego wpisu." if chance.chance(0.5) else None,
        "reported_at": at,
    }
    scene.journal.say("IrregularityReported", PORTAL, at, value)
    if chance.chance(ANSWERED):
        _answer(scene, person, number, who, day + chance.between(5, 40))


def _answer(scene: Scene, person: Person, number: str, who: str, day: int) -> None:
    if day >= scene.period.days:
        return
    answer = scene.chance.pick(("confirmed", "rejected", "rejected", "being_examined"))
    at = scene.later(scene.period.time(day, 7 * 3600), 0.3)
    value: dict[str, Any] = {
        "patient": person.pesel,
        "irregularity": number,
        "answer": answer,
        "answered_by": who,
        "explanation": "Wpis jest zgodny z dokumentacją." if answer == "rejected" else None,
        "answered_at": at,
    }
    scene.journal.say("IrregularityAnswered", PORTAL, at, value)
