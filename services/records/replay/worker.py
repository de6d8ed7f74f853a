"""One worker of a rebuild: ``python -m services.records.replay.worker``, told in JSON on standard input what to load.

It shares the partitions with the others by leases and works until it is told to end; then it says on standard output
where its time went. Where it must stop loudly, the sentence stands at its bookmarks and on standard error.
"""

import asyncio
import logging
import signal
import sys
from typing import TYPE_CHECKING, Final, NoReturn

import msgspec
import uvloop
from aiokafka.errors import KafkaError

from services.kernel.command_line import FAILED
from services.kernel.damage import Damage
from services.kernel.database import TRANSIENT
from services.kernel.leased import LeasedLoop
from services.kernel.logs import configure_logs
from services.kernel.settings import Settings

if TYPE_CHECKING:
    from services.records.replay.stages import Stages

AWAY_SECONDS: Final = 0.5


class Task(msgspec.Struct, frozen=True):
    """What to load: the version, under which name, at most how many events a second, and from the ledger or not.

    The ledger is read as somebody who may: the projection's own role writes, and reads nothing of it.
    """

    version: str
    owner: str
    most_per_second: float | None = None
    ledger_to: int | None = None
    ledger_url: str = ""


class Spent(msgspec.Struct, frozen=True):
    """Seconds in each stage."""

    stages: dict[str, float]


async def work(settings: Settings, task: Task) -> Spent:
    """Load until a signal; Damage is raised."""
    from services.records.replay.stages import Stages

    stages = Stages()
    loop = await _begun(settings, task, stages)
    # From now on there is something to end in good order.
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    try:
        end = asyncio.create_task(ended.wait())
        while not end.done() and not loop.crashed:
            await asyncio.wait([end], timeout=0.2)
    finally:
        await loop.stop()
    if loop.crashed:
        raise loop.crash_reason
    return Spent(dict(stages.seconds))


async def _begun(settings: Settings, task: Task, stages: "Stages") -> LeasedLoop:
    """The loop at work; a server that is away as it begins is waited for, as it is later on."""
    from services.records.replay.loading import loading_loop

    while True:
        loop = loading_loop(settings, task, stages)
        try:
            await loop.start()
        except (*TRANSIENT, KafkaError, ConnectionError):
            await asyncio.sleep(AWAY_SECONDS)
        else:
            return loop


def main() -> None:
    """Work as standard input says; what it takes is loaded while nothing has been said yet."""
    import services.records.replay.loading  # noqa: F401

    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    configure_logs(task.owner, sys.stderr, logging.WARNING)
    uvloop.install()
    try:
        spent = asyncio.run(work(Settings.from_environment(), task))
    except Damage as damage:
        _leave(str(damage))
    print(msgspec.json.encode(spent).decode(), flush=True)


def _leave(says: str) -> NoReturn:
    print(says, file=sys.stderr)
    sys.exit(FAILED)


if __name__ == "__main__":
    main()
