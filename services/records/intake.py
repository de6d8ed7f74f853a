"""The way of a batch into the ledger: read → know the people → seal, then everything in one transaction.

``prepare`` may be repeated at will: what it leaves behind (a patient id, a key) is harmless without events.
``append`` has all effects of the batch and moves its bookmarks, or has none.
"""

import hmac
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from psycopg import Connection

from schemas.shape import possible_pesel
from services.kernel.bookmarks import Bookmark, Bookmarks, Move
from services.kernel.index_key import IndexKey, derive
from services.kernel.partition import Partition
from services.kernel.patient_keys import FoundKeys
from services.records.contract import Record, Statement, read
from services.records.figures import count_outcomes
from services.records.gaps import Gaps
from services.records.judging import InboxKey, Judged, Prepared, Ready, Tally, judge, refuse
from services.records.ledger import Draft, LedgerRecorder
from services.records.ledger_value import content_digest_source, ledger_value
from services.records.outcomes import put_discarded, put_outcomes
from services.records.people import REMEMBERED, People, digests_of
from services.records.quarantine import Quarantine
from services.records.reasons import Reason
from services.records.renumbering import CHANGED, PrepareAgain, Renumbering, changes, told_of_sharing
from services.records.windows import load_breakers, save_breakers

REGISTER: Final = "registry.events.v1"


@dataclass(frozen=True, slots=True)
class Batch:
    """Records on their way, with the look-up digests of everybody whom they name."""

    prepared: list[Prepared]
    key_digests: Mapping[bytes, bytes]
    named: frozenset[bytes]
    announces: bool
    assumed: Mapping[bytes, UUID]


