"""A record set for the terminal: gaps first, then the timeline, the next HPV dose, and what nobody has entered."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import singledispatch
from typing import Final
from zoneinfo import ZoneInfo

from rich.box import SIMPLE_HEAD
from rich.console import Group
from rich.table import Column, Table
from rich.text import Text

from services.records import entries as kinds
from services.records.entries import Entry, NextDose
from services.records.words import SAYS, WHO_ENTERS

POLAND: Final = ZoneInfo("Europe/Warsaw")
NOBODY: Final[Mapping[str, str]] = {}


def render(entries: Sequence[Entry], next_dose: NextDose | None = None, names: Mapping[str, str] = NOBODY) -> Group:
    """The record for the terminal; ``names`` are those of providers and publishers, where they are known."""
    table = Table("date", "entry", Column("what", overflow="fold"), "by", "state", box=SIMPLE_HEAD)
    for entry in entries:
        table.add_row(*map(plain, _cells(entry, names)))
    gaps = [plain(line) for e in entries if type(e) is kinds.Gap for line in _gap(e, names)]
    dose = [] if next_dose is None else [plain(f"next HPV dose: {_next(next_dose, names)}")]
    there = {entry.kind for entry in entries}
    return Group(*gaps, table, *dose, *(plain(f"no {who}") for kind, who in WHO_ENTERS.items() if kind not in there))


def plain(text: str) -> Text:
    """Text of others without control characters, which a terminal would obey, and never as markup."""
    return Text(re.sub(r"[^\S\n]|[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", " ", text))


def day(moment: datetime) -> date:
    """The day in Poland at a moment."""
    return moment.astimezone(POLAND).date()


def _cells(entry: Entry, names: Mapping[str, str]) -> Iterator[str]:
    by = getattr(entry, "provider", None) or entry.lineage[0].publisher
    yield f"{day(entry.medical_at)}"
    yield entry.kind
    yield "\n".join(_gap(entry, names) if isinstance(entry, kinds.Gap) else _lines(entry))
    yield names.get(by, by)
    yield "\n".join([SAYS.get(entry.state, entry.state), *([f"disputed: {entry.disputed}"] if entry.disputed else [])])


@singledispatch
def _lines(entry: Entry) -> Iterator[str]:
    """What an entry says, line by line; each kind below says it in its own way."""
    content = entry.content if isinstance(entry, kinds.Other) else {}
    yield from (f"{name}: {value}" for name, value in content.items())


def _gap(entry: kinds.Gap, names: Mapping[str, str]) -> Iterator[str]:
    yield f"incomplete since {day(entry.since)}, from {names.get(entry.said_by, entry.said_by)}: {entry.reason}"


@_lines.register
def _(entry: kinds.Person) -> Iterator[str]:
    yield f"{entry.given_names or ''} {entry.surname or ''}, born {entry.birth_date}, {entry.sex}".strip()
    if entry.died_on:
        yield f"died on {entry.died_on}"
    if entry.number_changed_on:
        yield f"number changed on {entry.number_changed_on}"
    yield from (f"the number is also that of record {other}" for other in entry.other_records)


@_lines.register
def _(entry: kinds.Title) -> Iterator[str]:
    yield f"insured under title {entry.title_code}, {_period(entry.valid_from, entry.valid_until)}"


@_lines.register
def _(entry: kinds.Registration) -> Iterator[str]:
    yield f"registered as a family member, kinship {entry.kinship}, {_period(entry.valid_from, entry.valid_until)}"


@_lines.register
def _(entry: kinds.Prescription) -> Iterator[str]:
    if entry.prescription and entry.valid_until:
        yield f"{entry.prescription}\ncode {entry.access_code}, to be dispensed until {_last(entry.valid_until)}"
    for item in entry.items:
        medicine = " ".join(part for part in (item.medicine, item.strength) if part)
        yield f"{item.item}. {medicine or 'unknown medicine'}" + (f": {item.dosage}" if item.dosage else "")
        known = item.left_to_dispense is not None and entry.state != "cancelled"
        left = [f"{item.left_to_dispense} of {item.quantity} left"] if known else []
        yield "   " + "; ".join([*left, f"{item.dispensed} dispensed", *(SAYS[odd] for odd in item.odd)])
    for dispensing in entry.dispensings:
        if dispensing.reversed_at:
            yield f"a dispensing was reversed on {day(dispensing.reversed_at)}"
    if entry.cancelled_at:
        yield f"cancelled on {day(entry.cancelled_at)}" + _because(entry.reason)


@_lines.register
def _(entry: kinds.Referral) -> Iterator[str]:
    yield f"{entry.referral_kind or 'referral'}: {entry.target or ''}" + (f", {entry.urgency}" if entry.urgency else "")
    if entry.referral:
        yield f"{entry.referral}\ncode {entry.access_code or 'not known'}"
    if entry.used_at:
        yield f"used on {day(entry.used_at)}" + (
            " (odd: before it was issued)" if _before(entry.used_at, entry.issued_at) else ""
        )
    if entry.cancelled_at:
        yield f"cancelled on {day(entry.cancelled_at)}" + _because(entry.reason)


@_lines.register
def _(entry: kinds.DeviceOrder) -> Iterator[str]:
    if entry.device_order:
        yield f"order {entry.device_order}" + (f", until {_last(entry.valid_until)}" if entry.valid_until else "")
    for item in entry.items:
        left = [f"{item.left_to_fulfil} of {item.quantity} left"] if item.left_to_fulfil is not None else []
        handed = "; ".join([*left, f"{item.fulfilled} handed out", *(SAYS[odd] for odd in item.odd)])
        yield f"{item.item}. {item.device or 'unknown device'}: {handed}"


@_lines.register
def _(entry: kinds.Visit) -> Iterator[str]:
    yield f"{(entry.visit_kind or 'visit').replace('_', ' ')}" + (f": {entry.diagnosis}" if entry.diagnosis else "")
    if entry.started_at and entry.ended_at and day(entry.started_at) != day(entry.ended_at):
        yield f"until {day(entry.ended_at)}"


@_lines.register
def _(entry: kinds.Document) -> Iterator[str]:
    yield f"{(entry.document_kind or 'document').replace('_', ' ')}" + (f": {entry.title}" if entry.title else "")
    if entry.withdrawn_at:
        yield f"withdrawn on {day(entry.withdrawn_at)}" + _because(entry.reason)


@_lines.register
def _(entry: kinds.TestResult) -> Iterator[str]:
    yield entry.test or "test result"
    for item in entry.items:
        within = f" ({item.reference_range})" if item.reference_range else ""
        yield f"{item.name}: {' '.join(part for part in (item.result_value, item.unit) if part)}{within}"


@_lines.register
def _(entry: kinds.Vaccination) -> Iterator[str]:
    dose = f"dose {entry.dose_number}" if entry.dose_number else "a dose"
    yield f"{entry.target_disease or 'vaccination'}, {dose} {entry.product or ''}".strip()


@_lines.register
def _(entry: kinds.SickLeave) -> Iterator[str]:
    whom = ", to care for somebody" if entry.child else ""
    last = f" until {_last(entry.valid_until)}" if entry.valid_until else ""
    yield f"sick leave {entry.sick_leave or ''} from {entry.valid_from}{last}{whom}"
    if entry.cancelled_at:
        yield f"cancelled on {day(entry.cancelled_at)}" + _because(entry.reason)


@_lines.register
def _(entry: kinds.Contribution) -> Iterator[str]:
    yield f"contribution for {entry.month:%Y-%m}: basis {_zloty(entry.basis)}, posted {_zloty(entry.amount)}"


@_lines.register
def _(entry: kinds.Entitlement) -> Iterator[str]:
    yield f"entitled as {entry.ground.replace('_', ' ')}, as of {entry.as_of}" + _because(entry.reason)


@_lines.register
def _(entry: kinds.SettledService) -> Iterator[str]:
    yield f"{entry.service or 'a service'}: {_zloty(entry.amount)}"


@_lines.register
def _(entry: kinds.PrimaryCare) -> Iterator[str]:
    yield f"primary care {entry.role} chosen, from {entry.valid_from}"


@_lines.register
def _(entry: kinds.Ekuz) -> Iterator[str]:
    yield f"European Health Insurance Card: {entry.status}" + _because(entry.reason)
    if entry.valid_until:
        yield f"valid until {_last(entry.valid_until)}"


@_lines.register
def _(entry: kinds.ParentalRights) -> Iterator[str]:
    yield from (f"rights of a parent: {one.rights} from {one.valid_from}" for one in entry.decisions)


@_lines.register
def _(entry: kinds.Guardianship) -> Iterator[str]:
    yield f"a guardian by a court's decision, {_period(entry.valid_from, entry.valid_until)}"


@_lines.register
def _(entry: kinds.Contact) -> Iterator[str]:
    yield ", ".join(part for part in (entry.phone, entry.email) if part)


@_lines.register
def _(entry: kinds.Language) -> Iterator[str]:
    yield f"language: {entry.language}"


@_lines.register
def _(entry: kinds.NotificationWishes) -> Iterator[str]:
    yield ", ".join(f"{wish.message}: {wish.channel}" for wish in entry.wishes) or "messages as by default"


@_lines.register
def _(entry: kinds.Irregularity) -> Iterator[str]:
    wrong = (entry.wrong or "").replace("_", " ")
    yield f"{entry.disputed_kind or 'an entry'}: {wrong} {entry.description or ''}".strip()
    if entry.answer:
        yield f"{entry.answered_by}: {entry.answer.replace('_', ' ')}. {entry.explanation or ''}".strip()


def _next(dose: NextDose, names: Mapping[str, str]) -> str:
    held_up_by = names.get(dose.held_up_by or "", dose.held_up_by)
    between = f"from {dose.earliest_on} until {dose.latest_on}, {SAYS.get(dose.after_latest or '', '')}"
    if dose.reason is None:
        return f"dose {dose.next_dose}, {between}"
    return SAYS[dose.reason].format(dose, held_up_by) + (f"; then {between}" if dose.next_dose else "")


def _period(start: date | None, end: date | None) -> str:
    return f"from {start or 'a day not known here'}" + (f" until before {end}" if end else "")


def _last(end: date) -> date:
    return end - timedelta(days=1)


def _before(one: datetime, other: datetime | None) -> bool:
    return other is not None and one < other


def _because(reason: str | None) -> str:
    return f": {reason}" if reason else ""


def _zloty(grosz: int | None) -> str:
    return "not stated" if grosz is None else f"{grosz // 100}.{grosz % 100:02} zł"
