"""What a rebuild shows while it goes on, on standard error: bars for people, JSON lines for everybody else."""

import sys
import time
from types import TracebackType
from typing import Final, Self

import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn

from services.permissions.replay.rebuild import Stand

LINE_SECONDS: Final = 2.0


class Pace:
    """Events a second since it began, and the seconds that are left at that pace."""

    def __init__(self) -> None:
        self._began: tuple[float, int] | None = None

    def of(self, stand: Stand) -> tuple[float, float | None]:
        """Events a second, and the seconds that are left; None before anything has moved."""
        now = time.monotonic()
        since, read = self._began = self._began or (now, stand.read)
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
            "complete_to": stand.complete_to,
            "events_per_second": round(rate, 1),
            "seconds_left": None if left is None else round(left, 1),
            "partitions": {number: {"at": at, "end": end} for number, (at, end) in stand.partitions.items()},
        }
        print(msgspec.json.encode(line).decode(), file=sys.stderr, flush=True)


class Bars:
    """A bar for each partition and one for all."""

    def __init__(self) -> None:
        self._pace = Pace()
        self._tasks: dict[int | None, TaskID] = {}
        self._progress = Progress(
            TextColumn("{task.description:>12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
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
        for number, (at, end) in sorted(stand.partitions.items()):
            self._move(number, f"partition {number}", at, end, "")
        rate, _ = self._pace.of(stand)
        self._move(None, "all", stand.read, stand.events, f"{rate:,.0f}/s")

    def _move(self, key: int | None, title: str, at: int, end: int, rate: str) -> None:
        if key not in self._tasks:
            self._tasks[key] = self._progress.add_task(title, rate="")
        self._progress.update(self._tasks[key], completed=at, total=end, rate=rate)


def progress() -> Bars | Lines:
    """Bars on a terminal, lines elsewhere."""
    return Bars() if sys.stderr.isatty() else Lines()
