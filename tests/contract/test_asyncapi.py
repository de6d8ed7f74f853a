"""``schemas/asyncapi.yaml`` says what the schemas, the kit and the topics say, and is a valid AsyncAPI 3.0 document.

The official JSON Schema beside this file comes from the npm package ``@asyncapi/specs`` 6.11.1 (Apache-2.0), unchanged.
"""

import gzip
import json
import re
from dataclasses import fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import yaml
from jsonschema import Draft7Validator

import schemas.asyncapi
from infra.topics import all_topics
from kartoteka.publishing.receipts import Receipt
from kartoteka.publishing.statement import Statement
from schemas import decision_types, event_types, registered, topics
from schemas.catalogue import HERE
from services.kernel.ledger_topic import TOPIC_HEADER_NAME
from services.permissions.stream import HEADER_BYTES, HEADER_NAME
from services.records.ledger import STATE_HEAD, PublishedSeal, topic_header
from services.records.reasons import Outcome, Reason
from tests.statements import EXAMPLES, event

OFFICIAL = json.loads(gzip.decompress(Path(__file__).with_name("asyncapi-3.0.0.json.gz").read_bytes()))
DOCUMENT: dict[str, Any] = yaml.safe_load(schemas.asyncapi.FILE.read_text())
CHANNELS: dict[str, Any] = DOCUMENT["channels"]
OPERATIONS: dict[str, Any] = DOCUMENT["operations"]
COMPONENTS: dict[str, Any] = DOCUMENT["components"]["schemas"]
BY_ADDRESS = {channel["address"]: channel for channel in CHANNELS.values()}
TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def resolve(reference: str) -> Any:
    """What a reference points to, in this document or in a file beside it."""
    if not reference.startswith("#/"):
        return json.loads((HERE / reference).read_text())
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def references(part: Any) -> list[str]:
    if isinstance(part, list):
        return [found for one in part for found in references(one)]
    if isinstance(part, dict):
        return [v for k, v in part.items() if k == "$ref"] + [f for one in part.values() for f in references(one)]
    return []


def messages(kind: str) -> list[tuple[str, Any]]:
    """Messages with Avro values whose bindings are those of one kind, with their channel's address."""
    bindings = {"$ref": f"#/components/messageBindings/{kind}"}
    return [
        (c["address"], m) for c in CHANNELS.values() for m in c["messages"].values() if m.get("bindings") == bindings
    ]


def whole(schema: Any) -> Any:
    """A JSON Schema with its references filled in."""
    if isinstance(schema, list):
        return [whole(part) for part in schema]
    if isinstance(schema, dict):
        return whole(resolve(schema["$ref"])) if "$ref" in schema else {k: whole(v) for k, v in schema.items()}
    return schema


def test_the_file_is_what_the_schemas_make() -> None:
    assert schemas.asyncapi.FILE.read_text() == schemas.asyncapi.text(), "run python -m schemas.asyncapi"


def test_a_new_field_a_new_type_or_a_new_version_would_show(release_changed: Any) -> None:
    more = {"name": "more", "type": ["null", "string"], "default": None, "doc": "More (więcej).", "privacy": "clear"}
    release_changed("registry/PersonRegistered.avsc", lambda source: source["fields"].append(more))
    assert schemas.asyncapi.text() != schemas.asyncapi.FILE.read_text()


def test_it_is_valid_by_the_official_schema() -> None:
    assert [error.message for error in Draft7Validator(OFFICIAL).iter_errors(DOCUMENT)] == []


@pytest.mark.parametrize(
    "change",
    [
        lambda d: d["channels"]["clinic"].update(adress="x"),
        lambda d: d["operations"]["send_clinic"].update(action="publish"),
        lambda d: d["info"].pop("title"),
        lambda d: d["channels"]["clinic"]["bindings"]["kafka"].update(partitions=0),
    ],
)
def test_the_official_schema_finds_what_is_wrong(change: Any) -> None:
    wrong = json.loads(json.dumps(DOCUMENT))
    change(wrong)
    assert not Draft7Validator(OFFICIAL).is_valid(wrong)


def test_every_reference_leads_somewhere() -> None:
    assert references(DOCUMENT)
    for reference in references(DOCUMENT):
        assert resolve(reference), reference


def test_every_operation_has_a_channel_and_all_its_messages() -> None:
    for operation in OPERATIONS.values():
        channel = operation["channel"]["$ref"]
        named = {reference["$ref"] for reference in operation["messages"]}
        assert named == {f"{channel}/messages/{name}" for name in resolve(channel)["messages"]}


def test_publishers_send_to_their_topics_and_receive_from_the_ledgers() -> None:
    sent = {resolve(o["channel"]["$ref"])["address"] for o in OPERATIONS.values() if o["action"] == "send"}
    received = {resolve(o["channel"]["$ref"])["address"] for o in OPERATIONS.values() if o["action"] == "receive"}
    assert sent == set(topics())
    assert received == set(BY_ADDRESS) - sent


