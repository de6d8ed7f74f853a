"""``kartoteka rebuild | verify | switch | rollback | prune permissions``: a new version beside the one that is read.

What takes long to load is loaded by the command that needs it: every command imports this module.
"""

import asyncio
import logging
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from services.kernel.command_line import FAILED, AsJson, print_json
from services.kernel.database import Link
from services.kernel.replaying import Means, ReplayApps, active, hold, newer
from services.permissions.replay.versions import PROJECTION, create, prune, refuse_other_rules, versions

if TYPE_CHECKING:
    from services.permissions.recorder import DecisionRecorder
    from services.permissions.replay.rebuild import Plan
    from services.permissions.replay.switching import Switched

Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="NAME", help="An intended change: a ground, times, scope, or a kind of fact."),
]


def add_replay(apps: ReplayApps, means: Means) -> None:
    """Put ``permissions`` on each of these apps."""
    _add_rebuild(apps.rebuild, means)
    _add_verify(apps.verify, means)
    _add_turns(apps, means)
    _add_prune(apps.prune, means)


def _add_rebuild(app: typer.Typer, means: Means) -> None:
    @app.command("permissions")
    def rebuild(
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
        as_json: AsJson = False,
    ) -> None:
        """Make a new version of who may see whom from the ledger's topic, or go on with one that was begun."""
        from services.kernel.logs import configure_logs
        from services.permissions.replay.rebuild import plan

        configure_logs("rebuild.permissions", sys.stderr, logging.WARNING)
        link = Link(means.settings().database_url, "kartoteka rebuild permissions")
        planned = asyncio.run(plan(means.settings().kafka, link))
        if not as_json:
            _say_plan(planned)
        elif dry_run:
            print_json({"plan": planned})
        if not dry_run:
            _rebuild(means, link, planned, as_json=as_json)


def _rebuild(means: Means, link: Link, planned: "Plan", *, as_json: bool) -> None:
    from services.kernel.progress import progress
    from services.permissions.replay.rebuild import work

    hold(link.get(), PROJECTION)
    version, began = _version(means), time.monotonic()
    with progress() as shown:
        stand = asyncio.run(work(means.settings(), link, version, shown.show))
    seconds = time.monotonic() - began
    if as_json:
        print_json(
            {
                "plan": planned,
                "version": version,
                "complete_to": stand.complete_to,
                "events": stand.read,
                "seconds": round(seconds, 3),
                "events_per_second": round(planned.left / seconds, 1),
            }
        )
    else:
        typer.echo(
            f"version {version} is complete to position {stand.complete_to}, after {seconds:.1f} s; "
            "'kartoteka verify permissions' compares it with the version that is read"
        )


def _version(means: Means) -> int:
    """The version that was begun, else a new one."""
    with closing(means.owner("kartoteka rebuild permissions")) as connection:
        begun = newer(versions(connection))
        if begun is None:
            return create(connection)
        refuse_other_rules(begun)
        return begun.number


def _say_plan(planned: "Plan") -> None:
    which = "a new version" if planned.version is None else f"version {planned.version}, begun {planned.begun_at:%F %T}"
    typer.echo(f"rebuild {which} from {planned.source}, beside version {planned.active}, which is read")
    typer.echo(f"  {planned.partitions} partitions, {planned.events:,} events, {planned.left:,} of them to be read")
    if planned.first_at is not None:
        typer.echo(f"  recorded from {planned.first_at:%F %T} to {planned.last_at:%F %T} UTC")
    typer.echo(f"  some {planned.estimated_seconds} s, more where much else is going on")
    typer.echo("  not touched: " + "; ".join(planned.untouched))


def _add_verify(app: typer.Typer, means: Means) -> None:
    @app.command("permissions")
    def verify(accept: Accept = None, as_json: AsJson = False) -> None:
        """Compare the new version with the one that is read; exit code 1 when they differ in what was not accepted."""
        from services.permissions.replay import findings
        from services.permissions.replay.verify import verify as compare

        with closing(means.owner("kartoteka verify permissions")) as connection:
            report = compare(connection, accept or ())
        if as_json:
            print_json(findings.as_json(report))
        else:
            typer.echo("\n".join(findings.sentences(report)))
        if not report.equal:
            raise typer.Exit(FAILED)


def _add_turns(apps: ReplayApps, means: Means) -> None:
    @apps.switch.command("permissions")
    def switch(as_json: AsJson = False) -> None:
        """Read the new version from now on, once it was verified and lacks nothing."""
        from services.permissions.replay.switching import switch as switch_over

        with closing(means.owner("kartoteka switch permissions")) as connection:
            _say_switched(switch_over(connection, _recorder(means)), as_json=as_json)

    @apps.rollback.command("permissions")
    def rollback(as_json: AsJson = False) -> None:
        """Read the version again that was read before, at once."""
        from services.permissions.replay.switching import rollback as roll_back

        with closing(means.owner("kartoteka rollback permissions")) as connection:
            _say_switched(roll_back(connection, _recorder(means)), as_json=as_json)


def _recorder(means: Means) -> "DecisionRecorder":
    """The writer of what a switch publishes."""
    from services.permissions.recorder import DecisionRecorder

    return DecisionRecorder(means.settings().database_url)


def _say_switched(done: "Switched", *, as_json: bool) -> None:
    if as_json:
        print_json(done._asdict())
    else:
        typer.echo(
            f"version {done.version} of permissions is read now; {done.published} accesses changed by that and were "
            f"published; version {done.before} goes on beside it until 'kartoteka prune permissions --also-previous'"
        )


def _add_prune(app: typer.Typer, means: Means) -> None:
    @app.command("permissions")
    def prune_(
        also_previous: Annotated[
            bool, typer.Option("--also-previous", help="Drop the previous version too: there is no way back then.")
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        """Drop every version that is neither read nor was read before."""
        with closing(means.owner("kartoteka prune permissions")) as connection:
            gone = prune(connection, also_previous=also_previous)
            left = versions(connection)
        if as_json:
            print_json({"dropped": gone, "left": [version.number for version in left]})
        else:
            dropped = f"dropped {', '.join(map(str, gone))}" if gone else "nothing to drop"
            kept = ", ".join(str(version.number) for version in left)
            typer.echo(f"{dropped}; left are {kept}, and version {active(left).number} is read")
