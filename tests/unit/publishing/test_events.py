"""Typed events: generated from the schemas, ready to publish, discreet."""

import dataclasses
import inspect
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from kartoteka.publishing import events
from kartoteka.publishing.event import Event, Part
from kartoteka.publishing.generate import TARGET, source
from kartoteka.publishing.validation import publishable, refuse_wrong
from schemas import event_type
from tests.statements import EXAMPLES, NOW

PARTS = {"PrescriptionIssued": events.PrescriptionItem, "DeviceOrderIssued": events.DeviceItem,
         "TestResultPublished": events.TestResultItem, "NotificationWishesChanged": events.Wish}  # fmt: skip


def made(name: str, **more: Any) -> Event:
    """The example of a type as a typed event."""
    stated = dict(EXAMPLES[name])
    for field in ("items", "wishes"):
        if field in stated:
            stated[field] = tuple(PARTS[name](**part) for part in stated[field])
    event: Event = getattr(events, name)(**stated, **more)
    return event


def prescription(**more: Any) -> Any:
    return made("PrescriptionIssued", **more)


def test_the_committed_file_is_what_the_schemas_give() -> None:
    assert source() == TARGET.read_text(), "run python -m kartoteka.publishing.generate"


def test_there_is_a_class_for_every_event_that_can_be_published() -> None:
    classes = {name for name, one in inspect.getmembers(events, inspect.isclass) if issubclass(one, Event)}
    assert classes - {"Event"} == publishable() == set(EXAMPLES)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_an_event_of_every_type_can_be_published_and_says_what_was_said(name) -> None:
    statement = made(name).to_statement()
    refuse_wrong(statement, NOW + timedelta(days=36500))
    assert {key: statement.value[key] for key in EXAMPLES[name]} == EXAMPLES[name]
    assert list(statement.value) == [field["name"] for field in event_type(name).fields]
    assert statement.wire()


def test_each_new_event_has_an_id_of_its_own_and_the_present_time() -> None:
    before = datetime.now(UTC)
    one, other = prescription(), prescription()
    assert one.event_id != other.event_id
    assert one.event_id.version == 4
    assert before <= one.occurred_at <= datetime.now(UTC)


def test_id_and_time_can_be_given() -> None:
    event = prescription(event_id=UUID(int=7), occurred_at=NOW)
    assert (event.to_statement().value["event_id"], event.to_statement().value["occurred_at"]) == (UUID(int=7), NOW)


def test_what_may_be_left_out_is_null() -> None:
    item = events.PrescriptionItem(item=1, medicine="Ibuprofenum", quantity=1)
    assert item.strength is None
    statement = prescription().to_statement()
    assert events.NameChanged(person="85010112345", surname="Nowak", changed_on=date(2026, 1, 1)).given_names is None
    assert statement.publisher is None


def test_events_do_not_change_and_have_no_room_for_what_no_schema_knows() -> None:
    event = prescription()
    with pytest.raises(dataclasses.FrozenInstanceError):
        event.patient = "1"
    with pytest.raises(TypeError):
        events.PersonDied(person="85010112345", died_on=date(2026, 1, 1), cause="x")
    assert not hasattr(event, "__dict__")


def test_fields_are_named_never_counted() -> None:
    with pytest.raises(TypeError):
        events.PersonDied("85010112345", date(2026, 1, 1))


def test_no_repr_holds_content() -> None:
    event = prescription()
    assert repr(event) == f"PrescriptionIssued(event_id={event.event_id}, …)"
    assert repr(event.items[0]) == "PrescriptionItem(…)"


def test_codes_and_polish_terms_stand_in_the_class() -> None:
    text = inspect.getsource(events.PrescriptionIssued)
    assert "wystawiono e-receptę" in (events.PrescriptionIssued.__doc__ or "")
    assert "klucz e-recepty" in text
    assert '"physician",' in text


def test_pytest_does_not_take_a_test_result_for_a_test() -> None:
    assert not any(one.__test__ for one in (events.TestResultPublished, events.TestResultItem, Part, Event))
