"""Reads records in a loop, as the portal would: what it saw, every error, and every reading that mixes two versions.

``python -m tests.reading_loop DATA_DIR PATIENT…`` reads until its standard input ends, with the code of the tree that
it is started in, and then says what it saw.
"""

import json
import select
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import Connection

from services.kernel.database import connect
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.settings import Settings
from services.kernel.viewing import Viewer
from services.operations.house import House
from services.records.entries import Visit
from services.records.window import OpenedRecord, open_record

A_SECOND = 100
VIEWER = Viewer("operator:reader", "operation", "operator", "reads in a loop")
TIMELINE = "SELECT content FROM records_door.timeline(%s) WHERE kind = 'visit'"
OLD, NEW, MIXED = "old", "new", "mixed"


@dataclass
class Seen:
    """How many readings were of which version, and what went wrong."""

    versions: Counter[str] = field(default_factory=Counter)
    errors: Counter[str] = field(default_factory=Counter)

    @property
    def as_json(self) -> str:
        return json.dumps({"versions": self.versions, "errors": self.errors})


def timeline(connection: Connection[Any], patient: UUID) -> str:
    """All visits of one timeline with the new column, or none."""
    rows = connection.execute(TIMELINE, (patient,)).fetchall()
    return _one_of({NEW if "specialty" in content else OLD for (content,) in rows})


def window(opened: OpenedRecord, last_day: str) -> str:
    """The new column of the timeline beside the corrected day of the next dose; an older program sees the day alone."""
    assert opened.next_dose is not None
    day = OLD if str(opened.next_dose.latest_on) == last_day else NEW
    visits = [entry for entry in opened.entries if isinstance(entry, Visit)]
    assert len(visits) > 1
    said = [getattr(visit, "specialty", None) for visit in visits]
    shown = NEW if any(said) else OLD
    return _one_of({day} if not hasattr(visits[0], "specialty") else {day, shown})


def _one_of(found: set[str]) -> str:
    return found.pop() if len(found) == 1 else MIXED


def read_on(settings: Settings, patients: list[UUID], last_day: str) -> Seen:
    """Read them in turn, in two ways, until somebody ends it."""
    seen, turn = Seen(), 0
    index = IndexKey(read_key_file(settings.keys_folder / "index.key"))
    keys = PatientKeys(master_keys(settings.keys_folder))
    with connect(settings.database_url, "reader") as records, connect(settings.keys_database_url, "reader") as keys_db:
        while not _ended(1 / A_SECOND):
            turn += 1
            patient = patients[turn % len(patients)]
            try:
                opened = open_record(records, keys_db, keys, index, patient, VIEWER, None)
                seen.versions.update([window(opened, last_day), timeline(records, patient)])
            except Exception as error:  # noqa: BLE001 - whatever a reader sees is told
                seen.errors[f"{type(error).__name__}: {error}"] += 1
    return seen


def _ended(seconds: float) -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready)


if __name__ == "__main__":
    home, last_day, *patients = sys.argv[1:]
    settings = House(Path(home)).settings("operator", keys=True)
    print(read_on(settings, [UUID(patient) for patient in patients], last_day).as_json)
