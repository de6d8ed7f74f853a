"""Another language's publishers and readers: a stock Confluent client, knowing nothing but the registry's address."""

import io
import json
from typing import Any

import fastavro
import pytest
from confluent_kafka.schema_registry import (
    Schema,
    SchemaRegistryClient,
    SchemaRegistryError,
    topic_record_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

import schemas
from kartoteka.publishing.statement import Statement
from schemas.catalogue import HERE, LEDGER_TOPIC, registered
from tests.contract.test_bytes import EVENT_ID, in_the_ledger
from tests.statements import EXAMPLES, event

OF_CODE_GENERATORS = {"type", "name", "namespace", "fields", "items", "default", "logicalType"}


@pytest.fixture(scope="session")
def client(registry_url: str) -> SchemaRegistryClient:
    return SchemaRegistryClient({"url": registry_url})


def value_of(topic: str) -> SerializationContext:
    return SerializationContext(topic, MessageField.VALUE)


def published(name: str) -> schemas.Registered:
    found = schemas.event_type(name).published
    assert found is not None
    return found


def file_of(name: str) -> str:
    """The text that a publisher has: the schema's file."""
    (path,) = HERE.glob(f"*/{name}.avsc")
    return path.read_text()


def generated(schema: Any) -> Any:
    """A schema as code generators keep it: without our attributes and without words."""
    if isinstance(schema, list):
        return [generated(part) for part in schema]
    if isinstance(schema, dict):
        return {key: generated(part) for key, part in schema.items() if key in OF_CODE_GENERATORS}
    return schema


def written(client: SchemaRegistryClient, name: str, schema: str | None, **settings: Any) -> bytes:
    conf = {"subject.name.strategy": topic_record_subject_name_strategy, "auto.register.schemas": False, **settings}
    bytes_ = AvroSerializer(client, schema, conf=conf)(event(name, EVENT_ID), value_of(schemas.event_type(name).topic))
    assert bytes_ is not None
    return bytes_


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_stock_client_reads_what_the_kit_writes(client: SchemaRegistryClient, name: str) -> None:
    said = event(name, EVENT_ID)
    read = AvroDeserializer(client)(Statement(name, said).wire(), value_of(schemas.event_type(name).topic))
    assert read == said


@pytest.mark.parametrize("name", schemas.event_types())
def test_a_stock_client_reads_the_ledgers_topic(client: SchemaRegistryClient, name: str) -> None:
    kind, value = schemas.event_type(name), in_the_ledger(name)
    read = AvroDeserializer(client)(value, value_of(LEDGER_TOPIC))
    assert read == fastavro.schemaless_reader(io.BytesIO(value[5:]), kind.ledger.parsed, None)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_stock_client_writes_the_kits_bytes_with_the_latest_schema(client: SchemaRegistryClient, name: str) -> None:
    kit = Statement(name, event(name, EVENT_ID)).wire()
    assert written(client, name, file_of(name), **{"use.latest.version": True}) == kit


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_stock_client_writes_the_kits_bytes_with_the_file_that_it_looks_up(
    client: SchemaRegistryClient, name: str
) -> None:
    assert written(client, name, file_of(name)) == Statement(name, event(name, EVENT_ID)).wire()


@pytest.mark.parametrize("name", EXAMPLES)
def test_what_code_generators_leave_out_makes_no_other_schema(client: SchemaRegistryClient, name: str) -> None:
    schema = json.dumps(generated(json.loads(file_of(name))))
    assert "privacy" not in schema
    assert written(client, name, schema) == Statement(name, event(name, EVENT_ID)).wire()


def test_a_client_that_registers_by_itself_is_given_the_id_that_is_there(client: SchemaRegistryClient) -> None:
    settings = {"auto.register.schemas": True}
    for _ in range(2):
        assert written(client, "PersonRegistered", file_of("PersonRegistered"), **settings)[1:5] == (
            published("PersonRegistered").id.to_bytes(4, "big")
        )


def test_a_client_with_another_schema_registers_nothing(client: SchemaRegistryClient) -> None:
    source = json.loads(file_of("PersonRegistered"))
    source["fields"].append({"name": "more", "type": ["null", "string"], "default": None})
    with pytest.raises(SchemaRegistryError, match="read-only") as refused:
        client.register_schema(published("PersonRegistered").subject, Schema(json.dumps(source), "AVRO"))
    assert (refused.value.http_status_code, refused.value.error_code) == (422, 42205)


@pytest.mark.parametrize("schema_id", registered())
def test_every_released_schema_is_found_by_its_id(client: SchemaRegistryClient, schema_id: int) -> None:
    schema = client.get_schema(schema_id)
    assert schema.schema_type == "AVRO"
    assert json.loads(schema.schema_str or "") == registered()[schema_id].source
    (subject,) = client.get_subjects_by_schema_id(schema_id)
    assert subject == registered()[schema_id].subject


def test_every_subject_has_its_versions_and_its_latest(client: SchemaRegistryClient) -> None:
    assert sorted(client.get_subjects()) == sorted({schema.subject for schema in registered().values()})
    for schema in registered().values():
        assert schema.version in client.get_versions(schema.subject)
        assert client.get_version(schema.subject, schema.version).schema_id == schema.id
        latest = max((s for s in registered().values() if s.subject == schema.subject), key=lambda s: s.version)
        assert client.get_latest_version(schema.subject).schema_id == latest.id


def test_a_client_learns_what_may_change(client: SchemaRegistryClient) -> None:
    assert client.get_compatibility() == "FULL_TRANSITIVE"
    assert client.get_compatibility(published("PersonRegistered").subject) == "FULL_TRANSITIVE"
    assert (client.get_global_mode(), client.get_schema_types()) == ("READONLY", ["AVRO"])
