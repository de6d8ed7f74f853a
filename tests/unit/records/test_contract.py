"""Wire → types → the ledger's bytes: headers, frames, the digest of content, and which entry a statement is about."""

import io
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import fastavro
import pytest

import schemas
from services.kernel.index_key import IndexKey
from services.kernel.sealing import PatientKey, open_sealed
from services.records.contract import PUBLISHER_LIMIT, VALUE_LIMIT_BYTES, Refused, Statement, read
from services.records.ledger_value import content_digest_source, ledger_value
from services.records.reasons import SENTENCES, Reason
from tests.statements import ANNA, EXAMPLES, JAN, NOW, event, record, wire

INDEX, KEY = IndexKey(b"i" * 32), PatientKey(b"k" * 32)
PEOPLE = {ANNA: UUID(int=10), JAN: UUID(int=11), "85010112352": UUID(int=12)}


def understood(name: str, stated: dict[str, Any] | None = None, **changes: Any) -> Statement:
    said = read(record(name, stated, **changes))
    assert isinstance(said, Statement)
    return said


def reason(name: str = "PrescriptionIssued", stated: dict[str, Any] | None = None, **changes: Any) -> Reason | None:
    said = read(record(name, stated, **changes))
    return said.reason if isinstance(said, Refused) else None


def in_ledger(name: str, **changes: Any) -> dict[str, Any]:
    """What the ledger's bytes of a statement say."""
    said = understood(name, event(name, **changes))
    value = ledger_value(said, PEOPLE[said.subject], PEOPLE, KEY, INDEX)
    schema_id, body = schemas.split_frame(value)
    decoded: Any = fastavro.schemaless_reader(io.BytesIO(body), schemas.registered()[schema_id].parsed, None)
    assert schema_id == said.kind.ledger.id
    return dict(decoded)


def entry(name: str, **changes: Any) -> UUID:
    return UUID(bytes=in_ledger(name, **changes)["entry_id"])


# The publisher's header


@pytest.mark.parametrize(
    ("headers", "publisher"),
    [
        ((("publisher", b"clinic-1"),), "clinic-1"),
        ((("ce_id", b"1"), ("publisher", b"clinic-1")), "clinic-1"),
        ((("publisher", b"first"), ("publisher", b"second")), "first"),
        ((("publisher", "Przychodnia Łódź".encode()),), "Przychodnia Łódź"),
        ((("publisher", b"p" * PUBLISHER_LIMIT),), "p" * PUBLISHER_LIMIT),
        ((), None),
        ((("Publisher", b"clinic-1"),), None),
        ((("publisher", b""),), None),
        ((("publisher", b"   "),), None),
        ((("publisher", b"p" * (PUBLISHER_LIMIT + 1)),), None),
        ((("publisher", b"clinic\x00"),), None),
        ((("publisher", b"clinic\n1"),), None),
        ((("publisher", b"\xff\xfe"),), None),
        ((("publisher", b"\xed\xa0\x80"),), None),
    ],
)
def test_the_publisher_is_the_first_header_of_that_name_that_can_be_stored(
    headers: tuple[tuple[str, bytes], ...], publisher: str | None
) -> None:
    said = read(record("PrescriptionIssued", headers=headers))
    assert said.publisher == publisher
    if publisher is None:
        assert isinstance(said, Refused)
        assert said.reason is Reason.NO_PUBLISHER


@pytest.mark.parametrize("value", [None, b"", b"rubbish", b"\x00" * (VALUE_LIMIT_BYTES + 1)])
def test_the_publisher_is_read_whatever_the_body(value: bytes | None) -> None:
    assert read(record("PrescriptionIssued", value=value)).publisher == "clinic-1"


# Frame and body

