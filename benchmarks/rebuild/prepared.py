"""A block of the nation as the ledger will have it but for its positions: people born, content sealed, chained.

Processes do this side by side. A family's people stand in one block, so each stream begins and ends in it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, cast
from uuid import UUID

import psycopg

import schemas
from benchmarks.rebuild.nation import Nation, complete
from infra.topics import PARTITIONS
from kartoteka.publishing.lanes import partition_of
from kartoteka.publishing.statement import Statement as Told
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.moments import micros
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.sealing import PatientKey
from services.records.contract import Statement
from services.records.ledger import NO_HASH, Draft, Head, next_head
from services.records.ledger_value import ledger_value, plan_of
from services.records.people import People, digests_of
from services.records.renumbering import CHANGED


class Event(NamedTuple):
    """One event of the ledger that waits for its position."""

    patient_id: UUID
    version: int
    name: str
    hash: bytes
    published_at: int
    value: bytes
    publisher: str
    event_id: UUID
    partition: int


@dataclass(frozen=True, slots=True)
class Where:
    """What a process must know to prepare blocks for a house."""

    nation_events: int
    database: str
    keys_database: str
    keys_folder: Path


class Preparing:
    """One process's hands: connections of its own, the keys of the house, and the whole nation's plan."""

    def __init__(self, where: Where) -> None:
        self._nation = Nation(where.nation_events)
        self._records = psycopg.connect(where.database, autocommit=True)
        self._keys = psycopg.connect(where.keys_database, autocommit=True)
        self._index = IndexKey(read_key_file(where.keys_folder / "index.key"))
        self._patient_keys = PatientKeys(master_keys(where.keys_folder))
        self._people = People(self._index, self._patient_keys)

    def block(self, number: int, recorded_at: int) -> list[Event]:
        """The events of a block, all of them recorded at once."""
        statements = [_statement(told) for told in self._nation.block(number)]
        people = self._born(statements)
        keys = self._with_keys(set(people.values()))
        heads: dict[UUID, Head] = {}
        return [self._event(one, people, keys, heads, recorded_at) for one in statements]

    def _born(self, statements: list[Statement]) -> dict[str, UUID]:
        """Patients for all numbers; a number that somebody is given later leads to the same patient."""
        given = {one.value["new_number"]: one.subject for one in statements if one.kind.name == CHANGED}
        digests = digests_of(self._index, {number for one in statements for number in one.numbers})
        born = self._people.bear(self._records, {d for number, d in digests.items() if number not in given})
        people = {number: born[digest] for number, digest in digests.items() if digest in born}
        for number, former in given.items():
            self._people.renumber(self._records, digests[number], people[former])
            people[number] = people[former]
        return people

    def _with_keys(self, patients: Iterable[UUID]) -> Mapping[UUID, PatientKey]:
        self._patient_keys.make(self._keys, patients)
        return self._patient_keys.find(self._keys, patients).keys

    def _event(
        self,
        statement: Statement,
        people: Mapping[str, UUID],
        keys: Mapping[UUID, PatientKey],
        heads: dict[UUID, Head],
        recorded_at: int,
    ) -> Event:
        patient, name = people[statement.subject], statement.kind.name
        value = ledger_value(statement, patient, people, keys[patient], self._index)
        draft = Draft(patient, name, micros(statement.value["occurred_at"]), value)
        head = heads[patient] = next_head(heads.get(patient, Head(0, NO_HASH)), draft, recorded_at)
        where = partition_of(patient.bytes, PARTITIONS)
        return Event(
            patient, head.version, name, head.hash, draft.published_at, value,
            statement.publisher, statement.event_id, where,
        )  # fmt: skip


def _statement(told: Told) -> Statement:
    """What ingest would have read from the publisher's record."""
    kind = schemas.event_type(told.type)
    value = complete(kind, told.value)
    subject: str = value[kind.subject or ""]
    others = [value[name] for name in plan_of(kind.name).persons if value[name] is not None]
    return Statement(cast(Any, None), told.publisher or "", kind, value["event_id"], value, subject, (subject, *others))
