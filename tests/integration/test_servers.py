"""The embedded servers: real processes in a folder of their own."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from infra.jars import JarsUnavailable, kafka_class_path, sha256_of
from infra.processes import alive, ask_to_end, spawn, until_gone
from infra.servers import EmbeddedServers, Endpoints, ServerDidNotStart

NAMES = ("kafka", "postgres", "postgres-keys")
TOPIC = "greetings"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedServers]:
    """Started by a process that is gone, below a folder that is closed to other users."""
    closed = tmp_path_factory.mktemp("closed")
    closed.chmod(0o700)
    program = "import sys; from pathlib import Path; from infra.servers import EmbeddedServers as E; "
    program += "E(Path(sys.argv[1])).start()"
    subprocess.run([sys.executable, "-c", program, closed / "data"], check=True)
    embedded = EmbeddedServers(closed / "data")
    assert embedded.running() is not None
    yield embedded
    embedded.stop()


@pytest.fixture
def stopped(tmp_path: Path) -> Iterator[EmbeddedServers]:
    embedded = EmbeddedServers(tmp_path / "data")
    yield embedded
    embedded.stop()


def pids(servers: EmbeddedServers) -> dict[str, int | None]:
    return {name: servers.pid(name) for name in NAMES}


def processes_of(servers: EmbeddedServers) -> set[int]:
    """Every process that works in the data folder, without the children that PostgreSQL makes."""
    inside = {p.pid: p.ppid() for p in psutil.process_iter() if is_below(servers.data_dir, p)}
    return {pid for pid, parent in inside.items() if parent not in inside}


def is_below(folder: Path, process: psutil.Process) -> bool:
    try:
        return Path(process.cwd()).is_relative_to(folder)
    except psutil.Error:
        return False


def kill(servers: EmbeddedServers, name: str) -> None:
    pid = servers.pid(name)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    psutil.wait_procs([psutil.Process(pid)], timeout=10)


def ask(url: str, query: str) -> object:
    with psycopg.connect(url, autocommit=True) as connection:
        cursor = connection.execute(query)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None


async def send(endpoints: Endpoints, value: bytes) -> None:
    admin = AIOKafkaAdminClient(bootstrap_servers=endpoints.kafka)
    await admin.start()
    if TOPIC not in await admin.list_topics():
        await admin.create_topics([NewTopic(TOPIC, num_partitions=1, replication_factor=1)])
    await admin.close()
    async with AIOKafkaProducer(bootstrap_servers=endpoints.kafka, acks="all") as producer:
        await producer.send_and_wait(TOPIC, value)


async def received(endpoints: Endpoints) -> list[bytes | None]:
    """Everything on the topic, up to where it ended when we asked."""
    partition, values = TopicPartition(TOPIC, 0), list[bytes | None]()
    async with AIOKafkaConsumer(bootstrap_servers=endpoints.kafka, auto_offset_reset="earliest") as consumer:
        consumer.assign([partition])
        end = (await consumer.end_offsets([partition]))[partition]
        while len(values) < end:
            batch = await consumer.getmany(partition, timeout_ms=10_000)
            assert batch, f"only {len(values)} of {end} records arrived"
            values += [record.value for record in batch[partition]]
    return values


def test_every_server_answers_after_the_start(servers: EmbeddedServers) -> None:
    endpoints = servers.start()
    asyncio.run(send(endpoints, b"good day"))
    assert b"good day" in asyncio.run(received(endpoints))
    assert str(ask(endpoints.postgres, "SELECT version()")).startswith("PostgreSQL 18.")
    assert str(ask(endpoints.postgres_keys, "SELECT version()")).startswith("PostgreSQL 18.")


def test_a_second_start_changes_nothing(servers: EmbeddedServers) -> None:
    before = servers.start(), pids(servers)
    assert (servers.start(), pids(servers)) == before
    assert servers.running() == before[0]


def test_two_starts_at_once_start_each_server_once(servers: EmbeddedServers) -> None:
    servers.stop()
    with ThreadPoolExecutor() as pool:
        first, second = pool.map(lambda _: servers.start(), range(2))
    assert first == second
    assert processes_of(servers) == set(pids(servers).values())


@pytest.mark.parametrize("name", NAMES)
def test_a_killed_server_comes_back_with_its_data_and_the_others_stay(servers: EmbeddedServers, name: str) -> None:
    endpoints = servers.start()
    asyncio.run(send(endpoints, name.encode()))
    for url in (endpoints.postgres, endpoints.postgres_keys):
        ask(url, "CREATE TABLE IF NOT EXISTS kept (name text)")
        ask(url, f"INSERT INTO kept VALUES ('{name}')")
    before = pids(servers)

    kill(servers, name)

    assert servers.running() is None
    assert servers.pid(name) is None
    assert servers.start() == endpoints
    after = pids(servers)
    assert {each for each in NAMES if after[each] != before[each]} == {name}
    assert name.encode() in asyncio.run(received(endpoints))
    for url in (endpoints.postgres, endpoints.postgres_keys):
        assert ask(url, f"SELECT name FROM kept WHERE name = '{name}'") == name


def test_a_stale_process_file_with_somebody_elses_pid_does_not_hinder(servers: EmbeddedServers) -> None:
    kill(servers, "postgres-keys")
    folder = servers.data_dir / "postgres-keys"
    lines = (folder / "postmaster.pid").read_text().splitlines(keepends=True)
    (folder / "postmaster.pid").write_text("".join([f"{os.getpid()}\n", *lines[1:]]))
    assert ask(servers.start().postgres_keys, "SELECT 1") == 1


def test_a_recycled_pid_is_not_taken_for_the_server(servers: EmbeddedServers) -> None:
    state = servers.data_dir / "servers.json"
    original = state.read_text()
    state.write_text(original.replace(f'"pid": {servers.pid("kafka")}', f'"pid": {os.getpid()}'))
    assert servers.pid("kafka") is None
    state.write_text(original)


def test_a_server_counts_as_running_while_it_replaces_its_launcher(tmp_path: Path) -> None:
    for _ in range(20):
        command = [sys.executable, "-I", "-S", "-c", "import os; os.execv('/bin/sleep', ['sleep', '60'])", "60"]
        mark = spawn(command, named="60", folder=tmp_path, output=tmp_path / "log")
        looks = [alive(mark) for _ in range(200)]
        ask_to_end(mark, signal.SIGKILL)
        assert until_gone(mark, 5)
        assert all(looks)


def test_passwords_are_needed_and_never_shown(servers: EmbeddedServers) -> None:
    endpoints = servers.start()
    password = (servers.data_dir / "secrets" / "postgres-superuser").read_text()
    assert password in endpoints.postgres
    assert password not in repr(endpoints)
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(endpoints.postgres.replace(password, "guess"))
    secrets = (servers.data_dir / "secrets").iterdir()
    assert {file.stat().st_mode & 0o777 for file in secrets} == {0o600}


def test_the_databases_are_durable_checked_and_speak_unicode(servers: EmbeddedServers) -> None:
    url = servers.start().postgres
    expected = {
        "fsync": "on",
        "synchronous_commit": "on",
        "full_page_writes": "on",
        "data_checksums": "on",
        "server_encoding": "UTF8",
        "jit": "off",
        "shared_buffers": "256MB",
        "max_connections": "100",
    }
    assert {name: ask(url, f"SHOW {name}") for name in expected} == expected
    assert ask(url, "SELECT upper('żółć')") == "ŻÓŁĆ"


def test_nobody_switches_durability_off_by_alter_system(servers: EmbeddedServers) -> None:
    url = servers.start().postgres_keys
    ask(url, "ALTER SYSTEM SET fsync = off")
    ask(url, "SELECT pg_reload_conf()")
    kill(servers, "postgres-keys")
    servers.start()
    assert ask(url, "SHOW fsync") == "on"
    ask(url, "ALTER SYSTEM RESET fsync")


def test_no_value_of_a_failed_statement_gets_into_the_log(servers: EmbeddedServers) -> None:
    url = servers.start().postgres
    ask(url, "CREATE TABLE people (name text PRIMARY KEY)")
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in ("SELECT %s::text::int", "INSERT INTO people VALUES (%s), (%s)"):
            with pytest.raises(psycopg.DataError if "SELECT" in statement else psycopg.IntegrityError):
                connection.execute(statement, ["Brzęczyszczykiewicz"] * statement.count("%s"))
    assert "Brz" not in (servers.data_dir / "logs" / "postgres.log").read_text()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to become somebody else")
def test_root_runs_postgresql_as_another_user_who_can_only_read(servers: EmbeddedServers) -> None:
    servers.start()
    pid = servers.pid("postgres")
    assert psutil.Process(pid).uids().real != 0
    status = Path(f"/proc/{pid}/status").read_text().splitlines()
    effective = next(int(line.split()[1], 16) for line in status if line.startswith("CapEff"))
    only_reading = 1 << 2  # CAP_DAC_READ_SEARCH
    assert effective in (0, only_reading)
    assert (servers.data_dir / "postgres").stat().st_mode & 0o777 == 0o700


def test_stop_leaves_no_process_and_may_be_repeated(servers: EmbeddedServers) -> None:
    servers.start()
    servers.stop()
    servers.stop()
    assert pids(servers) == dict.fromkeys(NAMES)
    assert servers.running() is None
    assert processes_of(servers) == set()


def test_a_port_that_is_taken_is_named_with_its_server(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(ServerDidNotStart, match=f"kafka did not start: port {port} is taken"):
            EmbeddedServers(tmp_path, kafka_port=port).start()


def test_a_port_taken_since_the_last_time_is_replaced(servers: EmbeddedServers) -> None:
    before = servers.start()
    servers.stop()
    port = int(before.kafka.rpartition(":")[2])
    with socket.create_server(("127.0.0.1", port)):
        after = servers.start()
    assert (after.kafka != before.kafka, after.postgres) == (True, before.postgres)
    asyncio.run(send(after, b"moved"))
    assert b"moved" in asyncio.run(received(after))


def test_a_server_that_ends_shows_the_end_of_its_log_and_takes_the_others_along(servers: EmbeddedServers) -> None:
    servers.stop()
    control_file = servers.data_dir / "postgres" / "global" / "pg_control"
    kept = control_file.rename(control_file.with_suffix(".kept"))
    with pytest.raises(ServerDidNotStart, match=r"PostgreSQL \(postgres\) did not start") as failure:
        servers.start()
    assert "pg_control" in str(failure.value)
    assert "Kafka" not in str(failure.value)
    assert pids(servers) == dict.fromkeys(NAMES)
    kept.rename(control_file)


def test_a_broken_kafka_folder_shows_the_end_of_kafkas_log(servers: EmbeddedServers) -> None:
    servers.start()
    kill(servers, "kafka")
    identity = servers.data_dir / "kafka" / "data" / "meta.properties"
    kept = identity.read_text()
    identity.write_text(kept.replace("node.id=1", "node.id=7"))
    with pytest.raises(ServerDidNotStart, match=r"Apache Kafka did not start(.|\n)*node.id"):
        servers.start()
    assert servers.pid("postgres") is not None
    identity.write_text(kept)


def test_stopping_what_never_ran_is_no_error(stopped: EmbeddedServers) -> None:
    stopped.stop()
    assert stopped.running() is None


def test_a_jar_that_is_not_the_pinned_one_is_refused(tmp_path: Path) -> None:
    jar = tmp_path / "tool-1.0.jar"
    jar.write_bytes(b"as released")
    lock = tmp_path / "lock"
    lock.write_text(f"# a comment\norg.example:tool:1.0 {sha256_of(jar)} 11\n")
    assert kafka_class_path(tmp_path, lock) == [jar]

    jar.write_bytes(b"tampered with")
    with pytest.raises(JarsUnavailable, match=r"tool-1\.0\.jar is not the pinned org\.example:tool:1\.0"):
        kafka_class_path(tmp_path, lock)
