"""``kartoteka switch | rollback | prune records``: which version of the patient read model is read, and which are kept.

What takes long to load is loaded by the command that needs it: every command imports this module.
"""

from contextlib import closing
from typing import TYPE_CHECKING, Annotated

import typer

from services.kernel.command_line import AsJson, print_json
from services.kernel.replaying import Means, ReplayApps, active

if TYPE_CHECKING:
    from services.records.replay.switching import Switched


def add_turns(apps: ReplayApps, means: Means) -> None:
    """Put ``records`` on these three apps."""
    _add_switch(apps.switch, means)
    _add_rollback(apps.rollback, means)
    _add_prune(apps.prune, means)


def _add_switch(app: typer.Typer, means: Means) -> None:
    @app.command("records")
    def switch(as_json: AsJson = False) -> None:
        """Read the new version from now on, once it was found equal and lacks nothing."""
        from services.records.replay.switching import switch as switch_over

        with closing(means.owner("kartoteka switch records")) as connection:
            done = switch_over(connection)
        _say(done, "'kartoteka rollback records' goes back at once", as_json=as_json)


def _add_rollback(app: typer.Typer, means: Means) -> None:
    @app.command("records")
    def rollback(as_json: AsJson = False) -> None:
        """Read the version again that was read before, at once."""
        from services.records.replay.switching import rollback as roll_back

        with closing(means.owner("kartoteka rollback records")) as connection:
            done = roll_back(connection)
        _say(done, "'kartoteka switch records' reads it again", as_json=as_json)


def _say(done: "Switched", next_step: str, *, as_json: bool) -> None:
    if as_json:
        print_json(done._asdict())
    else:
        typer.echo(
            f"{done.version} is read now; {done.before} goes on beside it until 'kartoteka prune records', {next_step}"
        )


def _add_prune(app: typer.Typer, means: Means) -> None:
    @app.command("records")
    def prune(
        also_previous: Annotated[
            bool, typer.Option("--also-previous", help="Drop the previous version too: there is no way back then.")
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        """Drop every version that is neither read nor was read before."""
        from services.records.replay import versions

        with closing(means.owner("kartoteka prune records")) as connection:
            gone = versions.prune(connection, also_previous=also_previous)
            left = versions.versions(connection)
        if as_json:
            print_json({"dropped": gone, "left": [version.name for version in left]})
        else:
            dropped = f"dropped {', '.join(gone)}" if gone else "nothing to drop"
            kept = ", ".join(version.name for version in left)
            typer.echo(f"{dropped}; left are {kept}, and {active(left).name} is read")
