"""A service's process: a Faust app that runs our readers, with logs as JSON lines and a clean end."""

import gc
import json
import logging
import os
import socket
import sys
import traceback
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, TextIO

import faust
import structlog
import uvloop
from faust.app.base import BootStrategy
from mode import Service

from services.kernel.damage import Damage
from services.kernel.health import Health, any_free_port, serve
from services.kernel.settings import NotConfigured, Settings

LIBRARIES: Final = ("faust", "mode", "aiokafka", "aiohttp")


def worker_name(process: str) -> str:
    """A name for this worker that no other living one has."""
    return f"{process}@{socket.gethostname()}:{os.getpid()}"


def configure_logs(process: str, output: TextIO = sys.stdout, level: int = logging.INFO) -> None:
    """Every line of ours is one JSON object on standard output; libraries only say what is wrong."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=output),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    handler = logging.StreamHandler(output)
    handler.setFormatter(Discreet())
    logging.basicConfig(level=logging.WARNING, handlers=[handler])


class Discreet(logging.Formatter):
    """A library's log line without its message, which may quote a value; of our own errors the sentence too."""

    def format(self, record: logging.LogRecord) -> str:
        said: dict[str, Any] = {"library": record.name, "level": record.levelname.lower()}
        error = record.exc_info[1] if record.exc_info else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            said["error"] = type(error).__name__
            said["at"] = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames[-8:]]
        if isinstance(error, Damage | NotConfigured):
            said["event"] = str(error)
        return json.dumps({**said, "timestamp": datetime.now(UTC).isoformat()})


class OwnReaders(BootStrategy):  # type: ignore[misc]
    """Starts the web server and our services, no consumers of Faust's: those acknowledge what they did not process."""

    def __init__(self, app: faust.App, services: Sequence[Service]) -> None:
        super().__init__(app, enable_kafka=False)
        self._services = services

    def server(self) -> Sequence[Service]:
        return [self.app.web, *self._services]


def build(process: str, settings: Settings, services: Sequence[Service]) -> faust.App:
    """The app of one process. It has no agents, tables or topics of its own: facts flow through the services."""
    folder = settings.data_dir / "faust"
    folder.mkdir(parents=True, exist_ok=True)
    app = faust.App(
        process,
        broker=f"kafka://{settings.kafka.bootstrap_servers}",
        datadir=folder / process,
        autodiscover=False,
        web_enabled=True,
        web_bind=settings.health_host,
        web_port=settings.health_port or any_free_port(settings.health_host),
        topic_allow_declare=False,
        topic_disable_leader=True,
    )
    app.boot_strategy = OwnReaders(app, services)
    serve(app, Health(services))
    structlog.get_logger().info("answers_for_health", address=f"http://{app.conf.web_bind}:{app.conf.web_port}")
    return app


def run(process: str, settings: Settings, services: Sequence[Service]) -> None:
    """Run until a signal; exits with 1 when a service crashed."""
    # What is loaded by now stays: the collector need not look at it again in the middle of a batch.
    gc.freeze()
    uvloop.install()
    app = build(process, settings, services)
    worker = faust.Worker(app, loglevel="WARN", quiet=True, redirect_stdouts=False, override_logging=False, daemon=True)
    worker.spinner = None  # a log is no place for a spinner's control characters
    worker.execute_from_commandline()
