"""The command ``kartoteka``: puts every service's commands together."""

import os
import signal
import sys
from pathlib import Path
from typing import Annotated, Final

import psycopg
import typer
from aiokafka.errors import KafkaConnectionError
from rich.console import Console

from infra.database import hand_out_passwords
from infra.processes import until
from infra.registry_elsewhere import RegistryAway, RegistryDiffers, RegistryWrong
from infra.servers import ServerDidNotStart, ServerDidNotStop
from kartoteka.publishing.commands import publish_app
from kartoteka.publishing.kafka import KafkaNotConfigured, KafkaSettings, KafkaSettingsWrong
from kartoteka.simulation.commands import simulate_command
from services.kernel.command_line import BAD_INPUT, FAILED, NOT_RUNNING, AsJson, BadInput, print_json
from services.kernel.damage import Damage
from services.kernel.database import connect
from services.kernel.sealing import CannotOpen
from services.kernel.settings import NotConfigured, Settings
from services.operations import registry, supervisor
from services.operations.house import HEALTH_PORT, House, NotRunning
from services.operations.live import publish_examples, show_live
from services.operations.processes import PROCESSES, Process
from services.operations.replay import replay_apps
from services.operations.status import hints, versions_of
from services.operations.status import status as status_of
from services.operations.status_table import status_table
from services.operations.tokens import hand_out_token
from services.operations.topic_restart import Reason, Yes, restart_topic
from services.operations.versions import at_its_version
from services.permissions.commands import access_app
from services.records.commands import (
    ingest_app,
    keys_app,
    ledger_app,
    patient_app,
    providers_app,
    quarantine_app,
    retention_app,
)

REGISTRY_SECONDS: Final = 20.0
DATA_DIR: Final = "KARTOTEKA_DATA_DIR"

app = typer.Typer(
    name="kartoteka",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="An event-sourced health-record ledger. Exit codes: 0 fine, 1 failed, 2 bad input, 3 not running.",
)
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Default: a free one, kept for the next start.")]


@app.callback()
def kartoteka(
    data_dir: Annotated[
        Path, typer.Option("--data-dir", envvar=DATA_DIR, help="Where data, logs and secrets live.")
    ] = Path(".kartoteka"),
) -> None:
    os.environ[DATA_DIR] = str(data_dir.resolve())


def house() -> House:
    """The data folder that this command is about."""
    return House(Path(os.environ[DATA_DIR]))


def kafka_settings() -> KafkaSettings:
    """Where Kafka is: the environment's word, else the data folder's."""
    if os.environ.get("KAFKA_BOOTSTRAP_SERVERS"):
        return KafkaSettings.from_env()
    try:
        return house().addresses().kafka
    except NotRunning as error:
        raise KafkaNotConfigured(str(error)) from None


def settings_of(role: str) -> Settings:
    """What a command may know that acts as this role."""
    return house().settings(role, keys=True)


def process_titled(title: str) -> Process:
    """The process of this title; BadInput says which there are."""
    for process in PROCESSES:
        if process.title == title:
            return process
    raise BadInput(f"there is no process {title!r}; there are: {', '.join(one.title for one in PROCESSES)}")


@app.command()
def up(kafka_port: Port = None, postgres_port: Port = None, keys_port: Port = None, registry_port: Port = None) -> None:
    """Start servers and services in the background; whatever runs already is left alone."""
    home = house()
    _refuse_other_ports(home, kafka=kafka_port, postgres=postgres_port, keys=keys_port, registry=registry_port)
    addresses = home.open(kafka_port=kafka_port, postgres_port=postgres_port, keys_port=keys_port)
    supervisor.start(home, registry_port)
    where = registry.where(home.data_dir)
    if where is not None:
        until(where.answers, REGISTRY_SECONDS)
    says = "" if where is None else f", schema registry {where.address}"
    typer.echo(f"kafka {addresses.kafka.bootstrap_servers}{says}; see 'kartoteka status'")
    with connect(settings_of("operator").database_url, "kartoteka up") as connection:
        for hint in hints(versions_of(connection)):
            typer.echo(hint)


def _refuse_other_ports(home: House, **given: int | None) -> None:
    """What runs keeps its port; whoever asks for another one must not believe to have got it."""
    if supervisor.running(home) is None:
        return
    taken = home.ports()
    for name, port in given.items():
        if port is not None and taken.get(name, port) != port:
            raise BadInput(f"{name} runs on port {taken[name]} already; 'kartoteka down' first, then it may move")


