"""``kartoteka providers``: the names behind the numbers of providers and practitioners."""

import sys
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from psycopg import Connection

from services.kernel.command_line import BAD_INPUT, AsJson, BadInput, print_json
from services.kernel.database import connect
from services.kernel.named_sql import queries_beside
from services.kernel.operators import OPERATOR, SettingsOf
from services.records.reference import Loaded, read_reference

SQL: Final = queries_beside(__file__, "reference.sql")


def providers_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka providers``."""
    app = typer.Typer(no_args_is_help=True, help="Names of providers and practitioners.")

    @app.callback()
    def providers() -> None: ...

    @app.command()
    def load(
        file: Annotated[Path, typer.Argument(help="JSON lines, or CSV with a head line (.csv).")],
        as_json: AsJson = False,
    ) -> None:
        """Load names; what was loaded before and stands in the file again is replaced. All of the file or nothing."""
        loaded = read_reference(_content(file), is_csv=file.suffix.lower() == ".csv")
        if loaded.problems:
            _tell(file, loaded, as_json)
            raise typer.Exit(BAD_INPUT)
        with connect(settings_of(OPERATOR).database_url, "kartoteka providers") as connection:
            put(connection, loaded)
        counts = {"providers": len(loaded.providers), "practitioners": len(loaded.practitioners), "problems": []}
        if as_json:
            print_json({"file": str(file), **counts})
        else:
            typer.echo(f"{counts['providers']} providers and {counts['practitioners']} practitioners loaded")

    return app


def put(connection: Connection[Any], loaded: Loaded) -> None:
    """All of it in one transaction."""
    with connection.transaction():
        for name, rows in (("put_providers", loaded.providers), ("put_practitioners", loaded.practitioners)):
            if rows:
                connection.execute(SQL[name], [list(column) for column in zip(*rows, strict=True)])


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise BadInput(f"{file} cannot be read: {error.strerror or error}") from None


def _tell(file: Path, loaded: Loaded, as_json: bool) -> None:
    if as_json:
        print_json({"file": str(file), "providers": 0, "practitioners": 0, "problems": loaded.problems})
        return
    for problem in loaded.problems:
        print(f"{file}:{problem.line} {problem.field}: {problem.says}".replace(" :", ":"), file=sys.stderr)
    print(f"{len(loaded.problems)} problems: nothing was loaded", file=sys.stderr)
