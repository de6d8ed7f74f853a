"""The ledger topic written anew from the ledger, when it holds what the ledger does not have.

The databases come first: until the topic is gone too, whoever begins still finds it ahead of the ledger and refuses,
and this can be run again. Everything here is the administrator's; no role of a service may do any of it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, TopicPartition
from psycopg import Connection

from kartoteka.publishing.kafka import KafkaSettings
from services.kernel.command_line import BadInput
from services.kernel.damage import Damage
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC
from services.kernel.named_sql import queries_beside
from services.kernel.partition import Partition
from services.kernel.reader import started
from services.kernel.tails import refuse_if_ledger_is_behind
from services.records.ledger import SEALS_TOPIC

SQL: Final = queries_beside(__file__, "topic_restart.sql")
TOPICS: Final = (TOPIC, SEALS_TOPIC)


@dataclass(frozen=True, slots=True)
class Findings:
    """Why the topic has to be written anew, where the ledger ends, and which publishers' records are gone meanwhile."""

    found: str
    ledger_position: int
    gone: list[str]


async def examine(kafka: KafkaSettings, link: Link) -> Findings:
    """What speaks for a restart; BadInput when nothing does, or when somebody is at work."""
    connection = link.get()
    _refuse_if_at_work(connection)
    found = await _behind(kafka, link) or await _shorter(kafka, connection)
    if found is None:
        raise BadInput("ledger and ledger topic agree; there is nothing to write anew, start with 'kartoteka up'")
    row = connection.execute(SQL["last_position"]).fetchone()
    assert row is not None
    return Findings(found, row[0], await _gone(kafka, connection))


def forget_topic(
    connection: Connection[Any],
    findings: Findings,
    operator: str,
    reason: str,
    also: Callable[[Connection[Any]], None] = lambda _: None,
) -> None:
    """Keep who and why; whoever reads or writes the ledger topic begins anew, with empty versions of the read model.

    ``also`` is what other services forget of the topic, in the same transaction.
    """
    with connection.transaction():
        connection.execute(SQL["hold_off"])
        _refuse_if_at_work(connection)
        connection.execute(SQL["keep"], (operator, reason, findings.found, findings.ledger_position))
        tables = [table for (table,) in connection.execute(SQL["tables"]).fetchall()]
        connection.execute(SQL["forget_bookmarks"], (TOPIC,))
        connection.execute(SQL["forget_sent"])
        connection.execute(SQL["forget_verified"])
        connection.execute(SQL["forget_ledger_to"])
        connection.execute(f"TRUNCATE {', '.join(tables)}".encode())
        also(connection)


def _refuse_if_at_work(connection: Connection[Any]) -> None:
    worker = connection.execute(SQL["at_work"]).fetchone()
    if worker is not None:
        raise BadInput(f"{worker[0]} is at work, or died less than ten seconds ago; stop all services first")


async def _behind(kafka: KafkaSettings, link: Link) -> str | None:
    """The sentence with which everybody else refuses, if they do."""
    try:
        await refuse_if_ledger_is_behind(kafka, link)
    except Damage as damage:
        return str(damage)
    return None


async def _shorter(kafka: KafkaSettings, connection: Connection[Any]) -> str | None:
    """A topic that was made anew or cut under its readers."""
    read_to = {Partition(TOPIC, number): offset for number, offset in connection.execute(SQL["read_to"], (TOPIC,))}
    _, ends = await _offsets(kafka, read_to)
    short = [p for p, offset in read_to.items() if offset > ends[p]]
    if not short:
        return None
    return f"{TOPIC}/{short[0].number} ends in front of what its readers have read: it was cut, or made anew"


async def _gone(kafka: KafkaSettings, connection: Connection[Any]) -> list[str]:
    """Publishers' records that ingest would have to read again and that are deleted."""
    stands = {Partition(topic, number): offset for topic, number, offset in connection.execute(SQL["ingest_at"])}
    begins, _ = await _offsets(kafka, stands)
    return [f"{p.topic}/{p.number}: {at} to {begins[p] - 1}" for p, at in sorted(stands.items()) if begins[p] > at]


async def _offsets(
    kafka: KafkaSettings, partitions: Mapping[Partition, int]
) -> tuple[dict[Partition, int], dict[Partition, int]]:
    """First and end offset of each of these."""
    consumer = await started(AIOKafkaConsumer(**kafka.for_aiokafka()))
    try:
        wanted = {TopicPartition(*partition): partition for partition in partitions}
        begins, ends = await consumer.beginning_offsets(list(wanted)), await consumer.end_offsets(list(wanted))
    finally:
        await consumer.stop()
    return {wanted[tp]: begins[tp] for tp in wanted}, {wanted[tp]: ends[tp] for tp in wanted}
