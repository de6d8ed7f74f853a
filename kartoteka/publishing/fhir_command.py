"""``publish fhir``: bundles of FHIR R4 as statements."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import typer

from kartoteka.publishing.fhir.files import files
from kartoteka.publishing.fhir.refusals import Unmappable
from kartoteka.publishing.fhir.run import Counts, Run
from kartoteka.publishing.fhir.versions import Journal, JournalUnusable
from kartoteka.publishing.outcome import Exit, Outcome, Settings, send


def publish_bundles(
    paths: list[Path],
    settings: Settings,
    publisher: str,
    synthetic: bool,
    stated_at: datetime | None,
    dry_run: bool,
    as_json: bool,
    journal: Path | None = None,
) -> typer.Exit:
    """The whole command; the exit to raise. ``journal`` is the file that remembers what was published."""
    outcome = Outcome(as_json, dry_run, _counted(Counts(), 0))
    try:
        with Journal(journal, publisher) as remembered:
            run = Run(files(paths), synthetic, stated_at, datetime.now(UTC), remembered)
            _publish(run, settings, publisher, outcome)
    except Unmappable as error:
        outcome.fail(Exit.BAD_INPUT, str(error))
        return outcome.finish("Nothing was read.")
    except JournalUnusable as error:
        outcome.fail(Exit.FAILED, str(error))
    return outcome.finish(_summary(outcome))


def _publish(run: Run, settings: Settings, publisher: str, outcome: Outcome) -> None:
    for broken in run.check():
        place = f"{broken.file}: {broken.place}".removesuffix(": ")
        outcome.problem(f"{place}: {broken.says}", file=broken.file, place=broken.place, problem=broken.says)
    outcome.exit = Exit.BAD_INPUT if outcome.problem_count else Exit.FINE
    total, sent = run.counts.events.total(), 0
    if outcome.exit is Exit.FINE and total and not outcome.dry_run:
        sent = send(run.statements(), total, settings, publisher, outcome)
    outcome.counts = _counted(run.counts, sent)


def _counted(counts: Counts, sent: int) -> dict[str, Any]:
    return {
        "bundles": counts.bundles,
        "resources": counts.resources,
        "mapped": dict(counts.mapped),
        "events": dict(counts.events),
        "no_counterpart_yet": dict(counts.no_counterpart_yet.most_common()),
        "not_mapped": [
            {"resource_type": kind, "reason": reason, "count": count}
            for (kind, reason), count in sorted(counts.not_mapped.items())
        ],
        "sent": sent,
    }


def _summary(outcome: Outcome) -> str:
    counts = outcome.counts
    lines = [f"{counts['resources']:,} resources in {counts['bundles']:,} bundles; {counts['sent']:,} events sent."]
    lines += [f"  {count:>8,}  {event}" for event, count in counts["events"].items()]
    lines += [f"  {n['count']:>8,}  {n['resource_type']} not mapped: {n['reason']}" for n in counts["not_mapped"]]
    if without := counts["no_counterpart_yet"]:
        lines.append(f"No counterpart yet: {', '.join(f'{kind} {count:,}' for kind, count in without.items())}.")
    if outcome.problem_count:
        lines.append(f"{outcome.problem_count:,} problems: nothing was sent.")
    elif outcome.dry_run:
        lines.append("A dry run sends nothing.")
    return "\n".join(lines)
