"""What may be said about a patient, in any order, and what is shown of it, told a second time and plainly.

Facts are dicts, as rows of the read model have them; no SQL and no code of the product is used here.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

Fact = dict[str, Any]
Shown = dict[tuple[str, Any], dict[str, Any]]
Arrival = list[tuple[datetime, Fact]]

START = datetime(2025, 3, 1, 12, tzinfo=UTC)


def uid(number: int) -> UUID:
    return UUID(int=number)


def days(count: int) -> datetime:
    return START + timedelta(days=count)


# --- What is shown ----------------------------------------------------------------------------------------------


def newest_first(facts: Iterable[Fact]) -> list[Fact]:
    return sorted(facts, key=lambda f: (f["occurred_at"], f["event_id"].bytes, f["publisher"].encode()), reverse=True)


def fold(facts: Iterable[Fact], columns: str) -> Fact:
    order = newest_first(facts)
    return {c: next((f[c] for f in order if f.get(c) is not None), None) for c in columns.split()}


def of(facts: Iterable[Fact], *types: str) -> list[Fact]:
    return [f for f in facts if f["type"] in types]


def grouped(facts: Iterable[Fact], by: str) -> dict[Any, list[Fact]]:
    groups: dict[Any, list[Fact]] = {}
    for fact in facts:
        groups.setdefault(fact[by], []).append(fact)
    return groups


def timeline(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for kind, event_type, medical, columns in (
        ("person", "PersonRegistered", "birth_date", "birth_date sex mother father"),
        ("title", "InsuranceTitleOpened", "valid_from", "title_code payer valid_from valid_until"),
        ("registration", "FamilyMemberRegistered", "valid_from", "insured kinship payer valid_from reported_on"),
    ):
        for entry, same in grouped(of(facts, event_type), "entry_id").items():
            folded = fold(same, columns)
            shown[kind, entry] = {"state": "", "medical": folded[medical], **folded}
    closed = {f["entry_id"] for f in of(facts, "RecordSetAsideClosed")}
    for entry, same in grouped(of(facts, "RecordSetAside"), "entry_id").items():
        if entry not in closed:
            since = min(f["occurred_at"] for f in same)
            shown["set-aside", entry] = {
                "state": "open",
                "medical": since,
                "since": since,
                **fold(same, "said_by reason"),
            }
    return shown | vaccinations(facts) | prescriptions(facts)


def vaccinations(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for entry, same in grouped(of(facts, "VaccinationDoseRecorded", "VaccinationDoseClosed"), "entry_id").items():
        given, closed = of(same, "VaccinationDoseRecorded"), of(same, "VaccinationDoseClosed")
        end = fold(closed, "closed_at provider")
        dose = fold(given, "target_disease dose_number given_at provider") | fold(same, "visit")
        dose |= {"closed_at": end["closed_at"], "closed_by": end["provider"]}
        state = "not_recorded" if not given else "closed" if closed else "recorded"
        shown["vaccination", entry] = {"state": state, "medical": dose["given_at"] or end["closed_at"], **dose}
    return shown


def prescriptions(facts: list[Fact]) -> Shown:
    said_of_dispensing = grouped(of(facts, "PrescriptionDispensed"), "dispensing").values()
    dispensings = [
        fold(same, "entry_id dispensing item quantity pharmacy country dispensed_at") for same in said_of_dispensing
    ]
    papers = grouped(of(facts, "PrescriptionIssued", "PrescriptionCancelled"), "entry_id")
    shown: Shown = {}
    for entry in papers.keys() | {d["entry_id"] for d in dispensings}:
        same = papers.get(entry, [])
        paper = fold(same, "issued_at valid_until chronic profession provider cancelled_at")
        lists = fold(same, "items_item items_quantity")
        issued = dict(zip(lists["items_item"] or [], lists["items_quantity"] or [], strict=True))
        own = sorted(
            (d for d in dispensings if d["entry_id"] == entry), key=lambda d: (d["dispensed_at"], d["dispensing"])
        )
        items = [_item(n, issued, own, paper["issued_at"]) for n in sorted({*issued, *(d["item"] for d in own)})]
        state = "cancelled" if of(same, "PrescriptionCancelled") else "" if issued else "not_issued"
        first = own[0]["dispensed_at"] if own else paper["cancelled_at"]
        shown["prescription", entry] = {"state": state, "medical": paper["issued_at"] or first, **paper, "items": items}
        shown["prescription", entry]["dispensings"] = [{k: v for k, v in d.items() if k != "entry_id"} for d in own]
    return shown


def _item(number: int, issued: dict[int, int], own: list[Fact], issued_at: Any) -> Fact:
    own = [d for d in own if d["item"] == number]
    dispensed, quantity = sum(d["quantity"] for d in own), issued.get(number)
    odd = []
    if quantity is not None and dispensed > quantity:
        odd.append("more_than_issued")
    if issued_at and any(d["dispensed_at"] < issued_at for d in own):
        odd.append("dispensed_before_issued")
    if quantity is None and issued:
        odd.append("not_on_prescription")
    left = None if quantity is None else max(quantity - dispensed, 0)
    return {"item": number, "quantity": quantity, "dispensed": dispensed, "left_to_dispense": left, "odd": odd}


# --- What may be said -------------------------------------------------------------------------------------------

Strategy = st.SearchStrategy

STAMPS = [START, START + timedelta(microseconds=1), days(1)]
MOMENTS = [days(-3), days(0), days(2), days(40)]
DAYS = [date(2025, 1, 31), date(2025, 2, 1), date(2024, 2, 29)]
# Two publishers may use one event id; in the order of bytes, which no language's order is.
IDS = list(product([uid(1), uid(0xFF << 120), uid(0x7F << 120)], ["a", "B", "ą", "Z", "ab"]))
DISPENSINGS = [uid(0xD1), uid(0xD2), uid(0xD3)]


def fact(event_type: str, entry: int, **columns: Strategy[Any]) -> Strategy[Fact]:
    return st.fixed_dictionaries(
        {
            "type": st.just(event_type),
            "entry_id": st.just(uid(entry)),
            "occurred_at": st.sampled_from(STAMPS),
            **columns,
        }
    )


def one(*values: Any) -> Strategy[Any]:
    return st.sampled_from(values)


def issued(entry: int) -> Strategy[Fact]:
    lists = one(([1], [2]), ([1, 2], [1, 3]), ([2, 1], [3, 2]))
    columns = {"prescription": st.just(uid(entry)), "profession": one("physician", "nurse"), "provider": one("1", "2")}
    times = {"issued_at": one(*MOMENTS), "valid_until": one(*DAYS), "chronic": st.booleans()}
    return st.builds(
        lambda f, i: f | {"items_item": i[0], "items_quantity": i[1]},
        fact("PrescriptionIssued", entry, **columns, **times),
        lists,
    )


def about_prescription(entry: int) -> Strategy[Fact]:
    number = {"prescription": st.just(uid(entry))}
    cancelled = fact("PrescriptionCancelled", entry, **number, cancelled_at=one(*MOMENTS))
    dispensed = fact(
        "PrescriptionDispensed",
        entry,
        **number,
        dispensing=one(*DISPENSINGS),
        item=one(1, 2, 3),
        quantity=one(0, 1, 2, 5),
        pharmacy=one("x", "y"),
        country=one("PL", "CZ"),
        dispensed_at=one(*MOMENTS),
    )
    return st.one_of(issued(entry), dispensed, dispensed, cancelled)


def about_vaccination(entry: int) -> Strategy[Fact]:
    same = {"vaccination": st.just(uid(entry)), "visit": one(None, uid(8), uid(9)), "provider": one("1", "2")}
    recorded = fact(
        "VaccinationDoseRecorded",
        entry,
        **same,
        target_disease=one("HPV", "MMR"),
        dose_number=one(1, 2),
        given_at=one(*MOMENTS),
    )
    return recorded | fact("VaccinationDoseClosed", entry, **same, closed_at=one(*MOMENTS))


def about_title(entry: int) -> Strategy[Fact]:
    period = {"payer": one(uid(5), uid(6)), "valid_from": one(*DAYS), "valid_until": one(None, *DAYS)}
    return fact("InsuranceTitleOpened", entry, **period, title_code=one("0", "1"))


def about_registration() -> Strategy[Fact]:
    period = {"payer": one(uid(5), uid(6)), "valid_from": one(*DAYS), "reported_on": one(*DAYS)}
    return fact("FamilyMemberRegistered", 41, **period, insured=one(uid(7), uid(8)), kinship=one("11", "12"))


def about_person() -> Strategy[Fact]:
    parents = {"mother": one(None, uid(7)), "father": one(None, uid(8))}
    columns = {"birth_date": one(*DAYS), "sex": one("female", "male"), "surname_check": st.just(b"x" * 32)}
    return fact("PersonRegistered", 51, **columns, **parents)


def about_gap() -> Strategy[Fact]:
    said = {"set_aside": st.just("t/0/1"), "said_by": one("a", "b"), "reason": one("clock", "schema")}
    aside = fact("RecordSetAside", 61, **said)
    return st.one_of(aside, aside, aside, aside, fact("RecordSetAsideClosed", 61, **said, how=st.just("redriven")))


KINDS = {
    "prescription": about_prescription(11) | about_prescription(11) | about_prescription(12),
    "vaccination": about_vaccination(21),
    "title": about_title(31) | about_title(32),
    "registration": about_registration(),
    "person": about_person(),
    "set-aside": about_gap(),
}


@st.composite
def histories(draw: st.DrawFn, kind: str) -> list[Fact]:
    """Facts of one patient, three or more of them about entries of this kind, each with an id of its own."""
    some = [
        *draw(st.lists(KINDS[kind], min_size=3, max_size=9)),
        *draw(st.lists(st.one_of(*KINDS.values()), max_size=4)),
    ]
    ids = draw(st.permutations(IDS))
    return [_signed(said, *signature) for said, signature in zip(some, ids, strict=False)]


def _signed(said: Fact, event_id: UUID, publisher: str) -> Fact:
    unsealed = said["type"] in ("RecordSetAside", "RecordSetAsideClosed")
    sealed = {} if unsealed else {"sealed": event_id.bytes + publisher.encode()}
    return said | {"event_id": event_id, "publisher": publisher} | sealed


@st.composite
def arrivals(draw: st.DrawFn, history: list[Fact]) -> list[tuple[datetime, Fact]]:
    """The facts in some order, some of them twice or more, several at one moment or each at its own."""
    again = draw(st.lists(st.sampled_from(history), max_size=4))
    order = draw(st.permutations([*history, *again]))
    steps = draw(st.lists(one(0, 1), min_size=len(order), max_size=len(order)))
    return [(days(100) + timedelta(seconds=sum(steps[: n + 1])), said) for n, said in enumerate(order)]
