"""``publish check``: would this sample be accepted, what does it cover, and what is odd about it?"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import typer

from kartoteka.publishing.conformance import BUNDLES, Conformance, Refused
from kartoteka.publishing.examples import ExampleUnreadable
from kartoteka.publishing.fhir.refusals import Unmappable
from kartoteka.publishing.oddities import Oddity
from kartoteka.publishing.outcome import Exit, Outcome
from kartoteka.publishing.source import STANDARD_INPUT, opened


def check_samples(
    names: list[str], publisher: str, synthetic: bool, stated_at: datetime | None, today: date | None, as_json: bool
) -> typer.Exit:
    """The whole command; the exit to raise."""
    outcome = Outcome(as_json, dry_run=True, counts={})
    conformance = Conformance(publisher, datetime.now(UTC))
    for name in names:
        _check(name, conformance, outcome, synthetic, stated_at, today)
    if outcome.exit is Exit.FINE and outcome.problem_count:
        outcome.exit = Exit.BAD_INPUT
    warnings = list(conformance.oddities())
    outcome.counts = {
        "files": names,
        "read": conformance.read,
        "in_order": len(conformance.sample),
        "events": dict(conformance.events()),
        "not_covered": conformance.not_covered(),
        "warnings": [{"place": one.place, "path": odd.path, "warning": odd.says} for one, odd in warnings],
    }
    return outcome.finish("\n".join(_report(conformance, warnings, outcome)))


def _check(
    name: str,
    conformance: Conformance,
    outcome: Outcome,
    synthetic: bool,
    stated_at: datetime | None,
    today: date | None,
) -> None:
    shown = "<stdin>" if name == STANDARD_INPUT else name
    try:
        if name.endswith(BUNDLES):
            _tell(conformance.bundle(Path(name), synthetic, stated_at), outcome)
            return
        with opened(name, today) as file:
            _tell(conformance.lines(file, shown), outcome)
    except OSError as error:
        outcome.fail(Exit.BAD_INPUT, f"{shown} cannot be read: {error.strerror or error}")
    except (ExampleUnreadable, Unmappable) as error:
        outcome.fail(Exit.BAD_INPUT, str(error))


def _tell(refused: Iterable[Refused], outcome: Outcome) -> None:
    for one in refused:
        outcome.problem(_sentence(one.place, one.path, one.says), place=one.place, path=one.path, problem=one.says)


def _sentence(place: str, path: str, says: str) -> str:
    return f"{place} {path}".rstrip() + f": {says}"


def _report(conformance: Conformance, warnings: list[Oddity], outcome: Outcome) -> list[str]:
    refused = conformance.read - len(conformance.sample)
    lines = [f"{conformance.read:,} read, {len(conformance.sample):,} in order, {refused:,} refused."]
    lines += [f"  {count:>8,}  {name}" for name, count in sorted(conformance.events().items())]
    for topic, names in conformance.not_covered().items():
        lines.append(f"Of {topic} the sample does not show: {', '.join(names)}." if names else f"All of {topic}.")
    lines += [f"Odd: {_sentence(one.place, odd.path, odd.says)}" for one, odd in warnings]
    if outcome.exit is Exit.FINE:
        lines.append("All of it would be accepted." if conformance.read else "There is nothing in it.")
    else:
        lines.append("It would not be accepted: mend what is listed, then check again.")
    return lines
