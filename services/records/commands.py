"""What operators do with records: show a patient, look after the quarantine, resume ingest, verify the ledger."""

import asyncio
import getpass
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from services.kernel.bookmarks import Bookmarks
from services.kernel.command_line import AsJson, BadInput, print_json
from services.kernel.database import NO_LIMITS, connect
from services.kernel.index_key import IndexKey
from services.kernel.partition import Partition
from services.kernel.patient_keys import MasterKey, PatientKeys, read_key_file
from services.kernel.settings import Settings
from services.records import quarantine_desk as desk
from services.records.intake import Intake
from services.records.redrive import redrive, resume
from services.records.timeline import as_json, render
from services.records.verify import Report, verify_seals, verify_streams, verify_topic
from services.records.window import NoSuchPatient, Viewer, open_record, record_viewing, resolve
from services.records.wiring import intake

OPERATOR: Final = "operator"
INGEST: Final = "records_ingest"

SettingsOf = Callable[[str], Settings]
Reason = Annotated[str | None, typer.Option(metavar="TEXT", help="Why; kept with the viewing.")]
Place = Annotated[str, typer.Argument(metavar="PLACE", help="TOPIC/PARTITION/OFFSET, as 'quarantine list' shows it.")]


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
            typer.Option(metavar="TIME", formats=TIMES, help="As the ledger knew it then; UTC unless it says."),
        ] = None,
        reason: Reason = None,
        as_json_: AsJson = False,
    ) -> None:
        """Show the timeline, what is left to dispense, and what the next vaccination waits for."""
        opened = _open(settings_of(OPERATOR), patient_id, _aware(as_of), reason)
        if as_json_:
            print_json(
                {
                    "patient_id": opened.patient_id,
                    "account_id": opened.account_id,
                    "as_of": _aware(as_of),
                    "entries": as_json(opened.entries),
                    "next_dose": as_json(opened.next_dose),
                }
            )
        else:
            Console().print(f"Account {opened.account_id} · patient {opened.patient_id}")
            Console().print(render(opened.entries, opened.next_dose))

    return app


TIMES: Final = [
    "%Y-%m-%d",
    "%Y-%m-%dT%H:%M:%S",
    "%Y-%m-%dT%H:%M:%S%z",
    "%Y-%m-%dT%H:%M:%S.%f%z",
    "%Y-%m-%dT%H:%M:%S.%f",
]


def quarantine_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka quarantine``."""
    app = typer.Typer(no_args_is_help=True, help="Records that could not be understood.")

    @app.command("list")
    def list_(
        publisher: Annotated[str | None, typer.Option(help="Only this publisher's.")] = None,
        reason: Annotated[str | None, typer.Option(help="Only this reason code.")] = None,
        limit: Annotated[int, typer.Option(min=1, max=100_000)] = 100,
        as_json: AsJson = False,
    ) -> None:
        """List what waits: where, who, why; never the content."""
        with connect(settings_of(OPERATOR).database_url, "kartoteka quarantine") as connection:
            waiting = desk.waiting(connection, publisher, reason, limit)
            total = desk.count(connection, publisher, reason)
        if as_json:
            print_json({"waiting": total, "records": waiting})
            return
        Console().print(_waiting_table(waiting))
        Console().print(f"{total} waiting, {len(waiting)} shown")

    @app.command()
    def show(
        place: Place,
        reveal: Annotated[bool, typer.Option("--reveal", help="Open the content; recorded as a viewing.")] = False,
        reason: Reason = None,
        as_json: AsJson = False,
    ) -> None:
        """Show one record; its content stays masked unless --reveal."""
        settings = settings_of(INGEST if reveal else OPERATOR)
        with connect(settings.database_url, "kartoteka quarantine") as connection:
            shown = desk.one(connection, desk.parse_place(place))
            if reveal:
                patient = desk.patient_of(connection, desk.parse_place(place))
                record_viewing(connection, _viewer("quarantine", reason), patient, "quarantined record")
                shown |= desk.content(connection, _service_key(settings), desk.parse_place(place))
        if as_json:
            print_json(shown)
        else:
            for name, value in shown.items():
                Console().print(f"[bold]{name}[/bold]", value, markup=True, highlight=False)

    @app.command("redrive")
    def redrive_(
        place: Annotated[str | None, typer.Argument(metavar="PLACE", help="One record; none: all that match.")] = None,
        publisher: Annotated[str | None, typer.Option(help="Only this publisher's.")] = None,
        reason: Annotated[str | None, typer.Option(help="Only this reason code.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Try waiting records again."""
        settings = settings_of(INGEST)
        with connect(settings.database_url, "redrive") as records, connect(_keys_url(settings), "redrive") as keys:
            places = [desk.parse_place(place)] if place else desk.places(records, publisher, reason)
            done = redrive(_intake(settings), records, keys, places)
        _say(as_json, {"tried": len(places), "redriven": done}, f"{done} of {len(places)} need not wait any longer")

    @app.command()
    def discard(
        place: Place,
        reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why it is given up; kept for ever.")],
        as_json: AsJson = False,
    ) -> None:
        """Give a waiting record up, for a reason."""
        if not reason.strip():
            raise BadInput("a record is discarded for a reason only; give --reason TEXT")
        settings = settings_of(INGEST)
        with connect(settings.database_url, "discard") as records:
            done = _intake(settings).discard(records, [desk.parse_place(place)], reason)
        if not done:
            raise BadInput(f"nothing waits at {place}; see 'kartoteka quarantine list'")
        _say(as_json, {"discarded": done}, "discarded")

    return app


