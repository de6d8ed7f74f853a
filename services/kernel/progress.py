"""What long work shows while it goes on, on standard error: bars for people, JSON lines for everybody else."""

import sys
import time
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Protocol, Self

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

LINE_SECONDS: Final = 2.0


class Stand(Protocol):
    """How far it is: each part by its name, with where it stands and where it ends; and what a line says besides."""

    @property
    def parts(self) -> Mapping[str, tuple[int, int]]: ...
    @property
    def read(self) -> int: ...
    @property
    def events(self) -> int: ...
    @property
    def complete(self) -> bool: ...
    @property
    def said(self) -> Mapping[str, Any]: ...


class Pace:
    """Events a second since these parts began, and the seconds that are left at that pace."""

    def __init__(self) -> None:
        self._began = (0.0, 0)
        self._parts: frozenset[str] | None = None

    def of(self, stand: Stand) -> tuple[float, float | None]:
        """Events a second, and the seconds that are left; None before anything has moved."""
        now = time.monotonic()
        if self._parts != (parts := frozenset(stand.parts)):
            self._began, self._parts = (now, stand.read), parts
        since, read = self._began
        rate = (stand.read - read) / (now - since) if now > since else 0.0
        return rate, (stand.events - stand.read) / rate if rate else None


class Lines:
    """A JSON line every other second, and one at the end."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._next = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...

    def show(self, stand: Stand) -> None:
        """Say how far it is, unless that was said a moment ago."""
        rate, left = self._pace.of(stand)
        if time.monotonic() < self._next and not stand.complete:
            return
        self._next = time.monotonic() + LINE_SECONDS
        line = {
            "read": stand.read,
            "events": stand.events,
            "events_per_second": round(rate, 1),
            "seconds_left": None if left is None else round(left, 1),
            "parts": {name: {"at": at, "end": end} for name, (at, end) in stand.parts.items()},
            **stand.said,
        }
        print(msgspec.json.encode(line).decode(), file=sys.stderr, flush=True)


class Bars:
    """A bar for each partition and one for all."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:>12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[says]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
        )

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def show(self, stand: Stand) -> None:
        """Move all bars."""
        for name, (at, end) in stand.parts.items():
            self._move(name, at, end, "")
        rate, _ = self._pace.of(stand)
        more = [f"{name.replace('_', ' ')} {value}" for name, value in stand.said.items()]
        self._move("all", stand.read, stand.events, ", ".join([f"{rate:,.0f}/s", *more]))

    def _move(self, name: str, at: int, end: int, says: str) -> None:
        if name not in self._tasks:
            self._tasks[name] = self._progress.add_task(name, says="")
        self._progress.update(self._tasks[name], completed=at, total=end, says=says)


def progress() -> Bars | Lines:
    """Bars on a terminal, lines elsewhere."""
    return Bars() if sys.stderr.isatty() else Lines()
