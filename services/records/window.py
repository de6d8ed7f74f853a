"""Opening a patient's record: who is meant, that somebody looked, and only then what it says."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

from psycopg import Connection
from psycopg.rows import dict_row
from stdnum.iso7064 import mod_37_36

from schemas.shape import looks_like_pesel
from services.kernel.index_key import ACCOUNT_CHARACTERS, IndexKey
from services.kernel.patient_keys import PatientKeys
from services.kernel.sealing import open_sealed
from services.records.entries import Entry, NextDose
from services.records.timeline import read

POLAND: Final = ZoneInfo("Europe/Warsaw")


class NoSuchPatient(Exception):
    """Nobody is known under this id; the sentence never holds the id itself when it may be a PESEL."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who opens a record, and why."""

    name: str
    purpose: str
    ground: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class OpenedRecord:
    """A patient's record with its sealed parts opened; ``names`` stand for providers, publishers and licences in it."""

    patient_id: UUID
    account_id: str
    entries: list[Entry]
    next_dose: NextDose | None
    names: Mapping[str, str]


def resolve(connection: Connection[Any], index: IndexKey, text: str, *, secret: bool) -> UUID:
    """The patient meant by an account id or a patient id, or by a PESEL that came on standard input."""
    wanted = text.strip().upper()
    if looks_like_pesel(wanted):
        if not secret:
            raise NoSuchPatient("a PESEL is never an argument, others could see it; give '-' and type it")
        return _patient(connection, "patient_by_digest", index.number_digest(wanted.encode()))
    if len(wanted) == ACCOUNT_CHARACTERS + 1 and wanted.isalnum():
        if not mod_37_36.is_valid(wanted):
            raise NoSuchPatient("the account identifier has a wrong check character; compare it once more")
        return _patient(connection, "patient_by_account", wanted)
    try:
        patient = UUID(wanted)
    except ValueError as error:
        raise NoSuchPatient("give an account identifier, a patient id, or '-' and a PESEL") from error
    known = connection.execute("SELECT records_door.patient_known(%s)", (patient,)).fetchone()
    if known != (True,):
        raise NoSuchPatient("nobody is known under this patient id")
    return patient


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
    with records.cursor(row_factory=dict_row) as cursor:
        rows = cursor.execute("SELECT * FROM records_door.timeline(%s, %s)", (patient, at)).fetchall()
        asked_on = (known_at or datetime.now(POLAND)).astimezone(POLAND).date()
        dose = cursor.execute("SELECT * FROM records_door.next_dose(%s, %s, %s)", (patient, asked_on, at)).fetchone()
    entries = read(patient, rows, opener)
    next_dose = None if dose is None else NextDose(**dose)
    return OpenedRecord(patient, index.account_id(patient), entries, next_dose, page_names(records, entries))


def page_names(connection: Connection[Any], entries: Sequence[Entry]) -> dict[str, str]:
    """What patients read in place of the numbers that the entries carry, as far as they were loaded."""
    fields = ("provider", "practitioner", "used_by", "closed_by", "said_by")
    numbers = {getattr(entry, field, None) for entry in entries for field in fields}
    numbers |= {said.publisher for entry in entries for said in entry.lineage}
    asked = sorted(number for number in numbers if number)
    return dict(connection.execute("SELECT * FROM records_door.page_names(%s)", (asked,)).fetchall())


def record_viewing(connection: Connection[Any], viewer: Viewer, subject: UUID | None, kind: str) -> None:
    """Write down that somebody looks; whatever goes wrong here keeps the record closed."""
    row = (viewer.name, subject, kind, viewer.purpose, viewer.ground, viewer.reason)
    connection.execute("SELECT viewing.record(%s, %s, %s, %s, %s, %s)", row)


def _patient(connection: Connection[Any], function: str, wanted: bytes | str) -> UUID:
    row = connection.execute(f"SELECT records_door.{function}(%s)".encode(), (wanted,)).fetchone()
    if row is None or row[0] is None:
        raise NoSuchPatient("nobody is known under this number")
    patient: UUID = row[0]
    return patient
