"""What operators do about records that have served their time."""

import asyncio

import typer

from services.kernel.command_line import AsJson, print_json
from services.kernel.database import connect
from services.kernel.operators import OPERATOR, SettingsOf
from services.records.retention import delete_old, processed_to


def retention_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka retention``."""
    app = typer.Typer(no_args_is_help=True, help="Publishers' records that have served their time.")

    @app.callback()
    def retention() -> None: ...

    @app.command()
    def run(as_json: AsJson = False) -> None:
        """Delete what is older than 14 days and has taken effect; ingest does the same every hour."""
        settings = settings_of(OPERATOR)
        with connect(settings.database_url, "kartoteka retention") as connection:
            deleted = asyncio.run(delete_old(settings.kafka, processed_to(connection)))
        if as_json:
            print_json({"deleted": sum(one.records for one in deleted), "partitions": deleted})
            return
        for one in deleted:
            typer.echo(f"{one.topic}/{one.partition}: {one.records} deleted, begins at {one.begins_at}")
        typer.echo(f"{sum(one.records for one in deleted)} records deleted")

    return app
