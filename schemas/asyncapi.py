"""The contract as an AsyncAPI 3.0 document, seen from a publisher: topics, messages, keys and headers.

``python -m schemas.asyncapi`` writes ``asyncapi.yaml`` from the schemas; a test holds the file to them.
"""

from typing import Any, Final

import yaml

from schemas.catalogue import (
    DECISIONS_TOPIC,
    HERE,
    LEDGER_TOPIC,
    EventType,
    Registered,
    decision_types,
    event_types,
    registered,
    topics,
)
from schemas.derive import Json
from schemas.envelopes import (
    DECISION_HEADERS,
    LEDGER_HEADERS,
    PATIENT_KEY,
    PESEL_KEY,
    RECEIPT,
    SEAL,
    STATEMENT_HEADERS,
    SUBJECT_KEY,
)

FILE: Final = HERE / "asyncapi.yaml"
OUTCOMES_TOPIC: Final = "ledger.outcomes.v1"
SEALS_TOPIC: Final = "ledger.seals.v1"
AVRO: Final = "application/vnd.apache.avro+json;version=1.9.0"
BINDING: Final = {"bindingVersion": "0.5.0"}
PARTITIONS: Final = 8

INTRODUCTION: Final = """\
What publishers send, what they are told, and what readers may rely on. Values are Avro in Confluent's wire format:
a zero byte, four bytes of schema id (big-endian), the body; ids are fixed and never given again, subjects follow
TopicRecordNameStrategy, compatibility is FULL_TRANSITIVE. The partition is murmur2 of the key, as the Java client
has it (librdkafka: partitioner=murmur2_random). Names of fields, headers and topics never change their meaning."""


def document() -> Json:
    """The whole document, made from the schemas as they stand."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "kartoteka",
            "version": f"1.{max(registered())}",
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "avro/binary",
        "channels": {**{owner_of(topic): _publishers(topic) for topic in topics()}, **_ledgers()},
        "operations": {**{f"send_{owner_of(topic)}": _send(topic) for topic in topics()}, **_receiving()},
        "components": {
            "schemas": {
                "StatementHeaders": STATEMENT_HEADERS,
                "LedgerHeaders": LEDGER_HEADERS,
                "DecisionHeaders": DECISION_HEADERS,
                "Receipt": RECEIPT,
                "Seal": SEAL,
            },
            "messageBindings": {
                "statement": _bindings(PESEL_KEY),
                "ledger": _bindings(PATIENT_KEY),
                "decision": _bindings(SUBJECT_KEY),
            },
        },
    }


def owner_of(topic: str) -> str:
    """Who publishes to a topic; also the channel's name."""
    return topic.split(".")[0]


def text() -> str:
    """The document as the file holds it."""
    head = "# Made from the schemas by 'python -m schemas.asyncapi'; change those.\n"
    return head + yaml.dump(document(), Dumper=_Plain, sort_keys=False, allow_unicode=True, width=120)


def _publishers(topic: str) -> Json:
    kinds = topics()[topic]
    return _channel(
        topic,
        f"What {owner_of(topic)} states about persons. Restricted: key and body hold PESEL numbers.",
        {kind.name: _statement(kind) for kind in kinds},
        {"message.timestamp.type": "LogAppendTime"},
    )


def _ledgers() -> Json:
    return {
        "ledger": _channel(
            LEDGER_TOPIC,
            "The ledger in order, versions 1, 2, 3 … of each patient; kept for ever.",
            {kind.name: _event(kind) for kind in event_types().values()},
            {"retention.ms": -1},
        ),
        "access": _channel(
            DECISIONS_TOPIC,
            "What permissions decides about access to accounts, versions 1, 2, 3 … of each subject; kept for ever.",
            {name: _decision(schema) for name, schema in decision_types().items()},
            {"retention.ms": -1},
        ),
        "outcomes": _channel(OUTCOMES_TOPIC, "Receipts for publishers.", {"Receipt": _json_message("Receipt")}),
        "seals": _channel(
            SEALS_TOPIC, "Seals of the ledger.", {"Seal": _json_message("Seal")}, {"retention.ms": -1}, partitions=1
        ),
    }


def _channel(
    topic: str, description: str, messages: Json, settings: Json | None = None, *, partitions: int = PARTITIONS
) -> Json:
    kafka = {
        "topic": topic,
        "partitions": partitions,
        "topicConfiguration": {"cleanup.policy": ["delete"], "max.message.bytes": 2 * 1024 * 1024, **(settings or {})},
    }
    return {
        "address": topic,
        "description": description,
        "messages": messages,
        "bindings": {"kafka": {**kafka, **BINDING}},
    }


def _statement(kind: EventType) -> Json:
    assert kind.published is not None
    full_name = f"{kind.source['namespace']}.{kind.name}"
    headers = {
        "allOf": [{"$ref": "#/components/schemas/StatementHeaders"}, {"properties": {"ce_type": {"const": full_name}}}]
    }
    path = f"./{owner_of(kind.topic)}/{kind.name}.avsc"
    return _avro_message(kind.published, kind.source["doc"], path, "statement", headers)


def _event(kind: EventType) -> Json:
    headers = {"$ref": "#/components/schemas/LedgerHeaders"}
    return _avro_message(kind.ledger, kind.source["doc"], f"./released/{kind.ledger.id}.avsc", "ledger", headers)


def _decision(schema: Registered) -> Json:
    headers = {"$ref": "#/components/schemas/DecisionHeaders"}
    return _avro_message(schema, schema.source["doc"], f"./released/{schema.id}.avsc", "decision", headers)


def _avro_message(schema: Registered, doc: str, path: str, bindings: str, headers: Json) -> Json:
    return {
        "name": f"{schema.source['namespace']}.{schema.name}",
        "summary": doc,
        "contentType": "avro/binary",
        "headers": headers,
        "payload": {"schemaFormat": AVRO, "schema": {"$ref": path}},
        "bindings": {"$ref": f"#/components/messageBindings/{bindings}"},
        "x-schema-id": schema.id,
        "x-subject": schema.subject,
    }


def _json_message(name: str) -> Json:
    return {"name": name, "contentType": "application/json", "payload": {"$ref": f"#/components/schemas/{name}"}}


def _bindings(key: Json) -> Json:
    where = {"schemaIdLocation": "payload", "schemaIdPayloadEncoding": "confluent"}
    return {"kafka": {"key": key, **where, "schemaLookupStrategy": "TopicRecordNameStrategy", **BINDING}}


def _send(topic: str) -> Json:
    return _operation("send", owner_of(topic), f"State something as {owner_of(topic)}.", _publishers(topic))


def _receiving() -> Json:
    does = {
        "outcomes": "Learn how one's records ended.",
        "ledger": "Read the ledger.",
        "access": "Follow who may see whose account.",
        "seals": "Keep its seals.",
    }
    return {f"receive_{name}": _operation("receive", name, says, _ledgers()[name]) for name, says in does.items()}


def _operation(action: str, channel: str, summary: str, described: Json) -> Json:
    messages = [{"$ref": f"#/channels/{channel}/messages/{name}"} for name in described["messages"]]
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": summary,
        "messages": messages,
    }


class _Plain(yaml.SafeDumper):
    """Writes a value that occurs twice twice: anchors are not for readers."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_Plain.add_representer(
    str,
    lambda dumper, words: dumper.represent_scalar("tag:yaml.org,2002:str", words, style="|" if "\n" in words else None),
)


if __name__ == "__main__":
    FILE.write_text(text())
    print(f"written: {FILE.name}")
