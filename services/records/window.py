"""Opening a patient's record: who is meant, that somebody looked, and only then what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import set_json_loads

from services.kernel.index_key import IndexKey
from services.kernel.patient_keys import PatientKeys
from services.kernel.sealing import open_sealed
from services.kernel.viewing import Viewer, record_viewing
from services.records.entries import Entry, NextDose
from services.records.timeline import read

POLAND: Final = ZoneInfo("Europe/Warsaw")


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """A patient's record with its sealed parts opened; ``names`` stand for providers, publishers and licences in it.

    ``read_by`` is the version of the read model that showed it at the time that it is shown as of; None before there
    was one.
    """

    patient_id: UUID
    account_id: str
    entries: list[Entry]
    next_dose: NextDose | None
    names: Mapping[str, str]
    read_by: str | None


def open_record(
    records: Connection[Any],
    keys: Connection[Any],
    patient_keys: PatientKeys,
    index: IndexKey,
    patient: UUID,
    viewer: Viewer,
    known_at: datetime | None,
) -> OpenedRecord:
    """Record the viewing, then open; nothing is opened when the viewing cannot be written."""
    record_viewing(records, viewer, patient, "record")
    key = patient_keys.find(keys, [patient]).keys.get(patient)

    def opener(patient_id: UUID, entry_id: UUID, event_id: UUID, sealed: bytes) -> Mapping[str, Any]:
        return {} if key is None else open_sealed(key, sealed, patient_id, entry_id, event_id)

    at = "infinity" if known_at is None else known_at
    with records.transaction(), records.cursor(row_factory=dict_row) as cursor:
        # One version of the read model for all of it, whoever switches meanwhile.
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        # A long life is thousands of these, and the standard library takes several times as long.
        set_json_loads(msgspec.json.decode, cursor)
        rows = cursor.execute("SELECT * FROM records_door.timeline(%s, %s)", (patient, at), binary=True).fetchall()
        asked_on = (known_at or datetime.now(POLAND)).astimezone(POLAND).date()
        dose = cursor.execute("SELECT * FROM records_door.next_dose(%s, %s, %s)", (patient, asked_on, at)).fetchone()
        read_by = cursor.execute("SELECT records_door.read_by(%s) AS version", (at,)).fetchone()
    entries = read(patient, rows, opener)
    next_dose = None if dose is None else NextDose(**dose)
    assert read_by
    return OpenedRecord(
        patient, index.account_id(patient), entries, next_dose, page_names(records, entries), read_by["version"]
    )


def page_names(connection: Connection[Any], entries: Sequence[Entry]) -> dict[str, str]:
    """What patients read in place of the numbers that the entries carry, as far as they were loaded."""
    fields = ("provider", "practitioner", "used_by", "closed_by", "said_by")
    numbers = {getattr(entry, field, None) for entry in entries for field in fields}
    numbers |= {said.publisher for entry in entries for said in entry.lineage}
    asked = sorted(number for number in numbers if number)
    return dict(connection.execute("SELECT * FROM records_door.page_names(%s)", (asked,)).fetchall())
