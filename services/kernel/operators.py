"""As whom operators' commands act."""

import getpass
from collections.abc import Callable
from typing import Annotated, Final

import typer

from services.kernel.command_line import no_number
from services.kernel.settings import Settings
from services.kernel.viewing import Viewer

OPERATOR: Final = "operator"
INGEST: Final = "records_ingest"
KEEPER: Final = "keys_keeper"

SettingsOf = Callable[[str], Settings]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", callback=no_number, help="Why; kept with the viewing.")]


def keys_url(settings: Settings) -> str:
    """Where the patients' keys are; operators' settings always say it."""
    assert settings.keys_database_url is not None
    return settings.keys_database_url


def viewer(purpose: str, reason: str | None) -> Viewer:
    """The operator who sits at this machine."""
    return Viewer(f"operator:{getpass.getuser()}", purpose, "operator", reason)
