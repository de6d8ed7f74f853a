"""What the topic holds as columns: all of the relay's records, and a sentence for whatever else lies there."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import pytest
from aiokafka import TopicPartition

import schemas
from services.kernel.damage import Damage
from services.kernel.ledger_topic import TOPIC
from services.kernel.whole_batches import whole_batches
from services.records.columns import Columns, of_batches, of_records, of_states, rows
from tests.ledger_batches import Event, Sent, as_consumed, built, sent, value_of
from tests.ledger_values import with_and_without

SCHEMA = schemas.event_type("RecordSetAside").ledger
VALUE = value_of(SCHEMA, with_and_without(SCHEMA)[0])
PATIENT = UUID(int=7)


def event(n: int, value: bytes = VALUE) -> Event:
    return Event(PATIENT, n + 1, n + 1, 1_700_000_000_000_000 + n, value)


GOOD = [sent(n, event(n)) for n in range(3)]


def in_bulk(records: Sequence[Sent]) -> Columns:
    return of_batches(list(whole_batches(TopicPartition(TOPIC, 0), built(records).content, 0)))


def live(records: Sequence[Sent]) -> Columns:
    return of_records([as_consumed(0, record) for record in records])


def told(columns: Columns) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(schema.name, found.to_pylist()) for schema, found in rows(columns)]


WAYS = pytest.mark.parametrize("way", [in_bulk, live], ids=["bulk", "live"])


def test_all_ways_say_the_same() -> None:
    stored = [(one.patient, one.version, one.position, one.state) for one in map(event, range(3))]
    assert told(in_bulk(GOOD)) == told(live(GOOD)) == told(of_states(stored))


@WAYS
def test_none_of_the_records_make_no_rows(way: Callable[[Sequence[Sent]], Columns]) -> None:
    columns = way(GOOD)
    assert told(columns.only(columns.headers["position"] > 3)) == []


HEADER = GOOD[1].headers[0]
STRANGE: dict[str, dict[str, Any]] = {
    "no key": {"key": None},
    "a short key": {"key": bytes(15)},
    "a long key": {"key": bytes(17)},
    "no value": {"value": None},
    "an empty value": {"value": b""},
    "a value too short to name its schema": {"value": VALUE[:4]},
    "an envelope that does not begin with nought": {"value": b"\1" + VALUE[1:]},
    "a schema that nobody released": {"value": schemas.frame(9_999, VALUE[5:])},
    "a value that goes on": {"value": VALUE + b"\0"},
    "a value that was cut off": {"value": VALUE[:-1]},
    "no header": {"headers": []},
    "two headers": {"headers": [HEADER, HEADER]},
    "a header of another name": {"headers": [("ledges", HEADER[1])]},
    "a short header": {"headers": [(HEADER[0], b"short")]},
    "a header without value": {"headers": [(HEADER[0], None)]},
}


@WAYS
@pytest.mark.parametrize("change", STRANGE.values(), ids=STRANGE)
@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize("alone", [False, True], ids=["among others", "alone"])
def test_whatever_no_relay_wrote_stops_with_a_sentence(
    way: Callable[[Sequence[Sent]], Columns], change: dict[str, Any], at: int, alone: bool
) -> None:
    records = [one._replace(**change) if one.offset == at else one for one in GOOD]
    with pytest.raises(Damage) as stop:
        told(way(records[at : at + 1] if alone else records))
    sentence = str(stop.value)
    assert any(word in sentence for word in ("ledger", f"schema {SCHEMA.id} (RecordSetAside)"))
    assert str(PATIENT) not in sentence