class Intake:
    """Ingest without its transport: Kafka's records in, the ledger's transaction out."""

    def __init__(
        self, index: IndexKey, people: People, ledger: LedgerRecorder, quarantine: Quarantine, bookmarks: Bookmarks
    ) -> None:
        self.index = index
        self.people = people
        self.ledger = ledger
        self.quarantine = quarantine
        self.bookmarks = bookmarks
        self.gaps = Gaps(index)
        self.renumbering = Renumbering()
        self._settled: set[bytes] = set()

    def prepare(self, records: Connection[Any], keys: Connection[Any], batch: Sequence[Record]) -> Batch:
        """Read, know the people and seal; every record comes out ready or refused."""
        read_ones = [read(record) for record in batch]
        statements = [one for one in read_ones if isinstance(one, Statement)]
        people = self._know(records, statements)
        found = self.people.keys(records, keys, set(people.values()))
        inbox_keys = {patient: derive(key, b"inbox") for patient, key in found.keys.items()}
        prepared = [
            self._ready(one, people, found, inbox_keys) if isinstance(one, Statement) else one for one in read_ones
        ]
        key_digests = {key: self.index.number_digest(key) for key in {r.key for r in batch if r.key is not None}}
        named = frozenset(digests_of(self.index, people).values())
        assumed = self.renumbering.assumed(named)
        announces = any(not possible_pesel(number) for number in people)
        return Batch(prepared, key_digests, named, announces, assumed)

    def append(self, connection: Connection[Any], batch: Batch, bookmarks: Mapping[Partition, Bookmark]) -> list[Move]:
        """One transaction with everything that the batch brings about, bookmarks included.

        What was read of a partition that has stopped meanwhile is left where it is.
        """
        with connection.transaction():
            breakers = load_breakers(connection, bookmarks)
            self.ledger.lock(connection)
            running = [one for one in batch.prepared if not bookmarks[one.record.where].stopped]
            judged = judge(running, _inbox(connection, running), breakers)
            moves = [_move(bookmarks[partition], tally) for partition, tally in judged.tallies.items()]
            # First of all, so that a worker that was replaced is told so before it writes anything.
            self.bookmarks.move(connection, moves)
            drafts = [self._draft(ready) for ready in judged.appended]
            aside = [(refused, self._digest(batch, refused.record)) for refused in judged.refused]
            self.quarantine.put(connection, aside)
            unsettled = batch.named - self._settled
            drafts += self.gaps.opened(connection, self.people, aside, unsettled)
            self._renumber(connection, judged, batch)
            self._append(connection, judged.appended, drafts)
            put_outcomes(connection, judged.repeated, judged.refused)
            save_breakers(connection, breakers)
        self._settle(unsettled)
        count_outcomes(judged)
        return moves

    def _settle(self, named: frozenset[bytes]) -> None:
        """Remember for whom nothing waits: what is set aside from now on finds them known."""
        if len(self._settled) > REMEMBERED:
            self._settled.clear()
        self._settled |= named

    def _renumber(self, connection: Connection[Any], judged: Judged, batch: Batch) -> None:
        """Second look-ups for the changes of number that are appended."""
        changed = [one for one in judged.appended if one.statement.kind.name == CHANGED and one.shares_with is None]
        numbers = {one.statement.value["new_number"]: one.patient_id for one in changed}
        digests = digests_of(self.index, numbers)
        self.renumbering.write(
            connection, self.people, {digests[n]: patient for n, patient in numbers.items()}, batch.assumed
        )

    def redrive(self, records: Connection[Any], keys: Connection[Any], places: Iterable[tuple[str, int, int]]) -> int:
        """Try quarantined records again, in their order; how many were appended or found repeated."""
        waiting = self.quarantine.take(records, places)
        try:
            return self._redrive(records, keys, waiting) if waiting else 0
        except PrepareAgain:
            return self._redrive(records, keys, waiting)

    def _redrive(self, records: Connection[Any], keys: Connection[Any], waiting: Sequence[Record]) -> int:
        batch = self.prepare(records, keys, waiting)
        with records.transaction():
            self.ledger.lock(records)
            open_ = self.quarantine.still_open(records, waiting)
            prepared = [one for one in batch.prepared if one.record.place in open_]
            judged = judge(prepared, _inbox(records, prepared), {})
            for outcome, ready in judged.done:
                self.quarantine.close(records, ready.record, outcome)
            refiled = [one for one in judged.refused if one.reason is not open_[one.record.place].reason]
            for refused in refiled:
                self.quarantine.retried(records, refused)
            drafts = [self._draft(ready) for ready in judged.appended]
            aside = [(refused, self._digest(batch, refused.record)) for refused in refiled]
            drafts += self.gaps.opened(records, self.people, aside, batch.named - self._settled, refiled=True)
            tried = [ready.record for _, ready in judged.done] + [refused.record for refused in refiled]
            done = [open_[record.place] for record in tried]
            drafts += self.gaps.closed(records, self.people, done, "redriven")
            self._renumber(records, judged, batch)
            self._append(records, judged.appended, drafts)
            put_outcomes(records, judged.repeated, refiled)
        return len(judged.done)

    def discard(self, connection: Connection[Any], places: Sequence[tuple[str, int, int]], reason: str) -> int:
        """Give quarantined records up, for a reason; how many still waited."""
        waiting = self.quarantine.take(connection, places)
        with connection.transaction():
            self.ledger.lock(connection)
            open_ = self.quarantine.still_open(connection, waiting)
            for record in waiting:
                if record.place in open_:
                    self.quarantine.close(connection, record, "discarded", reason)
            drafts = self.gaps.closed(connection, self.people, list(open_.values()), "discarded")
            self._append(connection, [], drafts)
            put_discarded(connection, [record for record in waiting if record.place in open_])
        return len(open_)

    def _know(self, connection: Connection[Any], statements: Sequence[Statement]) -> dict[str, UUID]:
        """The patients behind the numbers, born where need be; a statement with an impossible one bears nobody."""
        digests = digests_of(self.index, {number for s in statements for number in s.numbers})
        known = self.renumbering.assumed(digests.values()) | self.people.find(connection, set(digests.values()))
        announced = {number for s in statements if s.record.topic == REGISTER for number in s.numbers}
        barred = {
            number
            for number, digest in digests.items()
            if digest not in known and number not in announced and not possible_pesel(number)
        }
        wanted = {number for s in statements if barred.isdisjoint(s.numbers) for number in s.numbers}
        changed = changes(statements, wanted)
        given = {digests[s.value["new_number"]] for s in changed}
        newborn = {digests[number] for number in wanted if digests[number] not in known} - given
        if newborn:
            known |= self.people.bear(connection, newborn)
        if changed:
            others = (s for s in statements if s not in changed)
            elsewhere = {digests[number] for s in others for number in s.numbers}
            known |= self.renumbering.follow(connection, self.people, changed, digests, elsewhere)
        return {number: known[digests[number]] for number in wanted}

    def _ready(
        self, statement: Statement, people: Mapping[str, UUID], found: FoundKeys, inbox_keys: Mapping[UUID, bytes]
    ) -> Prepared:
        if any(number not in people for number in statement.numbers):
            return refuse(statement, Reason.IMPOSSIBLE_NUMBER)
        patient_id = people[statement.subject]
        key = found.keys.get(patient_id)
        if key is None:
            return refuse(statement, Reason.NO_KEY)
        digest = hmac.digest(inbox_keys[patient_id], content_digest_source(statement), "sha256")
        value = ledger_value(statement, patient_id, people, key, self.index)
        other = people[statement.value["new_number"]] if statement.kind.name == CHANGED else patient_id
        return Ready(statement, patient_id, digest, value, None if other == patient_id else other)

    def _append(self, connection: Connection[Any], ready: Sequence[Ready], drafts: Sequence[Draft]) -> None:
        """The ledger's rows, then the inbox's, which hold the positions that the ledger gave."""
        if not drafts:
            return
        placed = self.ledger.append(connection, [*drafts, *told_of_sharing(ready)])
        with connection.cursor() as cursor, cursor.copy(COPY_INBOX) as copy:
            copy.set_types(["text", "uuid", "bytea", "int8"])
            for position, one in enumerate(ready, placed.first_position):
                copy.write_row((*one.inbox_key, one.digest, position))

    def _draft(self, ready: Ready) -> Draft:
        statement = ready.statement
        return Draft(ready.patient_id, statement.kind.name, statement.record.published_at, ready.value)

    def _digest(self, batch: Batch, record: Record) -> bytes | None:
        return None if record.key is None else batch.key_digests[record.key]


COPY_INBOX: Final = "COPY records.inbox (publisher, event_id, digest, position) FROM STDIN (FORMAT binary)"
_SAID: Final = """
    SELECT publisher, event_id, digest FROM records.inbox
    JOIN unnest(%s::text[], %s::uuid[]) AS k (publisher, event_id) USING (publisher, event_id)
"""


def _inbox(connection: Connection[Any], prepared: Sequence[Prepared]) -> dict[InboxKey, bytes]:
    keys = [one.inbox_key for one in prepared if isinstance(one, Ready)]
    rows = connection.execute(_SAID, ([k[0] for k in keys], [k[1] for k in keys]), binary=True)
    return {(publisher, event_id): digest for publisher, event_id, digest in rows}


def _move(bookmark: Bookmark, tally: Tally) -> Move:
    return Move(
        bookmark,
        tally.next_offset,
        appended=tally.appended,
        repeated=tally.repeated,
        quarantined=tally.quarantined,
        stop=tally.stop,
    )
