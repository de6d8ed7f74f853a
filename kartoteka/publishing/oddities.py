"""What is odd in a sample but accepted: facts are recorded as they are said, so a provider should look twice."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import orjson

from kartoteka.publishing.statement import Statement
from schemas.shape import Problem

# The type of event that begins an entry; whatever else names the entry follows it.
FIRST: Final = {
    "device-order": "DeviceOrderIssued",
    "document": "DocumentIndexed",
    "entitlement": "EntitlementConfirmed",
    "guardianship": "GuardianshipEstablished",
    "irregularity": "IrregularityReported",
    "prescription": "PrescriptionIssued",
    "referral": "ReferralIssued",
    "registration": "FamilyMemberRegistered",
    "sick-leave": "SickLeaveIssued",
    "title": "InsuranceTitleOpened",
    "vaccination": "VaccinationDoseRecorded",
    "visit": "VisitRecorded",
}
# Random (4, 7) or made from a name (3, 5, 8): the others tell machine and moment, and repeat when a clock does.
FIT_VERSIONS: Final = (3, 4, 5, 7, 8)

Entry = tuple[Any, ...]


class Said(NamedTuple):
    """A statement of the sample, and where it stands."""

    place: str
    statement: Statement


Oddity = tuple[Said, Problem]


def oddities(sample: Sequence[Said]) -> Iterator[Oddity]:
    """Everything that is odd, one sentence each."""
    entries: dict[Entry, list[Said]] = defaultdict(list)
    for one in sample:
        entries[_entry(one.statement)].append(one)
    for about_one in entries.values():
        yield from _out_of_order(about_one)
        yield from _at_one_moment(about_one)
    yield from _said_twice(sample)
    yield from _unfit_ids(sample)


def _entry(statement: Statement) -> Entry:
    kind = statement.kind
    return kind.entry_kind, *(statement.value[name] for name in (kind.subject, *kind.entry_fields) if name)


def _out_of_order(about_one: list[Said]) -> Iterator[Oddity]:
    """What follows without a beginning, or happened before it."""
    kind = about_one[0].statement.kind.entry_kind
    first = FIRST.get(kind)
    begun = [one for one in about_one if one.statement.type == first]
    for one in about_one if first is not None else ():
        if not begun:
            says = f"speaks of a {kind} that the sample never begins: no {first} names it"
            yield one, Problem("", says)
        elif one.statement.type != first and _earlier(one, begun[0]):
            path = one.statement.kind.source["medical_time"]
            yield one, Problem(path, f"lies before that of the {first} in {begun[0].place}")


def _earlier(one: Said, begun: Said) -> bool:
    """Whether it happened before; days and moments are not compared with each other."""
    then, start = (said.statement.value[said.statement.kind.source["medical_time"]] for said in (one, begun))
    return type(then) is type(start) and then is not None and then < start


def _at_one_moment(about_one: list[Said]) -> Iterator[Oddity]:
    """Two versions of one statement that claim the same moment; each dispensing is a statement of its own."""
    seen: dict[Any, Said] = {}
    for one in about_one:
        value, kind = one.statement.value, one.statement.kind
        numbers = tuple(value[field["name"]] for field in kind.named("number"))
        first = seen.setdefault((kind.name, numbers, value["occurred_at"]), one)
        if first.statement.value["event_id"] != value["event_id"]:
            says = f"is the same as in {first.place} about the same entry: which one holds is left to the event ids"
            yield one, Problem("occurred_at", says)


def _said_twice(sample: Sequence[Said]) -> Iterator[Oddity]:
    seen: dict[int, Said] = {}
    for one in sample:
        value = one.statement.value
        content = {**value, "event_id": None, "occurred_at": None, "type": one.statement.type}
        first = seen.setdefault(hash(orjson.dumps(content)), one)
        if first.statement.value["event_id"] != value["event_id"]:
            says = f"is another than in {first.place}, which says the same: a re-send keeps its event id"
            yield one, Problem("event_id", says)


def _unfit_ids(sample: Sequence[Said]) -> Iterator[Oddity]:
    for one in sample:
        version = one.statement.value["event_id"].version
        if version not in FIT_VERSIONS:
            named = "of no version" if version is None else f"of version {version}"
            says = f"is a UUID {named}, which other machines may give too: use version 4 or 7, or 5 from your own key"
            yield one, Problem("event_id", says)
