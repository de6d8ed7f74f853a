"""The three brokers of docker-compose.yml, with their settings there, on this machine's ports instead of containers."""

import asyncio
import os
import re
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest
import yaml
from aiokafka import AIOKafkaProducer
from confluent_kafka.admin import AdminClient, ConfigResource, ResourceType

import infra.kafka
from infra.kafka import Kafka
from infra.ports import HOST, free_port
from infra.processes import Mark, ask_to_end, until, until_gone
from infra.topics import COPIES, IN_SYNC, LEDGER, all_topics, create_topics
from kartoteka.publishing.kafka import KafkaSettings

SERVICES: Final[dict[str, Any]] = yaml.safe_load(Path("docker-compose.yml").read_text())["services"]
BROKERS: Final = [name for name in SERVICES if name.startswith("kafka-")]


class Broker(Kafka):
    """A broker that starts with the settings of its container."""

    def __init__(self, folder: Path, ports: dict[str, int], name: str) -> None:
        super().__init__(folder, port=ports[f"{name}:9092"])
        (folder / "logs").mkdir(parents=True)
        self._environment = SERVICES[name]["environment"]
        self._ports = ports
        self._name = name

    def _write_settings(self) -> None:
        given = {k.removeprefix("KAFKA_"): v for k, v in self._environment.items() if k.startswith("KAFKA_")}
        lines = [f"{name.lower().replace('_', '.')}={self._here(value)}" for name, value in given.items()]
        self._settings.write_text("\n".join(lines))

    def _here(self, value: str) -> str:
        """A setting with this machine's places in it."""
        value = value.replace("/var/lib/kafka/data", str(self._folder / "data"))
        value = re.sub(r"//:(\d+)", rf"//{self._name}:\1", value)
        for place, port in self._ports.items():
            value = value.replace(place, f"{HOST}:{port}")
        return value


@dataclass(frozen=True)
class Cluster:
    """Three brokers that run."""

    brokers: list[Broker]
    marks: list[Mark]

    @property
    def settings(self) -> KafkaSettings:
        return KafkaSettings(",".join(broker.bootstrap_servers for broker in self.brokers))

    def admin(self) -> AdminClient:
        return AdminClient({**self.settings.for_librdkafka(), "log_level": 0})

    def copies(self) -> set[tuple[int, int]]:
        """Of every partition of ours: copies, and copies in sync."""
        found = self.admin().list_topics(timeout=10).topics
        partitions = [p for topic in all_topics() for p in found[topic.name].partitions.values()]
        return {(len(p.replicas), len(p.isrs)) for p in partitions}


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cluster]:
    monkeypatch.setattr(infra.kafka.secrets, "token_bytes", bytes)  # one cluster id for all
    ports = {f"{name}:{port}": free_port() for name in BROKERS for port in (9092, 9093)}
    brokers = [Broker(tmp_path / name, ports, name) for name in BROKERS]
    for broker in brokers:
        broker.prepare()
    running = Cluster(brokers, [broker.launch() for broker in brokers])
    assert until(lambda: all(broker.answers() for broker in brokers), 120)
    yield running
    for mark in running.marks:
        ask_to_end(mark, signal.SIGKILL)
        until_gone(mark, 30)


async def _send(kafka: KafkaSettings) -> int:
    producer = AIOKafkaProducer(**kafka.for_aiokafka(), acks="all", enable_idempotence=True)
    await producer.start()
    try:
        return int((await producer.send_and_wait(LEDGER, b"event", partition=0)).offset)
    finally:
        await producer.stop()


def test_every_topic_has_three_copies_and_one_broker_may_be_lost(cluster: Cluster) -> None:
    asyncio.run(create_topics(cluster.settings))
    assert until(lambda: cluster.copies() == {(COPIES, COPIES)}, 60)
    asked = [ConfigResource(ResourceType.TOPIC, topic.name) for topic in all_topics()]
    admin = cluster.admin()
    for answer in admin.describe_configs(asked).values():
        assert answer.result(10)["min.insync.replicas"].value == str(IN_SYNC)
    assert asyncio.run(_send(cluster.settings)) == 0
    os.kill(cluster.marks[0].pid, signal.SIGKILL)
    until_gone(cluster.marks[0], 30)
    assert asyncio.run(_send(cluster.settings)) == 1
