"""What may be said about a patient, in any order, and learnt at any time: facts as rows of the read model have them."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from tests.oracle import Fact

Arrival = list[tuple[datetime, Fact]]
START = datetime(2025, 3, 1, 12, tzinfo=UTC)


def uid(number: int) -> UUID:
    return UUID(int=number)


def days(count: int) -> datetime:
    return START + timedelta(days=count)


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
    reversed_ = fact(
        "DispensingReversed",
        entry,
        **number,
        dispensing=one(*DISPENSINGS),
        pharmacy=one("x", "y"),
        reversed_at=one(*MOMENTS),
    )
    return st.one_of(issued(entry), dispensed, dispensed, cancelled, reversed_)


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
    closed = fact("VaccinationDoseClosed", entry, **same, closed_at=one(*MOMENTS))
    number = {name: same[name] for name in ("vaccination", "provider")}
    return recorded | recorded | closed | fact("VaccinationDoseWithdrawn", entry, **number, withdrawn_at=one(*MOMENTS))


def about_title(entry: int) -> Strategy[Fact]:
    """What names a title is the same in all that is said of it."""
    named = {"title_code": st.just("0"), "payer": st.just(uid(5)), "valid_from": st.just(DAYS[1])}
    opened = fact("InsuranceTitleOpened", entry, **named, valid_until=one(None, *DAYS))
    return opened | fact("InsuranceTitleClosed", entry, **named, valid_until=one(*DAYS))


def about_registration() -> Strategy[Fact]:
    named = {"payer": st.just(uid(5)), "insured": st.just(uid(7)), "reported_on": one(*DAYS)}
    made = fact("FamilyMemberRegistered", 41, **named, valid_from=one(*DAYS), kinship=one("11", "12"))
    return made | fact("FamilyMemberDeregistered", 41, **named, valid_until=one(*DAYS))


def about_guardianship() -> Strategy[Fact]:
    named = {"guardian": st.just(uid(7)), "court_file": one(uid(5), uid(6))}
    made = fact("GuardianshipEstablished", 42, **named, valid_from=one(*DAYS))
    return made | fact("GuardianshipEnded", 42, **named, valid_until=one(*DAYS))


def about_person() -> Strategy[Fact]:
    parents = {"mother": one(None, uid(7)), "father": one(None, uid(8))}
    columns = {"birth_date": one(*DAYS), "sex": one("female", "male"), "surname_check": st.just(b"x" * 32)}
    return st.one_of(
        fact("PersonRegistered", 51, **columns, **parents),
        fact("NameChanged", 51, surname_check=st.just(b"y" * 32), changed_on=one(*DAYS)),
        fact("PersonDied", 51, died_on=one(*DAYS)),
        fact("PersonNumberChanged", 51, new_number=one(uid(7), uid(8)), changed_on=one(*DAYS)),
        fact("PersonNumberShared", 51, other_record=one(uid(8), uid(9)), changed_on=one(*DAYS)),
    )


def about_referral(entry: int) -> Strategy[Fact]:
    number = {"referral": st.just(uid(entry))}
    what = {"referral_kind": one("specialist", "hospital"), "urgency": one("urgent", "stable")}
    who = {"profession": one("physician", "nurse"), "provider": one("1", "2")}
    issued_ = fact(
        "ReferralIssued", entry, **number, **what, **who, issued_at=one(*MOMENTS), valid_until=one(None, *DAYS)
    )
    used = fact("ReferralUsed", entry, **number, provider=one("3", "4"), visit=one(None, uid(8)), used_at=one(*MOMENTS))
    return issued_ | used | fact("ReferralCancelled", entry, **number, cancelled_at=one(*MOMENTS))


def about_device_order(entry: int) -> Strategy[Fact]:
    number = {"device_order": st.just(uid(entry))}
    lists = one(([1], [2]), ([2, 1], [3, 2]))
    columns = {"profession": one("physician"), "provider": one("1", "2"), "valid_until": one(None, *DAYS)}
    ordered = st.builds(
        lambda f, i: f | {"items_item": i[0], "items_quantity": i[1]},
        fact("DeviceOrderIssued", entry, **number, **columns, issued_at=one(*MOMENTS)),
        lists,
    )
    return ordered | fact(
        "DeviceOrderFulfilled",
        entry,
        **number,
        fulfilment=one(*DISPENSINGS),
        item=one(1, 2, 3),
        quantity=one(0, 1, 4),
        shop=one("x", "y"),
        fulfilled_at=one(*MOMENTS),
    )


def about_visit(entry: int) -> Strategy[Fact]:
    visit = {"visit": st.just(uid(entry))}
    recorded = fact(
        "VisitRecorded",
        entry,
        **visit,
        visit_kind=one("visit", "stay"),
        started_at=one(*MOMENTS),
        ended_at=one(None, *MOMENTS),
        provider=one("1", "2"),
        profession=one(None, "nurse"),
    )
    return recorded | fact(
        "VisitCorrected",
        entry,
        **visit,
        visit_kind=one(None, "stay"),
        started_at=one(None, *MOMENTS),
        ended_at=one(None, *MOMENTS),
        provider=one(None, "3"),
        profession=one(None, "physician"),
    )


def about_document() -> Strategy[Fact]:
    document = {"document": st.just(uid(81))}
    indexed = fact(
        "DocumentIndexed",
        81,
        **document,
        document_kind=one("care_plan", "other"),
        issued_at=one(*MOMENTS),
        provider=one("1", "2"),
        profession=one(None, "nurse"),
        visit=one(None, uid(8)),
        content_type=one("application/pdf", "text/plain"),
    )
    return indexed | indexed | fact("DocumentWithdrawn", 81, **document, withdrawn_at=one(*MOMENTS))


def about_result() -> Strategy[Fact]:
    return fact(
        "TestResultPublished",
        82,
        result=st.just(uid(82)),
        sampled_at=one(*MOMENTS),
        issued_at=one(None, *MOMENTS),
        provider=one("1", "2"),
        visit=one(None, uid(8)),
        items_item=one([1], [2, 1]),
    )


def about_sick_leave() -> Strategy[Fact]:
    number = {"sick_leave": st.just(uid(83))}
    issued_ = fact(
        "SickLeaveIssued",
        83,
        **number,
        child=one(None, uid(7)),
        profession=one("physician"),
        provider=one(None, "1"),
        payer=one(None, uid(5)),
        issued_at=one(*MOMENTS),
        valid_from=one(*DAYS),
        valid_until=one(*DAYS),
    )
    return issued_ | issued_ | fact("SickLeaveCancelled", 83, **number, cancelled_at=one(*MOMENTS))


def about_money() -> Strategy[Fact]:
    """What ZUS and NFZ post and settle, and what is chosen: one statement, perhaps corrected."""
    settled = {"settlement": st.just(uid(85)), "provided_on": one(*DAYS), "provider": one("1", "2")}
    return st.one_of(
        fact("ContributionPosted", 84, month=st.just(DAYS[1]), payer=st.just(uid(5))),
        fact("ServiceSettled", 85, **settled, visit=one(None, uid(8))),
        fact("PrimaryCareChosen", 86, role=st.just("nurse"), provider=one("1", "2"), valid_from=st.just(DAYS[0])),
    )


def about_entitlement() -> Strategy[Fact]:
    named = {"ground": st.just("insured"), "as_of": one(*DAYS)}
    confirmed = fact("EntitlementConfirmed", 87, **named, valid_until=one(None, *DAYS))
    return confirmed | fact("EntitlementWithdrawn", 87, **named)


def about_ekuz() -> Strategy[Fact]:
    period = {"valid_from": one(None, *DAYS), "valid_until": one(None, *DAYS)}
    status = {"status": one("submitted", "issued"), "changed_at": one(*MOMENTS)}
    return fact("EkuzStatusChanged", 88, application=st.just(uid(88)), **status, **period)


def about_rights() -> Strategy[Fact]:
    what = {"rights": one("full", "limited", "removed"), "court_file": one(uid(5), uid(6))}
    return fact("ParentalRightsChanged", 43, parent=st.just(uid(7)), valid_from=one(*DAYS), **what)


def about_settings() -> Strategy[Fact]:
    """What the patient chose in the portal; all of it is about the person."""
    pairs = one(([], []), (["viewing"], ["none"]), (["viewing", "access"], ["sms", "email"]))
    wish = st.builds(
        lambda f, i: f | {"wishes_message": i[0], "wishes_channel": i[1]},
        fact("NotificationWishesChanged", 51, changed_at=one(*MOMENTS)),
        pairs,
    )
    contact = fact("ContactDataConfirmed", 51, confirmed_at=one(*MOMENTS))
    return wish | contact | fact("LanguageChosen", 51, language=one("pl", "uk"), chosen_at=one(*MOMENTS))


def about_irregularity(report: int) -> Strategy[Fact]:
    """Disputes about a visit that some histories have."""
    number = {"irregularity": st.just(uid(report))}
    disputed = {"disputed_entry": st.just(uid(71)), "disputed_kind": one("visit", "document")}
    what = {"wrong": one("not_mine", "wrong_data"), "reported_at": one(*MOMENTS)}
    answer = {"answer": one("confirmed", "rejected"), "answered_by": one("NFZ", "ZUS"), "answered_at": one(*MOMENTS)}
    reported = fact("IrregularityReported", report, **number, **disputed, **what)
    return reported | reported | fact("IrregularityAnswered", report, **number, **answer)


def about_gap() -> Strategy[Fact]:
    said = {"set_aside": st.just("t/0/1"), "said_by": one("a", "b"), "reason": one("clock", "schema")}
    aside = fact("RecordSetAside", 61, **said)
    return st.one_of(aside, aside, aside, aside, fact("RecordSetAsideClosed", 61, **said, how=st.just("redriven")))


KINDS = {
    "prescription": about_prescription(11) | about_prescription(11) | about_prescription(12),
    "vaccination": about_vaccination(21),
    "title": about_title(31) | about_title(32),
    "registration": about_registration(),
    "guardianship": about_guardianship(),
    "person": about_person(),
    "set-aside": about_gap(),
    "referral": about_referral(61) | about_referral(62),
    "device-order": about_device_order(63) | about_device_order(63) | about_device_order(64),
    "visit, disputed": about_visit(71) | about_irregularity(72) | about_irregularity(73),
    "document": about_document(),
    "result, money": about_result() | about_money(),
    "sick-leave": about_sick_leave(),
    "entitlement": about_entitlement(),
    "ekuz, rights": about_ekuz() | about_rights(),
    "settings": about_settings(),
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
    unsealed = said["type"] in ("RecordSetAside", "RecordSetAsideClosed", "PersonNumberShared")
    sealed = {} if unsealed else {"sealed": event_id.bytes + publisher.encode()}
    return said | {"event_id": event_id, "publisher": publisher} | sealed


@st.composite
def arrivals(draw: st.DrawFn, history: list[Fact]) -> list[tuple[datetime, Fact]]:
    """The facts in some order, some of them twice or more, several at one moment or each at its own."""
    again = draw(st.lists(st.sampled_from(history), max_size=4))
    order = draw(st.permutations([*history, *again]))
    steps = draw(st.lists(one(0, 1), min_size=len(order), max_size=len(order)))
    return [(days(100) + timedelta(seconds=sum(steps[: n + 1])), said) for n, said in enumerate(order)]
