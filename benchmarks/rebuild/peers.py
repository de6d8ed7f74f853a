"""The peers, each over the beginning of the same topic, and whether they hold what we hold."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import msgspec
import psycopg

from benchmarks.rebuild import faust_agent, plain_consumer
from benchmarks.rebuild.checksums import Checksums, of_lines, of_tables
from benchmarks.rebuild.filling import Beginning
from benchmarks.rebuild.kafka_streams import SETTINGS, compiler, kafka_streams
from benchmarks.rebuild.upserts import BATCH, Part
from services.kernel.ledger_topic import TOPIC
from services.operations.house import House
from services.records.read_model import create_tables, quoted

STREAMS: Final = "Kafka Streams, exactly once"
FAUST: Final = "Faust agent"
PLAIN: Final = "aiokafka, fastavro, executemany"
SCHEMA: Final = "bench_peer"
LONGEST_SECONDS: Final = 600
UPSERTS: Final = {"one executemany per type and batch, as a pipeline": True, "synchronous_commit": "off"}


@dataclass(frozen=True, slots=True)
class PeerResult:
    """One peer's run; seconds from its first record to its last, so without the time that it takes to start."""

    name: str
    events: int
    seconds: float
    settings: dict[str, Any]
    equal: bool

    @property
    def rate(self) -> float:
        return self.events / self.seconds


def peers(house: House, version: str, of_streams: Beginning, of_upserts: Beginning) -> list[PeerResult]:
    """All of them one after the other, compared with a rebuilt version of ours."""
    with psycopg.connect(house.addresses().database, autocommit=True) as connection:
        javac = compiler()
        found = [] if javac is None else [_streams(house, connection, version, javac, of_streams)]
        ours = of_tables(connection, version, of_upserts.position)
        faust = {**faust_agent.SETTINGS, "take": faust_agent.TAKE, **UPSERTS}
        found.append(_upserts(house, connection, FAUST, "faust_agent", of_upserts, ours, faust))
        plain = {**plain_consumer.SETTINGS, "max_records": BATCH, **UPSERTS}
        found.append(_upserts(house, connection, PLAIN, "plain_consumer", of_upserts, ours, plain))
        return found


def _streams(
    house: House, connection: psycopg.Connection[Any], version: str, javac: Path, part: Beginning
) -> PeerResult:
    with TemporaryDirectory(prefix="kartoteka-streams-") as folder:
        servers = house.addresses().kafka.bootstrap_servers
        seconds, answer = kafka_streams(javac, servers, part.ends, Path(folder))
        equal = of_lines(answer) == of_tables(connection, version, part.position)
    return PeerResult(STREAMS, part.position, seconds, SETTINGS, equal)


def _upserts(
    house: House,
    connection: psycopg.Connection[Any],
    name: str,
    module: str,
    part: Beginning,
    ours: Checksums,
    settings: dict[str, Any],
) -> PeerResult:
    addresses = house.addresses()
    # A peer too need not wait for the disk: what is lost with the server is read again.
    database = psycopg.conninfo.make_conninfo(addresses.database, options="-c synchronous_commit=off")
    wanted = Part(addresses.kafka.bootstrap_servers, database, SCHEMA, TOPIC, list(part.ends))
    with _tables(connection):
        done = subprocess.run(
            [sys.executable, "-m", f"benchmarks.rebuild.{module}"],
            input=msgspec.json.encode(wanted) + b"\n", stdout=subprocess.PIPE, check=True, timeout=LONGEST_SECONDS,
        )  # fmt: skip
        equal = of_tables(connection, SCHEMA, part.position) == ours
    return PeerResult(name, part.position, float(done.stdout), settings, equal)


@contextmanager
def _tables(connection: psycopg.Connection[Any]) -> Iterator[None]:
    """Tables like ours with their keys, empty, gone afterwards."""
    for statement in create_tables(SCHEMA, with_keys=True):
        connection.execute(statement.encode())
    try:
        yield
    finally:
        connection.execute(f"DROP SCHEMA {quoted(SCHEMA)} CASCADE".encode())
