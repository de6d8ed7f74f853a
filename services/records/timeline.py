"""What a person reads: the timeline's rows with their sealed parts opened, typed, and set for the terminal.

Pure but for the opener, which the caller gives; nothing sealed is opened in SQL.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Column, Table
from rich.text import Text

from schemas import event_type

POLAND: Final = ZoneInfo("Europe/Warsaw")

# (patient id, entry id, event id, sealed bytes) → the sealed record.
Opener = Callable[[UUID, UUID, UUID, bytes], Mapping[str, Any]]
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that was said about an entry: by whom, when, and when the ledger learnt it."""

    event_type: str
    event_id: UUID
    publisher: str
    occurred_at: datetime
    recorded_at: datetime
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the record, its statements newest first; a kind without a type of its own is only this."""

    kind: str
    entry_id: UUID
    medical_at: datetime
    state: str
    lineage: tuple[Statement, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Entry):
    birth_date: date
    sex: str
    given_names: str | None = None
    surname: str | None = None
    mother: UUID | None = None
    father: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Title(Entry):
    title_code: str
    payer: str | None = None
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Entry):
    insured: UUID
    kinship: str
    payer: str | None = None
    valid_from: date
    reported_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a prescription; nobody knows what is left while the issue is not here."""

    item: int
    quantity: int | None
    dispensed: int
    left_to_dispense: int | None
    odd: tuple[str, ...]
    medicine: str | None = None
    strength: str | None = None
    dosage: str | None = None
    payment_level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispensing:
    dispensing: UUID
    item: int
    quantity: int
    pharmacy: str
    country: str
    dispensed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription(Entry):
    issued_at: datetime | None
    valid_until: date | None
    chronic: bool | None
    profession: str | None
    provider: str | None
    cancelled_at: datetime | None
    items: tuple[Item, ...]
    dispensings: tuple[Dispensing, ...]
    prescription: str | None = None
    access_code: str | None = None
    practitioner: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaccination(Entry):
    target_disease: str | None
    dose_number: int | None
    product: str | None = None
    given_at: datetime | None
    provider: str | None
    closed_at: datetime | None
    closed_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Entry):
    since: datetime
    said_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDose:
    """Row of the view next_dose; its comment says what the reasons mean."""

    next_dose: int | None
    reason: str | None
    earliest_on: date | None
    latest_on: date | None
    after_latest: str | None
    held_up_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Entry):
    """An entry of a kind that has no type of its own here yet: shown by its columns' names."""

    content: Mapping[str, Any]


TYPES: Final[Mapping[str, type[Entry]]] = {
    "person": Person,
    "title": Title,
    "registration": Registration,
    "prescription": Prescription,
    "vaccination": Vaccination,
    "set-aside": Gap,
}
WHO_ENTERS: Final = {
    "person": "personal data: the civil register (rejestr PESEL) announces them",
    "title": "insurance titles: ZUS announces them, once the payer has reported them",
    "registration": "registrations as a family member: ZUS announces them, once the insured person's payer has",
    "prescription": "prescriptions: the clinic that issued one has to enter it",
    "vaccination": "vaccinations: the vaccination point that gave one has to enter it",
}
SAYS: Final = {
    "not_issued": "not yet issued here",
    "recorded": "visit not closed",
    "not_recorded": "visit closed, dose not yet recorded here",
    "more_than_issued": "odd: more dispensed than prescribed",
    "dispensed_before_issued": "odd: dispensed before it was issued",
    "not_on_prescription": "odd: not on the prescription",
    "complete": "complete, both doses were given",
    "second_dose_not_closed": "both doses were given; provider {0.held_up_by} has to close the visit of dose 2",
    "first_dose_not_closed": "dose 2 waits for provider {0.held_up_by} to close the visit of dose 1",
    "too_old": "none is free any more, dose 1 was free until {0.latest_on}",
    "first_dose_too_late": "none is free, dose 1 was given after the age limit",
    "not_offered": "none is offered on this day",
    "birth_date_unknown": "unknown until the civil register has announced the person",
    "refused": "not later",
    "clinic": "later: ask the clinic",
}


