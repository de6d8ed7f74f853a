"""The peer of permissions: one eventsourcing aggregate per subject, loaded and saved for each fact."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import msgspec
from eventsourcing.application import AggregateNotFoundError, Application
from eventsourcing.domain import Aggregate, event

from benchmarks.plain import environment
from services.permissions.rules.access import viewers
from services.permissions.rules.facts import AnyFact, Fact, Record
from services.permissions.rules.standing import Period

Access = dict[tuple[UUID, UUID], tuple[Period, ...]]


class SubjectsRecord(Aggregate):
    """A subject's record that only remembers what was stated in it."""

    def __init__(self, subject: UUID) -> None:
        self.subject = subject
        self.facts: list[str] = []

    @staticmethod
    def create_id(subject: UUID) -> UUID:
        return subject

    @event("Stated")
    def state(self, content: str) -> None:
        self.facts.append(content)


class PlainPermissions(Application):
    """Loads the aggregate, lets it take the fact, saves it; it decides nothing yet."""

    def take(self, fact: Fact) -> None:
        try:
            record: SubjectsRecord = self.repository.get(fact.subject)
        except AggregateNotFoundError:
            record = SubjectsRecord(fact.subject)
        record.state(msgspec.json.encode(fact).decode())
        self.save(record)

    def access(self, subjects: Iterable[UUID]) -> Access:
        """Who may see whom, by all that was stated."""
        decoder = msgspec.json.Decoder(AnyFact)
        aggregates: list[SubjectsRecord] = [self.repository.get(subject) for subject in subjects]
        records = {one.subject: Record(decoder.decode(fact) for fact in one.facts) for one in aggregates}
        return {(one, who): periods for one in records for who, periods in viewers(one, records).items()}


@dataclass(frozen=True)
class PlainAccess:
    """How long the saving took, and the access that follows from what was saved."""

    facts: int
    seconds: float
    access: Access

    @property
    def rate(self) -> float:
        return self.facts / self.seconds


def plain_access(url: str, facts: Sequence[Fact]) -> PlainAccess:
    """Save each fact by itself; same server, same fsync. Deciding, at the end, is not in the time."""
    plain = PlainPermissions(env=environment(url))
    started = time.perf_counter()
    for fact in facts:
        plain.take(fact)
    seconds = time.perf_counter() - started
    access = plain.access({fact.subject for fact in facts})
    plain.close()
    return PlainAccess(len(facts), seconds, access)
