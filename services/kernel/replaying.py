"""What every projection that can be rebuilt shares: who may do it at one moment, and where its commands stand."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

import typer
from psycopg import Connection

from services.kernel.command_line import BadInput
from services.kernel.named_sql import queries_beside
from services.kernel.settings import Settings

SQL: Final = queries_beside(__file__, "replaying.sql")
JUST_ENDED_SECONDS: Final = 2.0
PAUSE_SECONDS: Final = 0.1
STANDSTILL_SECONDS: Final = 60.0
# A connection as the owner of all tables; the name tells the database who asks.
Owner = Callable[[str], Connection[Any]]


@dataclass(frozen=True, slots=True)
class ReplayApps:
    """The apps on which every service that can be rebuilt puts its command."""

    rebuild: typer.Typer
    verify: typer.Typer
    switch: typer.Typer
    rollback: typer.Typer
    prune: typer.Typer


@dataclass(frozen=True, slots=True)
class Means:
    """What the commands work with: what the reader's role may know, and a connection as the owner of all tables."""

    settings: Callable[[], Settings]
    owner: Owner


class Versioned(Protocol):
    """A version of a projection: whether it is read, and whether it was read before the one that is."""

    @property
    def active(self) -> bool: ...
    @property
    def previous(self) -> bool: ...


V = TypeVar("V", bound=Versioned)


def active(found: Sequence[V]) -> V:
    """The version that is read."""
    return next(one for one in found if one.active)


def newer(found: Sequence[V]) -> V | None:
    """The version that is to be read next, where one was begun; the oldest of all stands first."""
    behind = found[found.index(active(found)) + 1 :]
    return next((one for one in reversed(behind) if not one.previous), None)


def previous(found: Sequence[V]) -> V | None:
    """The version that was read before."""
    return next((one for one in found if one.previous), None)


@contextmanager
def alone(connection: Connection[Any], projection: str) -> Iterator[None]:
    """While nobody else rebuilds or prunes a projection; BadInput where somebody does."""
    hold(connection, projection)
    try:
        yield
    finally:
        if not connection.closed:
            connection.execute(SQL["not_alone"], (projection,))


def hold(connection: Connection[Any], projection: str) -> None:
    """Rebuild or prune alone for as long as this connection lives; one that has just ended is waited for."""
    give_up = time.monotonic() + JUST_ENDED_SECONDS
    while connection.execute(SQL["alone"], (projection,)).fetchone() != (True,):
        if time.monotonic() > give_up:
            raise BadInput(f"somebody else is rebuilding, comparing or pruning {projection}; wait until that has ended")
        time.sleep(PAUSE_SECONDS)


class Standstill:
    """Notices that nothing comes any more: whoever brings it does not work; some are told to be slow."""

    def __init__(self, also_seconds: float = 0.0) -> None:
        self._patience_seconds = STANDSTILL_SECONDS + also_seconds
        self._last: object = None
        self._since = time.monotonic()

    def refuse(self, moved: object, says: str) -> None:
        """BadInput when nothing has moved for a minute, and for so much longer as was said."""
        if moved != self._last:
            self._last, self._since = moved, time.monotonic()
        if time.monotonic() - self._since > self._patience_seconds:
            raise BadInput(says)
