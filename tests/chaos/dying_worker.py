"""A worker with a plan: ``python -m tests.chaos.dying_worker ingest``, the plan as JSON in ``CHAOS_PLAN``.

It is the product's own process. What the plan asks for is wrapped around the product's functions here: a
shorter lease, smaller batches, a mutant's patch, and the moment at which the process kills or stops itself.
"""

import json
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any, Final

from psycopg import Connection
from psycopg.pq import TransactionStatus

from services.kernel import bookmarks, database, leased
from services.records import main as records
from tests.chaos import moments, mutants

DEEDS: Final = {"kill": signal.SIGKILL, "stop": signal.SIGSTOP}
_connections: list[Connection[Any]] = []


def prepare(plan: Mapping[str, Any]) -> None:
    """Make this process what the plan says."""
    lease = timedelta(seconds=plan["lease_seconds"])
    bookmarks.Bookmarks.__init__.__defaults__ = (lease,)  # type: ignore[misc]
    leased.SHARE_SECONDS = plan["lease_seconds"] / 3  # type: ignore[misc]
    records.INGEST_RECORDS = plan["batch"]  # type: ignore[misc]
    database.LIMITS = re.sub(r"'(\d+)s'", lambda limit: f"'{int(limit[1]) / plan['hurry']}s'", database.LIMITS)  # type: ignore[misc]
    _know_connections()
    if plan["mutant"]:
        mutants.MUTANTS[plan["mutant"]]()
    if plan["moment"]:
        moments.ALL[plan["moment"]].hook(_at_call(plan["call"], plan))


def _at_call(wanted: int, plan: Mapping[str, Any]) -> Callable[[], None]:
    """The deed, at the n-th coming of the moment and never again."""
    comings = 0

    def deed() -> None:
        nonlocal comings
        comings += 1
        if comings == wanted:
            _note(plan)
            # To this thread: sent to the process, a stop lets the caller run on for a moment.
            signal.pthread_kill(threading.get_ident(), DEEDS[plan["deed"]])

    return deed


def _note(plan: Mapping[str, Any]) -> None:
    """Write down, before the deed, whether a transaction is open: the test asks for it."""
    inside = any(one.info.transaction_status != TransactionStatus.IDLE for one in _connections if not one.closed)
    line = json.dumps({"moment": plan["moment"], "inside": inside}) + "\n"
    descriptor = os.open(plan["note"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.write(descriptor, line.encode())
    os.close(descriptor)


def _know_connections() -> None:
    original = database.connect

    def connect(url: str, process: str) -> Connection[Any]:
        connection = original(url, process)
        _connections.append(connection)
        return connection

    database.connect = connect


if __name__ == "__main__":
    prepare(json.loads(os.environ["CHAOS_PLAN"]))
    records.main(sys.argv[1])