VALUE = wire("PrescriptionIssued", event("PrescriptionIssued"))


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (VALUE, None),
        (None, Reason.UNREADABLE),
        (b"", Reason.UNREADABLE),
        (b"\x00\x00\x00\x00", Reason.UNREADABLE),
        (b"\x01" + VALUE[1:], Reason.UNREADABLE),
        (VALUE[:5], Reason.UNREADABLE),
        (VALUE[:-1], Reason.UNREADABLE),
        (VALUE + b"\x00", Reason.TRAILING_BYTES),
        (b"\x00\x7f\xff\xff\xff" + VALUE[5:], Reason.UNKNOWN_SCHEMA),
        (b"\x00" * (VALUE_LIMIT_BYTES + 1), Reason.OVERSIZE),
        (VALUE.replace(b"Ibuprofenum", b"Ibuprofe\xff\xffm"), Reason.BROKEN_TEXT),
        (VALUE.replace(b"Ibuprofenum", b"Ibuprofe\x00um"), Reason.BROKEN_TEXT),
    ],
)
def test_a_value_is_understood_or_has_its_reason(value: bytes | None, why: Reason | None) -> None:
    assert reason(value=value) is why


@pytest.mark.parametrize("which", ["ledger", "sealed"])
def test_a_schema_of_the_ledgers_own_is_none_of_the_publishers(which: str) -> None:
    schema = getattr(schemas.event_type("PrescriptionIssued"), which)
    assert reason(value=schemas.frame(schema.id, VALUE[5:])) is Reason.UNKNOWN_SCHEMA


@pytest.mark.parametrize("length", range(5, len(VALUE)))
def test_no_beginning_of_an_event_is_an_event(length: int) -> None:
    assert reason(value=VALUE[:length]) in (Reason.UNREADABLE, Reason.SHAPE, Reason.BROKEN_TEXT)


@pytest.mark.parametrize(
    ("hours", "why"), [(-1000, None), (0, None), (24, None), (24.001, Reason.CLOCK), (500, Reason.CLOCK)]
)
def test_a_clock_may_be_a_day_ahead_of_the_brokers(hours: float, why: Reason | None) -> None:
    at = NOW + timedelta(hours=hours)
    stated = event("PrescriptionIssued", occurred_at=at)
    assert reason(stated=stated, published_at=int(NOW.timestamp() * 1_000_000)) is why


@pytest.mark.parametrize("key", [None, b"", JAN.encode(), ANNA.encode() + b" ", ANNA.encode("utf-16")])
def test_the_key_is_the_subjects_number_in_ascii(key: bytes | None) -> None:
    assert reason(key=key) is Reason.KEY_MISMATCH


@pytest.mark.parametrize("topic", ["zus.events.v1", "registry.events.v1", "patient.events.v1", "ledger.outcomes.v1"])
def test_a_type_of_event_is_said_on_its_own_topic_only(topic: str) -> None:
    assert reason(topic=topic) is Reason.WRONG_TOPIC


def test_everybody_who_is_named_is_known_by_number() -> None:
    assert understood("FamilyMemberRegistered").numbers == (JAN, ANNA)
    assert understood("PersonRegistered").numbers == (ANNA,)
    assert understood("PersonRegistered", event("PersonRegistered", mother=JAN)).numbers == (ANNA, JAN)


def test_every_reason_says_what_to_do() -> None:
    assert set(SENTENCES) == set(Reason)


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_refusal_holds_a_word_of_what_was_said(name: str) -> None:
    words = {str(v) for v in EXAMPLES[name].values() if isinstance(v, str) and len(v) > 3}
    broken = event(name)
    text = next(k for k, v in EXAMPLES[name].items() if isinstance(v, str))
    said = read(record(name, {**broken, text: broken[text] + "\x00"}, key=b"x"))
    assert isinstance(said, Refused)
    assert not [word for word in words if word in said.detail]


# The digest of content


def digest(name: str, **changes: Any) -> bytes:
    return content_digest_source(understood(name, event(name, **{"event_id": UUID(int=1), **changes})))


def test_the_time_of_the_statement_is_no_content() -> None:
    assert digest("PrescriptionIssued") == digest("PrescriptionIssued", occurred_at=NOW + timedelta(minutes=5))


