"""``/livez``, ``/readyz`` and ``/metrics`` of a process, on Faust's own web server and in the loop that works.

Alive: the loop turns, or nobody would answer, and no service has crashed. Ready: besides, every service's own
checks hold. They read what the services remember: an answer asks neither the database nor Kafka.
"""

import socket
from collections.abc import Callable, Sequence
from typing import Any

import faust
from faust.web.base import BlueprintManager
from mode import Service
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from services.kernel.checks import OK, Checked, Checks
from services.kernel.metrics import CHECK, REGISTRY


class Health:
    """What the services of a process say about themselves."""

    def __init__(self, services: Sequence[Service]) -> None:
        self._services = services

    def alive(self) -> Checks:
        """Whether going on makes sense; if not, the process should be started anew."""
        return {_name(one): "crashed" if one.crashed else OK for one in self._services}

    def ready(self) -> Checks:
        """Whether the process does its work, or stands by to take over."""
        own = {name: says for one in self._services if isinstance(one, Checked) for name, says in one.checks().items()}
        starting = {_name(one): "starting" for one in self._services if not one.started}
        return {**self.alive(), **starting, **own}


def any_free_port(host: str) -> int:
    """A port that nobody has; Faust's web server wants to be given one."""
    with socket.socket() as probe:
        probe.bind((host, 0))
        port: int = probe.getsockname()[1]
        return port


def serve(app: faust.App, health: Health) -> None:
    """Put the three pages on the app's web server, and take Faust's own off it: its index says OK whatever happens."""
    app.web.blueprints = BlueprintManager()
    app.page("/livez", name="livez")(_checks_page(health.alive))
    app.page("/readyz", name="readyz")(_checks_page(health.ready))
    app.page("/metrics", name="metrics")(_metrics_page(health))


def _checks_page(asked: Callable[[], Checks]) -> Callable[..., Any]:
    async def page(view: Any, request: Any) -> Any:
        checks = asked()
        well = all(says == OK for says in checks.values())
        return view.json({"status": OK if well else "failed", "checks": checks}, status=200 if well else 503)

    return page


def _metrics_page(health: Health) -> Callable[..., Any]:
    async def page(view: Any, request: Any) -> Any:
        for name, says in health.ready().items():
            CHECK.labels(name).set(says == OK)
        return view.bytes(generate_latest(REGISTRY), headers={"Content-Type": CONTENT_TYPE_LATEST})

    return page


def _name(service: Service) -> str:
    return type(service).__name__.lower()
