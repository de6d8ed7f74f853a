"""Whether a rebuild of more events takes more time for each, and how much memory: the figures and their picture."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Final

from msgspec.structs import replace

from benchmarks.rebuild.ours import Run

MOST_MEGABYTES: Final = 700
MOST_RISE: Final = 0.25


def in_the_middle(runs: Sequence[Run]) -> Run:
    """The run with the median time; the greatest memory of all of them, and equal only if all are."""
    seconds = median(run.seconds for run in runs)
    middle = min(runs, key=lambda run: abs(run.seconds - seconds))
    return replace(middle, megabytes=max(run.megabytes for run in runs), equal=all(run.equal for run in runs))


def rise(runs: Mapping[int, Run]) -> float:
    """By how much the time per event of the largest is above that of the smallest."""
    return runs[max(runs)].microseconds / runs[min(runs)].microseconds - 1


def draw(runs: Mapping[int, Run], path: Path) -> None:
    """Time per event and memory over the number of events."""
    import matplotlib

    matplotlib.use("svg")
    # Without a date and with fixed names, the same figures make the same file.
    matplotlib.rcParams["svg.hashsalt"] = "kartoteka"
    from matplotlib import pyplot

    figure, (times, memory) = pyplot.subplots(1, 2, figsize=(9, 3.2), layout="constrained")
    millions = [run.events / 1e6 for run in runs.values()]
    times.plot(millions, [run.microseconds for run in runs.values()], "o-")
    times.set(title="time per event, µs", xlabel="million events", ylim=0)
    memory.plot(millions, [run.megabytes for run in runs.values()], "o-")
    memory.axhline(MOST_MEGABYTES, linestyle="--", color="grey")
    memory.set(title="memory of the process tree, MB", xlabel="million events", ylim=0)
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
