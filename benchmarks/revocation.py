"""A fact that takes access away, live: from the publisher's acknowledgement to ``may_see`` saying no.

Every child has one mother who insures it through one payer. At a fixed rate, whatever happens, payers take back a
registration or close the title behind it, by turns. Meanwhile the database is asked about all whose fact is on its
way, again and again; how long one look takes adds to what is measured.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence, Sized
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import psycopg
from aiokafka import AIOKafkaProducer

from benchmarks.corridor import publish
from benchmarks.delays import Delays
from benchmarks.workers import opened_house, running, until
from kartoteka.publishing.event import Event
from kartoteka.publishing.events import (
    FamilyMemberDeregistered,
    FamilyMemberRegistered,
    InsuranceTitleClosed,
    InsuranceTitleOpened,
    PersonRegistered,
)
from kartoteka.publishing.numbers import nip_of, pesel_of
from kartoteka.publishing.statement import Record
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.operations.house import House

LOOK_SECONDS = 0.005
WARM_UP_SECONDS = 5
PROCESSES = ("records.ingest", "records.relay", "permissions.facts", "permissions.relay")
TITLE = "011000"
BEGAN, BORN, MOTHER_BORN = date(2024, 1, 1), date(2014, 1, 1), date(1984, 1, 1)
ENDED = date.today() - timedelta(days=1)
ANSWERED = """
    SELECT n, access.may_see(viewer, subject)
    FROM unnest(%b::int[], %b::uuid[], %b::uuid[]) AS asked (n, viewer, subject)
"""


Pairs = tuple[list[UUID], list[UUID]]


class Family(NamedTuple):
    """A mother and her child, both born so many days after the first ones, and who pays her contributions."""

    days: int
    mother: str
    child: str
    payer: str


@dataclass(frozen=True)
class RevocationResult:
    """Delays of what was sent after the warm-up, and whether all could see before and nobody can any more."""

    rate: int
    acknowledged_to_no: Delays
    looks: Delays
    equal: bool


def revocation(rate: int, seconds: int) -> RevocationResult:
    """So many a second, for so long."""
    families = [_family(number) for number in range(rate * seconds)]
    with opened_house() as house, running(house, PROCESSES):
        publish(house, [record for family in families for record in _records(_insured(family))])
        pairs = _pairs(house, families)
        until(lambda: _answers(house, pairs) == {True})
        ending = [record for n, family in enumerate(families) for record in _records([_ended(n, family)])]
        delays, looks = asyncio.run(_run(house, pairs, ending, rate))
        until(lambda: _answers(house, pairs) == {False})
        skipped = rate * WARM_UP_SECONDS
        return RevocationResult(rate, Delays.of(delays[skipped:]), Delays.of(looks), len(delays) == len(families))


def _family(number: int) -> Family:
    days, serial = divmod(number, 500)
    mother = pesel_of(MOTHER_BORN + timedelta(days), "female", serial)
    return Family(days, mother, pesel_of(BORN + timedelta(days), "male", serial), nip_of(526_000_000 + number % 1000))


def _insured(family: Family) -> Iterator[Event]:
    name = {"given_names": "Ala", "surname": "Nowak"}
    later = timedelta(family.days)
    yield PersonRegistered(person=family.mother, birth_date=MOTHER_BORN + later, sex="female", **name)
    yield PersonRegistered(
        person=family.child, birth_date=BORN + later, sex="male", mother=family.mother, father=None, **name
    )
    yield InsuranceTitleOpened(
        insured_person=family.mother, title_code=TITLE, payer=family.payer, valid_from=BEGAN, valid_until=None
    )
    yield FamilyMemberRegistered(
        child=family.child, insured=family.mother, kinship="11", payer=family.payer, valid_from=BEGAN, reported_on=BEGAN
    )


def _ended(number: int, family: Family) -> Event:
    if number % 2:
        return InsuranceTitleClosed(
            insured_person=family.mother, title_code=TITLE, payer=family.payer, valid_from=BEGAN, valid_until=ENDED
        )
    return FamilyMemberDeregistered(
        child=family.child, insured=family.mother, payer=family.payer, valid_until=ENDED, reported_on=ENDED
    )


def _records(events: Iterator[Event] | Sequence[Event]) -> Iterator[Record]:
    return (event.to_statement().record("bench") for event in events)


def _pairs(house: House, families: Sequence[Family]) -> Pairs:
    """The patient ids of all mothers and of all children; everybody is known once ingest has everything."""
    index = IndexKey(read_key_file(house.keys_folder / "index.key"))
    known: dict[bytes, UUID] = {}

    def all_known() -> bool:
        with psycopg.connect(house.addresses().database) as connection:
            known.update(connection.execute("SELECT digest, patient_id FROM records.person"))
        return len(known) >= 2 * len(families)

    until(all_known)
    mothers, children = zip(*((family.mother, family.child) for family in families), strict=True)
    viewers, subjects = ([known[index.number_digest(n.encode())] for n in numbers] for numbers in (mothers, children))
    return viewers, subjects


def _answers(house: House, pairs: Pairs) -> set[bool | None]:
    """The different answers that there are about all pairs."""
    with psycopg.connect(house.addresses().database) as connection:
        rows = connection.execute(ANSWERED, (list(range(len(pairs[0]))), *pairs))
        return {answer for _, answer in rows}


async def _run(house: House, pairs: Pairs, ending: Iterator[Record], rate: int) -> tuple[list[float], list[float]]:
    """Delays by number and how long each look took, in ms."""
    producer = AIOKafkaProducer(
        **house.addresses().kafka.for_aiokafka(), acks="all", enable_idempotence=True, linger_ms=5
    )
    await producer.start()
    acknowledged: dict[int, float] = {}
    refused: dict[int, float] = {}
    looks: list[float] = []
    sent: list[asyncio.Future[Any]] = []
    looking = asyncio.create_task(_look(house, pairs, sent, refused, looks))
    began = time.perf_counter()
    for number, record in enumerate(list(ending)):
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
        future = await producer.send(record.topic, record.value, record.key, headers=record.headers)
        future.add_done_callback(lambda _, n=number: acknowledged.setdefault(n, time.perf_counter()))
        sent.append(future)
    await asyncio.gather(*sent)
    await producer.stop()
    await asyncio.wait_for(_all_refused(refused, len(sent)), 60)
    looking.cancel()
    return [max(0.0, refused[n] - acknowledged[n]) * 1000 for n in range(len(sent))], looks


async def _all_refused(refused: Sized, count: int) -> None:
    while len(refused) < count:  # noqa: ASYNC110 - what we wait for happens in a database
        await asyncio.sleep(0.05)


async def _look(
    house: House,
    pairs: Pairs,
    sent: Sequence[object],
    refused: dict[int, float],
    looks: list[float],
) -> None:
    """When each of those that were sent was refused first."""
    mothers, children = pairs
    async with await psycopg.AsyncConnection.connect(house.addresses().database, autocommit=True) as connection:
        while True:
            waiting = [n for n in range(len(sent)) if n not in refused]
            if waiting:
                asked = (waiting, [mothers[n] for n in waiting], [children[n] for n in waiting])
                began = time.perf_counter()
                rows = await (await connection.execute(ANSWERED, asked)).fetchall()
                ended = time.perf_counter()
                looks.append((ended - began) * 1000)
                refused |= dict.fromkeys((n for n, answer in rows if answer is False), ended)
            await asyncio.sleep(LOOK_SECONDS)
