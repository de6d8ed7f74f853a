"""``kartoteka rebuild records``: a new version beside the one that is read, or one patient made right.

What takes long to load is loaded by the command that needs it: every command imports this module.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Final, Literal

import msgspec
import typer

from services.kernel.command_line import AsJson, BadInput, print_json
from services.kernel.database import Link
from services.kernel.replaying import Means
from services.kernel.settings import Settings

if TYPE_CHECKING:
    from services.records.replay.plan import Plan
    from services.records.replay.rebuild import Asked, Rebuilt

MOST_WORKERS: Final = 64
SOURCES: Final = {"kafka": "the ledger's topic", "ledger": "the ledger's own table"}
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        min=1,
        max=MOST_WORKERS,
        help="Processes that load, one a partition at most; default: one per core.",
    ),
]
Rate = Annotated[float | None, typer.Option("--max-rate", min=1, metavar="R", help="At most R events a second.")]
Source = Annotated[
    Literal["kafka", "ledger"] | None,
    typer.Option("--from", help="The ledger's topic (default), or the ledger's own table."),
]
Patient = Annotated[
    str | None,
    typer.Option(
        "--patient",
        metavar="X",
        help="Make only this patient's rows right, in the version that is read: account identifier, patient id, or -.",
    ),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")]


def add_rebuild(app: typer.Typer, means: Means, operator: Callable[[], Settings]) -> None:
    """Put ``records`` on ``kartoteka rebuild``; ``operator`` knows by which key a PESEL is looked up."""

    @app.command("records")
    def rebuild_(
        workers: Workers = None,
        source: Source = None,
        max_rate: Rate = None,
        patient: Patient = None,
        dry_run: DryRun = False,
        as_json: AsJson = False,
    ) -> None:
        """Make a new version of the patient read model, or go on with one that was begun."""
        from services.kernel.logs import configure_logs

        configure_logs("rebuild.records", sys.stderr, logging.WARNING)
        if patient is not None:
            given = {"workers": workers, "from": source, "max-rate": max_rate, "dry-run": dry_run or None}
            _refuse_beside_patient(given)
            from services.records.replay.patient_command import rebuild_one

            rebuild_one(means, operator(), patient, as_json=as_json)
            return
        from services.records.replay.plan import plan, refuse_full_disk
        from services.records.replay.rebuild import Asked

        link = Link(means.settings().database_url, "kartoteka rebuild records")
        ledger_url = operator().database_url
        planned = plan(means.settings(), link, source or "kafka", ledger_url)
        if not as_json:
            _say_plan(planned)
        elif dry_run:
            print_json({"plan": planned})
        else:
            # Before everything else, as a line like those of the progress; once more in the answer.
            typer.echo(msgspec.json.encode({"plan": planned}), err=True)
        if not dry_run:
            refuse_full_disk(planned)
            most = min(workers or os.cpu_count() or 1, len(planned.ends))
            _rebuild(means, link, planned, Asked(most, ledger_url, max_rate), as_json=as_json)


def _rebuild(means: Means, link: Link, planned: "Plan", asked: "Asked", *, as_json: bool) -> None:
    from services.kernel.progress import progress
    from services.records.replay.rebuild import rebuild

    signal.signal(signal.SIGTERM, _interrupt)
    with progress() as shown:
        done = rebuild(means, link, planned, asked, shown.show)
    if as_json:
        print_json({"plan": planned, **_as_json(done)})
    else:
        typer.echo(
            f"{done.version} is full: {done.events:,} events in {done.seconds:.1f} s, {done.events_per_second:,.0f}/s, "
            f"{done.memory_bytes / 1e6:,.0f} MB of memory; what comes from now on its own process takes up. "
            "'kartoteka verify records' compares it with the version that is read"
        )


def _as_json(done: "Rebuilt") -> dict[str, object]:
    fields = {name: getattr(done, name) for name in done.__struct_fields__}
    return {**fields, "events_per_second": done.events_per_second}


def _say_plan(planned: "Plan") -> None:
    from services.records.replay.plan import gigabytes

    which = "a new version" if planned.version is None else f"{planned.version}, begun {planned.begun_at:%F %T}"
    typer.echo(f"rebuild {which} from {SOURCES[planned.source]}, beside {planned.active}, which is read")
    typer.echo(f"  {len(planned.ends)} partitions, {planned.events:,} events, {planned.left:,} of them to be loaded")
    if planned.first_at is not None:
        typer.echo(f"  recorded from {planned.first_at:%F %T} to {planned.last_at:%F %T} UTC")
    free = "" if planned.free_bytes is None else f" of {gigabytes(planned.free_bytes)} that are free"
    typer.echo(f"  some {planned.estimated_seconds} s, and {gigabytes(planned.estimated_bytes)} of disk{free}")
    typer.echo("  not touched: " + "; ".join(planned.untouched))


def _refuse_beside_patient(given: Mapping[str, object]) -> None:
    for name, value in given.items():
        if value is not None:
            raise BadInput(f"--{name} means nothing beside --patient; leave it out")


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
