"""Every event type goes the whole way: into the ledger, into its table, out of its view, opened at the window."""

from contextlib import ExitStack

import pytest
from rich.console import Console

import schemas
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.viewing import Viewer
from services.kernel.who import resolve
from services.records import entries
from services.records.entries import TYPES, Entry, Other
from services.records.read_model import entry_kinds, table_name
from services.records.terminal import render
from services.records.window import open_record
from tests.conftest import Desk
from tests.integration.test_window import project
from tests.statements import ANNA, EXAMPLES, JAN, record, take_in

WITHOUT_GAPS = set(entry_kinds()) - {"set-aside"}


@pytest.fixture
def shown(desk: Desk) -> list[Entry]:
    """All that Anna and Jan read, one example of every type having been published."""
    take_in(desk, [record(name) for name in EXAMPLES])
    project(desk.databases)
    folder = desk.databases.folder / "keys"
    index = IndexKey(read_key_file(folder / "index.key"))
    keys = PatientKeys(master_keys(folder))
    viewer = Viewer("operator:test", "operation", "operator", "a question")
    with ExitStack() as stack:
        records = stack.enter_context(desk.databases.connect("operator"))
        keys_db = stack.enter_context(desk.databases.connect_keys("operator"))
        patients = [resolve(records, index, number, secret=True) for number in (ANNA, JAN)]
        opened = [open_record(records, keys_db, keys, index, patient, viewer, None) for patient in patients]
    return [entry for record_ in opened for entry in record_.entries]


def test_every_kind_of_entry_has_a_type_to_be_read_as() -> None:
    assert TYPES.keys() == set(entry_kinds())


def test_every_event_is_a_row_and_every_kind_is_shown(desk: Desk, shown: list[Entry]) -> None:
    with desk.databases.admin() as admin:
        for name in EXAMPLES:
            count = admin.execute(f"SELECT count(*) FROM records_v1.{table_name(name)}".encode()).fetchone()
            assert count == (1,), name
    assert {entry.kind for entry in shown} == WITHOUT_GAPS
    assert not [entry for entry in shown if isinstance(entry, Other)]


def test_the_lineage_of_the_entries_is_all_that_was_said(shown: list[Entry]) -> None:
    assert sorted(said.event_type for entry in shown for said in entry.lineage) == sorted(EXAMPLES)


def test_what_is_sealed_can_be_read_at_the_window(shown: list[Entry]) -> None:
    of = {type(entry): entry for entry in shown}
    referral, result, contribution = of[entries.Referral], of[entries.TestResult], of[entries.Contribution]
    assert isinstance(referral, entries.Referral)
    assert isinstance(result, entries.TestResult)
    assert isinstance(contribution, entries.Contribution)
    assert (referral.target, referral.access_code, referral.state) == ("Poradnia kardiologiczna", "4321", "cancelled")
    assert [(item.name, item.result_value) for item in result.items] == [("RNA", "niewykryty")]
    assert (contribution.basis, contribution.amount) == (812_345, 73_111)


def test_a_person_is_called_by_the_name_that_the_register_gave_last(shown: list[Entry]) -> None:
    (anna,) = (entry for entry in shown if isinstance(entry, entries.Person))
    assert anna.given_names == "Anna Maria"
    assert anna.surname in {"Kowalska-Nowak", "Nowak"}, "said at the same time: the greater event id counts"


def test_the_terminal_has_a_line_for_every_kind(shown: list[Entry]) -> None:
    console = Console(width=300)
    with console.capture() as capture:
        console.print(render(shown))
    text = capture.get()
    missing = [word for word in WORDS if word not in text]
    assert missing == []


WORDS = (
    "died on 2026-02-20", "insured under title 011000", "kinship 11", "a dispensing was reversed", "order ZW-1",
    "visit: ", "hospital discharge", "SARS-CoV-2 RNA", "HPV, dose 1", "sick leave ZA1234567", "8123.45 zł",
    "entitled as insured", "Porada kardiologiczna: 150.50 zł", "primary care physician",
    "European Health Insurance Card",
    "rights of a parent: limited", "a guardian by a court's decision", "+48500600700", "language: uk",
    "prescription: sms",
    "NFZ, oddział mazowiecki: confirmed", "Poradnia kardiologiczna",
)  # fmt: skip


def test_every_type_belongs_to_a_kind_that_is_shown() -> None:
    assert {kind.entry_kind for kind in schemas.event_types().values()} == set(entry_kinds())
