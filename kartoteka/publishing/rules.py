"""What one statement cannot say at once: two persons who are one, times that exclude each other, a false licence.

A rule names the fields that it looks at; it is asked only where all of them could be read and (mostly) are stated,
and answers with a sentence (without any value) or None. It holds for every event that has these fields, or for the
events that it names. A statement that is merely odd is recorded and shown, so there is no rule against it here.
"""

from collections.abc import Callable
from functools import cache
from typing import Any, Final, NamedTuple

from kartoteka.publishing.licences import licence_form, possible_licence
from schemas import event_type

Answer = str | None


class Rule(NamedTuple):
    """A problem is reported at the last of the fields; no events named: all that have the fields."""

    fields: tuple[str, ...]
    check: Callable[..., Answer]
    events: tuple[str, ...] = ()
    where_stated: bool = True


@cache
def rules_of(event: str) -> tuple[Rule, ...]:
    """The rules of one event type."""
    names = {field["name"] for field in event_type(event).fields}
    return tuple(one for one in RULES if event in (one.events or (event,)) and names.issuperset(one.fields))


def _licence_of_the_profession(profession: str, practitioner: str) -> Answer:
    if possible_licence(profession, practitioner):
        return None
    return f"is no licence number of a {profession}: {licence_form(profession)}"


def _another_person_than(who: str) -> Callable[[str, str], Answer]:
    return lambda one, other: f"must be another person than the {who}" if one == other else None


def _later_than(name: str) -> Callable[[Any, Any], Answer]:
    return lambda start, end: (
        None if start < end else f"must be later than {name}: it is the first day that no longer counts"
    )


def _not_before(name: str) -> Callable[[Any, Any], Answer]:
    return lambda start, end: None if start <= end else f"must not be earlier than {name}"


def _one_address(phone: str | None, email: str | None) -> Answer:
    return "is not stated, and neither is phone: state the one that was confirmed" if phone is email is None else None


def _first_of_month(month: Any) -> Answer:
    return None if month.day == 1 else "must be the first day of its month"


RULES: Final = (
    Rule(("profession", "practitioner"), _licence_of_the_profession),
    Rule(("role", "practitioner"), _licence_of_the_profession),
    Rule(("person", "mother"), _another_person_than("registered one")),
    Rule(("person", "father"), _another_person_than("registered one")),
    Rule(("person", "new_number"), _another_person_than("number used until now")),
    Rule(("child", "insured"), _another_person_than("child")),
    Rule(("child", "parent"), _another_person_than("child")),
    Rule(("ward", "guardian"), _another_person_than("ward")),
    Rule(("valid_from", "valid_until"), _not_before("valid_from"), ("InsuranceTitleClosed",)),
    Rule(
        ("valid_from", "valid_until"),
        _later_than("valid_from"),
        ("InsuranceTitleOpened", "SickLeaveIssued", "EkuzStatusChanged"),
    ),
    Rule(("as_of", "valid_until"), _later_than("as_of")),
    Rule(("started_at", "ended_at"), _not_before("started_at")),
    Rule(("month",), _first_of_month),
    Rule(("phone", "email"), _one_address, where_stated=False),
)
