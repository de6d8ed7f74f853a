"""What flows while workers die: simulated families, repeats, and every poison, each from a publisher of its own."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, Final
from uuid import UUID, uuid5

import schemas
from kartoteka.publishing.statement import Record, Statement
from kartoteka.simulation.disorder import disorder
from kartoteka.simulation.numbers import pesel
from kartoteka.simulation.population import Population
from services.records.contract import VALUE_LIMIT_BYTES
from services.records.reasons import Reason
from tests.chaos.sending import Parcel
from tests.statements import event, wire

UNTIL: Final = date(2026, 3, 1)
NAMESPACE: Final = UUID(int=0x6B61)
_serials = count(1)


def chunk(seed: int, patients: int = 6, most: int = 200) -> list[Parcel]:
    """Families whom nobody knows yet, about 30 % said twice, all out of order, with every poison among them."""
    said = statements(seed, patients, most)
    known = next(s for s in said if s.type == "PersonRegistered").key.decode()
    return list(disorder([*map(parcel, said), *poisons(seed, known)], seed, "chunk"))


def statements(seed: int, patients: int = 6, most: int = 200) -> list[Statement]:
    """What happens in some families, in its order."""
    return list(Population(patients, 1, seed, UNTIL).statements())[:most]


def parcel(statement: Statement) -> Parcel:
    publisher = statement.publisher or "simulation"
    return _parcel(statement.record(publisher), publisher, statement.value["event_id"])


def poisons(seed: int, person: str) -> Iterator[Parcel]:
    """One record for each reason that a publisher can cause, about somebody who is known or soon will be."""
    for reason, changes in _poisons(seed, person).items():
        said = _issued(seed, reason, person)
        good = Parcel("clinic.events.v1", person.encode(), wire("PrescriptionIssued", said), _speaks(reason), None)
        yield good._replace(**changes)
    yield from _conflict(seed, person)


def impossible(seed: int) -> tuple[Parcel, Parcel]:
    """A prescription for a number with a wrong check digit, and the register's announcement of that number."""
    number = _wrong(pesel(date(1990, 1, 1) + timedelta(days=seed), next(_serials)))
    issued = _good("PrescriptionIssued", _issued(seed, "impossible", number), "clinic-impossible", number)
    announced = event("PersonRegistered", uuid5(NAMESPACE, f"{seed}/{number}"), person=number)
    return issued, _good("PersonRegistered", announced, "registry", number)


def again(parcels: Sequence[Parcel], seed: int, share: float = 0.3) -> list[Parcel]:
    """Some of what was said before, said once more."""
    return Random(seed).sample(list(parcels), int(len(parcels) * share))


def _poisons(seed: int, person: str) -> dict[str, dict[str, Any]]:
    def said(**changes: Any) -> bytes:
        return wire("PrescriptionIssued", {**_issued(seed, "poison", person), **changes})

    item = _issued(seed, "poison", person)["items"][0]
    far = datetime.now(UTC) + timedelta(hours=30)
    return {
        Reason.NO_PUBLISHER: {"headers": ()},
        Reason.UNREADABLE: {"value": said()[:-9]},
        "nothing": {"value": None},
        "no key": {"value": b"rubbish", "key": None},
        Reason.TRAILING_BYTES: {"value": said() + b"x"},
        Reason.UNKNOWN_SCHEMA: {"value": b"\x00\x00\x00\xff\xff" + said()[schemas.ENVELOPE_BYTES :]},
        Reason.OVERSIZE: {"value": b"\x00" * (VALUE_LIMIT_BYTES + 1)},
        Reason.WRONG_TOPIC: {"topic": "zus.events.v1"},
        Reason.KEY_MISMATCH: {"key": b"15210112331"},
        Reason.CLOCK: {"value": said(occurred_at=far)},
        Reason.SHAPE: {"value": said(access_code="12345")},
        Reason.BROKEN_TEXT: {"value": said(items=[{**item, "medicine": "Ibu\x00profenum"}])},
    }


def _conflict(seed: int, person: str) -> Iterator[Parcel]:
    """The same event id with two contents: whichever comes first is recorded, the other waits."""
    said = _issued(seed, "conflict", person)
    for chronic in (False, True):
        yield _good("PrescriptionIssued", {**said, "chronic": chronic}, "clinic-conflict", person)


def _good(name: str, said: dict[str, Any], publisher: str, key: str) -> Parcel:
    topic = schemas.event_type(name).topic
    return Parcel(topic, key.encode(), wire(name, said), _speaks(publisher), (publisher, said["event_id"]))


def _issued(seed: int, name: str, person: str) -> dict[str, Any]:
    return event("PrescriptionIssued", uuid5(NAMESPACE, f"{seed}/{name}"), patient=person)


def _speaks(publisher: str) -> tuple[tuple[str, bytes], ...]:
    return (("publisher", publisher.encode()),)


def _parcel(record: Record, publisher: str, event_id: UUID) -> Parcel:
    return Parcel(record.topic, record.key, record.value, tuple(record.headers), (publisher, event_id))


def _wrong(number: str) -> str:
    """The same number with another check digit."""
    return number[:-1] + str((int(number[-1]) + 1) % 10)
