"""What the hotline does about access: ``kartoteka access``.

A person is named by an account identifier or a patient id, or by ``-`` and then on standard input, where it may be a
PESEL: first ``--by``, then ``--viewer``, then ``--subject``. Where a surname is asked for, it is the line after those.
"""

import getpass
from collections.abc import Callable
from typing import Annotated, Any, Final
from uuid import UUID

import typer
from rich.console import Console

from kartoteka.publishing.licences import PROFESSIONS
from schemas.shape import looks_like_pesel
from services.kernel.command_line import AsJson, BadInput, no_number, print_json
from services.kernel.operators import Reason, SettingsOf, viewer
from services.kernel.who import NoSuchPatient, resolve
from services.permissions.asking.desk import ROLE, Desk, Place
from services.permissions.asking.explain_command import add_explain
from services.permissions.asking.forms import (
    AnyForm,
    AuthoriseForm,
    BlockForm,
    ConfirmForm,
    DelegateForm,
    DesignateForm,
    FormWrong,
    RemoveForm,
    UnauthoriseForm,
    UnblockForm,
    UnconfirmForm,
    name_of,
)
from services.permissions.asking.idempotency import KeyUsed, key_problem
from services.permissions.asking.lists import who_sees as who_sees_account
from services.permissions.asking.lists import whose_accounts
from services.permissions.asking.refusals import BEING_CHECKED, KEY_USED, says
from services.permissions.asking.terminal import Lang, ask, form_of, id_of, refuse, table, tell, wrong
from services.permissions.asking.wiring import desk_of, place_of
from services.permissions.rules.standing import Scope
from services.permissions.why.explaining import BeingChecked

__all__ = ["access_app"]

PERIOD: Final = ("scope", "grounds", "valid_from", "valid_until")
VIEWED: Final = ("viewed_at", "viewer", "kind", "purpose", "ground")
PROCESS: Final = "kartoteka access"


def _profession(text: str) -> str:
    if text not in PROFESSIONS:
        raise typer.BadParameter(f"must be one of: {', '.join(PROFESSIONS)}")
    return text


def _key(text: str | None) -> str | None:
    if text is not None and (says_ := key_problem(text)) is not None:
        raise typer.BadParameter(says_)
    return text


_ID: Final = "Account identifier, patient id, or - (read from standard input; also a PESEL)."
By = Annotated[str, typer.Option("--by", metavar="ID", help=f"Who asks. {_ID}")]
Viewer = Annotated[str, typer.Option("--viewer", metavar="ID", help=f"Who may look, or may not. {_ID}")]
Subject = Annotated[str, typer.Option("--subject", metavar="ID", help=f"Whose account it is. {_ID}")]
Until = Annotated[
    str | None,
    typer.Option("--until", metavar="TIME", help="A day, at whose start it ends, or a time; in Warsaw unless it says."),
]
Document = Annotated[
    str | None, typer.Option("--document", metavar="TEXT", callback=no_number, help="Reference of the paper; sealed.")
]
Why = Annotated[str | None, typer.Option("--reason", metavar="TEXT", callback=no_number, help="Why; sealed.")]
ProfessionOf = Annotated[str, typer.Option("--profession", callback=_profession, help=", ".join(PROFESSIONS))]
Licence = Annotated[str, typer.Option("--licence", help="Licence number, in the form of the profession.")]
Key = Annotated[
    str | None,
    typer.Option("--idempotency-key", metavar="KEY", callback=_key, help="The same key is carried out once."),
]


def access_app(settings_of: SettingsOf) -> typer.Typer:
    """``kartoteka access``."""
    app = typer.Typer(no_args_is_help=True, help="Who may see another person's account.")
    _about_guardians(app, settings_of)
    _about_own_account(app, settings_of)
    _with_papers(app, settings_of)
    _lists(app, settings_of)
    add_explain(app, settings_of)
    return app


def _about_guardians(app: typer.Typer, settings_of: SettingsOf) -> None:
    @app.command()
    def designate(
        by: By,
        viewer: Viewer,
        subject: Subject,
        declares_guardian: Annotated[
            bool, typer.Option("--declares-guardian", help="Who asks has declared that this is a legal guardian.")
        ] = False,
        key: Key = None,
        lang: Lang = "pl",
        as_json: AsJson = False,
    ) -> None:
        """Who insures a child adds another guardian, whose surname is read from standard input."""
        said = _persons(by=by, viewer=viewer, subject=subject) | {"surname": ask("viewer's surname")}
        _carry_out(settings_of, form_of(DesignateForm, **said, declares_guardian=declares_guardian), key, lang, as_json)

    @app.command()
    def remove(
        by: By, viewer: Viewer, subject: Subject, key: Key = None, lang: Lang = "pl", as_json: AsJson = False
    ) -> None:
        """Remove a designated guardian, or a delegate of the own account, or give it up."""
        form = form_of(RemoveForm, **_persons(by=by, viewer=viewer, subject=subject))
        _carry_out(settings_of, form, key, lang, as_json)


