"""Wires the processes of this service: facts, relay."""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from mode import Service

from services.kernel.application import configure_logs, run, worker_name
from services.kernel.bookmarks import Bookmarks
from services.kernel.database import Link
from services.kernel.reader import Reading
from services.kernel.settings import Settings
from services.kernel.tails import refuse_if_ledger_is_behind
from services.kernel.watch import Watch

FACTS_RECORDS: Final = 2000
FACTS_LINGER_MS: Final = 5


def facts(settings: Settings) -> Sequence[Service]:
    """The ledger topic → who may see whom, in one version."""
    from services.kernel.ledger_topic import TOPIC
    from services.permissions.announcer import Announcer
    from services.permissions.consumer import FactsIn, FactsReader, behind
    from services.permissions.deciding import Decider
    from services.permissions.recorder import DecisionRecorder
    from services.permissions.versions import reader_name

    name = reader_name(settings.permissions_version)
    bookmarks = Bookmarks(name, worker_name(name))
    link, announcing, watching = (
        Link(settings.database_url, f"{bookmarks.owner}{job}") for job in ("", " ends", " watch")
    )
    decider = Decider(settings.permissions_version, DecisionRecorder(settings.database_url))
    reading = Reading(name, [TOPIC], FACTS_RECORDS, linger_ms=FACTS_LINGER_MS)

    async def guard() -> None:
        await refuse_if_ledger_is_behind(settings.kafka, link)

    reader = FactsReader(reading, settings.kafka, link, bookmarks, FactsIn(link, bookmarks, decider), guard)
    return [reader, Watch(reader, watching, settings.kafka, partial(behind, name)), Announcer(announcing, decider)]


def relay(settings: Settings) -> Sequence[Service]:
    """What was decided → its topic."""
    from services.permissions.relay import READER, DecisionRelay, figures

    bookmarks = Bookmarks(READER, worker_name(READER))
    link, listening = (Link(settings.database_url, bookmarks.owner) for _ in range(2))
    watching = Link(settings.database_url, f"{bookmarks.owner} watch")
    loop = DecisionRelay(settings.kafka, link, listening, bookmarks)
    return [loop, Watch(loop, watching, settings.kafka, partial(figures, READER))]


PROCESSES: Final[dict[str, Callable[[Settings], Sequence[Service]]]] = {"facts": facts, "relay": relay}


def main(process: str) -> None:
    """Run one process until it is told to stop."""
    configure_logs(f"permissions.{process}")
    settings = Settings.from_environment()
    run(f"permissions-{process}", settings, PROCESSES[process](settings))


if __name__ == "__main__":
    main(sys.argv[1])
