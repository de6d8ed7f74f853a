"""A rebuild of records with a plan, in LOAD_PLAN: ``python -m tests.dying_load --data-dir DIR rebuild records``.

It is the product's own command and the product's own workers, with small chunks and short leases; at the moment that
the plan names it kills a worker, the command, or both, with ``kill -9``.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any, Final

from services.kernel import bookmarks, leased, replaying
from services.operations import main
from services.records.replay import finishing, from_ledger, loading, rebuild, worker, workers

VARIABLE: Final = "LOAD_PLAN"
LEASE: Final = timedelta(seconds=1)
# One of Kafka's batches at a time.
CHUNK_BYTES: Final = 16_384
CHUNK_EVENTS: Final = 150


@dataclass(frozen=True, slots=True)
class LoadPlan:
    """Who dies in which chunk, with its transaction open, or before which key; and how long each chunk takes."""

    dies: str = ""
    chunk: int = 0
    key: int = 0
    pause_seconds: float = 0.0
    standstill_seconds: float = replaying.STANDSTILL_SECONDS

    @property
    def environment(self) -> dict[str, str]:
        return {**os.environ, VARIABLE: json.dumps(asdict(self))}


PLAN: Final = LoadPlan(**json.loads(os.environ.get(VARIABLE, "{}")))


def at_chunk(number: int, deed: Callable[[], None]) -> None:
    """Every chunk takes its time; in one of them, rows and bookmarks written and not committed, this is done."""
    original, chunks = bookmarks.Bookmarks.move, iter(range(1, 1_000_000))

    def move(self: bookmarks.Bookmarks, connection: Any, moves: Any) -> None:
        original(self, connection, moves)
        time.sleep(PLAN.pause_seconds)
        if next(chunks) == number:
            deed()

    bookmarks.Bookmarks.move = move  # type: ignore[method-assign]


def kill(*, command: bool, itself: bool) -> None:
    """``kill -9`` of the command, of this worker, or of both."""
    if command:
        os.kill(os.getppid(), signal.SIGKILL)
    if itself:
        os.kill(os.getpid(), signal.SIGKILL)


def before_key(number: int) -> None:
    """Die before one of the keys; others are being made at this moment."""
    original, keys, lock = finishing._key, iter(range(1, 1_000)), threading.Lock()

    def key(*asked: Any) -> None:
        with lock:
            if next(keys) == number:
                os.kill(os.getpid(), signal.SIGKILL)
        original(*asked)

    finishing._key = key


def as_worker() -> None:
    """Load as the product does."""
    bookmarks.Bookmarks.__init__.__defaults__ = (LEASE,)  # type: ignore[misc]
    leased.SHARE_SECONDS = LEASE.total_seconds() / 3  # type: ignore[misc]
    loading.CHUNK_BYTES, from_ledger.CHUNK_EVENTS = CHUNK_BYTES, CHUNK_EVENTS  # type: ignore[misc]
    at_chunk(PLAN.chunk, lambda: kill(command=PLAN.dies != "worker", itself=PLAN.dies != "command"))
    worker.main()


def as_command() -> None:
    """Rebuild as the product does, with workers of this module; only the first one has something to die of."""
    original, started = workers._environment, iter(range(64))

    def environment(settings: Any) -> Mapping[str, str]:
        own = asdict(PLAN) | ({} if next(started) == 0 else {"chunk": 0})
        return {**original(settings), VARIABLE: json.dumps(own)}

    workers.MODULE, workers._environment = "tests.dying_load", environment  # type: ignore[misc,assignment]
    replaying.STANDSTILL_SECONDS = PLAN.standstill_seconds  # type: ignore[misc]
    rebuild.LOOK_SECONDS = 0.05  # type: ignore[misc]
    before_key(PLAN.key)
    main.main()


if __name__ == "__main__":
    as_command() if sys.argv[1:] else as_worker()
