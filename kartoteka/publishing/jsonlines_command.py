"""``publish jsonl``: read twice, so that a file of any length is checked to its end before the first line is sent."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import BinaryIO

import typer

from kartoteka.publishing.examples import ExampleUnreadable
from kartoteka.publishing.jsonlines import Line, Reader
from kartoteka.publishing.outcome import Exit, Outcome, Settings, progress, send
from kartoteka.publishing.producer import PublishingFailed
from kartoteka.publishing.source import STANDARD_INPUT, opened
from kartoteka.publishing.statement import Statement

TOLD_EVERY_LINES = 1000


def publish_lines(
    name: str, settings: Settings, publisher: str, partial: bool, dry_run: bool, today: date | None, as_json: bool
) -> typer.Exit:
    """The whole command; the exit to raise."""
    shown = "<stdin>" if name == STANDARD_INPUT else name
    outcome = Outcome(as_json, dry_run, {"file": shown, "read": 0, "valid": 0, "sent": 0, "events": {}})
    now = datetime.now(UTC)
    try:
        with opened(name, today) as file:
            refused = _check(file, shown, now, outcome)
            if not dry_run and outcome.counts["valid"] and (partial or not refused):
                _send(file, now, refused, settings, publisher, outcome)
    except OSError as error:
        outcome.fail(Exit.BAD_INPUT, f"{shown} cannot be read: {error.strerror or error}")
    except ExampleUnreadable as error:
        outcome.fail(Exit.BAD_INPUT, str(error))
    if outcome.exit is Exit.FINE and outcome.problem_count:
        outcome.exit = Exit.BAD_INPUT
    return outcome.finish(_summary(outcome))


def _check(file: BinaryIO, shown: str, now: datetime, outcome: Outcome) -> set[int]:
    """Reads every line and tells every problem; the numbers of the lines that have one."""
    refused: set[int] = set()
    events: Counter[str] = Counter()
    counts = outcome.counts
    with progress("Checking", None, outcome) as tell:
        for line in Reader(now).lines(file):
            counts["read"] += 1
            if line.statement is not None:
                events[line.statement.type] += 1
            else:
                refused.add(line.number)
                _tell(line, shown, outcome)
            if counts["read"] % TOLD_EVERY_LINES == 0:
                tell(counts["read"])
    counts["valid"] = events.total()
    counts["events"] = dict(events)
    return refused


def _tell(line: Line, shown: str, outcome: Outcome) -> None:
    for problem in line.problems:
        place = f"{shown}:{problem.line} {problem.path}".rstrip()
        outcome.problem(f"{place}: {problem.says}", line=problem.line, path=problem.path, problem=problem.says)


def _send(
    file: BinaryIO, now: datetime, refused: set[int], settings: Settings, publisher: str, outcome: Outcome
) -> None:
    file.seek(0)
    statements = _again(file, now, refused)
    outcome.counts["sent"] = send(statements, outcome.counts["valid"], settings, publisher, outcome)


def _again(file: BinaryIO, now: datetime, refused: set[int]) -> Iterator[Statement]:
    """The statements that were in order when the file was checked."""
    for line in Reader(now).lines(file):
        if line.statement is not None:
            yield line.statement
        elif line.number not in refused:
            raise PublishingFailed(f"line {line.number} changed while the file was being sent")


def _summary(outcome: Outcome) -> str:
    counts = outcome.counts
    refused = counts["read"] - counts["valid"]
    parts = [f"{counts['read']:,} read, {counts['valid']:,} in order, {counts['sent']:,} sent"]
    if refused:
        parts.append(f"{outcome.problem_count:,} problems in {refused:,} lines")
    if outcome.dry_run:
        parts.append("a dry run sends nothing")
    elif refused and not counts["sent"] and outcome.error is None:
        parts.append("nothing was sent: mend the lines, or send the others with --partial")
    return "; ".join(parts) + "."
