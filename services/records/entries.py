"""The kinds of entry that a record has: what a person reads of each, sealed parts opened."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One thing that was said about an entry: by whom, when, and when the ledger learnt it."""

    event_type: str
    event_id: UUID
    publisher: str
    occurred_at: datetime
    recorded_at: datetime
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One entry of the record, its statements newest first; disputed is the state of the patient's report about it."""

    kind: str
    entry_id: UUID
    medical_at: datetime
    state: str
    lineage: tuple[Statement, ...]
    disputed: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Person(Entry):
    """Other records are those that the register gave one number with this one; they stay apart."""

    birth_date: date | None
    sex: str | None
    given_names: str | None = None
    surname: str | None = None
    mother: UUID | None = None
    father: UUID | None = None
    died_on: date | None = None
    number_changed_on: date | None = None
    other_records: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Title(Entry):
    title_code: str
    payer: str | None = None
    valid_from: date
    valid_until: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration(Entry):
    insured: UUID
    kinship: str | None
    payer: str | None = None
    valid_from: date | None
    valid_until: date | None = None
    reported_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One item of a prescription; nobody knows what is left while the issue is not here."""

    item: int
    quantity: int | None
    dispensed: int
    left_to_dispense: int | None
    odd: tuple[str, ...]
    medicine: str | None = None
    strength: str | None = None
    dosage: str | None = None
    payment_level: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispensing:
    """What a pharmacy handed out; a reversal may be known alone."""

    dispensing: UUID
    item: int | None
    quantity: int | None
    pharmacy: str
    country: str | None
    dispensed_at: datetime | None
    reversed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescription(Entry):
    issued_at: datetime | None
    valid_until: date | None
    chronic: bool | None
    profession: str | None
    provider: str | None
    cancelled_at: datetime | None
    items: tuple[Item, ...]
    dispensings: tuple[Dispensing, ...]
    prescription: str | None = None
    access_code: str | None = None
    practitioner: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Referral(Entry):
    issued_at: datetime | None
    valid_until: date | None
    referral_kind: str | None
    urgency: str | None
    profession: str | None
    provider: str | None
    used_at: datetime | None
    used_by: str | None
    cancelled_at: datetime | None
    referral: str | None = None
    access_code: str | None = None
    practitioner: str | None = None
    target: str | None = None
    diagnosis: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    item: int
    quantity: int | None
    fulfilled: int
    left_to_fulfil: int | None
    odd: tuple[str, ...]
    device: str | None = None
    device_code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fulfilment:
    fulfilment: UUID
    item: int
    quantity: int
    shop: str
    fulfilled_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceOrder(Entry):
    issued_at: datetime | None
    valid_until: date | None
    profession: str | None
    provider: str | None
    items: tuple[Device, ...]
    fulfilments: tuple[Fulfilment, ...]
    device_order: str | None = None
    practitioner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit(Entry):
    visit_kind: str | None
    started_at: datetime | None
    ended_at: datetime | None
    provider: str | None
    profession: str | None
    practitioner: str | None = None
    visit: str | None = None
    diagnosis: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Document(Entry):
    """The index entry; the document itself stays with the provider."""

    document_kind: str | None
    issued_at: datetime | None
    provider: str | None
    profession: str | None
    content_type: str | None
    withdrawn_at: datetime | None
    practitioner: str | None = None
    document: str | None = None
    title: str | None = None
    digest: str | None = None
    place: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    item: int
    name: str | None = None
    test_code: str | None = None
    result_value: str | None = None
    unit: str | None = None
    reference_range: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TestResult(Entry):
    sampled_at: datetime
    issued_at: datetime | None
    provider: str
    items: tuple[Measured, ...]
    result: str | None = None
    test: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vaccination(Entry):
    target_disease: str | None
    dose_number: int | None
    product: str | None = None
    given_at: datetime | None
    provider: str | None
    closed_at: datetime | None
    closed_by: str | None
    withdrawn_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SickLeave(Entry):
    issued_at: datetime | None
    valid_from: date | None
    valid_until: date | None
    child: UUID | None
    profession: str | None
    provider: str | None
    cancelled_at: datetime | None
    practitioner: str | None = None
    sick_leave: str | None = None
    payer: str | None = None
    diagnosis: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contribution(Entry):
    """Sums in grosz."""

    month: date
    payer: str | None = None
    basis: int | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entitlement(Entry):
    ground: str
    as_of: date
    valid_until: date | None
    reference: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledService(Entry):
    """The amount in grosz."""

    provided_on: date
    provider: str
    settlement: str | None = None
    service: str | None = None
    amount: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrimaryCare(Entry):
    role: str
    provider: str
    valid_from: date
    practitioner: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ekuz(Entry):
    status: str
    changed_at: datetime
    valid_from: date | None
    valid_until: date | None
    application: str | None = None
    card: str | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    valid_from: date
    rights: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ParentalRights(Entry):
    parent: UUID
    decisions: tuple[Decision, ...]
    court: str | None = None
    court_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Guardianship(Entry):
    guardian: UUID
    valid_from: date | None
    valid_until: date | None
    court: str | None = None
    court_file: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Entry):
    confirmed_at: datetime
    phone: str | None = None
    email: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Entry):
    language: str
    chosen_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    message: str
    channel: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotificationWishes(Entry):
    changed_at: datetime
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Irregularity(Entry):
    disputed_entry: UUID | None
    disputed_kind: str | None
    wrong: str | None
    reported_at: datetime | None
    answer: str | None
    answered_by: str | None
    answered_at: datetime | None
    irregularity: str | None = None
    description: str | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap(Entry):
    since: datetime
    said_by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NextDose:
    """Row of the view next_dose; its comment says what the reasons mean."""

    next_dose: int | None
    reason: str | None
    earliest_on: date | None
    latest_on: date | None
    after_latest: str | None
    held_up_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Other(Entry):
    """An entry of a kind that has no type of its own here yet: shown by its columns' names."""

    content: Mapping[str, Any]


TYPES: Final[Mapping[str, type[Entry]]] = {
    "person": Person,
    "title": Title,
    "registration": Registration,
    "prescription": Prescription,
    "referral": Referral,
    "device-order": DeviceOrder,
    "visit": Visit,
    "document": Document,
    "test-result": TestResult,
    "vaccination": Vaccination,
    "sick-leave": SickLeave,
    "contribution": Contribution,
    "entitlement": Entitlement,
    "settled-service": SettledService,
    "primary-care": PrimaryCare,
    "ekuz": Ekuz,
    "parental-rights": ParentalRights,
    "guardianship": Guardianship,
    "contact": Contact,
    "language": Language,
    "notification-wishes": NotificationWishes,
    "irregularity": Irregularity,
    "set-aside": Gap,
}