def test_every_other_field_is_content() -> None:
    other: dict[str, Any] = {
        "access_code": "4321", "practitioner": "1234567", "profession": "nurse", "provider": "000000000124",
        "issued_at": NOW + timedelta(seconds=1), "valid_until": date(2026, 4, 2), "chronic": True,
        "prescription": "2" * 44, "event_id": UUID(int=2),
        "items": [{**EXAMPLES["PrescriptionIssued"]["items"][0], "dosage": "2 x 1"}],
    }  # fmt: skip
    assert other.keys() | {"occurred_at", "patient"} == event("PrescriptionIssued").keys()
    sources = {digest("PrescriptionIssued", **{name: value}) for name, value in other.items()}
    assert len(sources | {digest("PrescriptionIssued")}) == len(other) + 1


def test_what_says_nothing_is_no_content() -> None:
    """A null that is said and a null that an older schema did not have are the same."""
    said = content_digest_source(understood("PrescriptionIssued", event("PrescriptionIssued")))
    assert b"null" not in content_digest_source(
        understood("PrescriptionCancelled", event("PrescriptionCancelled", reason=None))
    )
    assert b"Ibuprofenum" in said
    one = {**EXAMPLES["PrescriptionIssued"]["items"][0], "strength": None, "dosage": None, "payment_level": None}
    assert b"dosage" not in digest("PrescriptionIssued", items=[one])


def test_a_type_of_event_is_content() -> None:
    assert b'"PrescriptionCancelled"' in digest("PrescriptionCancelled")


def test_digesting_changes_nothing_in_the_statement() -> None:
    said = understood("PrescriptionIssued")
    before = dict(said.value)
    content_digest_source(said)
    assert said.value == before


# The entry


def test_all_that_is_said_of_a_prescription_is_one_entry() -> None:
    issued = entry("PrescriptionIssued")
    assert issued == entry("PrescriptionDispensed") == entry("PrescriptionCancelled")
    assert issued == INDEX.derived_id("prescription", b"1" * 44)
    assert issued != entry("PrescriptionIssued", prescription="2" * 44)
    assert entry("PrescriptionDispensed", dispensing="D-2", item=2) == issued


def test_all_that_is_said_of_a_vaccination_is_one_entry() -> None:
    assert entry("VaccinationDoseRecorded") == entry("VaccinationDoseClosed")
    assert entry("VaccinationDoseRecorded", vaccination="V-2") != entry("VaccinationDoseRecorded")


def test_what_is_about_the_person_has_the_patient_as_its_entry() -> None:
    assert entry("PersonRegistered") == PEOPLE[ANNA]


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"kinship": "21", "valid_from": date(2026, 1, 1), "reported_on": date(2026, 2, 1)}, True),
        ({"payer": "1111111111"}, False),
        ({"insured": "85010112352"}, False),
    ],
)
def test_a_registration_is_named_by_insured_child_and_payer(change: dict[str, Any], same: bool) -> None:
    assert (entry("FamilyMemberRegistered", **change) == entry("FamilyMemberRegistered")) is same


def test_a_registration_of_another_child_is_another() -> None:
    other = entry("FamilyMemberRegistered", child=ANNA, insured=JAN)
    assert other != entry("FamilyMemberRegistered")


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({}, True),
        ({"valid_until": date(2026, 1, 1)}, True),
        ({"insured_person": JAN}, False),
        ({"title_code": "012000"}, False),
        ({"payer": "1111111111"}, False),
        ({"valid_from": date(2025, 1, 2)}, False),
    ],
)
def test_a_title_is_named_by_person_code_payer_and_first_day(change: dict[str, Any], same: bool) -> None:
    assert (entry("InsuranceTitleOpened", **change) == entry("InsuranceTitleOpened")) is same


