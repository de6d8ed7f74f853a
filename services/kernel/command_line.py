"""What every command has in common: exit codes, one JSON object, one sentence for bad input."""

from typing import Annotated, Any, Final

import msgspec
import typer

from kartoteka.publishing.statement import looks_personal

FAILED: Final = 1
BAD_INPUT: Final = 2
NOT_RUNNING: Final = 3

AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, and nothing else.")]


class BadInput(Exception):
    """The command was asked for something that cannot be: what, where, what to do."""


def print_json(said: Any) -> None:
    """One JSON object on standard output."""
    typer.echo(msgspec.json.format(msgspec.json.encode(said), indent=2).decode())


def no_number(text: str | None) -> str | None:
    """A reason is kept in the clear, so it must not hold a PESEL."""
    if text is not None and looks_personal(text):
        raise typer.BadParameter("must not hold 11 digits in a row: that looks like a PESEL, and reasons are kept")
    return text
