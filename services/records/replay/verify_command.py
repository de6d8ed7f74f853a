"""``kartoteka verify records``: the new version of the patient read model compared with the one that is read.

What takes long to load is loaded by the command that needs it: every command imports this module.
"""

import sys
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from typing import TYPE_CHECKING, Annotated, Final

import typer

from services.kernel.command_line import FAILED, AsJson, print_json
from services.kernel.replaying import Means

if TYPE_CHECKING:
    from services.records.replay.crew import Say

PROCESS: Final = "kartoteka verify records"
# One that waits for a function leaves the other core idle.
CONNECTIONS: Final = 2

Accept = Annotated[
    list[str] | None,
    typer.Option("--accept", metavar="NAME", help="An intended change: table.column, view.column, or a new table."),
]


def add_verify(app: typer.Typer, means: Means) -> None:
    """Put ``records`` on the app of verify."""

    @app.command("records")
    def verify(accept: Accept = None, as_json: AsJson = False) -> None:
        """Compare the new version with the one that is read; exit code 1 when they differ in what was not accepted."""
        from services.records.replay import findings
        from services.records.replay.verify import verify as compare

        with ExitStack() as stack:
            connections = [stack.enter_context(closing(means.owner(PROCESS))) for _ in range(CONNECTIONS)]
            report = compare(connections, accept or (), stack.enter_context(_progress()))
        if as_json:
            print_json(findings.as_json(report))
        else:
            typer.echo("\n".join(findings.sentences(report)))
        if not report.equal:
            raise typer.Exit(FAILED)


@contextmanager
def _progress() -> Iterator["Say"]:
    """A bar for each thing that is looked at, on a terminal."""
    from rich.console import Console
    from rich.progress import Progress, TaskID

    bars: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as progress:

        def say(what: str, number: int, of: int) -> None:
            if what not in bars:
                bars[what] = progress.add_task(what, total=of)
            progress.update(bars[what], completed=number)

        yield say
