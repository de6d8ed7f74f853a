"""Has anybody rewritten history? Streams against their chain, seals against events, the topic against both.

Finds an event that was flipped, deleted, swapped, inserted or cut off, and says where.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

import msgspec
from aiokafka import AIOKafkaConsumer, TopicPartition
from psycopg import Connection

import schemas
from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.ledger_topic import TOPIC, TOPIC_HEAD
from services.kernel.moments import micros
from services.kernel.named_sql import queries_beside
from services.kernel.reader import partitions_of, started
from services.records.ledger import (
    NO_HASH,
    SEALS_TOPIC,
    STATE_HEAD,
    Draft,
    Head,
    PublishedSeal,
    next_head,
    seal_hash,
    topic_header,
)

SQL: Final = queries_beside(__file__, "verify.sql")
MOST_FINDINGS: Final = 100

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that does not hold, and where."""

    kind: str
    says: str
    patient_id: str | None = None
    version: int | None = None
    position: int | None = None


@dataclass(slots=True)
class Report:
    """What was compared, and everything that did not agree (the first hundred findings)."""

    events: int = 0
    streams: int = 0
    seals: int = 0
    on_topic: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.findings

    def found(self, kind: str, says: str, patient: UUID | None = None, version: int = 0, position: int = 0) -> None:
        if len(self.findings) < MOST_FINDINGS:
            place = (None if patient is None else str(patient), version or None, position or None)
            self.findings.append(Finding(kind, says, *place))


def verify_streams(connection: Connection[Any], report: Report, patient: UUID | None, progress: Progress) -> None:
    """Every stream begins at version 1, has no hole, and each link follows from the one before."""
    current, head, before = None, Head(0, NO_HASH), 0
    for originator, version, position, name, state in _rows(connection, "streams", {"patient": patient}):
        if originator != current:
            current, head, before = originator, Head(0, NO_HASH), 0
            report.streams += 1
        place = (originator, version, position)
        if version != head.version + 1:
            report.found("deleted", f"versions {head.version + 1} to {version - 1} are missing", *place)
            head = Head(version - 1, head.hash)
        hash_, recorded_at, published_at = _head(state)
        draft = Draft(originator, name, published_at, state[STATE_HEAD.size :])
        if next_head(head, draft, recorded_at).hash != hash_:
            report.found("changed", "the event does not follow from its chain", *place)
        elif _name(draft.value) != name:
            report.found("changed", "the event stands under another name than its own", *place)
        if position <= before:
            report.found("swapped", "stands before an older version of its stream", *place)
        head, before = Head(version, hash_), position
        report.events += 1
        progress(1)


def verify_seals(connection: Connection[Any], report: Report, progress: Progress) -> None:
    """Every event lies under exactly one seal, in its place, and each seal follows from the one before."""
    seals = _rows(connection, "seals", {})
    previous, last = NO_HASH, 0
    seal = next(seals, None)
    batch, expected = hashlib.sha256(), 1
    for position, version, patient, state in _rows(connection, "by_position", {}):
        hash_, recorded_at, _ = _head(state)
        if position != expected:
            report.found("deleted", f"positions {expected} to {position - 1} are missing", position=expected)
        expected = position + 1
        while seal is not None and position > seal[1]:
            previous, last = _close_seal(report, seal, previous, last, batch.digest())
            seal, batch = next(seals, None), hashlib.sha256()
        if seal is None:
            report.found("inserted", "the event lies behind the last seal", patient, version, position)
        elif position < seal[0] or recorded_at != micros(seal[3]):
            report.found("inserted", "the event does not belong to the seal over it", patient, version, position)
        batch.update(hash_)
        progress(1)
    while seal is not None:
        if seal[1] >= expected:
            report.found(
                "cut off",
                f"the seal covers positions up to {seal[1]}, the ledger ends at {expected - 1}",
                position=expected,
            )
        previous, last = _close_seal(report, seal, previous, last, batch.digest())
        seal, batch = next(seals, None), hashlib.sha256()


def verify_statements(connection: Connection[Any], report: Report) -> None:
    """Behind every event stands one statement that ingest took in, and behind every statement its event."""
    ours = [kind.name for kind in schemas.event_types().values() if kind.published is None]
    for position, patient, version in _rows(connection, "unfounded", {"ours": ours}):
        if patient is None:
            report.found("deleted", "a statement that was taken in has no event", position=position)
        else:
            report.found("inserted", "no publisher's statement stands behind the event", patient, version, position)


def _head(state: bytes) -> tuple[bytes, int, int]:
    """Hash, recorded_at and published_at; zeros for what was cut off."""
    hash_, recorded_at, published_at = STATE_HEAD.unpack(state[: STATE_HEAD.size].ljust(STATE_HEAD.size, b"\x00"))
    return hash_, recorded_at, published_at


def _name(value: bytes) -> str | None:
    """The event type that a value says it is."""
    try:
        return schemas.registered()[schemas.split_frame(value)[0]].name
    except (ValueError, KeyError):
        return None


