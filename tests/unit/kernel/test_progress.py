"""What long work shows while it goes on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from services.kernel import progress
from services.kernel.progress import Pace


@dataclass
class Stand:
    """So much of so much, in one part."""

    part: str
    read: int
    events: int
    complete: bool = False
    said: Mapping[str, Any] = field(default_factory=dict)

    @property
    def parts(self) -> Mapping[str, tuple[int, int]]:
        return {self.part: (self.read, self.events)}


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time, which passes when a test says so."""
    now = [100.0]
    monkeypatch.setattr(progress.time, "monotonic", lambda: now[0])
    return now


def test_what_was_done_before_does_not_count_for_the_pace(clock: list[float]) -> None:
    pace = Pace()
    assert pace.of(Stand("partition 0", 500, 1000)) == (0.0, None)
    clock[0] += 10
    assert pace.of(Stand("partition 0", 600, 1000)) == (10.0, 40.0)


def test_other_parts_have_a_pace_of_their_own(clock: list[float]) -> None:
    pace = Pace()
    pace.of(Stand("partition 0", 500, 1000))
    clock[0] += 10
    assert pace.of(Stand("keys", 1, 44)) == (0.0, None)
    clock[0] += 1
    assert pace.of(Stand("keys", 3, 44)) == (2.0, 20.5)