def test_the_channels_are_the_topics_that_have_something_to_say() -> None:
    silent = {topic.name for topic in all_topics() if topic.name.endswith(".events.v1")} - set(topics())
    assert set(BY_ADDRESS) == {topic.name for topic in all_topics()} - silent | {schemas.asyncapi.OUTCOMES_TOPIC}


@pytest.mark.parametrize("topic", all_topics(), ids=lambda topic: topic.name)
def test_partitions_and_settings_are_those_of_the_topic(topic: Any) -> None:
    if topic.name in BY_ADDRESS:
        kafka = BY_ADDRESS[topic.name]["bindings"]["kafka"]
        said = {name: v[0] if isinstance(v, list) else str(v) for name, v in kafka["topicConfiguration"].items()}
        assert (kafka["topic"], kafka["partitions"]) == (topic.name, topic.partitions)
        assert said.items() <= topic.settings.items()


def test_every_event_type_is_a_message_of_its_topic_and_of_the_ledgers() -> None:
    for topic, kinds in topics().items():
        assert set(BY_ADDRESS[topic]["messages"]) == {kind.name for kind in kinds}
    assert set(CHANNELS["ledger"]["messages"]) == set(event_types())


def test_every_decision_type_is_a_message_of_its_topic() -> None:
    assert set(CHANNELS["access"]["messages"]) == set(decision_types())


@pytest.mark.parametrize(("topic", "message"), [*messages("statement"), *messages("ledger"), *messages("decision")])
def test_a_message_is_the_schema_that_was_released_last_under_its_id(topic: str, message: Any) -> None:
    schema = registered()[message["x-schema-id"]]
    assert resolve(message["payload"]["schema"]["$ref"]) == schema.source
    assert message["x-subject"] == schema.subject == f"{topic}-{message['name']}"
    assert schema.version == max(s.version for s in registered().values() if s.subject == schema.subject)


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_kits_headers_and_key_are_those_of_the_message(name: str) -> None:
    said = Statement(name, event(name, UUID(int=7)), "clinic-1", TRACE)
    record = said.record("clinic-1")
    headers = {key: value.decode() for key, value in record.headers}
    message = BY_ADDRESS[record.topic]["messages"][name]
    Draft7Validator(whole(message["headers"])).validate(headers)
    assert set(headers) == set(COMPONENTS["StatementHeaders"]["properties"])
    Draft7Validator(resolve(message["bindings"]["$ref"])["kafka"]["key"]).validate(record.key.decode())


@pytest.mark.parametrize(
    ("header", "value"),
    [("publisher", "Anna Kowalska"), ("ce_type", "other"), ("ce_specversion", "2"), ("traceparent", "x")],
)
def test_a_header_of_another_form_is_found(header: str, value: str) -> None:
    headers = {
        key: v.decode() for key, v in Statement("PersonRegistered", event("PersonRegistered")).headers("clinic-1")
    }
    schema = whole(CHANNELS["registry"]["messages"]["PersonRegistered"]["headers"])
    assert Draft7Validator(schema).is_valid(headers)
    assert not Draft7Validator(schema).is_valid({**headers, header: value})
    assert not Draft7Validator(schema).is_valid({k: v for k, v in headers.items() if k != "publisher"})


def test_the_ledgers_header_is_the_relays() -> None:
    header = COMPONENTS["LedgerHeaders"]["properties"]
    assert set(header) == {TOPIC_HEADER_NAME}
    assert header[TOPIC_HEADER_NAME]["maxLength"] == len(topic_header(1, 1, STATE_HEAD.pack(bytes(32), 1, 1)))


def test_the_header_of_a_decision_is_its_relays() -> None:
    header = COMPONENTS["DecisionHeaders"]["properties"]
    assert set(header) == {HEADER_NAME}
    assert header[HEADER_NAME]["minLength"] == header[HEADER_NAME]["maxLength"] == HEADER_BYTES


def test_a_seal_has_the_fields_of_a_published_seal() -> None:
    assert set(COMPONENTS["Seal"]["properties"]) == set(PublishedSeal.__struct_fields__)


def test_a_receipt_can_tell_every_outcome_and_every_reason() -> None:
    receipt = COMPONENTS["Receipt"]
    assert {outcome.value for outcome in Outcome} <= set(receipt["properties"]["outcome"]["enum"])
    for reason in Reason:
        assert re.fullmatch(receipt["properties"]["reason"]["pattern"], reason.value)
    told = {
        "publisher": "clinic-1", "publisher_name": None, "event_id": str(UUID(int=1)), "outcome": "quarantined",
        "reason": "shape",
        "place": "clinic.events.v1/3/17", "position": None, "at": datetime(2026, 3, 1, tzinfo=UTC).isoformat(),
    }  # fmt: skip
    Draft7Validator(receipt).validate(told)
    assert set(receipt["required"]) == set(receipt["properties"]) == set(told)
    assert set(told) == {field.name for field in fields(Receipt)}, "the relay and the kit have one"
