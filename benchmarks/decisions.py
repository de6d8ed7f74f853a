"""Facts of a backlog → decisions on access, one process held to one core, against the plain way.

The backlog is on the ledger's topic before the clock begins. PostgreSQL and Kafka run where the machine lets them.
"""

import os
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice
from typing import Any
from uuid import UUID

import msgspec
import psycopg
from psycopg import Connection

from benchmarks.corridor import FACTS, ask, complete_to, into_the_ledgers_topic, ledger_end, moved_at
from benchmarks.explaining import ExplainResult, explaining
from benchmarks.plain_access import Access, plain_access
from benchmarks.workers import PeakMemory, assigned_at, opened_house, processor_seconds, running, until
from kartoteka.publishing.statement import Record as Sent
from kartoteka.simulation import population
from services.operations.house import House
from services.permissions.rules.access import viewers
from services.permissions.rules.facts import FROM_LEDGER, AnyFact, Fact, Record, persons
from services.permissions.store import Store

UNTIL = date(2026, 11, 1)
YEARS = 3
PLAIN_FACTS = 2000


@dataclass(frozen=True)
class DecisionsResult:
    """One run; seconds from the first partition assigned to the last bookmark moved, and of them on the processor."""

    events: int
    facts: int
    decisions: int
    seconds: float
    busy_seconds: float
    megabytes: float
    plain_facts: int
    plain_rate: float
    explained: ExplainResult
    equal: bool

    @property
    def rate(self) -> float:
        return self.facts / self.seconds

    @property
    def event_rate(self) -> float:
        return self.events / self.seconds

    @property
    def ratio(self) -> float:
        return self.rate / self.plain_rate


def decisions(events: int, whole_mix: bool) -> DecisionsResult:
    """A backlog of so many events, of the kinds that speak of access or of all; every fact of it is decided about."""
    with opened_house() as house:
        sent = list(islice(_records(events, whole_mix), events))
        into_the_ledgers_topic(house, sent)
        core = min(os.sched_getaffinity(0))
        with running(house, ["permissions.facts"], core) as (child,), PeakMemory([child.pid]) as memory:
            until(lambda: '"assigned"' in (house.logs / "permissions.facts.log").read_text())
            busy = processor_seconds(child.pid)
            until(lambda: complete_to(house, FACTS) >= ledger_end(house))
            busy = processor_seconds(child.pid) - busy
            seconds = moved_at(house, FACTS) - assigned_at(house, "permissions.facts")
        url = house.addresses().database
        with psycopg.connect(url, autocommit=True) as connection:
            facts = _facts(connection)
            families = _whole_families(facts, PLAIN_FACTS)
            plain = plain_access(url, families)
            ours = Store(1).periods(connection, list({fact.subject for fact in facts}))
            explained = explaining(connection)
        made = ask(house, "SELECT count(*) FROM permissions.event")
        return DecisionsResult(
            len(sent), len(facts), made, seconds, busy, memory.megabytes, plain.facts, plain.rate, explained,
            _equal(ours, facts, families, plain.access) and len(facts) == _that_speak_of_access(house),
        )  # fmt: skip


def _records(events: int, whole_mix: bool) -> Iterator[Sent]:
    said = population(events if not whole_mix else events // 10, YEARS, 7, UNTIL)
    return (one.record("") for one in said if whole_mix or one.type in FROM_LEDGER)


def _facts(connection: Connection[Any]) -> list[Fact]:
    """Every fact that permissions has, in the ledger's order."""
    decoder: msgspec.json.Decoder[Fact] = msgspec.json.Decoder(AnyFact)
    rows = connection.execute(
        "SELECT content::text FROM permissions.fact WHERE person_id = subject_id ORDER BY position"
    )
    return [decoder.decode(content) for (content,) in rows]


def _equal(ours: Access, facts: Sequence[Fact], shared: Sequence[Fact], peers: Access) -> bool:
    """Whether batch by batch gave what all facts at once give, and for the families shared what the peer has."""
    of: dict[UUID, list[Fact]] = defaultdict(list)
    for fact in facts:
        of[fact.subject].append(fact)
    records = {subject: Record(stated) for subject, stated in of.items()}
    at_once = {(one, who): periods for one in records for who, periods in viewers(one, records).items()}
    subjects = {fact.subject for fact in shared}
    return ours == at_once and peers == {pair: ours[pair] for pair in ours if pair[0] in subjects}


def _that_speak_of_access(house: House) -> int:
    """How many events of the ledger speak of access, by their types."""
    names = ", ".join(f"'{name}'" for name in FROM_LEDGER)
    return int(ask(house, f"SELECT count(*) FROM records.event WHERE topic IN ({names})"))


def _whole_families(facts: Sequence[Fact], least: int) -> list[Fact]:
    """The facts of some families whole, in order: nobody in them is named by any other fact."""
    family: dict[UUID, set[UUID]] = {}
    for fact in facts:
        joined = set().union(*(family.get(person, {person}) for person in persons(fact)))
        family |= dict.fromkeys(joined, joined)
    by_family: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_family[id(family[fact.subject])].append(fact)
    chosen: list[Fact] = []
    for stated in by_family.values():
        if len(chosen) < least:
            chosen += stated
    return sorted(chosen, key=lambda fact: fact.position)
