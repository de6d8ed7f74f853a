"""What ``kartoteka run`` shows: the examples going in once, then counters that live."""

import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import psycopg
from aiokafka.errors import KafkaConnectionError
from rich.console import Console
from rich.live import Live
from rich.text import Text

from services.kernel.database import connect
from services.kernel.settings import Settings
from services.operations import registry
from services.operations.house import House
from services.operations.status import status
from services.operations.status_table import counters_line

LOOK_SECONDS: Final = 1.0
POLAND: Final = ZoneInfo("Europe/Warsaw")
# A small town beside the people of the examples: the same for the same first day.
SIMULATED: Final = ("--patients", "40", "--years", "2", "--seed", "20")


def publish_examples(house: House, folder: Path, console: Console) -> None:
    """Publish the examples and a small simulation by the very commands that a user would type, into a new folder.

    The day is kept first and all event ids follow from it, so an interrupted start publishes nothing twice.
    """
    if house.examples_published() or not folder.exists():
        return
    day = house.keep_first_day(datetime.now(POLAND).date())
    for file in sorted(folder.glob("*.jsonl")):
        _run(console, ["publish", "jsonl", str(file), "--today", day.isoformat(), "--publisher", "example"])
    if (folder / "fhir").exists():
        _run(
            console, ["publish", "fhir", str(folder / "fhir"), "--synthetic-identifiers", "--publisher", "example-fhir"]
        )
    for file in sorted((folder / "reference").glob("*.jsonl")):
        _run(console, ["providers", "load", str(file)])
    _run(console, ["simulate", *SIMULATED, "--until", day.isoformat()])
    house.keep_examples_published()


def show_live(house: House, console: Console) -> None:
    """Counters, every second, until interrupted; on no terminal one line whenever they change."""
    console.print(f"data, logs and secrets: {house.data_dir}")
    console.print(
        "look around from another terminal: kartoteka status · kartoteka quarantine list · kartoteka patient show -"
    )
    if (where := registry.where(house.data_dir)) is not None:
        console.print(f"schema registry: {where.address}")
    settings = house.settings("operator")
    last = ""
    with Live(Text("waiting for the services"), console=console, auto_refresh=False, transient=True) as live:
        while True:
            says = _counters(house, settings)
            if says != last:
                live.update(Text(says), refresh=True)
                if not console.is_terminal:
                    console.print(says)
            last = says
            time.sleep(LOOK_SECONDS)


def _counters(house: House, settings: Settings) -> str:
    try:
        with connect(settings.database_url, "kartoteka run") as connection:
            where = registry.where(settings.data_dir)
            return counters_line(status(connection, settings.kafka, where, house.health()))
    except (psycopg.OperationalError, KafkaConnectionError) as error:
        return f"a server does not answer ({type(error).__name__})"


def _run(console: Console, arguments: list[str]) -> None:
    command = [sys.executable, "-m", "services.operations.main", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    console.print(f"{' '.join(arguments[:3])}: {done.stdout.strip() or f'exit code {done.returncode}'}")
    done.check_returncode()
