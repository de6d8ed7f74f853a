"""JSON lines: what is accepted, and that everything that is wrong is said, with its place."""

import gzip
import json
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

Json = dict[str, Any]
Problems = Callable[..., list[tuple[int, str, str]]]


def changed(line: Json, path: str, value: Any) -> Json:
    """A copy of the line with another value at ``a.b`` or ``a[0].b``; ``...`` takes the field out."""
    copy = json.loads(json.dumps(line))
    *way, last = path.replace("[", ".").replace("]", "").split(".")
    place: Any = copy
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    if value is ...:
        del place[last]
    elif isinstance(place, list):
        place[int(last)] = value
    else:
        place[last] = value
    return copy


def test_a_line_becomes_python_values_and_what_may_be_missing_is_null(read_lines, prescription) -> None:
    (line,) = read_lines(prescription)
    assert line.problems == ()
    value = line.statement.value
    assert value["event_id"] == uuid.UUID(prescription["event_id"])
    assert value["occurred_at"] == datetime(2026, 3, 1, 8, 30, 0, 123456, tzinfo=UTC)
    assert value["valid_until"] == date(2026, 3, 31)
    assert value["items"][0]["dosage"] == "co 8 godzin, żółta"
    assert value["items"][1]["dosage"] is None


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_both_line_ends_a_byte_order_mark_and_empty_lines_are_fine(read_lines, title, end) -> None:
    raw = json.dumps(title).encode()
    lines = read_lines(b"\xef\xbb\xbf" + raw, b"", b"  \t", raw, end=end)
    assert [(line.number, line.problems) for line in lines] == [(1, ()), (4, ())]


def test_letters_written_as_escapes_are_the_same_letters(read_lines, prescription) -> None:
    escaped, plain = (json.dumps(prescription, ensure_ascii=ascii_only).encode() for ascii_only in (True, False))
    assert escaped != plain
    (first, second) = read_lines(escaped, plain)
    assert first.statement.value == second.statement.value


@pytest.mark.parametrize("text", ['"', "\\", '\\"', '\\\\"', 'a": "b', '","reason": "'])
def test_quotation_marks_and_backslashes_in_texts_are_not_taken_for_keys(read_lines, person, text) -> None:
    (line,) = read_lines(changed(person, "surname", text))
    assert line.statement.value["surname"] == text


def test_quotation_marks_written_as_escapes_are_not_taken_for_keys_either(read_lines, person) -> None:
    raw = json.dumps(person | {"surname": "abc"}).replace("abc", r"a\u0022b\u005c\"c").encode()
    (line,) = read_lines(raw)
    assert line.statement.value["surname"] == 'a"b\\"c'


NO_EVENTS = [
    (b"{", "", "is not JSON at column 2"),
    (b"not json", "", "is not JSON at column 1"),
    (b"{} {}", "", "is not JSON at column 4"),
    (b"[1]", "", "must be a JSON object"),
    (b'"text"', "", "must be a JSON object"),
    (b"null", "", "must be a JSON object"),
    (b"[" * 5000, "", "is nested too deeply"),
    (b'{"type": "PersonRegistered", "x": ' + b"[" * 300 + b"]" * 300 + b"}", "", "is nested too deeply"),
    (b'{"type": "PersonRegistered", "surname": "\xb3"}', "", "is not UTF-8 at byte 42"),
    (b"{}", "type", "is missing"),
    (b'{"type": 5}', "type", "must be the name of an event"),
    (b'{"type": "PrescriptionIssuedd"}', "type", "did you mean 'PrescriptionIssued'?"),
    (b'{"type": "44051401359"}', "type", "unknown event with an odd name"),
    (b'{"type": "RecordSetAside"}', "type", "is said by the ledger alone"),
    (b'{"a": "' + b"x" * 1024 * 1024 + b'"}', "", "is longer than 1,048,576 bytes"),
]


@pytest.mark.parametrize(("raw", "path", "says"), NO_EVENTS, ids=[says for _, _, says in NO_EVENTS])
def test_what_is_no_event_is_said_with_its_line(problems_of: Problems, title, raw, path, says) -> None:
    ((number, found_path, found_says),) = problems_of(title, raw, title)
    assert (number, found_path) == (2, path)
    assert says in found_says


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-be"])
def test_a_file_in_any_form_of_utf_16_is_told_once(problems_of: Problems, title, encoding) -> None:
    raw = (json.dumps(title) + "\n").encode(encoding) * 2
    assert problems_of(raw) == [(1, "", "the file is UTF-16: save it as UTF-8")]


