"""A service's process: a Faust app that runs our readers, and a clean end."""

import gc
from collections.abc import Sequence

import faust
import structlog
import uvloop
from faust.app.base import BootStrategy
from mode import Service

from services.kernel.health import Health, any_free_port, serve
from services.kernel.settings import Settings


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
