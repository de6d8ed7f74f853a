"""A family that gives commands: what is known of it, and the requests of tests."""

from typing import Any, Final
from uuid import UUID

from services.kernel.index_key import IndexKey
from services.permissions.asking.judging import judge
from services.permissions.asking.requests import UNKNOWN, Decision, Done, Known, Refused, Request
from services.permissions.rules.facts import Decided, NameChanged
from tests.permissions import CHILD, FATHER, GRANDMOTHER, MOTHER, STRANGER, Story, When, moment, records_of

NOW: Final = "2026-03-01T12:00:00"
EVENT: Final = UUID(int=0xE1)
INDEX: Final = IndexKey(bytes(32))
SURNAMES: Final = {MOTHER: "Kowalska", FATHER: "Nowak", GRANDMOTHER: "Wiśniewska", STRANGER: "Obcy", CHILD: "Nowak"}

__all__ = ["CHILD", "EVENT", "FATHER", "GRANDMOTHER", "MOTHER", "NOW", "STRANGER", "UNKNOWN", "Family"]


class Family(Story):
    """Mother insures the child; father and grandmother are adults, and so is a stranger."""

    def __init__(self) -> None:
        super().__init__()
        for adult in (MOTHER, FATHER, GRANDMOTHER, STRANGER):
            self.born(adult, "1980-05-05")
        self.born(CHILD, "2015-06-15", mother=MOTHER, father=FATHER)
        for person, surname in SURNAMES.items():
            self.called(person, surname)
        self.works(MOTHER, "2020-01-01")
        self.registers(MOTHER, CHILD, "2020-01-01")

    def called(self, person: UUID, surname: str) -> NameChanged:
        return self.named(person, surname_check(person, surname))

    def asks(self, asked: Request, at: When = NOW) -> Decision:
        """What is decided about a request; nothing of it is remembered."""
        return judge(asked, Known(records_of(self.facts), moment(at), EVENT))

    def has_done(self, asked: Request, at: When = NOW) -> tuple[Decided, ...]:
        """The facts of a request that is carried out, and that are known from now on."""
        decision = self.asks(asked, at)
        assert isinstance(decision, Done), decision
        self.facts += decision.facts
        return decision.facts

    def refuses(self, asked: Request, at: When = NOW) -> str:
        """The code with which a request is refused."""
        decision = self.asks(asked, at)
        assert isinstance(decision, Refused), decision
        return decision.code.value


def surname_check(person: UUID, surname: str) -> bytes:
    return INDEX.surname_check(person, surname)


def said(fact: Any) -> dict[str, Any]:
    """What a fact says beyond what every fact says."""
    common = {"subject", "event_id", "publisher", "occurred_at", "recorded_at", "position"}
    return {name: getattr(fact, name) for name in fact.__struct_fields__ if name not in common}