def test_a_compressed_file_is_told_once(problems_of: Problems, title) -> None:
    raw = gzip.compress(json.dumps(title).encode() + b"\n" * 1000)
    assert problems_of(raw) == [(1, "", "the file is compressed: unpack it first")]


NOT_WHOLE = [
    (lambda raw: raw[:40], "the line was cut, or a quotation mark is missing"),
    (lambda raw: raw[:-1], "write one whole JSON object a line"),
    (lambda raw: raw[: raw.index(b":") + 1], "write one whole JSON object a line"),
    (lambda raw: raw + b",", "write one object a line, with nothing behind it"),
    (lambda raw: raw + raw, "write one object a line, with nothing behind it"),
    (lambda raw: raw + b"\r" + raw, "write one object a line, with nothing behind it"),
    (lambda raw: b"[" + raw + b"]", "one a line"),
    (lambda raw: raw.replace(b"2026-01-01", b"2026\t01"), "write control characters as escapes"),
    (lambda raw: raw.replace(b'"type"', "“type”".encode()), "write one whole JSON object a line"),
    (lambda raw: b"\xef\xbb\xbf" + raw, "write one whole JSON object a line"),
]


@pytest.mark.parametrize(("spoil", "remedy"), NOT_WHOLE)
def test_a_line_that_is_no_whole_object_is_told_with_what_to_do(problems_of: Problems, title, spoil, remedy) -> None:
    raw = json.dumps(title).encode()
    ((number, path, says),) = problems_of(raw, spoil(raw), raw)
    assert (number, path) == (2, "")
    assert remedy in says


WHOLE = "must be a whole number, written without quotation marks, point or exponent"
RANGE = "must be from -2147483648 to 2147483647"
LARGE = "is too large a number for any field: look for a typing error"


@pytest.mark.parametrize(
    ("digits", "says"),
    [
        ("1e0", WHOLE), ("1E2", WHOLE), ("1.0", WHOLE), ("-0.0", WHOLE), ("2147483648", RANGE),
        ("9223372036854775807", RANGE), ("9223372036854775808", RANGE), ("18446744073709551616", WHOLE),
        ("1e400", LARGE), ("-1e400", LARGE), ("1" * 5000, LARGE),
    ],
)  # fmt: skip
def test_numbers_in_any_other_way_of_writing_are_told_with_their_place(
    problems_of: Problems, prescription, digits, says
) -> None:
    raw = json.dumps(prescription).replace('"quantity": 2', f'"quantity": {digits}').encode()
    assert problems_of(raw) == [(1, "items[0].quantity", says)]


OLD_DAYS = [("person", "birth_date", "1899-12-31", ()), ("title", "valid_from", "1899-12-31", (1,)),
            ("title", "occurred_at", "1899-12-31T23:59:59Z", (1,)),
            ("title", "occurred_at", "1900-01-01T00:59:59+01:00", (1,))]  # fmt: skip


@pytest.mark.parametrize(("line", "field", "value", "lines"), OLD_DAYS)
def test_only_a_birth_may_lie_before_1900(
    problems_of: Problems, request: pytest.FixtureRequest, line, field, value, lines
) -> None:
    told = problems_of(request.getfixturevalue(line) | {field: value})
    assert tuple(number for number, _, _ in told) == lines
    assert all(path == field and "1900-01-01" in says for _, path, says in told)


def test_behind_a_line_that_is_much_too_long_reading_goes_on(problems_of: Problems, title) -> None:
    long = b'{"a": "' + b"x" * 3 * 1024 * 1024 + b'"}'
    assert [(number, path) for number, path, _ in problems_of(long, title, long, b"{")] == [(1, ""), (3, ""), (4, "")]


def test_a_file_in_utf_16_is_refused_with_the_remedy(problems_of: Problems, title) -> None:
    assert problems_of(json.dumps(title).encode("utf-16")) == [(1, "", "the file is UTF-16: save it as UTF-8")]


