"""Wires the processes of this service: relay."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from mode import Service

from services.kernel.application import configure_logs, run, worker_name
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.settings import Settings
from services.kernel.watch import Watch


def relay(settings: Settings) -> Sequence[Service]:
    """What was decided → its topic."""
    from services.permissions.relay import READER, DecisionRelay, figures

    bookmarks = Bookmarks(READER, worker_name(READER))
    link, listening = (Link(settings.database_url, bookmarks.owner) for _ in range(2))
    watching = Link(settings.database_url, f"{bookmarks.owner} watch")
    loop = DecisionRelay(settings.kafka, link, listening, bookmarks)
    return [loop, Watch(loop, watching, settings.kafka, partial(figures, READER))]


PROCESSES: Final[dict[str, Callable[[Settings], Sequence[Service]]]] = {"relay": relay}


def main(process: str) -> None:
    """Run one process until it is told to stop."""
    configure_logs(f"permissions.{process}")
    settings = Settings.from_environment()
    run(f"permissions-{process}", settings, PROCESSES[process](settings))


if __name__ == "__main__":
    main(sys.argv[1])
