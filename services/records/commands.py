"""What operators do with records: show a patient, verify the ledger."""

import asyncio
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import Progress

from services.kernel.command_line import AsJson, print_json
from services.kernel.database import NO_LIMITS, connect
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.operators import OPERATOR, Reason, SettingsOf, keys_url, time_of, viewer
from services.kernel.patient_keys import PatientKeys, master_keys
from services.kernel.replaying import Means, ReplayApps
from services.kernel.settings import Settings
from services.records.growing import PatientReadModel
from services.records.keys_commands import keys_app
from services.records.meant import patient_meant
from services.records.quarantine_commands import ingest_app, quarantine_app
from services.records.reference_commands import providers_app
from services.records.replay.rebuild_command import add_rebuild
from services.records.replay.turn_commands import add_turns
from services.records.replay.verify_command import add_verify
from services.records.retention_commands import retention_app
from services.records.terminal import render
from services.records.timeline import as_json
from services.records.topic_restart import TOPICS as LEDGER_TOPICS
from services.records.topic_restart import Findings, examine, forget_topic
from services.records.verify import Report, verify_seals, verify_statements, verify_streams, verify_topic
from services.records.window import open_record

__all__ = [
    "LEDGER_TOPICS",
    "Findings",
    "PatientReadModel",
    "add_replay",
    "examine",
    "forget_topic",
    "ingest_app",
    "keys_app",
    "ledger_app",
    "patient_app",
    "providers_app",
    "quarantine_app",
    "retention_app",
]


def add_replay(apps: ReplayApps, means: Means, operator: Callable[[], Settings]) -> None:
    """Put ``records`` on ``kartoteka rebuild | verify | switch | rollback | prune``."""
    add_rebuild(apps.rebuild, means, operator)
    add_verify(apps.verify, means)
    add_turns(apps, means)


def patient_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka patient``."""
    app = typer.Typer(no_args_is_help=True, help="A patient's record.")

    @app.callback()
    def patient() -> None: ...

    @app.command()
    def show(
        patient_id: Annotated[
            str, typer.Argument(metavar="ID", help="Account identifier, patient id, or - (asked for; also a PESEL).")
        ],
        as_of: Annotated[
            datetime | None,
            typer.Option(metavar="TIME", parser=time_of, help="As the ledger knew it then; UTC unless it says."),
        ] = None,
        reason: Reason = None,
        as_json_: AsJson = False,
    ) -> None:
        """Show the timeline, what is left to dispense, and what the next vaccination waits for."""
        opened = _open(settings_of(OPERATOR), patient_id, as_of, reason)
        if as_json_:
            print_json(
                {
                    "patient_id": opened.patient_id,
                    "account_id": opened.account_id,
                    "as_of": as_of,
                    "entries": as_json(opened.entries),
                    "next_dose": as_json(opened.next_dose),
                    "names": opened.names,
                    "read_by": opened.read_by,
                }
            )
        else:
            Console().print(f"Account {opened.account_id} · patient {opened.patient_id}")
            if as_of:
                Console().print(f"as known at {as_of.astimezone(UTC):%F %T} UTC; {_shown_by(opened.read_by)}")
            Console().print(render(opened.entries, opened.next_dose, opened.names))

    return app


def _shown_by(version: str | None) -> str:
    """Which version people saw at a time; another one may show the same facts otherwise."""
    return "nobody could read it then" if version is None else f"shown then by {version}"


def ledger_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka ledger``."""
    app = typer.Typer(no_args_is_help=True, help="The ledger itself.")

    @app.callback()
    def ledger() -> None: ...

    @app.command()
    def verify(
        patient: Annotated[str | None, typer.Option(metavar="X", help="Only this patient's stream.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Compare streams, seals and topic; exit code 1 when history was rewritten."""
        report = _verify(settings_of(OPERATOR), patient, quiet=as_json)
        if as_json:
            print_json({"ok": report.ok, **asdict(report)})
        else:
            for finding in report.findings:
                place = f"patient {finding.patient_id} version {finding.version} position {finding.position}"
                Console().print(f"[red]{finding.kind}[/red]: {finding.says} ({place})", highlight=False)
            verdict = "history is as it was written" if report.ok else f"{len(report.findings)} findings"
            Console().print(f"{report.events} events, {report.streams} streams, {report.seals} seals: {verdict}")
        if not report.ok:
            raise typer.Exit(1)

    return app


def _verify(settings: Settings, patient: str | None, *, quiet: bool) -> Report:
    report = Report()
    with (
        connect(settings.database_url, "kartoteka verify") as connection,
        Progress(console=Console(stderr=True), disable=quiet or not sys.stderr.isatty()) as bar,
    ):
        connection.execute(NO_LIMITS)
        who = None if patient is None else patient_meant(connection, settings, patient)
        task = bar.add_task("verifying", total=None)
        with connection.transaction():
            # One moment for all of it, while the ledger grows.
            connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
            verify_streams(connection, report, who, lambda n: bar.advance(task, n))
            if who is None:
                verify_seals(connection, report, lambda n: bar.advance(task, n))
                verify_statements(connection, report)
        asyncio.run(verify_topic(connection, settings.kafka, report, who, lambda n: bar.advance(task, n)))
    return report


def _open(settings: Settings, text: str, known_at: datetime | None, reason: str | None) -> Any:
    index, keys = _window_keys(settings)
    with connect(settings.database_url, "patient show") as records, connect(keys_url(settings), "show") as keys_db:
        patient = patient_meant(records, settings, text)
        return open_record(records, keys_db, keys, index, patient, viewer("operation", reason), known_at)


def _window_keys(settings: Settings) -> tuple[IndexKey, PatientKeys]:
    assert settings.keys_folder is not None
    index = IndexKey(read_key_file(settings.keys_folder / "index.key"))
    return index, PatientKeys(master_keys(settings.keys_folder))
