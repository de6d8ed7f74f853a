"""What publishers and readers in other languages find: the schema registry of a running house, and our bytes."""

from pathlib import Path
from typing import Any

import psutil
from confluent_kafka import Consumer, KafkaError, Producer, TopicPartition
from confluent_kafka.schema_registry import SchemaRegistryClient, topic_record_subject_name_strategy
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.serialization import MessageField, SerializationContext

from schemas import registered
from tests.acceptance.conftest import Shell
from tests.statements import event


def registry_process(shell: Shell) -> psutil.Process:
    """The registry of this house: the one that listens where the status says."""
    port = shell("status", "--json").json["registry"].rpartition(":")[2]
    running = psutil.process_iter(["cmdline"])
    (found,) = (one for one in running if {"infra.registry", port} <= set(one.info["cmdline"] or ()))
    return found


def test_other_languages_find_the_schema_registry_in_the_status(shell: Shell) -> None:
    status = shell.until(lambda s: s["not_running"] == [])
    client = SchemaRegistryClient({"url": status["registry"]})
    assert len(client.get_subjects()) == len(registered())


def test_a_stock_client_publishes_and_reads_the_ledger(shell: Shell) -> None:
    """As docs/publishing.md tells it, with nothing of ours but a schema's file."""
    status = shell.until(lambda s: s["not_running"] == [])
    client, topic = SchemaRegistryClient({"url": status["registry"]}), "clinic.events.v1"
    said = event("PrescriptionCancelled", patient="44051401359")
    producer = Producer({"bootstrap.servers": status["kafka"], "partitioner": "murmur2_random"})
    producer.produce(
        topic,
        key=said["patient"].encode(),
        value=AvroSerializer(
            client,
            Path("schemas/clinic/PrescriptionCancelled.avsc").read_text(),
            conf={"auto.register.schemas": False, "subject.name.strategy": topic_record_subject_name_strategy},
        )(said, SerializationContext(topic, MessageField.VALUE)),
        headers=[("publisher", b"clinic-7")],
    )
    producer.flush(30)
    assert shell.until_read()["counters"]["appended"] == 1
    (read,) = ledger_topic(status["kafka"], client)
    assert (read["event_id"], read["publisher"]) == (said["event_id"].bytes, "clinic-7")


def ledger_topic(kafka: str, client: SchemaRegistryClient) -> list[dict[str, Any]]:
    """All values of the ledger's topic, as a stock consumer reads them."""
    consumer = Consumer({"bootstrap.servers": kafka, "group.id": "other", "enable.partition.eof": True})
    consumer.assign([TopicPartition("ledger.patient-record.v1", number, 0) for number in range(8)])
    deserialize, found, ended = AvroDeserializer(client), [], 0
    while ended < 8:
        message = consumer.poll(30)
        assert message is not None
        if message.error() is None:
            found.append(deserialize(message.value(), SerializationContext(message.topic(), MessageField.VALUE)))
        else:
            assert message.error().code() == KafkaError._PARTITION_EOF
            ended += 1
    consumer.close()
    return found


def test_a_registry_that_was_killed_is_back_at_the_same_place(shell: Shell) -> None:
    before = shell.until(lambda s: s["not_running"] == [])["registry"]
    killed = registry_process(shell)
    killed.kill()
    killed.wait(10)
    shell.until(lambda s: s["not_running"] == ["registry"] or s["not_running"] == [])
    assert shell.until(lambda s: s["not_running"] == [])["registry"] == before
    assert registry_process(shell).pid != killed.pid


def test_the_registry_holds_no_secret(shell: Shell) -> None:
    assert set(registry_process(shell).environ()) <= {"PATH", "LANG", "PYTHONUNBUFFERED", "LC_CTYPE"}
