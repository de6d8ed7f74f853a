"""``kartoteka access explain``: why somebody may see an account, or may not."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
import typer
from psycopg import Connection

from services.kernel.command_line import AsJson, BadInput
from services.kernel.database import connect
from services.kernel.index_key import IndexKey
from services.kernel.key_files import read_key_file
from services.kernel.operators import OPERATOR, Reason, SettingsOf, Time
from services.kernel.operators import viewer as operator
from services.kernel.viewing import record_viewing
from services.kernel.who import NoSuchPatient, NotAnId, resolve
from services.permissions.asking.terminal import Lang, id_of
from services.permissions.why.explaining import Asked, BeingChecked, answer
from services.permissions.why.explanation import Depth
from services.permissions.why.texts import being_checked, render, to_json

Id = Annotated[str, typer.Option(metavar="ID", help="Account identifier, patient id, or - (a line on standard input).")]


def add_explain(app: typer.Typer, settings_of: SettingsOf) -> None:
    """Put the command on ``kartoteka access``."""

    @app.command("explain")
    def explain_(
        viewer: Id,
        subject: Id,
        at: Time = None,
        known_at: Time = None,
        lang: Lang = "pl",
        depth: Annotated[Depth, typer.Option(help="How much the asker may know.")] = Depth.CITIZEN,
        reason: Reason = None,
        as_json: AsJson = False,
    ) -> None:
        """Whether a viewer may see a subject's account, and why; also as it was known at an earlier time."""
        settings, typed = settings_of(OPERATOR), [id_of("viewer", viewer), id_of("subject", subject)]
        assert settings.keys_folder is not None
        index = IndexKey(read_key_file(settings.keys_folder / "index.key"))
        with connect(settings.database_url, "access explain") as connection:
            who = [_known(connection, index, text) for text in typed]
            _note(connection, who[1], reason)
            if depth is Depth.OPERATOR and None in who:
                raise BadInput("nobody is known under one of these numbers; compare them once more")
            asked = Asked(who[0], who[1], at, _past(known_at), depth)
            _say(connection, asked, lang, as_json=as_json)


def _past(known_at: datetime | None) -> datetime | None:
    if known_at is not None and known_at > datetime.now(UTC):
        raise BadInput("--known-at lies in the future: nobody knows yet what will be known then")
    return known_at


def _say(connection: Connection[Any], asked: Asked, language: str, *, as_json: bool) -> None:
    try:
        explanation = answer(connection, asked)
    except BeingChecked:
        words = being_checked(language)
        _print(msgspec.json.encode({"allowed": None, "answer": words}) if as_json else words)
        return
    _print(to_json(explanation, language) if as_json else render(explanation, language))


def _print(said: bytes | str) -> None:
    typer.echo(msgspec.json.format(said, indent=2).decode() if isinstance(said, bytes) else said.rstrip("\n"))


def _known(connection: Connection[Any], index: IndexKey, text: str) -> UUID | None:
    """The patient meant; None where nobody is known, which the answer must not tell."""
    try:
        return resolve(connection, index, text, secret=True)
    except NotAnId as error:
        raise BadInput(str(error)) from None
    except NoSuchPatient:
        return None


def _note(connection: Connection[Any], subject: UUID | None, reason: str | None) -> None:
    record_viewing(connection, operator("access", reason), subject, "access explanation")