UNREADABLE = [
    ("event_id", "7d1f6a3454c54b7a9a380a2f5a3d9c11", "must be a UUID"),
    ("event_id", "{7d1f6a34-54c5-4b7a-9a38-0a2f5a3d9c11}", "must be a UUID"),
    ("event_id", None, "must not be null"),
    ("event_id", ..., "is missing"),
    ("occurred_at", "2026-03-01T09:30:00", "an offset"),
    ("occurred_at", "2026-03-01T09:30Z", "with seconds"),
    ("occurred_at", "2026-03-01T09:30:00.1234567Z", "at most microseconds"),
    ("occurred_at", "2026-03-01", "must be a time"),
    ("occurred_at", "20260301T093000Z", "must be a time"),
    ("occurred_at", 1772353800, "must be a time"),
    ("occurred_at", "2026-02-30T09:30:00Z", "a time that exists"),
    ("occurred_at", "2026-03-01T24:00:00Z", "a time that exists"),
    ("occurred_at", "0001-01-01T00:00:00+14:00", "a time that exists"),
    ("occurred_at", "1899-12-31T23:59:59Z", "must be a time from 1900-01-01"),
    ("occurred_at", "2026-03-11T12:00:01Z", "more than 24 hours ahead"),
    ("valid_until", "2026-3-31", "must be a day such as"),
    ("valid_until", "2026-02-29", "must be a day that exists"),
    ("valid_until", "1899-12-31", "must be a day from 1900-01-01"),
    ("valid_until", "2026-W13-2", "must be a day such as"),
    ("chronic", "false", "must be true or false"),
    ("chronic", 0, "must be true or false"),
    ("access_code", 42, "must be text"),
    ("access_code", "42", "must have the form"),
    ("access_code", "００４２", "must have the form"),
    ("practitioner", "5425741", "is no licence number of a physician"),
    ("practitioner", "a\x00b", "must not hold the character NUL"),
    ("patient", "44051401358", "is no PESEL"),
    ("patient", "4405140135", "must be a PESEL: 11 digits"),
    ("profession", "wizard", "must be one of: physician"),
    ("provider", "", "must have the form"),
    ("items", [], "must have from 1 to 20 elements"),
    ("items", {}, "must be a list"),
    ("items", None, "must not be null"),
    ("items[1]", 5, "must be an object"),
    ("items[1].item", 1, "must not have two elements with the same item"),
    ("items[0].quantity", 1.0, "must be a whole number"),
    ("items[0].quantity", 1.5, "must be a whole number"),
    ("items[0].quantity", True, "must be a whole number"),
    ("items[0].quantity", "1", "must be a whole number"),
    ("items[0].quantity", 0, "must be from 1 to 9999"),
    ("items[0].quantity", 2**31, "must be from -2147483648 to 2147483647"),
    ("items[0].quantity", 10**30, "must be a whole number"),
    ("items[0].medicine", "  ", "must not be empty"),
    ("items[0].medicine", "x" * 301, "must have at most 300 characters"),
    ("items[0].medicine", ..., "is missing"),
    ("practicioner", "5425740", "unknown field 'practicioner', did you mean 'practitioner'?"),
    ("items[0].qty", 1, "unknown field 'qty'"),
    ("44051401359", 1, "unknown field with an odd name"),
    ("publisher", "", "must have 1 to 63 letters"),
    ("publisher", "44051401359", "looks like a PESEL"),
    ("publisher", None, "must be text"),
]


@pytest.mark.parametrize(("path", "value", "says"), UNREADABLE, ids=[f"{p}: {s}" for p, _, s in UNREADABLE])
def test_a_wrong_field_is_said_with_its_path(problems_of: Problems, prescription, path, value, says) -> None:
    found = problems_of(changed(prescription, path, value))
    assert len(found) == 1, found
    reported_at = {"items[1].item": "items", "44051401359": ""}.get(path, path)
    assert found[0][1] == reported_at
    assert says in found[0][2]


BROKEN_JSON = [
    ('"011000"', '"\\ud800"', "title_code", "half of a character"),
    ('"011000"', "NaN", "title_code", "NaN and Infinity are not JSON"),
    ('"011000"', "-Infinity", "title_code", "NaN and Infinity are not JSON"),
    ('"title_code"', '"payer": "5250001026", "title_code"', "payer", "the key 'payer' stands twice"),
    ('"title_code"', '"p\\u0061yer": "5250001026", "title_code"', "payer", "the key 'payer' stands twice"),
]


@pytest.mark.parametrize(("old", "new", "path", "says"), BROKEN_JSON)
def test_broken_json_is_said_with_its_field_and_the_rest_is_still_checked(
    problems_of: Problems, title, old, new, path, says
) -> None:
    raw = json.dumps(title | {"valid_until": "2025-01-01"}).replace(old, new, 1).encode()
    first, second = problems_of(raw)
    assert first[1] == path
    assert says in first[2]
    assert second[1:] == ("valid_until", "must be later than valid_from: it is the first day that no longer counts")


