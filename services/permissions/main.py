"""Wires the processes of this service: facts, relay, and the server of commands."""

import os
import signal
import socket
import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

import structlog
from mode import Service

from services.kernel.application import run
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.logs import configure_logs, worker_name
from services.kernel.settings import NotConfigured, Settings
from services.kernel.watch import Watch

FACTS_RECORDS: Final = 2000
FACTS_LINGER_MS: Final = 5
VARIABLE: Final = "KARTOTEKA_COMMANDS_TOKEN"


def facts(settings: Settings) -> Sequence[Service]:
    """The ledger topic → who may see whom, in one version."""
    from services.permissions.announcer import Announcer
    from services.permissions.consumer import behind, reader_of
    from services.permissions.replay.versions import reader_name

    name = reader_name(settings.permissions_version)
    reader = reader_of(settings, settings.permissions_version, worker_name(name), FACTS_RECORDS, FACTS_LINGER_MS)
    announcing, watching = (
        Link(settings.database_url, f"{reader.bookmarks.owner}{job}") for job in (" ends", " watch")
    )
    watch = Watch(reader, watching, settings.kafka, partial(behind, name))
    return [reader, watch, Announcer(announcing, reader.handler.decider)]


def relay(settings: Settings) -> Sequence[Service]:
    """What was decided → its topic."""
    from services.permissions.relay import READER, DecisionRelay, figures

    bookmarks = Bookmarks(READER, worker_name(READER))
    link, listening = (Link(settings.database_url, bookmarks.owner) for _ in range(2))
    watching = Link(settings.database_url, f"{bookmarks.owner} watch")
    loop = DecisionRelay(settings.kafka, link, listening, bookmarks)
    return [loop, Watch(loop, watching, settings.kafka, partial(figures, READER))]


def commands(settings: Settings) -> None:
    """What people and operators ask for → decisions; an HTTP server, which reads no topic."""
    import uvicorn

    from services.permissions.asking.web import application
    from services.permissions.asking.workplace import Workplace

    token = os.environ.get(VARIABLE)
    if not token:
        raise NotConfigured(f"{VARIABLE} is not set: nobody could give a command")
    name = worker_name("permissions.commands")
    listening = socket.create_server((settings.health_host, settings.health_port))
    address = f"http://{settings.health_host}:{listening.getsockname()[1]}"
    structlog.get_logger().info("answers_for_health", address=address)
    # The library ends cleanly on a signal, then sends it once more, to whoever handled it before.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    # Logs are ours alone: a URL or a body that somebody sent has no place in them.
    config = uvicorn.Config(
        application(Workplace(settings, name), token), log_config=None, access_log=False, server_header=False
    )
    uvicorn.Server(config).run(sockets=[listening])


PROCESSES: Final[dict[str, Callable[[Settings], Sequence[Service]]]] = {"facts": facts, "relay": relay}
SERVERS: Final[dict[str, Callable[[Settings], None]]] = {"commands": commands}


def main(process: str) -> None:
    """Run one process until it is told to stop."""
    configure_logs(f"permissions.{process}")
    settings = Settings.from_environment()
    if process in SERVERS:
        SERVERS[process](settings)
    else:
        run(f"permissions-{process}", settings, PROCESSES[process](settings))


if __name__ == "__main__":
    main(sys.argv[1])
