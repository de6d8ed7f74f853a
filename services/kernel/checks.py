"""What a service knows about its own health, from memory: nobody is asked."""

import time
from collections.abc import Mapping
from typing import Final, Protocol, runtime_checkable

OK: Final = "ok"

Checks = Mapping[str, str]


@runtime_checkable
class Checked(Protocol):
    """A service that knows whether it is ready."""

    def checks(self) -> Checks:
        """By name: ``ok``, or what is wrong."""


class Moment:
    """When something last went well."""

    def __init__(self) -> None:
        self._at: float | None = None

    def now(self) -> None:
        """It just went well."""
        self._at = time.monotonic()

    def check(self, patience_seconds: float) -> str:
        """Whether that was lately enough."""
        if self._at is None:
            return "not yet"
        age = time.monotonic() - self._at
        return OK if age <= patience_seconds else f"last went well {age:.0f} s ago"
