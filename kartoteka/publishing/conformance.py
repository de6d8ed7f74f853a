"""A provider's sample on the whole way to Kafka, without Kafka: read, checked, encoded, decoded, compared."""

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, Final

import fastavro

from kartoteka.publishing.fhir.files import files
from kartoteka.publishing.fhir.run import Run
from kartoteka.publishing.jsonlines import Reader
from kartoteka.publishing.oddities import Oddity, Said, oddities
from kartoteka.publishing.repeats import FirstSaid
from kartoteka.publishing.statement import Statement
from kartoteka.publishing.validation import Checks
from schemas import registered, split_frame, topics
from schemas.shape import VALUE_LIMIT_BYTES, Problem

BUNDLES: Final = (".json", ".json.gz")


@dataclass(frozen=True, slots=True)
class Refused:
    """Something that would not be accepted: where, which field, and what."""

    place: str
    path: str
    says: str


@dataclass(slots=True)
class Conformance:
    """One sample of one publisher, file by file."""

    publisher: str
    now: datetime
    read: int = 0
    sample: list[Said] = field(default_factory=list)
    _checks: Checks = field(init=False)
    _first_said: FirstSaid[str] = field(init=False, default_factory=FirstSaid)

    def __post_init__(self) -> None:
        self._checks = Checks(self.now)

    def lines(self, file: BinaryIO, shown: str) -> Iterator[Refused]:
        """Everything that would be refused of a file of JSON lines."""
        for line in Reader(self.now, self._checks).lines(file):
            self.read += 1
            place = f"{shown}:{line.number}"
            if line.statement is not None:
                yield from self._take(place, line.statement)
            yield from (Refused(place, problem.path, problem.says) for problem in line.problems)

    def bundle(self, path: Path, synthetic: bool, stated_at: datetime | None) -> Iterator[Refused]:
        """Everything that would be refused of a FHIR bundle; one problem and none of its statements goes on."""
        run = Run(files([path]), synthetic, stated_at, self.now)
        broken = list(run.check())
        self.read += run.counts.events.total()
        yield from (Refused(f"{one.file} {one.place}".rstrip(), "", one.says) for one in broken)
        for number, statement in enumerate(() if broken else run.statements(), start=1):
            yield from self._take(f"{path} statement {number}", statement)

    def oddities(self) -> Iterator[Oddity]:
        """What is odd in what would be accepted."""
        return oddities(self.sample)

    def events(self) -> Counter[str]:
        return Counter(one.statement.type for one in self.sample)

    def not_covered(self) -> dict[str, list[str]]:
        """The types that the sample does not show, of every topic that it speaks on."""
        shown = self.events()
        spoken = {one.statement.topic for one in self.sample}
        return {
            topic: [kind.name for kind in kinds if kind.name not in shown]
            for topic, kinds in topics().items()
            if topic in spoken
        }

    def _take(self, place: str, statement: Statement) -> Iterator[Refused]:
        wrong = list(_on_the_way(statement, self.publisher))
        if (elsewhere := self._first_said.otherwise(place, statement)) is not None:
            says = f"stands in {elsewhere} too, with other content: a new statement needs a new id"
            wrong.append(Problem("event_id", says))
        if not wrong:
            self.sample.append(Said(place, statement))
        yield from (Refused(place, problem.path, problem.says) for problem in wrong)


def _on_the_way(statement: Statement, publisher: str) -> Iterator[Problem]:
    """What is wrong with the record that carries a statement."""
    record = statement.record(publisher)
    if len(record.value) > VALUE_LIMIT_BYTES:
        yield Problem("", f"is larger than {VALUE_LIMIT_BYTES:,} bytes as a record: say it in several events")
    if decoded(record.value) != statement.value:
        yield Problem("", "does not come back from Avro as it was said: report this with the event's type")
    if record.key.decode() != statement.value[statement.kind.subject or ""]:
        yield Problem("", "would be keyed by another person than its subject: report this with the event's type")
    if any(record.key in value for _, value in record.headers):
        yield Problem("event_id", "would put the subject's PESEL into a header: choose event ids without it")


def decoded(value: bytes) -> dict[str, Any]:
    """What a record's value says under the released schema that it names; all of it must be read."""
    schema_id, body = split_frame(value)
    source = io.BytesIO(body)
    said: Any = fastavro.schemaless_reader(source, registered()[schema_id].parsed, None)
    if source.tell() != len(body):
        raise ValueError("bytes are left behind the event")
    return dict(said)
