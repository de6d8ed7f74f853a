"""Random logs of the ledger: its events, the topic that a relay made of them, and the fold that says what follows."""

import io
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import fastavro
from hypothesis import strategies as st

import schemas
from services.kernel.moments import moment
from services.records.read_model import columns, table_name
from tests.ledger_batches import Built, Event, Sent, built, sent, value_of
from tests.ledger_values import Row, is_id, record_schemas, rows_of, with_and_without

PARTITIONS = (0, 1)
PATIENTS = [UUID(int=1000 + number) for number in range(4)]
FIRST_MOMENT = 1_700_000_000_000_000
Rows = dict[str, list[Row]]


def older_version(schema: schemas.Registered, lacks: str) -> schemas.Registered:
    """A schema as it might have been released before a field was there."""
    source = {**schema.source, "fields": [f for f in schema.source["fields"] if f["name"] != lacks]}
    return schemas.Registered(90_000 + schema.id, schema.subject, 0, source, fastavro.parse_schema(source))


class Log(NamedTuple):
    """The ledger's events, and the topic's partitions: all records in their order, and the same in batches."""

    events: list[Event]
    records: dict[int, list[Sent]]
    batches: dict[int, list[Built]]


class Told(NamedTuple):
    """One event, and how it comes into the topic: how many offsets are left out before it, how many events the relay
    repeats behind it, and whether a batch ends there."""

    patient: int
    schema_id: int
    row: Row
    skipped: int = 0
    repeated: int = 0
    ends_batch: bool = False


CODECS = st.lists(st.integers(0, 4), min_size=1, max_size=4)


def told() -> st.SearchStrategy[list[Told]]:
    """Random events of every released schema, those of other versions than today's among them."""
    return st.lists(st.sampled_from(sorted(s.id for s in record_schemas())).flatmap(_told_of), min_size=1, max_size=20)


def _told_of(schema_id: int) -> st.SearchStrategy[Told]:
    rarely = st.sampled_from([0, 0, 0, 0, 1, 2, 3])
    rows = rows_of(schemas.registered()[schema_id])
    return st.builds(Told, st.integers(0, 3), st.just(schema_id), rows, rarely, rarely, st.booleans())


def everything() -> list[Told]:
    """Every schema with something everywhere and with nothing wherever nothing may be."""
    each = [(schema.id, row) for schema in record_schemas() for row in with_and_without(schema)]
    return [Told(n % 4, schema_id, row, n % 7 == 0, n % 11 == 0, n % 5 == 0) for n, (schema_id, row) in enumerate(each)]


def log_of(said: Sequence[Told], codecs: Sequence[int]) -> Log:
    """As ledger and relay would have it; positions have gaps, as the ledger's have after a refused transaction."""
    events: list[Event] = []
    by_partition: dict[int, list[Event]] = {number: [] for number in PARTITIONS}
    records: dict[int, list[Sent]] = {number: [] for number in PARTITIONS}
    batches: dict[int, list[list[Sent]]] = {number: [[]] for number in PARTITIONS}
    for n, one in enumerate(said):
        event = _event(n, one)
        number = one.patient % len(PARTITIONS)
        own = by_partition[number]
        events.append(event)
        own.append(event)
        for one_sent in [event, *_repeated(own, one.repeated)]:
            offset = records[number][-1].offset + 1 if records[number] else 0
            records[number].append(sent(offset + one.skipped, one_sent))
            batches[number][-1].append(records[number][-1])
        batches[number] += [[]] if one.ends_batch else []
    made = {number: _built(found, codecs) for number, found in batches.items()}
    return Log(events, records, made)


def _repeated(own: Sequence[Event], most: int) -> Sequence[Event]:
    """What a relay that begins anew so many events before the last one sends once more."""
    return own[-1 - most :] if most else []


def _event(n: int, one: Told) -> Event:
    # Two publishers may use one id, the same publisher never does.
    row = {**one.row, "event_id": UUID(int=n).bytes}
    value = value_of(schemas.registered()[one.schema_id], row)
    return Event(PATIENTS[one.patient], n + 1, 2 * n + 1, FIRST_MOMENT + n, value)


def _built(batches: Sequence[Sequence[Sent]], codecs: Sequence[int]) -> list[Built]:
    return [built(batch, codecs[n % len(codecs)]) for n, batch in enumerate(batch for batch in batches if batch)]


def folded(events: Sequence[Event]) -> Rows:
    """The rows that these events are, one by one."""
    rows: Rows = defaultdict(list)
    for event in events:
        schema = schemas.registered()[int.from_bytes(event.value[1:5])]
        row: Any = fastavro.schemaless_reader(io.BytesIO(event.value[5:]), schema.parsed)
        ids = {f["name"] for f in schema.source["fields"] if is_id(f)}
        fields = {name: UUID(bytes=value) if value and name in ids else value for name, value in row.items()}
        said = {"patient_id": event.patient, "position": event.position, "version": event.version}
        nothing = {column.name: None for column in columns(schemas.event_type(schema.name))}
        rows[table_name(schema.name)].append({**nothing, **fields, **said, "recorded_at": moment(event.recorded_at)})
    return rows