def ingest_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka ingest``."""
    app = typer.Typer(no_args_is_help=True, help="The way into the ledger.")

    @app.callback()
    def ingest() -> None: ...

    @app.command("resume")
    def resume_(
        publisher: Annotated[str | None, typer.Option(help="The publisher whose records are parked.")] = None,
        partition: Annotated[str | None, typer.Option(metavar="T/N", help="The partition that stopped.")] = None,
        as_json: AsJson = False,
    ) -> None:
        """Forget what was bad, and re-drive what was parked, in its order."""
        if (publisher is None) == (partition is None):
            raise BadInput("give either --publisher NAME or --partition TOPIC/NUMBER")
        where = None if partition is None else _partition(partition)
        settings = settings_of(INGEST)
        with connect(settings.database_url, "resume") as records, connect(_keys_url(settings), "resume") as keys:
            done, parked = resume(_intake(settings), records, keys, publisher, where)
        said = {"parked": parked, "redriven": done, "still_waiting": parked - done}
        _say(as_json, said, f"resumed; {done} of {parked} parked records re-driven")

    return app


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
        who = None if patient is None else _resolved(connection, settings, patient)
        task = bar.add_task("verifying", total=None)
        with connection.transaction():
            verify_streams(connection, report, who, lambda n: bar.advance(task, n))
            if who is None:
                verify_seals(connection, report, lambda n: bar.advance(task, n))
        asyncio.run(verify_topic(connection, settings.kafka, report, who, lambda n: bar.advance(task, n)))
    return report


def _open(settings: Settings, text: str, known_at: datetime | None, reason: str | None) -> Any:
    index, keys = _window_keys(settings)
    with connect(settings.database_url, "patient show") as records, connect(_keys_url(settings), "show") as keys_db:
        patient = _resolved(records, settings, text)
        return open_record(records, keys_db, keys, index, patient, _viewer("operation", reason), known_at)


def _resolved(connection: Any, settings: Settings, text: str) -> Any:
    """The patient meant; ``-`` asks for the id, and only so may it be a PESEL."""
    index, _ = _window_keys(settings)
    secret = text == "-"
    if secret:
        text = (
            getpass.getpass("PESEL, account identifier or patient id: ") if sys.stdin.isatty() else sys.stdin.readline()
        )
    try:
        return resolve(connection, index, text, secret=secret)
    except NoSuchPatient as unknown:
        raise BadInput(str(unknown)) from None


def _window_keys(settings: Settings) -> tuple[IndexKey, PatientKeys]:
    assert settings.keys_folder is not None
    index = IndexKey(read_key_file(settings.keys_folder / "index.key"))
    return index, PatientKeys(MasterKey("master", read_key_file(settings.keys_folder / "master.key")))


def _service_key(settings: Settings) -> bytes:
    assert settings.keys_folder is not None
    return read_key_file(settings.keys_folder / "service.key")


def _intake(settings: Settings) -> Intake:
    return intake(settings, Bookmarks("records.ingest", "operator"))


def _keys_url(settings: Settings) -> str:
    assert settings.keys_database_url is not None
    return settings.keys_database_url


def _viewer(purpose: str, reason: str | None) -> Viewer:
    return Viewer(f"operator:{getpass.getuser()}", purpose, "operator", reason)


def _aware(moment: datetime | None) -> datetime | None:
    return moment if moment is None or moment.tzinfo else moment.replace(tzinfo=UTC)


def _partition(text: str) -> Partition:
    topic, _, number = text.rpartition("/")
    if not topic or not number.isdecimal():
        raise BadInput("a partition is written TOPIC/NUMBER, such as clinic.events.v1/3")
    return Partition(topic, int(number))


def _say(as_json: bool, said: dict[str, Any], sentence: str) -> None:
    if as_json:
        print_json(said)
    else:
        typer.echo(sentence)


def _waiting_table(waiting: list[dict[str, Any]]) -> Table:
    table = Table("place", "publisher", "reason", "since", "what to do")
    for one in waiting:
        table.add_row(one["place"], one["publisher"], one["reason"], str(one["since"]), one["detail"])
    return table
