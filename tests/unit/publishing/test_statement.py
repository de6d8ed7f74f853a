"""What of a statement goes to Kafka."""

import io
import uuid
from datetime import UTC, date, datetime

import fastavro
import pytest

from kartoteka.publishing.statement import Statement, publisher_problem
from kartoteka.publishing.validation import StatementRefused, refuse_wrong
from schemas import event_type, event_types, split_frame


@pytest.fixture
def statement(read_lines, prescription) -> Statement:
    (line,) = read_lines(prescription)
    return line.statement


def test_the_key_is_the_subjects_pesel(statement) -> None:
    record = statement.record("clinic-1")
    assert (record.topic, record.key) == ("clinic.events.v1", b"44051401359")


def test_the_value_names_its_schema_and_decodes_to_what_was_said(statement) -> None:
    schema_id, body = split_frame(statement.wire())
    published = event_type("PrescriptionIssued").published
    assert schema_id == published.id
    rest = io.BytesIO(body)
    assert fastavro.schemaless_reader(rest, published.parsed) == statement.value
    assert rest.read() == b""


def test_a_statement_from_a_line_is_not_refused(statement) -> None:
    refuse_wrong(statement, datetime(2026, 3, 10, tzinfo=UTC))


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"chronic": None}, "chronic"),
        ({"items": [{"item": 1, "quantity": 1}]}, "items[0].medicine"),
        ({"items": [5]}, "items[0]"),
        ({"chronic": 0}, "chronic"),
        ({"access_code": "12\ud83d"}, "access_code"),
        ({"valid_until": datetime(2026, 3, 31, tzinfo=UTC)}, "valid_until"),
        ({"issued_at": datetime(2026, 3, 1)}, "issued_at"),
        ({"items": [{"item": 1.0, "quantity": 1, "medicine": "x"}]}, "items[0].item"),
        ({"unknown": 1}, "unknown"),
        ({"event_id": 5}, "event_id"),
        ({"patient": "44051401358"}, "patient"),
        ({"practitioner": "5425741"}, "practitioner"),
        ({"occurred_at": datetime(2027, 1, 1, tzinfo=UTC)}, "occurred_at"),
    ],
)
def test_a_statement_made_in_python_is_refused_for_the_same_reasons_as_a_line(statement, change, path) -> None:
    with pytest.raises(StatementRefused) as refused:
        refuse_wrong(Statement(statement.type, {**statement.value, **change}), datetime(2026, 3, 10, tzinfo=UTC))
    assert [problem.path for problem in refused.value.problems] == [path]
    assert "4405140135" not in str(refused.value)


def test_what_may_be_left_out_may_be_left_out_in_python_too(statement) -> None:
    value = {**statement.value, "items": [{"item": 1, "medicine": "Ibuprofenum", "quantity": 1}]}
    less = Statement(statement.type, value)
    refuse_wrong(less, datetime(2026, 3, 10, tzinfo=UTC))
    value["items"][0] |= {"strength": None, "dosage": None, "payment_level": None}
    assert less.wire() == Statement(statement.type, value).wire()


def test_a_field_with_a_default_may_be_left_out_of_the_event_itself(statement) -> None:
    known = ("event_id", "occurred_at")
    value = {name: statement.value[name] for name in known} | {
        "person": "44051401359",
        "surname": "Nowak",
        "changed_on": date(2026, 2, 1),
    }
    refuse_wrong(Statement("NameChanged", value), datetime(2026, 3, 10, tzinfo=UTC))
    assert Statement("NameChanged", value).wire() == Statement("NameChanged", value | {"given_names": None}).wire()


@pytest.mark.parametrize("name", ["RecordSetAside", "PrescriptionIsued"])
def test_a_statement_of_a_type_that_nobody_can_publish_is_refused(statement, name) -> None:
    with pytest.raises(StatementRefused) as refused:
        refuse_wrong(Statement(name, statement.value), datetime(2026, 3, 10, tzinfo=UTC))
    assert [problem.path for problem in refused.value.problems] == ["type"]


def test_the_repr_of_a_statement_holds_no_content(statement) -> None:
    assert "44051401359" not in repr(statement)
    assert "Amoksycylina" not in repr(statement)


def test_a_field_that_the_schema_does_not_know_is_not_dropped_in_silence(statement) -> None:
    with pytest.raises(ValueError, match="unknown"):
        Statement(statement.type, {**statement.value, "unknown": 1}).wire()


def test_headers_say_who_speaks_in_the_words_of_cloudevents(statement) -> None:
    assert dict(statement.record("clinic-1").headers) == {
        "publisher": b"clinic-1",
        "ce_specversion": b"1.0",
        "ce_id": b"7d1f6a34-54c5-4b7a-9a38-0a2f5a3d9c11",
        "ce_type": b"pl.kartoteka.clinic.PrescriptionIssued",
        "ce_source": b"clinic-1",
        "ce_time": b"2026-03-01T08:30:00.123456Z",
    }


def test_a_trace_goes_along_only_when_there_is_one(statement) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    traced = Statement(statement.type, statement.value, traceparent=trace)
    assert ("traceparent", trace.encode()) in traced.record("clinic-1").headers


def test_no_header_holds_the_pesel(statement) -> None:
    assert all(b"44051401359" not in value for _, value in statement.record("clinic-1").headers)


def test_a_statement_that_names_its_publisher_keeps_it(read_lines, prescription) -> None:
    (line,) = read_lines(prescription | {"publisher": "clinic-7"})
    assert dict(line.statement.record("example").headers)["publisher"] == b"clinic-7"


def test_what_the_ledger_alone_says_cannot_be_published() -> None:
    with pytest.raises(ValueError, match="the ledger alone"):
        Statement("RecordSetAside", {"event_id": uuid.UUID(int=0)}).record("clinic-1")


def test_every_event_type_that_can_be_published_has_a_subject() -> None:
    assert all(kind.subject for kind in event_types().values() if kind.published is not None)


@pytest.mark.parametrize("name", ["clinic-7", "a", "ZUS", "nfz.branch_7", "provider-000000012345"])
def test_names_of_publishers(name) -> None:
    assert publisher_problem(name) is None


@pytest.mark.parametrize("name", ["", "-a", "a b", "a" * 64, "ż", "p-44051401359", "44051401359", "a\n"])
def test_names_that_no_publisher_may_have(name) -> None:
    assert publisher_problem(name) is not None
