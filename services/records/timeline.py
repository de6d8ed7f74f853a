"""The timeline's rows as typed entries, their sealed parts opened.

Pure but for the opener, which the caller gives; nothing sealed is opened in SQL.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final
from uuid import UUID

import msgspec

from schemas import event_type
from services.records.entries import TYPES, Entry, NextDose, Other

# (patient id, entry id, event id, sealed bytes) → the sealed record.
Opener = Callable[[UUID, UUID, UUID, bytes], Mapping[str, Any]]
Row = Mapping[str, Any]

# Sealed words about a part of the entry, which would read as if they were about the whole.
OF_A_PART: Final = {"DispensingReversed": frozenset({"reason"})}


def read(patient_id: UUID, rows: Iterable[Row], opener: Opener) -> list[Entry]:
    """The rows of the view timeline as entries, sealed parts opened and folded like the clear ones."""
    return [_entry(patient_id, row, opener) for row in rows]


def as_json(shown: Sequence[Entry] | NextDose | None) -> Any:
    """The same for programs: only what JSON can say."""
    return msgspec.to_builtins(shown)


def _entry(patient_id: UUID, row: Row, opener: Opener) -> Entry:
    clear, opened = row["content"], _opened(patient_id, row, opener)
    # A number stands in the clear part as a derived id; people read the number itself.
    values = {**clear, **opened, **{name: row[name] for name in ("kind", "entry_id", "medical_at", "state", "lineage")}}
    if "items" in clear:
        by_number = {part["item"]: part for part in opened.get("items", ())}
        values["items"] = [{**by_number.get(part["item"], {}), **part} for part in clear["items"]]
    kind = TYPES.get(row["kind"], Other)
    return msgspec.convert(values if kind is not Other else {**values, "content": {**clear, **opened}}, kind)


def _opened(patient_id: UUID, row: Row, opener: Opener) -> dict[str, Any]:
    """Per column the newest statement that says anything; the subject's own PESEL is left out."""
    found: dict[str, Any] = {}
    for statement, sealed in zip(row["lineage"], row["sealed"], strict=True):
        if sealed is not None:
            record = opener(patient_id, row["entry_id"], UUID(statement["event_id"]), sealed)
            own = event_type(statement["event_type"]).subject
            hidden = OF_A_PART.get(statement["event_type"], frozenset())
            for name, value in record.items():
                if value is not None and name != own and name not in hidden:
                    found.setdefault(name, value)
    return found