def read(patient_id: UUID, rows: Iterable[Row], opener: Opener) -> list[Entry]:
    """The rows of the view timeline as entries, sealed parts opened and folded like the clear ones."""
    return [_entry(patient_id, row, opener) for row in rows]


def as_json(shown: Sequence[Entry] | NextDose | None) -> Any:
    """The same for programs: only what JSON can say."""
    return msgspec.to_builtins(shown)


def render(entries: Sequence[Entry], next_dose: NextDose | None = None) -> Group:
    """The record for the terminal: gaps first, then the timeline, the next HPV dose, and what nobody has entered."""
    table = Table("date", "entry", Column("what", overflow="fold"), "by", "state", box=SIMPLE_HEAD)
    for entry in entries:
        table.add_row(*map(plain, _cells(entry)))
    gaps = [plain(f"incomplete since {day(e.since)}, from {e.said_by}: {e.reason}") for e in entries if type(e) is Gap]
    dose = [] if next_dose is None else [plain(f"next HPV dose: {_next(next_dose)}")]
    kinds = {entry.kind for entry in entries}
    return Group(*gaps, table, *dose, *(plain(f"no {who}") for kind, who in WHO_ENTERS.items() if kind not in kinds))


def plain(text: str) -> Text:
    """Text of others without control characters, which a terminal would obey, and never as markup."""
    return Text(re.sub(r"[^\S\n]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", " ", text))


def day(moment: datetime) -> date:
    """The day in Poland at a moment."""
    return moment.astimezone(POLAND).date()


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
            for name, value in record.items():
                if value is not None and name != own:
                    found.setdefault(name, value)
    return found


def _cells(entry: Entry) -> Iterator[str]:
    yield f"{day(entry.medical_at)}"
    yield entry.kind
    yield "\n".join(_lines(entry))
    yield getattr(entry, "provider", None) or entry.lineage[0].publisher
    yield SAYS.get(entry.state, entry.state)


def _lines(entry: Entry) -> Iterator[str]:
    match entry:
        case Person():
            yield f"{entry.given_names or ''} {entry.surname or ''}, born {entry.birth_date}, {entry.sex}".strip()
        case Title():
            yield f"insured under title {entry.title_code}, {_period(entry.valid_from, entry.valid_until)}"
        case Registration():
            yield f"registered as a family member, kinship {entry.kinship}, {_period(entry.valid_from, None)}"
        case Prescription():
            yield from _prescription(entry)
        case Vaccination():
            dose = f"dose {entry.dose_number}" if entry.dose_number else "a dose"
            yield f"{entry.target_disease or 'vaccination'}, {dose} {entry.product or ''}".strip()
        case Gap():
            yield f"incomplete since {day(entry.since)}, from {entry.said_by}: {entry.reason}"
        case Other():
            yield from (f"{name}: {value}" for name, value in entry.content.items())


def _prescription(entry: Prescription) -> Iterator[str]:
    if entry.prescription and entry.valid_until:
        last = entry.valid_until - timedelta(days=1)
        yield f"{entry.prescription}\ncode {entry.access_code}, to be dispensed until {last}"
    for item in entry.items:
        medicine = " ".join(part for part in (item.medicine, item.strength) if part)
        yield f"{item.item}. {medicine or 'unknown medicine'}" + (f": {item.dosage}" if item.dosage else "")
        known = item.left_to_dispense is not None and entry.state != "cancelled"
        left = [f"{item.left_to_dispense} of {item.quantity} left"] if known else []
        yield "   " + "; ".join([*left, f"{item.dispensed} dispensed", *(SAYS[odd] for odd in item.odd)])
    if entry.cancelled_at:
        yield f"cancelled on {day(entry.cancelled_at)}" + (f": {entry.reason}" if entry.reason else "")


def _next(dose: NextDose) -> str:
    between = f"from {dose.earliest_on} until {dose.latest_on}, {SAYS.get(dose.after_latest or '', '')}"
    if dose.reason is None:
        return f"dose {dose.next_dose}, {between}"
    return SAYS[dose.reason].format(dose) + (f"; then {between}" if dose.next_dose else "")


def _period(start: date, end: date | None) -> str:
    return f"from {start}" + (f" until before {end}" if end else "")
