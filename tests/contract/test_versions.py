"""After a second release: old statements are still understood, old seals still open."""

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import fastavro
import pytest

import schemas
from services.kernel.sealing import PatientKey, open_sealed, seal
from services.permissions.stream import decode, encode
from services.records.contract import Record, Refused, Statement, read
from services.records.ledger_value import content_digest_source
from services.records.read_model import columns
from services.records.reasons import Reason
from tests.conftest import Desk
from tests.contract.conftest import Change
from tests.decisions import decision
from tests.statements import event, record, take_in

CANCELLED = "PrescriptionCancelled"
PATH = f"clinic/{CANCELLED}.avsc"
Release = Callable[[str, Change], list[int]]


def with_field(**more: Any) -> Change:
    said = {"name": "channel", "doc": "By which channel (kanał).", "privacy": "clear", **more}
    return lambda source: source["fields"].append(said)


NEW = with_field(type=["null", "string"], default=None)
NEW_SEALED = with_field(type=["null", "string"], default=None, privacy="sealed")


def written(schema_id: int, value: dict[str, Any]) -> bytes:
    out = io.BytesIO()
    fastavro.schemaless_writer(out, schemas.registered()[schema_id].parsed, value)
    return schemas.frame(schema_id, out.getvalue())


def sent(schema_id: int, value: dict[str, Any]) -> Record:
    """The record of a statement about Anna, written under any version."""
    return replace(record("PersonRegistered"), topic="clinic.events.v1", value=written(schema_id, value))


def ids(kind: schemas.EventType) -> tuple[int, int, int]:
    assert kind.published
    assert kind.sealed
    return kind.published.id, kind.ledger.id, kind.sealed.id


def test_a_release_gives_new_ids_and_second_versions_and_keeps_the_first(release_changed: Release) -> None:
    before = dict(schemas.registered())
    given = release_changed(PATH, NEW)
    assert given == [len(before) + 1, len(before) + 2]
    assert {schema.version for schema in map(schemas.registered().__getitem__, given)} == {2}
    assert {i: schemas.registered()[i].source for i in before} == {i: s.source for i, s in before.items()}


def test_a_second_release_of_the_same_gives_nothing(release_changed: Release) -> None:
    release_changed(PATH, NEW)
    assert release_changed(PATH, lambda _: None) == []


def test_a_statement_under_the_older_version_is_understood(release_changed: Release) -> None:
    old, *_ = ids(schemas.event_type(CANCELLED))
    release_changed(PATH, NEW)
    said = read(sent(old, event(CANCELLED)))
    assert isinstance(said, Statement)
    assert said.value["channel"] is None
    assert schemas.event_type(CANCELLED).ledger.version == 2


def test_the_same_content_under_two_versions_is_the_same(release_changed: Release) -> None:
    old, *_ = ids(schemas.event_type(CANCELLED))
    release_changed(PATH, NEW)
    new, *_ = ids(schemas.event_type(CANCELLED))
    stated = event(CANCELLED)
    first, second = (read(sent(i, stated)) for i in (old, new))
    assert isinstance(first, Statement)
    assert isinstance(second, Statement)
    assert content_digest_source(first) == content_digest_source(second)
    other = read(sent(new, {**stated, "channel": "phone"}))
    assert isinstance(other, Statement)
    assert content_digest_source(other) != content_digest_source(second)


@pytest.mark.parametrize("change", [NEW, NEW_SEALED], ids=["clear", "sealed"])
def test_a_re_send_under_the_newer_version_is_a_repeat(release_changed: Release, desk: Desk, change: Change) -> None:
    old, *_ = ids(schemas.event_type(CANCELLED))
    stated = event(CANCELLED)
    take_in(desk, [sent(old, stated)])
    release_changed(PATH, change)
    new, *_ = ids(schemas.event_type(CANCELLED))
    (move,) = take_in(desk, [sent(new, stated)])
    assert (move.appended, move.repeated, move.quarantined) == (0, 1, 0)


def test_a_ledger_schema_id_is_no_publishers(release_changed: Release) -> None:
    published, ledger, sealed = ids(schemas.event_type(CANCELLED))
    release_changed(PATH, NEW)
    for schema_id in (ledger, sealed, *ids(schemas.event_type(CANCELLED))[1:]):
        refused = read(replace(sent(published, event(CANCELLED)), value=schemas.frame(schema_id, b"")))
        assert isinstance(refused, Refused)
        assert refused.reason is Reason.UNKNOWN_SCHEMA


def test_what_was_sealed_under_the_oldest_schema_opens(release_changed: Release) -> None:
    kind = schemas.event_type(CANCELLED)
    said = event(CANCELLED)
    assert kind.sealed
    key, place = PatientKey(b"k" * 32), [said["event_id"]] * 3
    closed = seal(key, kind.sealed, said, b"".join(part.bytes for part in place))
    release_changed(PATH, NEW_SEALED)
    newest = schemas.event_type(CANCELLED).sealed
    assert newest is not None
    assert newest.version == 2
    opened = open_sealed(key, closed, *place)
    assert opened == {name: said[name] for name in ("patient", "prescription", "reason")}


def test_the_table_of_a_type_keeps_a_column_for_every_version(release_changed: Release) -> None:
    before = columns(schemas.event_type(CANCELLED))
    release_changed(PATH, NEW)
    after = {column.name: column for column in columns(schemas.event_type(CANCELLED))}
    assert after.keys() == {column.name for column in before} | {"channel"}
    assert after["channel"].nullable


def test_a_decision_under_the_older_version_is_read_as_the_newest_has_it(release_changed: Release) -> None:
    said = decision("GuardianRemoved")
    old = encode("GuardianRemoved", said)
    (given,) = release_changed("permissions/GuardianRemoved.avsc", NEW)
    assert schemas.decision_types()["GuardianRemoved"].id == given
    assert decode(old) == ("GuardianRemoved", {**said, "channel": None})
    new = encode("GuardianRemoved", {**said, "channel": "phone"})
    assert decode(new) == ("GuardianRemoved", {**said, "channel": "phone"})
