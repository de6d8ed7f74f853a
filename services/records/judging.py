"""How every record of a batch ends: appended, repeated or quarantined. Pure: what was said before is an argument."""

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from services.kernel.partition import Partition
from services.records.breaker import Breaker
from services.records.contract import Record, Refused, Statement
from services.records.reasons import SENTENCES, Outcome, Reason

InboxKey = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Ready:
    """A statement that may be appended: sealed, with the digest that tells a repeat from a conflict.

    ``shares_with`` is another record that the register gave one number with this one.
    """

    statement: Statement
    patient_id: UUID
    digest: bytes
    value: bytes
    shares_with: UUID | None = None

    @property
    def record(self) -> Record:
        return self.statement.record

    @property
    def publisher(self) -> str:
        return self.statement.publisher

    @property
    def event_id(self) -> UUID:
        return self.statement.event_id

    @property
    def inbox_key(self) -> InboxKey:
        return self.publisher, self.statement.event_id


Prepared = Ready | Refused


@dataclass(slots=True)
class Tally:
    """First outcomes of one partition in one batch."""

    next_offset: int
    appended: int = 0
    repeated: int = 0
    quarantined: int = 0
    stop: bool = False

    def count(self, outcome: Outcome, offset: int) -> None:
        self.next_offset = offset + 1
        setattr(self, outcome, getattr(self, outcome) + 1)


@dataclass(frozen=True, slots=True)
class Judged:
    """How every record of a batch ends; ``tallies`` say it per partition."""

    appended: list[Ready] = field(default_factory=list)
    repeated: list[Ready] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    tallies: dict[Partition, Tally] = field(default_factory=dict)

    @property
    def done(self) -> list[tuple[Outcome, Ready]]:
        """What need not wait: appended now, or found to have been said before."""
        return [(Outcome.APPENDED, one) for one in self.appended] + [(Outcome.REPEATED, one) for one in self.repeated]


def judge(
    prepared: Sequence[Prepared], said: Mapping[InboxKey, bytes], breakers: Mapping[Partition, Breaker]
) -> Judged:
    """Decide in each partition's order; behind a partition's stop nothing is touched.

    ``said`` holds the digests that the inbox has for the batch's keys. A re-drive passes no breakers: it
    neither counts nor parks.
    """
    judged, known = Judged(), dict(said)
    for one in prepared:
        record = one.record
        tally = judged.tallies.setdefault(record.where, Tally(record.offset))
        if tally.stop:
            continue
        breaker = breakers.get(record.where)
        ended = _end(one, known, breaker)
        tally.count(_keep(judged, ended, known), record.offset)
        if breaker is not None and not (isinstance(ended, Refused) and not ended.reason.counts_as_bad):
            breaker.count(ended.publisher, bad=isinstance(ended, Refused))
            tally.stop = breaker.stops()
    return judged


def refuse(statement: Statement, reason: Reason) -> Refused:
    """A statement that was understood and is quarantined all the same."""
    return Refused(statement.record, statement.publisher, reason, SENTENCES[reason], statement.event_id)


def _end(one: Prepared, known: Mapping[InboxKey, bytes], breaker: Breaker | None) -> Prepared:
    """The record as it ends: a parked or conflicting one becomes refused."""
    if breaker is not None and breaker.parks(one.publisher):
        return Refused(one.record, one.publisher, Reason.PARKED, SENTENCES[Reason.PARKED], one.event_id)
    if isinstance(one, Ready) and not hmac.compare_digest(known.get(one.inbox_key, one.digest), one.digest):
        return refuse(one.statement, Reason.CONFLICT)
    return one


def _keep(judged: Judged, ended: Prepared, known: dict[InboxKey, bytes]) -> Outcome:
    if isinstance(ended, Refused):
        judged.refused.append(ended)
        return Outcome.QUARANTINED
    if ended.inbox_key in known:
        judged.repeated.append(ended)
        return Outcome.REPEATED
    known[ended.inbox_key] = ended.digest
    judged.appended.append(ended)
    return Outcome.APPENDED
