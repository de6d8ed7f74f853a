"""What a person reads: sealed parts opened and folded by the same rule, and set so that one understands it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from rich.console import Console

from services.records.entries import Entry, Gap, Item, NextDose, Other, Prescription
from services.records.terminal import NOBODY, render
from services.records.timeline import as_json, read

PATIENT, ENTRY = UUID(int=1), UUID(int=2)
START = datetime(2025, 3, 1, 12, tzinfo=UTC)
PESEL = "02271409862"

Sealed = Mapping[str, Any] | None


def row(kind: str, content: Mapping[str, Any], *said: tuple[str, Sealed], state: str = "") -> dict[str, Any]:
    """A row of the view timeline; what was said newest first, with what is sealed in it."""
    lineage = [_statement(event_type, number) for number, (event_type, _) in enumerate(said)]
    sealed = [None if inside is None else bytes([number]) for number, (_, inside) in enumerate(said)]
    known = {"kind": kind, "entry_id": ENTRY, "medical_at": START, "state": state, "content": dict(content)}
    return {**known, "lineage": lineage, "sealed": sealed, "inside": [inside for _, inside in said]}


def _statement(event_type: str, number: int) -> dict[str, Any]:
    when = (START - timedelta(days=number)).isoformat()
    stands = {"occurred_at": when, "recorded_at": when, "position": number + 1}
    return {"event_type": event_type, "event_id": str(UUID(int=100 + number)), "publisher": "clinic-7", **stands}


def opened(*rows: dict[str, Any]) -> list[Entry]:
    def opener(patient_id: UUID, entry_id: UUID, event_id: UUID, sealed: bytes) -> Mapping[str, Any]:
        assert (patient_id, entry_id, event_id.int - 100) == (PATIENT, ENTRY, sealed[0])
        inside: Mapping[str, Any] = rows[0]["inside"][sealed[0]]
        return inside

    return read(PATIENT, rows, opener)


def text(*entries: Entry, next_dose: NextDose | None = None, names: Mapping[str, str] = NOBODY) -> str:
    console = Console(width=200)
    with console.capture() as capture:
        console.print(render(entries, next_dose, names))
    return " ".join(capture.get().split())


def item(number: int, **more: Any) -> dict[str, Any]:
    return {"item": number, "quantity": 3, "dispensed": 1, "left_to_dispense": 2, "odd": [], **more}


def prescription(*said: tuple[str, Sealed], state: str = "", **columns: Any) -> dict[str, Any]:
    nothing = dict.fromkeys(("issued_at", "valid_until", "chronic", "profession", "provider", "cancelled_at"))
    lists = {"items": [item(1), item(2)], "dispensings": []}
    return row("prescription", {**nothing, **lists, **columns}, *said, state=state)


def issue(**sealed: Any) -> tuple[str, Sealed]:
    number = {"patient": PESEL, "prescription": "4" * 44, "access_code": "1234", "practitioner": "7654321"}
    return "PrescriptionIssued", {**number, "items": [], **sealed}


MEDICINES = [
    {"item": 2, "medicine": "Beta", "strength": None, "dosage": "at night", "payment_level": "R"},
    {"item": 1, "medicine": "Alfa", "strength": "5 mg", "dosage": None, "payment_level": None},
]


def test_sealed_items_are_matched_with_the_clear_ones_by_their_number() -> None:
    (entry,) = opened(prescription(issue(items=MEDICINES)))
    assert isinstance(entry, Prescription)
    quantities: dict[str, Any] = {"quantity": 3, "dispensed": 1, "left_to_dispense": 2, "odd": ()}
    assert entry.items == (
        Item(item=1, medicine="Alfa", strength="5 mg", **quantities),
        Item(item=2, medicine="Beta", dosage="at night", payment_level="R", **quantities),
    )


def test_the_newest_statement_wins_in_each_sealed_column_and_null_overwrites_nothing() -> None:
    cancelled = "PrescriptionCancelled", {"patient": PESEL, "prescription": "4" * 44, "reason": None}
    older = "PrescriptionCancelled", {"patient": PESEL, "prescription": "4" * 44, "reason": "by mistake"}
    (entry,) = opened(prescription(cancelled, issue(access_code="1111"), issue(access_code="2222"), older))
    assert isinstance(entry, Prescription)
    assert (entry.access_code, entry.reason, entry.prescription) == ("1111", "by mistake", "4" * 44)


def test_a_corrected_list_of_medicines_replaces_the_old_one_whole() -> None:
    """A dosage must never be carried over to another medicine of the same number."""
    newer = [{"item": 1, "medicine": "Gamma", "strength": None, "dosage": None, "payment_level": None}]
    older = [{"item": 1, "medicine": "Alfa", "strength": "5 mg", "dosage": "1 daily", "payment_level": None}]
    (entry,) = opened(prescription(issue(items=newer), issue(items=older)))
    assert isinstance(entry, Prescription)
    assert (entry.items[0].medicine, entry.items[0].strength, entry.items[0].dosage) == ("Gamma", None, None)


def test_the_subjects_own_number_is_shown_nowhere() -> None:
    of_no_type = row("pilgrimage", {}, ("VaccinationDoseClosed", {"patient": PESEL, "visit": "W/1"}))
    for entries in (opened(prescription(issue(items=MEDICINES))), opened(of_no_type)):
        assert PESEL not in text(*entries) + str(as_json(entries))


def test_a_number_is_read_as_itself_and_not_as_its_derived_id() -> None:
    content = {"title_code": "011000", "payer": str(UUID(int=5)), "valid_from": "2020-01-01", "valid_until": None}
    (entry,) = opened(row("title", content, ("InsuranceTitleOpened", {"insured_person": PESEL, "payer": "5260250274"})))
    assert as_json([entry])[0]["payer"] == "5260250274"


def test_a_prescription_shows_each_item_with_dosage_and_what_is_left() -> None:
    issued = {"issued_at": START.isoformat(), "valid_until": "2025-04-01", "provider": "000000000001"}
    seen = text(*opened(prescription(issue(items=MEDICINES), **issued)))
    assert "4" * 44 in seen
    assert "code 1234, to be dispensed until 2025-03-31" in seen
    assert "1. Alfa 5 mg" in seen
    assert "2. Beta: at night" in seen
    assert seen.count("2 of 3 left; 1 dispensed") == 2


def test_of_a_cancelled_prescription_nothing_is_said_to_be_left() -> None:
    cancelled = "PrescriptionCancelled", {"reason": "by mistake"}
    seen = text(*opened(prescription(cancelled, issue(), state="cancelled", cancelled_at=START.isoformat())))
    assert "left" not in seen
    assert "cancelled on 2025-03-01: by mistake" in seen


def test_dispensed_without_an_issue_says_so_and_what_is_odd_is_named() -> None:
    unknown = item(1, quantity=None, left_to_dispense=None)
    dispensed = "PrescriptionDispensed", {"dispensing": "7"}
    seen = text(*opened(prescription(dispensed, state="not_issued", items=[unknown])))
    assert "not yet issued here" in seen
    assert "left" not in seen
    odd = text(*opened(prescription(issue(), items=[item(1, odd=["more_than_issued"])])))
    assert "odd: more dispensed than prescribed" in odd


def test_a_gap_stands_first_and_says_since_when_and_from_whom() -> None:
    since = {"since": "2025-02-28T23:30:00+00:00", "said_by": "clinic-7", "reason": "clock"}
    entries = opened(row("set-aside", since, ("RecordSetAside", None), state="open"))
    assert isinstance(entries[0], Gap)
    assert text(*entries).startswith("incomplete since 2025-03-01, from clinic-7: clock")


def test_of_what_nobody_entered_it_says_who_would_have_to() -> None:
    seen = text()
    assert "no prescriptions: the clinic that issued one has to enter it" in seen
    assert "no vaccinations: the vaccination point" in seen
    assert "no prescriptions" not in text(*opened(prescription(issue())))


def test_a_kind_without_a_type_of_its_own_is_shown_by_its_columns() -> None:
    (entry,) = opened(row("pilgrimage", {"end": "2025-03-02"}, ("VaccinationDoseClosed", {"visit": "W/1"})))
    assert isinstance(entry, Other)
    assert "end: 2025-03-02" in text(entry)
    assert "visit: W/1" in text(entry)


def test_what_others_wrote_is_neither_obeyed_by_the_terminal_nor_read_as_markup() -> None:
    hostile = [{"item": 1, "medicine": "\x1b[2JAl\u202efa[red]", "strength": None, "dosage": None}]
    seen = text(*opened(prescription(issue(items=hostile))))
    assert "\x1b" not in seen
    assert "\u202e" not in seen
    assert "[2JAl fa[red]" in seen


def test_as_json_says_what_json_can() -> None:
    (shown,) = as_json(opened(prescription(issue(items=MEDICINES))))
    assert shown["entry_id"] == str(ENTRY)
    assert shown["medical_at"] == "2025-03-01T12:00:00Z"
    assert shown["items"][0]["medicine"] == "Alfa"
    assert shown["lineage"][0]["publisher"] == "clinic-7"
    assert as_json(None) is None


@pytest.mark.parametrize(
    ("reason", "next_dose", "sentence"),
    [
        (None, 2, "next HPV dose: dose 2, from 2025-07-10 until 2026-01-10, later: ask the clinic"),
        ("first_dose_not_closed", 2, "dose 2 waits for provider 77 to close the visit of dose 1; then from 2025-07-10"),
        ("second_dose_not_closed", None, "both doses were given; provider 77 has to close the visit of dose 2"),
        ("complete", None, "next HPV dose: complete, both doses were given"),
        ("too_old", None, "none is free any more, dose 1 was free until 2026-01-10"),
        ("birth_date_unknown", None, "unknown until the civil register has announced the person"),
    ],
)
def test_the_next_dose_is_said_in_a_sentence(reason: str | None, next_dose: int | None, sentence: str) -> None:
    between: dict[str, Any] = {
        "earliest_on": date(2025, 7, 10),
        "latest_on": date(2026, 1, 10),
        "after_latest": "clinic",
    }
    dose = NextDose(next_dose=next_dose, reason=reason, held_up_by="77", **between)
    assert sentence in text(next_dose=dose)
