"""How commands about access are typed and answered at a terminal."""

import getpass
import sys
from typing import Annotated, Any, Final, TypeVar

import msgspec
import typer
from rich.table import Column, Table

from schemas.shape import looks_like_pesel
from services.kernel.command_line import FAILED, BadInput, print_json
from services.permissions.asking.forms import Form, FormWrong
from services.permissions.asking.idempotency import Answer
from services.permissions.asking.refusals import LANGUAGES, says

ASK: Final = "-"
DONE: Final = "done; it holds from the next look on"
REPEATED: Final = "it was so already; nothing changed"

AnyForm = TypeVar("AnyForm", bound=Form)


def _language(lang: str) -> str:
    if lang not in LANGUAGES:
        raise typer.BadParameter(f"must be one of: {', '.join(LANGUAGES)}")
    return lang


Lang = Annotated[str, typer.Option("--lang", callback=_language, help="Language of the answer: pl, uk, en.")]


def ask(what: str) -> str:
    """The next line of standard input, unseen where somebody sits there."""
    text = getpass.getpass(f"{what}: ") if sys.stdin.isatty() else sys.stdin.readline()
    if not text.strip():
        raise BadInput(f"the {what} is missing; it is read from standard input, a line each")
    return text.strip()


def id_of(option: str, text: str) -> str:
    """What was given for a person; ``-`` asks, and only so may it be a PESEL."""
    if text == ASK:
        return ask(f"{option}'s PESEL, account identifier or patient id")
    if looks_like_pesel(text.strip()):
        raise BadInput(f"--{option}: a PESEL is never an argument, others could see it; give '-' and type it")
    return text


def form_of(kind: type[AnyForm], **said: Any) -> AnyForm:
    """The form; BadInput names the field that does not fit, never its value."""
    try:
        return msgspec.convert(said, kind)
    except msgspec.ValidationError as error:
        field = str(error).rpartition("$.")[2].rstrip("`")
        raise BadInput(f"{field}: empty, too long, or not one of the values that there are; see --help") from None


def wrong(error: FormWrong) -> BadInput:
    return BadInput(f"{error.field}: {error}")


def tell(answer: Answer, lang: str, *, as_json: bool) -> None:
    """Say how it ended; exit code 1 for a refusal."""
    if answer.code is not None:
        refuse(answer.command, answer.outcome, answer.code, lang, as_json=as_json)
    if as_json:
        print_json({**msgspec.structs.asdict(answer), "says": None})
    else:
        typer.echo(DONE if answer.outcome == "done" else REPEATED)


def refuse(command: str, outcome: str, code: str, lang: str, *, as_json: bool) -> None:
    """The sentence, also where JSON was asked for, and exit code 1."""
    sentence = says(code, lang)
    if as_json:
        print_json({"command": command, "outcome": outcome, "code": code, "decided_at": None, "says": sentence})
    typer.echo(sentence, err=True)
    raise typer.Exit(FAILED)


def table(title: str, rows: list[dict[str, Any]], columns: tuple[str, ...]) -> Table:
    """A list for people to read."""
    made = Table(*(Column(name.replace("_", " "), overflow="fold") for name in columns), title=title)
    for row in rows:
        made.add_row(*(_shown(row[name]) for name in columns))
    return made


def _shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    return value.isoformat(timespec="seconds") if hasattr(value, "isoformat") else str(value)
