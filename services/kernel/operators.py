"""As whom operators' commands act."""

import getpass
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from services.kernel.command_line import no_number
from services.kernel.settings import NotConfigured, Settings
from services.kernel.viewing import Viewer

OPERATOR: Final = "operator"
INGEST: Final = "records_ingest"
KEEPER: Final = "keys_keeper"

SettingsOf = Callable[[str], Settings]
TIME_FORMS: Final = "a day, such as 2026-03-01, or a time, such as 2026-03-01T12:00:00+01:00"
EARLIEST: Final = datetime(1850, 1, 1, tzinfo=UTC)
LATEST: Final = datetime(2200, 1, 1, tzinfo=UTC)
Reason = Annotated[str | None, typer.Option(metavar="TEXT", callback=no_number, help="Why; kept with the viewing.")]


def keys_url(settings: Settings) -> str:
    """Where the patients' keys are; NotConfigured for a process that holds none."""
    if settings.keys_database_url is None:
        raise NotConfigured("KEYS_DATABASE_URL is not set: nothing can be sealed or opened without keys")
    return settings.keys_database_url


def viewer(purpose: str, reason: str | None) -> Viewer:
    """The operator who sits at this machine."""
    return Viewer(f"operator:{getpass.getuser()}", purpose, "operator", reason)


def time_of(text: str) -> datetime:
    """A time as it was typed; UTC where it does not say. What was typed is not repeated: it may be a number."""
    try:
        said = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"must be {TIME_FORMS}") from None
    moment = said if said.tzinfo else said.replace(tzinfo=UTC)
    if not EARLIEST <= moment < LATEST:
        raise typer.BadParameter(f"must lie between the years {EARLIEST.year} and {LATEST.year}")
    return moment


Time = Annotated[datetime | None, typer.Option(metavar="TIME", parser=time_of, help="UTC unless it says.")]
