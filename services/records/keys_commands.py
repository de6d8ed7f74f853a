"""What operators do with keys: put a new master key in the place of one that others have seen."""

import sys
from dataclasses import asdict

import typer
from rich.console import Console
from rich.progress import Progress

from services.kernel.command_line import AsJson, print_json
from services.kernel.database import NO_LIMITS, connect
from services.kernel.key_rotation import Rotated, Rotation
from services.kernel.operators import KEEPER, SettingsOf, keys_url
from services.kernel.settings import Settings


def keys_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka keys``."""
    app = typer.Typer(no_args_is_help=True, help="The keys under which records are sealed.")

    @app.callback()
    def keys() -> None: ...

    @app.command()
    def rotate(as_json: AsJson = False) -> None:
        """Wrap every patient's key under a new master key; services may go on, and it may be run again."""
        done = _rotate(settings_of(KEEPER), quiet=as_json)
        if as_json:
            print_json(asdict(done))
        else:
            gone = ", ".join(done.removed) or "no file"
            typer.echo(f"{done.rewrapped} keys wrapped under {done.master_key}; removed: {gone}; back up keys/ now")

    return app


def _rotate(settings: Settings, *, quiet: bool) -> Rotated:
    assert settings.keys_folder is not None
    with (
        connect(keys_url(settings), "kartoteka keys rotate") as keys,
        Progress(console=Console(stderr=True), disable=quiet or not sys.stderr.isatty()) as bar,
    ):
        keys.execute(NO_LIMITS)
        task = bar.add_task("wrapping", total=None)
        return Rotation(keys, settings.keys_folder).run(lambda done, all_: bar.update(task, completed=done, total=all_))
