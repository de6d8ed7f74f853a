"""What operators do with the quarantine: look, reveal, try again, give up; and let ingest go on."""

from datetime import UTC
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Column, Table

from schemas import topics
from services.kernel.bookmarks import Bookmarks
from services.kernel.command_line import AsJson, BadInput, no_number, print_json
from services.kernel.database import connect
from services.kernel.key_files import read_key_file
from services.kernel.operators import INGEST, OPERATOR, Reason, SettingsOf, keys_url, viewer
from services.kernel.partition import Partition
from services.kernel.settings import Settings
from services.kernel.viewing import record_viewing
from services.records import quarantine_desk as desk
from services.records.intake import Intake
from services.records.reasons import Reason as ReasonCodes
from services.records.redrive import redrive, resume
from services.records.wiring import intake

Place = Annotated[str, typer.Argument(metavar="PLACE", help="TOPIC/PARTITION/OFFSET, as 'quarantine list' shows it.")]


def _reason_code(code: str | None) -> str | None:
    if code is not None and code not in set(ReasonCodes):
        raise typer.BadParameter(f"must be one of: {', '.join(ReasonCodes)}")
    return code


ReasonCode = Annotated[str | None, typer.Option(callback=_reason_code, help="Only this reason code.")]


def quarantine_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka quarantine``."""
    app = typer.Typer(no_args_is_help=True, help="Records that could not be understood.")

    @app.command("list")
    def list_(
        publisher: Annotated[str | None, typer.Option(help="Only this publisher's.")] = None,
        reason: ReasonCode = None,
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
                record_viewing(connection, viewer("quarantine", reason), patient, "quarantined record")
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
        reason: ReasonCode = None,
        as_json: AsJson = False,
    ) -> None:
        """Try waiting records again."""
        settings = settings_of(INGEST)
        with connect(settings.database_url, "redrive") as records, connect(keys_url(settings), "redrive") as keys:
            places = [desk.parse_place(place)] if place else desk.places(records, publisher, reason)
            done = redrive(_intake(settings), records, keys, places)
        _say(as_json, {"tried": len(places), "redriven": done}, f"{done} of {len(places)} need not wait any longer")

    @app.command()
    def discard(
        place: Place,
        reason: Annotated[
            str,
            typer.Option("--reason", metavar="TEXT", callback=no_number, help="Why it is given up; kept for ever."),
        ],
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
        with connect(settings.database_url, "resume") as records, connect(keys_url(settings), "resume") as keys:
            done, parked = resume(_intake(settings), records, keys, publisher, where)
        said = {"parked": parked, "redriven": done, "still_waiting": parked - done}
        _say(as_json, said, f"resumed; {done} of {parked} parked records re-driven")

    return app


def _service_key(settings: Settings) -> bytes:
    assert settings.keys_folder is not None
    return read_key_file(settings.keys_folder / "service.key")


def _intake(settings: Settings) -> Intake:
    return intake(settings, Bookmarks("records.ingest", "operator"))


def _partition(text: str) -> Partition:
    topic, _, number = text.rpartition("/")
    if not topic or not number.isdecimal():
        raise BadInput("a partition is written TOPIC/NUMBER, such as clinic.events.v1/3")
    if topic not in topics():
        raise BadInput(f"publishers have no such topic; theirs are: {', '.join(topics())}")
    return Partition(topic, int(number))


def _say(as_json: bool, said: dict[str, Any], sentence: str) -> None:
    if as_json:
        print_json(said)
    else:
        typer.echo(sentence)


def _waiting_table(waiting: list[dict[str, Any]]) -> Table:
    table = Table(Column("place", overflow="fold"), "publisher", "reason", "since (UTC)", "what to do")
    for one in waiting:
        since = one["since"].astimezone(UTC).strftime("%Y-%m-%d %H:%M")
        table.add_row(one["place"], one["publisher"], one["reason"], since, one["detail"])
    return table