def test_a_key_that_stands_twice_within_an_item_is_found(problems_of: Problems, prescription) -> None:
    raw = json.dumps(prescription).replace('"item": 2', '"item": 2, "item": 2').encode()
    assert problems_of(raw) == [(1, "items[1].item", "the key 'item' stands twice: keep one")]


def test_all_problems_of_all_lines_are_listed(problems_of: Problems, prescription, title) -> None:
    first = changed(changed(prescription, "items[0].quantity", 1.5), "provider", "x")
    second = changed(changed(title, "payer", "5250001027"), "valid_from", ...)
    assert [(line, path) for line, path, _ in problems_of(first, b"{", second)] == [
        (1, "items[0].quantity"),
        (1, "provider"),
        (2, ""),
        (3, "valid_from"),
        (3, "payer"),
    ]


def test_two_numbers_that_cannot_be_read_are_not_also_the_same_number(problems_of: Problems, prescription) -> None:
    spoiled = changed(changed(prescription, "items[0].item", "a"), "items[1].item", "b")
    assert [path for _, path, _ in problems_of(spoiled)] == ["items[0].item", "items[1].item"]


def test_no_message_repeats_a_personal_value(problems_of: Problems, person, prescription) -> None:
    personal = {"person": "44051401358x", "surname": "Tajemnica\x00", "given_names": 71717171, "mother": "44051401350y"}
    spoiled = [person | {key: value} for key, value in personal.items()]
    spoiled.append(changed(prescription, "patient", "99999999999"))
    spoiled.append(changed(prescription, "44051401358", "x"))
    spoiled.append(changed(prescription, "items[0].Tajemnica 44051401358", "x"))
    told = problems_of(*spoiled)
    assert len({line for line, _, _ in told}) == len(spoiled)
    words = "\n".join(f"{path} {says}" for _, path, says in told)
    for secret in ("440514", "Tajemnica", "71717171", "99999999999"):
        assert secret not in words


def test_an_event_id_stands_for_one_content(problems_of: Problems, read_lines, title) -> None:
    other = title | {"title_code": "051000"}
    assert problems_of(title, other) == [
        (2, "event_id", "stands in line 1 too, with other content: a new statement needs a new id")
    ]
    assert problems_of(title, title) == []
    assert problems_of(title, title | {"occurred_at": "2026-03-02T08:30:00Z"}) == []
    assert problems_of(title, other | {"publisher": "somebody-else"}) == []


def test_a_wrong_check_digit_is_fine_where_the_register_says_so_and_after_it_has(
    problems_of: Problems, person, prescription
) -> None:
    odd = "44051401358"
    prescribed = prescription | {"patient": odd, "event_id": str(uuid.UUID(int=1))}
    assert problems_of(person | {"person": odd}, prescribed) == []
    assert [(line, path) for line, path, _ in problems_of(prescribed, person | {"person": odd})] == [(1, "patient")]


IMPOSSIBLE = [
    ("title", {"valid_until": "2026-01-01"}, "valid_until"),
    ("person", {"mother": "44051401359"}, "mother"),
    ("person", {"father": "44051401359"}, "father"),
]


@pytest.mark.parametrize(("line", "change", "path"), IMPOSSIBLE)
def test_statements_that_exclude_themselves_are_refused(
    problems_of: Problems, request: pytest.FixtureRequest, line, change, path
) -> None:
    assert [path for _, path, _ in problems_of(request.getfixturevalue(line) | change)] == [path]


def test_a_child_is_insured_by_somebody_else(problems_of: Problems) -> None:
    registered = {
        "type": "FamilyMemberRegistered",
        "event_id": str(uuid.UUID(int=1)),
        "occurred_at": "2026-03-01T08:30:00Z",
        "child": "44051401359",
        "insured": "44051401359",
        "kinship": "11",
        "payer": "5250001026",
        "valid_from": "2026-01-01",
        "reported_on": "2026-01-01",
    }
    assert problems_of(registered) == [(1, "insured", "must be another person than the child")]


def test_a_nurse_has_a_licence_of_another_form(problems_of: Problems, prescription) -> None:
    assert problems_of(prescription | {"profession": "nurse", "practitioner": "1234567P"}) == []
