"""As whom operators' commands act."""

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from services.kernel.command_line import no_number
from services.kernel.settings import Settings
from services.kernel.viewing import Viewer

OPERATOR: Final = "operator"
INGEST: Final = "records_ingest"
KEEPER: Final = "keys_keeper"

SettingsOf = Callable[[str], Settings]
TIMES: Final = [
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S.%f",
]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", callback=no_number, help="Why; kept with the viewing.")]


def keys_url(settings: Settings) -> str:
    """Where the patients' keys are; operators' settings always say it."""
    assert settings.keys_database_url is not None
    return settings.keys_database_url


def viewer(purpose: str, reason: str | None) -> Viewer:
    """The operator who sits at this machine."""
    return Viewer(f"operator:{getpass.getuser()}", purpose, "operator", reason)


def aware(moment: datetime | None) -> datetime | None:
    """A time as it was given; UTC where it does not say."""
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)
