"""What somebody typed or sent, before it is known who is meant; persons' numbers stand in it, so it shows nothing.

``by``, ``subject`` and ``viewer`` are an account identifier, a patient id or a PESEL.
"""

from collections.abc import Callable
from datetime import date, datetime
from typing import Annotated, Final, Literal
from uuid import UUID

import msgspec

from kartoteka.publishing.statement import looks_personal
from schemas.shape import EARLIEST, LATEST, broken_text, looks_like_pesel
from services.kernel.moments import micros, moment
from services.permissions.asking.requests import (
    Authorise,
    Block,
    Confirm,
    Delegate,
    Designate,
    Remove,
    Request,
    Unauthorise,
    Unblock,
    Unconfirm,
)
from services.permissions.rules.instants import POLAND, start_of
from services.permissions.rules.standing import Scope
from services.permissions.why.explanation import Depth

Id = Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
Surname = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
Reference = Annotated[str, msgspec.Meta(max_length=200)]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Operator = Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
Licence = Annotated[str, msgspec.Meta(min_length=1, max_length=20)]
Profession = Literal["physician", "dentist", "nurse", "midwife", "pharmacist", "feldsher"]

# Who is meant by what was typed into a field; and the digest by which a surname is compared for that person.
WhoIs = Callable[[str], UUID]
SurnameCheck = Callable[[UUID, str], bytes]


class FormWrong(Exception):
    """What was typed cannot be meant: the field, and what to do; never the value."""

    def __init__(self, says: str, field: str) -> None:
        super().__init__(says)
        self.field = field


class Papers(msgspec.Struct, frozen=True):
    """What was shown and said; sealed wherever it is kept."""

    document: str | None
    reason: str | None

    def __repr__(self) -> str:
        return "Papers(…)"


class Form(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag=True, tag_field="command"):
    """What every form has."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(…)"

    @property
    def papers(self) -> Papers | None:
        """None where the command takes none."""
        return None

    def check(self) -> None:
        """FormWrong for what no type says: text that cannot be kept, a PESEL where it would be seen."""
        for name in self.__struct_fields__:
            said = getattr(self, name)
            if isinstance(said, str) and broken_text(said):
                raise FormWrong("must not hold a NUL or broken characters", name)
            if name in ("operator", "document", "reason") and said is not None and looks_personal(said):
                raise FormWrong("must not hold 11 digits in a row: that looks like a PESEL, and this is kept", name)


class DesignateForm(Form, frozen=True, kw_only=True, tag="designate"):
    by: Id
    subject: Id
    viewer: Id
    surname: Surname
    declares_guardian: bool = False

    @property
    def papers(self) -> Papers:
        return Papers(None, None)

    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        viewer = who("viewer")
        return Designate(who("by"), who("subject"), viewer, check(viewer, self.surname), self.declares_guardian)


class RemoveForm(Form, frozen=True, kw_only=True, tag="remove"):
    by: Id
    subject: Id
    viewer: Id

    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        return Remove(who("by"), who("subject"), who("viewer"))


class DelegateForm(Form, frozen=True, kw_only=True, tag="delegate"):
    by: Id
    viewer: Id
    surname: Surname | None = None
    scope: Scope = Scope.SEE
    until: str | None = None

    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        if self.surname is None and looks_like_pesel(self.viewer.strip()):
            raise FormWrong("is needed with a PESEL", "surname")
        viewer = who("viewer")
        checked = None if self.surname is None else check(viewer, self.surname)
        return Delegate(who("by"), viewer, checked, self.scope, end_of(self.until))


class AuthoriseForm(Form, frozen=True, kw_only=True, tag="authorise"):
    by: Id
    profession: Profession
    licence: Licence
    until: str | None = None

    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        return Authorise(who("by"), self.profession, _licence(self.licence), end_of(self.until))


class UnauthoriseForm(Form, frozen=True, kw_only=True, tag="unauthorise"):
    by: Id
    profession: Profession
    licence: Licence

    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        return Unauthorise(who("by"), self.profession, _licence(self.licence))


class OperatorsForm(Form, frozen=True, kw_only=True):
    """What every form has that an operator fills in."""

    operator: Operator
    subject: Id
    viewer: Id
    document: Reference | None = None
    reason: Text | None = None

    @property
    def papers(self) -> Papers:
        return Papers(_said(self.document), _said(self.reason))


class ConfirmForm(OperatorsForm, frozen=True, kw_only=True, tag="confirm"):
    until: str | None = None

    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        until = end_of(self.until)
        return Confirm(self.operator, who("subject"), who("viewer"), self.papers.document is not None, until)


class UnconfirmForm(OperatorsForm, frozen=True, kw_only=True, tag="unconfirm"):
    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        return Unconfirm(self.operator, who("subject"), who("viewer"))


class BlockForm(OperatorsForm, frozen=True, kw_only=True, tag="block"):
    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        return Block(self.operator, who("subject"), who("viewer"), self.papers.document is not None)


class UnblockForm(OperatorsForm, frozen=True, kw_only=True, tag="unblock"):
    def request(self, who: WhoIs, check: SurnameCheck) -> Request:
        return Unblock(self.operator, who("subject"), who("viewer"), self.papers.document is not None)


class ExplainForm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A question why; only an operator, who is named, chooses the moment or sees more than a citizen may."""

    viewer: Id
    subject: Id
    at: str | None = None
    known_at: str | None = None
    operator: Operator | None = None
    reason: Text | None = None

    def __repr__(self) -> str:
        return "ExplainForm(…)"

    @property
    def depth(self) -> Depth:
        return Depth.CITIZEN if self.operator is None else Depth.OPERATOR

    def check(self) -> None:
        """FormWrong where a citizen asks for more than now, or a PESEL would be kept."""
        for name in ("at", "known_at"):
            if self.operator is None and getattr(self, name) is not None:
                raise FormWrong("is for operators; name one in 'operator'", name)
        for name in ("operator", "reason"):
            if looks_personal(getattr(self, name) or ""):
                raise FormWrong("must not hold 11 digits in a row: that looks like a PESEL, and this is kept", name)

    def moment(self, name: str) -> datetime | None:
        at = end_of(getattr(self, name), name)
        return None if at is None else moment(at)


AnyForm = (
    DesignateForm
    | RemoveForm
    | DelegateForm
    | AuthoriseForm
    | UnauthoriseForm
    | ConfirmForm
    | UnconfirmForm
    | BlockForm
    | UnblockForm
)
# These give access to somebody else's account: while permissions is behind the ledger they wait.
WAIT: Final = (DesignateForm, ConfirmForm, UnblockForm)


def name_of(form: AnyForm) -> str:
    """The command's name, as people type it."""
    return str(form.__struct_config__.tag)


def end_of(text: str | None, field: str = "until") -> int | None:
    """The moment of a day, at whose start it ends, or of a time; without a zone, in Warsaw."""
    if text is None:
        return None
    try:
        if len(text) == len("2026-03-01"):
            return start_of(_within(datetime.combine(date.fromisoformat(text), datetime.min.time(), POLAND)).date())
        said = datetime.fromisoformat(text)
        return micros(_within(said if said.tzinfo else said.replace(tzinfo=POLAND)))
    except (ValueError, OverflowError):
        raise FormWrong("must be a day, such as 2026-03-01, or a time, such as 2026-03-01T12:00", field) from None


def _within(said: datetime) -> datetime:
    if not EARLIEST <= said < LATEST:
        raise ValueError
    return said


def _licence(text: str) -> str:
    return text.strip().upper()


def _said(text: str | None) -> str | None:
    return text.strip() or None if text is not None else None