def _about_own_account(app: typer.Typer, settings_of: SettingsOf) -> None:
    @app.command()
    def delegate(
        by: By,
        viewer: Viewer,
        scope: Annotated[Scope, typer.Option(help="To look, or to act as well.")] = Scope.SEE,
        until: Until = None,
        key: Key = None,
        lang: Lang = "pl",
        as_json: AsJson = False,
    ) -> None:
        """An adult lets another one use the own account; with the viewer's PESEL, the surname is read after it."""
        said = _persons(by=by, viewer=viewer)
        surname = ask("viewer's surname") if looks_like_pesel(said["viewer"]) else None
        form = form_of(DelegateForm, **said, surname=surname, scope=scope.value, until=until)
        _carry_out(settings_of, form, key, lang, as_json)

    @app.command()
    def authorise(
        by: By,
        profession: ProfessionOf,
        licence: Licence,
        until: Until = None,
        key: Key = None,
        lang: Lang = "pl",
        as_json: AsJson = False,
    ) -> None:
        """An adult lets a practitioner see the record; a pharmacist, the prescriptions."""
        said = {**_persons(by=by), "profession": profession, "licence": licence, "until": until}
        _carry_out(settings_of, form_of(AuthoriseForm, **said), key, lang, as_json)

    @app.command()
    def unauthorise(
        by: By, profession: ProfessionOf, licence: Licence, key: Key = None, lang: Lang = "pl", as_json: AsJson = False
    ) -> None:
        """An adult takes that back."""
        form = form_of(UnauthoriseForm, **_persons(by=by), profession=profession, licence=licence)
        _carry_out(settings_of, form, key, lang, as_json)


def _with_papers(app: typer.Typer, settings_of: SettingsOf) -> None:
    @app.command()
    def confirm(
        viewer: Viewer,
        subject: Subject,
        document: Document = None,
        until: Until = None,
        reason: Why = None,
        key: Key = None,
        lang: Lang = "pl",
        as_json: AsJson = False,
    ) -> None:
        """Papers were checked: this person may see the child's account."""
        said = _papers(viewer, subject, document, reason)
        _carry_out(settings_of, form_of(ConfirmForm, **said, until=until), key, lang, as_json)

    for form, name, says_ in (
        (UnconfirmForm, "unconfirm", "Withdraw a confirmation."),
        (BlockForm, "block", "Shut a person out, whatever else holds; --document is the court's reference."),
        (UnblockForm, "unblock", "Let the grounds count again; --document is the court's reference."),
    ):
        app.command(name, help=says_)(_with_papers_only(settings_of, form))


def _with_papers_only(
    settings_of: SettingsOf, form: type[UnconfirmForm | BlockForm | UnblockForm]
) -> Callable[..., None]:
    """The command of a form in which nothing stands but two persons and papers."""

    def command(
        viewer: Viewer,
        subject: Subject,
        document: Document = None,
        reason: Why = None,
        key: Key = None,
        lang: Lang = "pl",
        as_json: AsJson = False,
    ) -> None:
        _carry_out(settings_of, form_of(form, **_papers(viewer, subject, document, reason)), key, lang, as_json)

    return command


def _lists(app: typer.Typer, settings_of: SettingsOf) -> None:
    @app.command()
    def whose(viewer: Viewer, reason: Reason = None, lang: Lang = "pl", as_json: AsJson = False) -> None:
        """The accounts of others that a person may see now."""
        settings = settings_of(ROLE)
        text, desk = id_of("viewer", viewer), desk_of(settings)
        with place_of(settings, PROCESS) as place:
            if desk.being_checked(place.main):
                refuse("whose", "not_decided", BEING_CHECKED, lang, as_json=as_json)
            rows = whose_accounts(place.main, _known(desk, place, text), _operator(reason))
        if as_json:
            print_json({"accounts": rows})
        else:
            Console().print(table("may see", rows, ("subject", *PERIOD)))

    @app.command()
    def who(subject: Subject, reason: Reason = None, as_json: AsJson = False) -> None:
        """Who else may see a person's account now, and who looked at it."""
        settings = settings_of(ROLE)
        text, desk = id_of("subject", subject), desk_of(settings)
        with place_of(settings, PROCESS) as place:
            found = who_sees_account(place.main, _known(desk, place, text), _operator(reason))
        if as_json:
            print_json(found)
        else:
            Console().print(table("may look", found["sees"], ("viewer", *PERIOD)))
            Console().print(table("have looked", found["saw"], VIEWED))


def _persons(**given: str) -> dict[str, str]:
    """Everybody who is named, asked for in the order of the arguments."""
    return {option: id_of(option, text) for option, text in given.items()}


def _papers(viewer: str, subject: str, document: str | None, reason: str | None) -> dict[str, Any]:
    persons = _persons(viewer=viewer, subject=subject)
    return {**persons, "operator": getpass.getuser(), "document": document, "reason": reason}


def _carry_out(settings_of: SettingsOf, form: AnyForm, key: str | None, lang: str, as_json: bool) -> None:
    settings = settings_of(ROLE)
    try:
        with place_of(settings, PROCESS) as place:
            answer = desk_of(settings).carry_out(place, form, key)
    except FormWrong as error:
        raise wrong(error) from None
    except KeyUsed:
        raise BadInput(says(KEY_USED, lang)) from None
    except BeingChecked:
        refuse(name_of(form), "not_decided", BEING_CHECKED, lang, as_json=as_json)
    else:
        tell(answer, lang, as_json=as_json)


def _known(desk: Desk, place: Place, text: str) -> UUID:
    try:
        return resolve(place.main, desk.index, text, secret=True)
    except NoSuchPatient as unknown:
        raise BadInput(str(unknown)) from None


def _operator(reason: str | None) -> Any:
    return viewer("access", reason)
