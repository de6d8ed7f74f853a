"""What every turn to another version than the one that is read shares: short attempts, and that nothing is lacking.

An attempt is one transaction that holds others up for a moment. What it finds wanting may have come a little later.
"""

import time
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

import psycopg
from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.named_sql import queries_beside

SQL: Final = queries_beside(__file__, "turning.sql")
PATIENCE_SECONDS: Final = 15.0
PAUSE_SECONDS: Final = 0.2
T = TypeVar("T")


class NotYet(Exception):
    """The other version lacks something at this very moment; a little later it may not."""


def patiently(connection: Connection[Any], attempt: Callable[[], T]) -> T:
    """Attempt, in a transaction each time, until it succeeds; BadInput says what stood in the way last."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            with connection.transaction():
                return attempt()
        except NotYet as reason:
            says = str(reason)
        except psycopg.errors.LockNotAvailable:
            says = "batches or commands that are under way do not end"
        except psycopg.errors.DeadlockDetected:
            says = "others hold what is needed"
        if time.monotonic() > deadline:
            raise BadInput(f"not switched: {says}; look at 'kartoteka status' and try again")
        time.sleep(PAUSE_SECONDS)


def hold_bookmarks(connection: Connection[Any], readers: Sequence[str]) -> None:
    """Let these readers stand still until the transaction ends."""
    connection.execute(SQL["hold_bookmarks"], (list(readers),))


def refuse_if_behind(connection: Connection[Any], name: str, *, reader: str, ahead: str) -> None:
    """NotYet where the reader of the version of this name is behind another one in a partition."""
    behind = connection.execute(SQL["behind_in"], {"from": ahead, "to": reader}).fetchone()
    if behind is not None:
        raise NotYet("{} is behind in partition {}, at {} of {}".format(name, *behind))
