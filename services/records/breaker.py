"""When one publisher, or a whole partition, has sent too much that is bad.

A window remembers the last thousand records since the first bad one; parked records and conflicts are not
counted. More than 50 bad of one publisher: it is parked. More than 200 bad in the partition: it stops.
"""

from dataclasses import dataclass, field

WINDOW = 1000
PUBLISHER_LIMIT = 50
PARTITION_LIMIT = 200
WHOLE_PARTITION = ""


@dataclass(slots=True)
class Window:
    """How many records were seen, and the ordinals of those that were bad and are not yet forgotten."""

    seen: int = 0
    bad: list[int] = field(default_factory=list)

    def count(self, *, bad: bool) -> None:
        """One more record; while nothing bad is remembered, good ones need no counting."""
        if not bad and not self.bad:
            return
        self.seen += 1
        if bad:
            self.bad.append(self.seen)
        while self.bad and self.bad[0] <= self.seen - WINDOW:
            self.bad.pop(0)

    def exceeds(self, limit: int) -> bool:
        return len(self.bad) > limit


class Breaker:
    """The windows of one partition: one per publisher with something bad, and one for all."""

    def __init__(self, windows: dict[str, Window] | None = None) -> None:
        self.windows = windows or {}
        self.changed: set[str] = set()

    def parks(self, publisher: str | None) -> bool:
        """Whether this publisher's records are parked as they come."""
        window = self.windows.get(publisher or WHOLE_PARTITION)
        return publisher is not None and window is not None and window.exceeds(PUBLISHER_LIMIT)

    def stops(self) -> bool:
        """Whether the partition has to stop."""
        window = self.windows.get(WHOLE_PARTITION)
        return window is not None and window.exceeds(PARTITION_LIMIT)

    def count(self, publisher: str | None, *, bad: bool) -> None:
        """Remember one record that counts; without a publisher it counts for the partition only."""
        for name in {publisher or WHOLE_PARTITION, WHOLE_PARTITION}:
            if bad or name in self.windows:
                self.windows.setdefault(name, Window()).count(bad=bad)
                self.changed.add(name)
