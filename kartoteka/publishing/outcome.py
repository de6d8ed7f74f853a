"""What a publishing command answers: one JSON object or a few sentences, and an exit code."""

import json
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from kartoteka.publishing.blocking import BlockingPublisher
from kartoteka.publishing.kafka import KafkaNotConfigured, KafkaSettings, KafkaSettingsWrong
from kartoteka.publishing.producer import BrokerUnreachable, PublishingFailed
from kartoteka.publishing.statement import Statement, records

Settings = Callable[[], KafkaSettings]
Advance = Callable[[int], None]


class Exit(IntEnum):
    """Exit codes of every command."""

    FINE = 0
    FAILED = 1
    BAD_INPUT = 2
    NOT_RUNNING = 3


@dataclass(slots=True)
class Outcome:
    """The command's answer while it grows; problems are told as they are found, or kept for the JSON object."""

    as_json: bool
    dry_run: bool
    counts: dict[str, Any]
    problems: list[dict[str, Any]] = field(default_factory=list)
    problem_count: int = 0
    error: str | None = None
    exit: Exit = Exit.FINE

    def problem(self, told: str, **parts: Any) -> None:
        self.problem_count += 1
        if self.as_json:
            self.problems.append(parts)
        else:
            print(told, file=sys.stderr)

    def fail(self, exit_code: Exit, sentence: str) -> None:
        self.exit, self.error = exit_code, sentence

    def finish(self, summary: str) -> typer.Exit:
        """Print the answer; the exit to raise."""
        if self.as_json:
            answer = self.counts | {"dry_run": self.dry_run, "problems": self.problems, "error": self.error}
            print(json.dumps(answer, ensure_ascii=False))
        else:
            print(summary)
            if self.error is not None:
                print(self.error, file=sys.stderr)
        return typer.Exit(self.exit)


def send(statements: Iterator[Statement], total: int, settings: Settings, publisher: str, outcome: Outcome) -> int:
    """Send the statements; how many were acknowledged. What went wrong is noted in the outcome."""
    # It writes to standard error what we say better, and says it at every attempt.
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)
    try:
        with BlockingPublisher(settings(), publisher) as sender, progress("Sending", total, outcome) as tell:
            return sender.send_all(records(statements, publisher), tell)
    except (BrokerUnreachable, KafkaNotConfigured) as error:
        outcome.fail(Exit.NOT_RUNNING, f"Nothing was sent: {error}")
    except KafkaSettingsWrong as error:
        outcome.fail(Exit.BAD_INPUT, f"Nothing was sent: {error}")
    except PublishingFailed as failure:
        advice = "send the same file again: what arrived twice takes effect once"
        outcome.fail(Exit.FAILED, f"Kafka acknowledged {failure.acknowledged:,} of {total:,}: {failure}; then {advice}")
        return failure.acknowledged
    return 0


@contextmanager
def progress(what: str, total: int | None, outcome: Outcome) -> Iterator[Advance]:
    """A bar on standard error, where somebody watches; standard output belongs to the answer."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task(what, total=total)
        yield lambda completed: bar.update(task, completed=completed)
