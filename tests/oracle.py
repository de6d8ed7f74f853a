"""What is shown of what was said about a patient, told a second time and plainly.

Facts are dicts, as rows of the read model have them; no SQL and no code of the product is used here.
"""

from collections.abc import Iterable
from typing import Any

Fact = dict[str, Any]
Shown = dict[tuple[str, Any], dict[str, Any]]


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


def first_stated(same: Fact, names: str) -> Any:
    return next((same[name] for name in names.split() if same[name] is not None), None)


def plain(facts: list[Fact], kind: str) -> Shown:
    """Kinds whose columns fold and nothing more."""
    types, medical, columns, state = PLAIN[kind]
    shown: Shown = {}
    facts = [{RENAMED.get((f["type"], name), name): value for name, value in f.items()} for f in facts]
    for entry, same in grouped(of(facts, *types), "entry_id").items():
        said = fold(same, columns)
        shown[kind, entry] = {
            "state": state(said, {f["type"] for f in same}),
            "medical": first_stated(said, medical),
            **said,
        }
    return shown


def timeline(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for kind in PLAIN:
        shown |= plain(facts, kind)
    for tell in (persons, titles, registrations, entitlements, rights, guardianships, wishes, results, gaps):
        shown |= tell(facts)
    shown |= vaccinations(facts) | prescriptions(facts) | device_orders(facts)
    for report in sorted(
        (e | {"id": key[1]} for key, e in shown.items() if key[0] == "irregularity" and e["reported_at"]),
        key=lambda e: (e["state"] != "open", -e["reported_at"].timestamp(), e["id"]),
        reverse=True,
    ):
        if (disputed := (report["disputed_kind"], report["disputed_entry"])) in shown:
            shown[disputed]["disputed"] = report["state"]
    for (kind, entry), what in shown.items():
        said = [f["occurred_at"] for f in of(facts, *KIND_TYPES[kind]) if f["entry_id"] == entry]
        what["medical"] = what["medical"] or min(said)
    return shown


def persons(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for entry, same in grouped(of(facts, *KIND_TYPES["person"]), "entry_id").items():
        said = fold(same, "birth_date sex mother father died_on") | {
            "number_changed_on": fold(of(same, "PersonNumberChanged", "PersonNumberShared"), "changed_on")["changed_on"]
        }
        others = {f.get("new_number") or f.get("other_record") for f in same} - {None}
        state = "died" if said["died_on"] else ""
        shown["person", entry] = {
            "state": state,
            "medical": said["birth_date"],
            **said,
            "other_records": sorted(others),
        }
    return shown


def titles(facts: list[Fact]) -> Shown:
    """The latest statement says it all, an end that is not there included."""
    shown: Shown = {}
    for entry, same in grouped(of(facts, *KIND_TYPES["title"]), "entry_id").items():
        latest = {c: newest_first(same)[0][c] for c in ("title_code", "payer", "valid_from", "valid_until")}
        shown["title", entry] = {"state": "", "medical": latest["valid_from"], **latest}
    return shown


def _ending(same: list[Fact], begun: str, ended: str) -> tuple[Any, Any]:
    """First day of what was begun last, and the end stated last of those that lie after it or were stated after it."""
    start = fold(of(same, begun), "valid_from")["valid_from"]
    later = newest_first(same)
    later = later[: next((n for n, f in enumerate(later) if f["type"] == begun), len(later))]
    ends = [f for f in of(same, ended) if start is None or f["valid_until"] > start or f in later]
    return start, fold(ends, "valid_until")["valid_until"]


def registrations(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for entry, same in grouped(of(facts, *KIND_TYPES["registration"]), "entry_id").items():
        start, end = _ending(same, "FamilyMemberRegistered", "FamilyMemberDeregistered")
        state = "not_registered" if start is None else "ended" if end else ""
        said = fold(same, "insured payer kinship") | fold(of(same, "FamilyMemberRegistered"), "reported_on")
        shown["registration", entry] = {
            "state": state,
            "medical": start or end,
            **said,
            "valid_from": start,
            "valid_until": end,
        }
    return shown


def guardianships(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for entry, same in grouped(of(facts, *KIND_TYPES["guardianship"]), "entry_id").items():
        start, end = _ending(same, "GuardianshipEstablished", "GuardianshipEnded")
        state = "not_established" if start is None else "ended" if end else ""
        said = {"guardian": same[0]["guardian"], "valid_from": start, "valid_until": end}
        shown["guardianship", entry] = {"state": state, "medical": start or end, **said}
    return shown


def entitlements(facts: list[Fact]) -> Shown:
    """The later day counts, whenever it was said; on one day a withdrawal."""
    shown: Shown = {}
    for entry, same in grouped(of(facts, *KIND_TYPES["entitlement"]), "entry_id").items():
        last = max((f["as_of"], f["type"] == "EntitlementWithdrawn") for f in same)
        about = [f for f in same if (f["as_of"], f["type"] == "EntitlementWithdrawn") == last]
        state = "withdrawn" if last[1] else "confirmed"
        said = {"ground": same[0]["ground"], "as_of": last[0], **fold(about, "valid_until")}
        shown["entitlement", entry] = {"state": state, "medical": last[0], **said}
    return shown


def rights(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for entry, same in grouped(of(facts, "ParentalRightsChanged"), "entry_id").items():
        by_day = {day: fold(about, "rights")["rights"] for day, about in sorted(grouped(same, "valid_from").items())}
        decisions = [{"valid_from": day, "rights": what} for day, what in by_day.items()]
        shown["parental-rights", entry] = {
            "state": "",
            "medical": max(by_day),
            "parent": same[0]["parent"],
            "decisions": decisions,
        }
    return shown


def wishes(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for entry, same in grouped(of(facts, "NotificationWishesChanged"), "entry_id").items():
        latest = newest_first(same)[0]
        pairs = sorted(zip(latest["wishes_message"], latest["wishes_channel"], strict=True))
        said = {"changed_at": latest["changed_at"], "wishes": [{"message": m, "channel": c} for m, c in pairs]}
        shown["notification-wishes", entry] = {"state": "", "medical": latest["changed_at"], **said}
    return shown


def results(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for entry, same in grouped(of(facts, "TestResultPublished"), "entry_id").items():
        said = fold(same, "sampled_at issued_at provider visit")
        items = [{"item": number} for number in sorted(fold(same, "items_item")["items_item"])]
        shown["test-result", entry] = {"state": "", "medical": said["sampled_at"], **said, "items": items}
    return shown


def gaps(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    closed = {f["entry_id"] for f in of(facts, "RecordSetAsideClosed")}
    for entry, same in grouped(of(facts, "RecordSetAside"), "entry_id").items():
        if entry not in closed:
            since = min(f["occurred_at"] for f in same)
            said = {"since": since, **fold(same, "said_by reason")}
            shown["set-aside", entry] = {"state": "open", "medical": since, **said}
    return shown


def vaccinations(facts: list[Fact]) -> Shown:
    shown: Shown = {}
    for entry, same in grouped(of(facts, *KIND_TYPES["vaccination"]), "entry_id").items():
        given, closed = of(same, "VaccinationDoseRecorded"), of(same, "VaccinationDoseClosed")
        end = fold(closed, "closed_at provider")
        dose = fold(given, "target_disease dose_number given_at provider") | fold(same, "visit withdrawn_at")
        dose |= {"closed_at": end["closed_at"], "closed_by": end["provider"]}
        state = (
            "withdrawn" if dose["withdrawn_at"] else "not_recorded" if not given else "closed" if closed else "recorded"
        )
        shown["vaccination", entry] = {
            "state": state,
            "medical": first_stated(dose, "given_at closed_at withdrawn_at"),
            **dose,
        }
    return shown


def prescriptions(facts: list[Fact]) -> Shown:
    dispensings = [
        _dispensing(same)
        for same in grouped(of(facts, "PrescriptionDispensed", "DispensingReversed"), "dispensing").values()
    ]
    papers = grouped(of(facts, "PrescriptionIssued", "PrescriptionCancelled"), "entry_id")
    shown: Shown = {}
    for entry in papers.keys() | {d["entry_id"] for d in dispensings}:
        same = papers.get(entry, [])
        paper = fold(same, "issued_at valid_until chronic profession provider cancelled_at")
        lists = fold(same, "items_item items_quantity")
        issued = dict(zip(lists["items_item"] or [], lists["items_quantity"] or [], strict=True))
        own = sorted(
            (d for d in dispensings if d["entry_id"] == entry),
            key=lambda d: (d["dispensed_at"] is None, d["dispensed_at"], d["dispensing"]),
        )
        counted = [d for d in own if d["reversed_at"] is None]
        items = [
            _item(n, issued, counted, paper["issued_at"]) for n in sorted({*issued, *(d["item"] for d in counted)})
        ]
        state = "cancelled" if of(same, "PrescriptionCancelled") else "" if issued else "not_issued"
        first = min(d["dispensed_at"] or d["reversed_at"] for d in own) if own else paper["cancelled_at"]
        shown["prescription", entry] = {"state": state, "medical": paper["issued_at"] or first, **paper, "items": items}
        shown["prescription", entry]["dispensings"] = [{k: v for k, v in d.items() if k != "entry_id"} for d in own]
    return shown


def _dispensing(same: list[Fact]) -> Fact:
    """Where it belongs and what it was is said by the dispensing; by a reversal only where nothing else is known."""
    reversals = of(same, "DispensingReversed")
    said = of(same, "PrescriptionDispensed") or reversals
    what = fold(said, "entry_id dispensing item quantity country dispensed_at") | fold(said, "pharmacy")
    return what | fold(reversals, "reversed_at")


def device_orders(facts: list[Fact]) -> Shown:
    said_of_fulfilment = grouped(of(facts, "DeviceOrderFulfilled"), "fulfilment").values()
    fulfilments = [fold(same, "entry_id fulfilment item quantity shop fulfilled_at") for same in said_of_fulfilment]
    papers = grouped(of(facts, "DeviceOrderIssued"), "entry_id")
    shown: Shown = {}
    for entry in papers.keys() | {f["entry_id"] for f in fulfilments}:
        paper = fold(papers.get(entry, []), "issued_at valid_until profession provider")
        lists = fold(papers.get(entry, []), "items_item items_quantity")
        ordered = dict(zip(lists["items_item"] or [], lists["items_quantity"] or [], strict=True))
        own = sorted(
            (f for f in fulfilments if f["entry_id"] == entry), key=lambda f: (f["fulfilled_at"], f["fulfilment"])
        )
        items = [_device(n, ordered, own, paper["issued_at"]) for n in sorted({*ordered, *(f["item"] for f in own)})]
        medical = paper["issued_at"] or own[0]["fulfilled_at"]
        shown["device-order", entry] = {
            "state": "" if ordered else "not_issued",
            "medical": medical,
            **paper,
            "items": items,
        }
        shown["device-order", entry]["fulfilments"] = [{k: v for k, v in f.items() if k != "entry_id"} for f in own]
    return shown


def _device(number: int, ordered: dict[int, int], own: list[Fact], issued_at: Any) -> Fact:
    words = {"dispensed": "fulfilled", "left_to_dispense": "left_to_fulfil"}
    odd = {"dispensed_before_issued": "fulfilled_before_issued", "not_on_prescription": "not_on_order"}
    same = _item(number, ordered, [f | {"dispensed_at": f["fulfilled_at"]} for f in own], issued_at)
    same["odd"] = [odd.get(word, word) for word in same["odd"]]
    return {words.get(name, name): value for name, value in same.items()}


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


def _referral_state(said: Fact) -> str:
    if said["cancelled_at"]:
        return "cancelled"
    return "not_issued" if not said["issued_at"] else "used" if said["used_at"] else ""


def _cancelled(said: Fact, types: set[str]) -> str:
    return "cancelled" if said["cancelled_at"] else ""


# Of each such kind: its types, columns that may be the medical time, columns, and the state.
# A column of one event type that is shown under another name.
RENAMED = {("ReferralUsed", "provider"): "used_by"}
PLAIN: dict[str, tuple[tuple[str, ...], str, str, Any]] = {
    "referral": (
        ("ReferralIssued", "ReferralUsed", "ReferralCancelled"),
        "issued_at used_at cancelled_at",
        "issued_at valid_until referral_kind urgency profession provider used_at used_by visit cancelled_at",
        lambda said, _: _referral_state(said),
    ),
    "visit": (
        ("VisitRecorded", "VisitCorrected"),
        "started_at ended_at",
        "visit_kind started_at ended_at provider profession",
        lambda _, types: "" if "VisitRecorded" in types else "not_recorded",
    ),
    "document": (
        ("DocumentIndexed", "DocumentWithdrawn"),
        "issued_at withdrawn_at",
        "document_kind issued_at provider profession visit content_type withdrawn_at",
        lambda said, _: "withdrawn" if said["withdrawn_at"] else "",
    ),
    "sick-leave": (
        ("SickLeaveIssued", "SickLeaveCancelled"),
        "valid_from cancelled_at",
        "issued_at valid_from valid_until child profession provider payer cancelled_at",
        _cancelled,
    ),
    "contribution": (("ContributionPosted",), "month", "month payer", lambda *_: ""),
    "settled-service": (("ServiceSettled",), "provided_on", "provided_on provider visit", lambda *_: ""),
    "primary-care": (("PrimaryCareChosen",), "valid_from", "role provider valid_from", lambda *_: ""),
    "ekuz": (
        ("EkuzStatusChanged",),
        "changed_at",
        "status changed_at valid_from valid_until",
        lambda said, _: said["status"],
    ),
    "contact": (("ContactDataConfirmed",), "confirmed_at", "confirmed_at", lambda *_: ""),
    "language": (("LanguageChosen",), "chosen_at", "language chosen_at", lambda *_: ""),
    "irregularity": (
        ("IrregularityReported", "IrregularityAnswered"),
        "reported_at answered_at",
        "disputed_entry disputed_kind wrong reported_at answer answered_by answered_at",
        lambda said, _: "not_reported" if not said["reported_at"] else said["answer"] or "open",
    ),
}  # fmt: skip
KIND_TYPES = {kind: rule[0] for kind, rule in PLAIN.items()} | {
    "person": ("PersonRegistered", "NameChanged", "PersonDied", "PersonNumberChanged", "PersonNumberShared"),
    "title": ("InsuranceTitleOpened", "InsuranceTitleClosed"),
    "registration": ("FamilyMemberRegistered", "FamilyMemberDeregistered"),
    "entitlement": ("EntitlementConfirmed", "EntitlementWithdrawn"),
    "parental-rights": ("ParentalRightsChanged",),
    "guardianship": ("GuardianshipEstablished", "GuardianshipEnded"),
    "notification-wishes": ("NotificationWishesChanged",),
    "test-result": ("TestResultPublished",),
    "set-aside": ("RecordSetAside", "RecordSetAsideClosed"),
    "vaccination": ("VaccinationDoseRecorded", "VaccinationDoseClosed", "VaccinationDoseWithdrawn"),
    "prescription": ("PrescriptionIssued", "PrescriptionDispensed", "PrescriptionCancelled", "DispensingReversed"),
    "device-order": ("DeviceOrderIssued", "DeviceOrderFulfilled"),
}