def test_an_entry_of_several_parts_is_derived_under_its_kind_and_for_its_patient() -> None:
    """Entry ids are kept for ever: another recipe would take statements of one entry apart."""
    payer = INDEX.derived_id("payer", b"5260250995").bytes
    title = (PEOPLE[ANNA].bytes, b"011000", payer, b"2025-01-01")
    registration = (PEOPLE[JAN].bytes, PEOPLE[ANNA].bytes, PEOPLE[JAN].bytes, payer)
    assert entry("InsuranceTitleOpened") == INDEX.derived_id("entry:title", *title)
    assert entry("FamilyMemberRegistered") == INDEX.derived_id("entry:registration", *registration)


def test_entries_of_different_kinds_never_meet() -> None:
    kinds = {schemas.event_type(name).entry_kind: entry(name) for name in EXAMPLES}
    about_the_person = {kind for kind, entry_id in kinds.items() if entry_id in PEOPLE.values()}
    assert about_the_person == {"person", "contact", "language", "notification-wishes"}
    others = [entry_id for kind, entry_id in kinds.items() if kind not in about_the_person]
    assert len(set(others)) == len(others)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_of_one_kind_speak_of_one_entry(name: str) -> None:
    kind = schemas.event_type(name).entry_kind
    same = {entry(other) for other in EXAMPLES if schemas.event_type(other).entry_kind == kind}
    assert same == {entry(name)}


def test_an_entry_that_is_named_by_its_id_stays_that_entry() -> None:
    assert in_ledger("IrregularityReported", disputed_entry=UUID(int=5))["disputed_entry"] == UUID(int=5).bytes


# The ledger's bytes


def test_persons_become_patient_ids_and_numbers_derived_ids() -> None:
    said = in_ledger("FamilyMemberRegistered")
    assert said["insured"] == PEOPLE[ANNA].bytes
    assert said["payer"] == INDEX.derived_id("payer", b"5260250995").bytes
    assert in_ledger("PersonRegistered", mother=JAN)["mother"] == PEOPLE[JAN].bytes
    assert in_ledger("PersonRegistered")["mother"] is None
    assert in_ledger("VaccinationDoseClosed", visit=None)["visit"] is None


def test_a_payer_is_the_same_in_a_title_and_in_a_registration() -> None:
    assert in_ledger("FamilyMemberRegistered")["payer"] == in_ledger("InsuranceTitleOpened")["payer"]


def test_clear_parts_of_a_group_become_columns_side_by_side() -> None:
    item = EXAMPLES["PrescriptionIssued"]["items"][0]
    said = in_ledger("PrescriptionIssued", items=[item, {**item, "item": 2, "quantity": 7}])
    assert (said["items_item"], said["items_quantity"]) == ([1, 2], [3, 7])


def test_a_surname_is_kept_to_compare_by() -> None:
    assert in_ledger("PersonRegistered")["surname_check"] == INDEX.surname_check(PEOPLE[ANNA], "Kowalska-Nowak")


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_sealed_part_opens_with_what_stands_in_the_row(name: str) -> None:
    said_id = uuid4()
    row, said = in_ledger(name, event_id=said_id), understood(name)
    patient = PEOPLE[said.subject]
    opened = open_sealed(KEY, row["sealed"], patient, UUID(bytes=row["entry_id"]), UUID(bytes=row["event_id"]))
    assert opened[said.kind.subject or ""] == said.subject
    hidden = {field["name"] for field in said.kind.fields if field["privacy"] in ("sealed", "number")}
    assert hidden <= opened.keys()
    for field in hidden:
        assert opened[field] == said.value[field]


@pytest.mark.parametrize("name", EXAMPLES)
def test_nothing_hidden_can_be_read_in_the_ledgers_bytes(name: str) -> None:
    said = understood(name)
    value = ledger_value(said, PEOPLE[said.subject], PEOPLE, KEY, INDEX)
    for field in said.kind.fields:
        text = str(said.value[field["name"]] or "")
        if field["privacy"] != "clear" and len(text) > 3:
            assert text.encode() not in value, field["name"]