def _close_seal(report: Report, seal: Any, previous: bytes, last: int, batch: bytes) -> tuple[bytes, int]:
    first, last_position, events, recorded_at, hash_ = seal
    report.seals += 1
    if first != last + 1 or events != last_position - first + 1:
        report.found("seal missing", f"the seal begins at {first}, the one before ended at {last}", position=first)
    if seal_hash(previous, first, last_position, micros(recorded_at), batch) != hash_:
        report.found(
            "changed", f"the seal over positions {first} to {last_position} does not fit its events", position=first
        )
    return hash_, last_position


async def verify_topic(
    connection: Connection[Any], kafka: KafkaSettings, report: Report, patient: UUID | None, progress: Progress
) -> None:
    """What the topic has, the ledger has, byte for byte; and what was sent, the topic has."""
    sent_to = _scalar(connection, SQL["sent_to"])
    seen = bytearray(sent_to // 8 + 1)
    async for records in _whole_topic(kafka, TOPIC):
        wanted = [record for record in records if patient is None or record.key == patient.bytes]
        _compare(connection, report, wanted, seen)
        progress(len(wanted))
    if patient is None:
        for position in range(1, sent_to + 1):
            if not seen[position // 8] & (1 << position % 8):
                report.found("missing on topic", "the event was sent and is not on the topic", position=position)
        await _verify_published_seals(connection, kafka, report)


def _compare(connection: Connection[Any], report: Report, records: Sequence[Any], seen: bytearray) -> None:
    headers = [_topic_header(record) for record in records]
    rows = connection.execute(SQL["events_at"], ([header[1] for header in headers if header],), binary=True)
    ledger = {row[0]: row[1:] for row in rows}
    for record, header in zip(records, headers, strict=True):
        if header is None:
            report.found("inserted", f"{_place(record)} was not written by the relay")
            continue
        version, position = header
        place = (UUID(bytes=record.key), version, position)
        if position not in ledger:
            report.found("cut off", "the topic has an event that the ledger does not have", *place)
        elif not _same(record, version, position, *ledger[position]):
            report.found("changed", "ledger and topic differ", *place)
        if position < len(seen) * 8:
            report.on_topic += not seen[position // 8] & (1 << position % 8)
            seen[position // 8] |= 1 << position % 8


def _topic_header(record: Any) -> tuple[int, int] | None:
    """Version and position of a record of the ledger topic; None for one that the relay did not write."""
    if len(record.headers) != 1 or len(record.headers[0][1]) != TOPIC_HEAD.size or len(record.key or b"") != 16:
        return None
    version, position, *_ = TOPIC_HEAD.unpack(record.headers[0][1])
    return version, position


def _place(record: Any) -> str:
    return f"{record.topic}/{record.partition}/{record.offset}"


def _same(record: Any, version: int, position: int, patient: UUID, ledger_version: int, state: bytes) -> bool:
    return (
        (patient.bytes, ledger_version) == (record.key, version)
        and len(state) >= STATE_HEAD.size
        and topic_header(version, position, state) == record.headers[0][1]
        and state[STATE_HEAD.size :] == record.value
    )


async def _verify_published_seals(connection: Connection[Any], kafka: KafkaSettings, report: Report) -> None:
    """Seals that left the database are still in it."""
    async for records in _whole_topic(kafka, SEALS_TOPIC):
        for record in records:
            try:
                seal = msgspec.json.decode(record.value, type=PublishedSeal)
            except msgspec.MsgspecError:
                report.found("inserted", f"{_place(record)} is no seal")
                continue
            row = connection.execute(SQL["seal_hash"], (seal.last_position,)).fetchone()
            if row is None or row[0].hex() != seal.hash:
                report.found("cut off", "a published seal is not in the ledger", position=seal.last_position)


async def _whole_topic(kafka: KafkaSettings, topic: str) -> Any:
    """All records of a topic up to its end as it is now."""
    partitions = [TopicPartition(*partition) for partition in await partitions_of(kafka, [topic])]
    consumer = await started(AIOKafkaConsumer(**kafka.for_aiokafka(), auto_offset_reset="none"))
    try:
        consumer.assign(partitions)
        begins = await consumer.beginning_offsets(partitions)
        left = {tp: end for tp, end in (await consumer.end_offsets(partitions)).items() if end > begins[tp]}
        for tp in partitions:
            consumer.seek(tp, begins[tp])
        while left:
            for tp, records in (await consumer.getmany(timeout_ms=1000, max_records=5000)).items():
                yield [record for record in records if record.offset < left.get(tp, 0)]
                if tp in left and records[-1].offset + 1 >= left[tp]:
                    del left[tp]
    finally:
        await consumer.stop()


def _rows(connection: Connection[Any], name: str, parameters: Any) -> Iterator[Any]:
    """Rows by a server-side cursor, so that memory does not grow with the ledger; in the caller's transaction."""
    with connection.cursor(name) as rows:
        rows.itersize = 2000
        rows.execute(SQL[name], parameters, binary=True)
        yield from rows


def _scalar(connection: Connection[Any], statement: Any) -> int:
    row = connection.execute(statement).fetchone()
    assert row is not None
    return int(row[0])
