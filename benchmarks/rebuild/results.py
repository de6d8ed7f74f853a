"""Everything that one run of the benchmark found."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.rebuild.limits import Limits
from benchmarks.rebuild.ours import Run
from benchmarks.rebuild.peers import PeerResult


@dataclass(slots=True)
class Results:
    """Ours at the main size, beside it the peers, the machine's limits and PostgreSQL's settings; and growth."""

    machine: dict[str, Any]
    value_bytes: float = 0.0
    patients: int = 0
    types: int = 0
    main: int = 0
    growth: dict[int, Run] = field(default_factory=dict)
    peers: Sequence[PeerResult] = ()
    limits: Limits | None = None
    settings: dict[str, Run] = field(default_factory=dict)

    @property
    def ours(self) -> Run:
        """The middle run at the main size."""
        return self.growth[self.main]

    @property
    def unequal(self) -> list[str]:
        """Whatever did not hold the events that it should."""
        runs = {**{f"{step:,} events": run for step, run in self.growth.items()}, **self.settings}
        wrong = [name for name, run in runs.items() if not run.equal]
        return wrong + [peer.name for peer in self.peers if not peer.equal]
