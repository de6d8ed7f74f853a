"""``kartoteka rebuild | verify | switch | rollback | prune``: what is made from the ledger's topic, made anew."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

import typer
from psycopg import Connection

from infra.read_model import OWNER
from services.kernel.database import NO_LIMITS, connect
from services.kernel.operators import OPERATOR
from services.kernel.replaying import Means, ReplayApps
from services.kernel.settings import Settings
from services.operations.house import House
from services.permissions.commands import add_replay as add_replay_of_permissions
from services.records.commands import add_replay as add_replay_of_records

FACTS: Final = "permissions_facts"
PROJECTION: Final = "records_projection"


def replay_apps(app: typer.Typer, house: Callable[[], House]) -> None:
    """Put the five on the command, each with what it can be asked for."""
    apps = ReplayApps(
        rebuild=_on(app, "rebuild", "Make a new version from the ledger's topic, beside the one that is read."),
        verify=_on(app, "verify", "Compare the new version with the one that is read."),
        switch=_on(app, "switch", "Read the new version from now on."),
        rollback=_on(app, "rollback", "Read the version again that was read before."),
        prune=_on(app, "prune", "Drop versions that are not read."),
    )

    def owner(process: str) -> Connection[Any]:
        """A connection as the owner of all tables, by the administrator's address."""
        connection = connect(house().addresses(with_keys=False).database, process)
        connection.execute(NO_LIMITS)
        connection.execute(f"SET ROLE {OWNER}")
        return connection

    add_replay_of_permissions(apps, Means(lambda: house().settings(FACTS), owner))
    add_replay_of_records(apps, Means(lambda: house().settings(PROJECTION), owner), lambda: without_keys(house()))


def without_keys(house: House) -> Settings:
    """An operator's settings with the key files, by which numbers are looked up, and without the patients' keys."""
    return replace(house.settings(OPERATOR), keys_folder=house.keys_folder)


def _on(app: typer.Typer, name: str, says: str) -> typer.Typer:
    found = typer.Typer(no_args_is_help=True, help=says)

    @found.callback()
    def group() -> None: ...

    app.add_typer(found, name=name)
    return found
