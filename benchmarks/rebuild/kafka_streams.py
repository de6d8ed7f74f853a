"""A peer: Kafka Streams in Java, compiled here; where there is no compiler, there is no such figure."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from uuid import uuid4

import platformdirs

import schemas
from infra.jars import KAFKA_VERSION, kafka_class_path
from services.kernel.ledger_topic import TOPIC

HERE: Final = Path(__file__).parent / "streams"
SOURCE: Final = HERE / "Replica.java"
LOCK: Final = HERE / "jars.lock"
SCHEMAS: Final = Path(schemas.__file__).parent / "released"
THREADS: Final = 2
HEAP: Final = ("-Xms256m", "-Xmx1g")

# Fewer and larger commits, sends and fetches than by default, which "Running Streams" and "Memory Management" of
# Kafka's documents advise for throughput. The store's changelog is on, as it is unless somebody switches it off.
SETTINGS: Final = {
    "processing.guarantee": "exactly_once_v2",
    "num.stream.threads": str(THREADS),
    "commit.interval.ms": "1000",
    "statestore.cache.max.bytes": str(64 * 1024 * 1024),
    "replication.factor": "1",
    "topology.optimization": "all",
    "consumer.auto.offset.reset": "earliest",
    "consumer.max.poll.records": "5000",
    "consumer.max.partition.fetch.bytes": str(4 * 1024 * 1024),
    "consumer.check.crcs": "true",
    "producer.linger.ms": "100",
    "producer.batch.size": str(256 * 1024),
    "producer.buffer.memory": str(64 * 1024 * 1024),
}


def compiler() -> Path | None:
    """Where javac is, if it is."""
    found = shutil.which("javac")
    return None if found is None else Path(found).resolve()


def kafka_streams(javac: Path, bootstrap_servers: str, ends: Sequence[int], folder: Path) -> tuple[float, Path]:
    """Compile, run over the topic up to these offsets; seconds from the first record to the last, and the answer."""
    class_path = _compiled(javac, folder)
    settings = folder / "streams.properties"
    # A name that has read nothing yet.
    own = {"application.id": f"bench-{uuid4()}", "state.dir": str(folder / "state")}
    wanted = {**SETTINGS, **own, "bootstrap.servers": bootstrap_servers}
    settings.write_text("".join(f"{name}={value}\n" for name, value in wanted.items()))
    answer = folder / "answer"
    arguments = map(str, (settings, TOPIC, SCHEMAS, answer, *ends))
    command = [str(javac.with_name("java")), *HEAP, "-cp", class_path, "Replica", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, timeout=600)
    return float(done.stdout), answer


def _compiled(javac: Path, folder: Path) -> str:
    """The class path with the compiled peer on it."""
    jars = kafka_class_path(platformdirs.user_cache_path("kartoteka") / f"kafka-streams-{KAFKA_VERSION}", LOCK)
    class_path = os.pathsep.join(map(str, jars))
    subprocess.run([javac, "-cp", class_path, "-d", folder, SOURCE], check=True)
    return os.pathsep.join([str(folder), class_path])