@app.command()
def down(
    services: Annotated[
        bool, typer.Option("--services", help="Stop the services only: servers stay up, and whoever reads goes on.")
    ] = False,
) -> None:
    """Stop services and servers; the data stay."""
    home = house()
    supervisor.stop(home)
    if not services:
        home.close()


@app.command()
def setup(
    hand_out: Annotated[
        Path | None, typer.Option(help="Folder in which each role that has one there finds its own password.")
    ] = None,
) -> None:
    """Bring topics, roles, tables and keys to today's state and start no service; for containers."""
    home = house()
    home.open()
    if hand_out is not None:
        hand_out_passwords(home.secrets, hand_out)
        hand_out_token(home.secrets, hand_out)


@app.command()
def work(title: Annotated[str, typer.Argument(metavar="PROCESS", help="Such as records.ingest.")]) -> None:
    """Be one process of a service, in the foreground; for containers, whose engine takes the supervisor's place."""
    process = at_its_version(house(), process_titled(title))
    known = house().environment(process)
    port = {HEALTH_PORT: os.environ[HEALTH_PORT]} if HEALTH_PORT in os.environ else {}
    os.execve(process.command[0], process.command, {**known, **port})  # noqa: S606 - exactly this program


@app.command()
def status(as_json: AsJson = False) -> None:
    """How far everybody is, how far behind, and what waits in quarantine."""
    settings = settings_of("operator")
    with connect(settings.database_url, "kartoteka status") as connection:
        where = registry.where(settings.data_dir)
        current = status_of(connection, settings.kafka, where, house().health())
    if as_json:
        print_json(current)
    else:
        Console().print(status_table(current))


@app.command()
def run(
    examples: Annotated[
        Path, typer.Option(help="Folder of the examples to publish when the data folder is new.")
    ] = Path("examples"),
    registry_port: Port = None,
) -> None:
    """Start everything, publish the examples once, and show live counters until Ctrl-C, which stops all of it."""
    home = house()
    signal.signal(signal.SIGTERM, _interrupt)
    console = Console()
    try:
        with console.status("starting Kafka and PostgreSQL"):
            home.open()
        supervisor.start(home, registry_port)
        publish_examples(home, examples, console)
        show_live(home, console)
    except KeyboardInterrupt:
        console.print("stopping")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        supervisor.stop(home)
        home.close()


app.add_typer(publish_app(kafka_settings, lambda: house().published), name="publish")
app.command("simulate")(simulate_command(kafka_settings))
app.add_typer(patient_app(settings_of), name="patient")
app.add_typer(quarantine_app(settings_of), name="quarantine")
app.add_typer(ingest_app(settings_of), name="ingest")
ledger = ledger_app(settings_of)
app.add_typer(ledger, name="ledger")
app.add_typer(keys_app(settings_of), name="keys")
app.add_typer(retention_app(settings_of), name="retention")
app.add_typer(providers_app(settings_of), name="providers")
app.add_typer(access_app(settings_of), name="access")
replay_apps(app, house)


@ledger.command("restart-topic")
def restart(reason: Reason, yes: Yes = False, as_json: AsJson = False) -> None:
    """Write the topic anew from a ledger that is behind it; only while the services are stopped."""
    restart_topic(house(), reason, yes=yes, as_json=as_json)


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def main() -> None:
    """Run the command; every expected failure ends in one sentence and its exit code."""
    try:
        app()
    except (BadInput, KafkaSettingsWrong, NotConfigured, RegistryWrong) as error:
        _leave(error, BAD_INPUT)
    except (NotRunning, KafkaNotConfigured, KafkaConnectionError, RegistryAway) as error:
        _leave(error, NOT_RUNNING)
    except psycopg.OperationalError:
        _leave("PostgreSQL does not answer; start it with 'kartoteka up', and look at 'kartoteka status'", NOT_RUNNING)
    except psycopg.Error as error:
        _leave(f"the database refused: {type(error).__name__}", FAILED)
    except FileNotFoundError as error:
        _leave(f"the file {Path(error.filename or '').name} is missing", FAILED)
    except (ServerDidNotStart, ServerDidNotStop, PermissionError, CannotOpen, Damage, RegistryDiffers) as error:
        _leave(error, FAILED)


def _leave(says: object, code: int) -> None:
    typer.echo(str(says), err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
