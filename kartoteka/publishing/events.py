"""Typed events, generated from the schemas by ``kartoteka.publishing.generate``: do not edit.

    PrescriptionCancelled(patient=…, prescription=…, reason="mistake", cancelled_at=datetime.now(UTC))

A field that may be left out is None by default. Limits beyond the types are checked when the event is published.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal
from uuid import UUID

from kartoteka.publishing.event import Event, Part


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GuardianshipEnded(Event):
    """A guardianship has ended (ustanie opieki lub kurateli). Topic registry.events.v1."""

    ward: str
    """The child or incapacitated adult (podopieczny), whose record this enters; PESEL, 11 digits."""

    guardian: str
    """The guardian (opiekun prawny); PESEL, 11 digits."""

    valid_until: date
    """First day without the guardianship (do, wyłącznie); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    court: str
    """Court that decided (sąd). Limits: at most 200 characters."""

    court_file: str
    """File number of the court (sygnatura akt). Limits: at most 64 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class GuardianshipEstablished(Event):
    """A court appointed a guardian (ustanowiono opiekę lub kuratelę). Topic registry.events.v1."""

    ward: str
    """The child or incapacitated adult (podopieczny), whose record this enters; PESEL, 11 digits."""

    guardian: str
    """The guardian (opiekun prawny); PESEL, 11 digits."""

    valid_from: date
    """First day of the guardianship (od); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    court: str
    """Court that decided (sąd). Limits: at most 200 characters."""

    court_file: str
    """File number of the court (sygnatura akt). Limits: at most 64 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NameChanged(Event):
    """The civil register records another name (zmiana imienia lub nazwiska). Topic registry.events.v1."""

    person: str
    """The person (osoba), whose record this enters; PESEL, 11 digits."""

    given_names: str | None = None
    """Given names from now on (imiona), separated by a space; null: as before. Limits: at most 200 characters."""

    surname: str
    """Surname from now on (nazwisko). Limits: at most 200 characters."""

    changed_on: date
    """Day of the change (data zmiany); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ParentalRightsChanged(Event):
    """A court decided about a parent's rights (zmiana władzy rodzicielskiej). Topic registry.events.v1."""

    child: str
    """The child (dziecko), whose record this enters; PESEL, 11 digits."""

    parent: str
    """The parent whose rights they are (rodzic); PESEL, 11 digits."""

    rights: Literal["full", "limited", "suspended", "removed"]
    """What holds from then on (władza rodzicielska): full, limited, suspended or removed."""

    valid_from: date
    """First day on which it holds (od); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    court: str
    """Court that decided (sąd). Limits: at most 200 characters."""

    court_file: str
    """File number of the court (sygnatura akt). Limits: at most 64 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonDied(Event):
    """The civil register records a death (zgon). Topic registry.events.v1."""

    person: str
    """The person (osoba), whose record this enters; PESEL, 11 digits."""

    died_on: date
    """Day of death (data zgonu); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonNumberChanged(Event):
    """The civil register gave the person another number (zmiana numeru PESEL). Topic registry.events.v1."""

    person: str
    """The person (osoba) under the number used until now, whose record this enters; PESEL, 11 digits."""

    new_number: str
    """The number from now on (nowy numer PESEL); PESEL, 11 digits."""

    changed_on: date
    """Day of the change (data zmiany); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PersonRegistered(Event):
    """The civil register announces a person (rejestr PESEL): a birth, or somebody newly registered. Topic
    registry.events.v1.
    """

    person: str
    """The registered person (osoba), whose record this enters; PESEL, 11 digits."""

    birth_date: date
    """Date of birth (data urodzenia, rejestr PESEL); calendar date in Europe/Warsaw. Limits: from 1850-01-01."""

    sex: Literal["female", "male"]
    """Sex in the register (płeć): female or male."""

    given_names: str
    """Given names (imiona), separated by a space. Limits: at most 200 characters."""

    surname: str
    """Surname (nazwisko). Limits: at most 200 characters."""

    mother: str | None = None
    """Mother (matka), where the register knows her; PESEL, 11 digits; null: not known."""

    father: str | None = None
    """Father (ojciec), where the register knows him; PESEL, 11 digits; null: not known."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ContributionPosted(Event):
    """ZUS posted a month's health insurance contribution (zaksięgowano składkę na ubezpieczenie zdrowotne). Topic
    zus.events.v1.
    """

    insured_person: str
    """The insured person (ubezpieczony), whose record this enters; PESEL, 11 digits."""

    month: date
    """Month that was paid for (miesiąc składki): its first day; calendar date in Europe/Warsaw. Limits: from
    1999-01-01.
    """

    payer: str
    """Payer of contributions (płatnik składek, ZUS): tax number NIP, 10 digits. Limits: form ^[0-9]{10}$."""

    basis: int
    """Basis of assessment (podstawa wymiaru składki); grosz. Limits: from 0, up to 1000000000000."""

    amount: int | None = None
    """Contribution posted (kwota składki); grosz; null: not stated. Limits: from 0, up to 1000000000000."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FamilyMemberDeregistered(Event):
    """ZUS records that an insured person no longer has the child registered (wyrejestrowanie członka rodziny, ZUS
    ZCNA). Topic zus.events.v1.
    """

    child: str
    """The child (członek rodziny), whose record this enters; PESEL, 11 digits."""

    insured: str
    """The person who insured the child (ubezpieczony); PESEL, 11 digits."""

    payer: str
    """Payer who sent it (płatnik składek, ZUS): tax number NIP, 10 digits. Limits: form ^[0-9]{10}$."""

    valid_until: date
    """First day without the registration (do, wyłącznie); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    reported_on: date
    """Day on which the payer reported it (data zgłoszenia); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    reason: str | None = None
    """Why it ended (powód wyrejestrowania); null: not stated. Limits: at most 1000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class FamilyMemberRegistered(Event):
    """ZUS records that an insured person has registered a child as a family member (zgłoszenie członka rodziny, ZUS
    ZCNA). Topic zus.events.v1.
    """

    child: str
    """The registered child (członek rodziny), whose record this enters; PESEL, 11 digits."""

    insured: str
    """The person who insures the child (ubezpieczony); PESEL, 11 digits."""

    kinship: str
    """Kinship code (kod stopnia pokrewieństwa, ZUS ZCNA), 2 digits: 11 own, adopted or spouse's child; 12 other
    child; others per ZUS list. Limits: form ^[0-9]{2}$.
    """

    payer: str
    """Payer who sent the registration (płatnik składek, ZUS): tax number NIP, 10 digits. Limits: form ^[0-9]{10}$."""

    valid_from: date
    """First day of the registration (od); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    reported_on: date
    """Day on which the payer reported it (data zgłoszenia); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class InsuranceTitleClosed(Event):
    """ZUS records that a title has ended or will end (wyrejestrowanie z ubezpieczeń, ZUS ZWUA). Topic zus.events.v1."""

    insured_person: str
    """The insured person (ubezpieczony), whose record this enters; PESEL, 11 digits."""

    title_code: str
    """Title code (kod tytułu ubezpieczenia, ZUS), 6 digits: title, entitlement to a pension, degree of disability.
    Limits: form ^[0-9]{6}$.
    """

    payer: str
    """Payer of contributions (płatnik składek, ZUS): tax number NIP, 10 digits. Limits: form ^[0-9]{10}$."""

    valid_from: date
    """First day of the title (od), as it was opened; calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    valid_until: date
    """First day on which the title no longer runs (do, wyłącznie); calendar date in Europe/Warsaw. Limits: from
    1900-01-01.
    """

    reason: str | None = None
    """Why it ended (powód wyrejestrowania); null: not stated. Limits: at most 1000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class InsuranceTitleOpened(Event):
    """ZUS records that a person is insured by a title of their own (tytuł ubezpieczenia, zgłoszenie ZUS ZUA/ZZA).
    Topic zus.events.v1.
    """

    insured_person: str
    """The insured person (ubezpieczony), whose record this enters; PESEL, 11 digits."""

    title_code: str
    """Title code (kod tytułu ubezpieczenia, ZUS), 6 digits: title, entitlement to a pension, degree of disability.
    Limits: form ^[0-9]{6}$.
    """

    payer: str
    """Payer of contributions (płatnik składek, ZUS): tax number NIP, 10 digits. Limits: form ^[0-9]{10}$."""

    valid_from: date
    """First day of the title (od); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    valid_until: date | None = None
    """First day on which the title no longer runs (do, wyłącznie); calendar date in Europe/Warsaw; null: no end
    known. Limits: from 1900-01-01.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SickLeaveCancelled(Event):
    """A certificate of incapacity for work was cancelled (anulowano e-ZLA). Topic zus.events.v1."""

    patient: str
    """The person on leave (osoba niezdolna do pracy), whose record this enters; PESEL, 11 digits."""

    sick_leave: str
    """Series and number of the certificate (seria i numer e-ZLA, ZUS). Limits: at most 20 characters."""

    reason: str | None = None
    """Why it was cancelled (powód anulowania); null: not stated. Limits: at most 1000 characters."""

    cancelled_at: datetime
    """When it was cancelled (data anulowania); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class SickLeaveIssued(Event):
    """A practitioner issued a certificate of incapacity for work (wystawiono e-ZLA). Topic zus.events.v1."""

    patient: str
    """The person on leave (osoba niezdolna do pracy), whose record this enters; PESEL, 11 digits."""

    sick_leave: str
    """Series and number of the certificate (seria i numer e-ZLA, ZUS). Limits: at most 20 characters."""

    child: str | None = None
    """Child or relative cared for (osoba, nad którą sprawowana jest opieka); PESEL, 11 digits; null: nobody."""

    practitioner: str
    """Licence number of the practitioner (numer prawa wykonywania zawodu, PWZ), form by profession. Limits: at most
    20 characters.
    """

    profession: Literal["physician", "dentist", "nurse", "midwife", "pharmacist", "feldsher"]
    """Profession of the practitioner (zawód): physician, dentist, nurse, midwife, pharmacist or feldsher."""

    provider: str | None = None
    """Provider where it was issued (placówka): book number in the register of providers RPWDL, 12 digits; null: not
    stated. Limits: form ^[0-9]{12}$.
    """

    payer: str | None = None
    """Payer to whom it was sent (płatnik składek, ZUS): tax number NIP, 10 digits; null: not stated. Limits: form
    ^[0-9]{10}$.
    """

    issued_at: datetime
    """When it was issued (data wystawienia); UTC, microseconds."""

    valid_from: date
    """First day of the leave (od); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    valid_until: date
    """First day after the leave (do, wyłącznie); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    diagnosis: str | None = None
    """Diagnosis (rozpoznanie, ICD-10), code or words; null: not stated. Limits: at most 300 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EkuzStatusChanged(Event):
    """The application for a European Health Insurance Card got a new status (status wniosku o EKUZ). Topic
    nfz.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    application: str
    """Number of the application (numer wniosku o EKUZ). Limits: at most 64 characters."""

    status: Literal["submitted", "approved", "issued", "refused", "cancelled", "expired"]
    """Status (status wniosku)."""

    changed_at: datetime
    """Since when it has this status (data zmiany statusu); UTC, microseconds."""

    valid_from: date | None = None
    """First day of the card (ważna od); calendar date in Europe/Warsaw; null: not stated. Limits: from 1900-01-01."""

    valid_until: date | None = None
    """First day on which the card no longer counts (ważna do, wyłącznie); calendar date in Europe/Warsaw; null: not
    stated. Limits: from 1900-01-01.
    """

    card: str | None = None
    """Number of the card (numer karty EKUZ); null: none yet. Limits: at most 40 characters."""

    reason: str | None = None
    """Why it was refused or cancelled (powód odmowy); null: not stated. Limits: at most 1000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EntitlementConfirmed(Event):
    """NFZ confirmed that the patient is entitled to services (potwierdzenie prawa do świadczeń, eWUŚ). Topic
    nfz.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    ground: Literal[
        "insured",
        "family_member",
        "under_18",
        "pregnancy",
        "pension",
        "unemployed",
        "student",
        "social_assistance",
        "agricultural",
        "uniformed_service",
        "special_act",
        "coordinated",
        "other",
    ]
    """Ground of the entitlement (podstawa prawa do świadczeń, NFZ)."""

    as_of: date
    """Day from which it holds (na dzień); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    valid_until: date | None = None
    """First day on which it no longer holds (do, wyłącznie); calendar date in Europe/Warsaw; null: no end known.
    Limits: from 1900-01-01.
    """

    reference: str | None = None
    """Document or number that it rests on (numer dokumentu potwierdzającego); null: none. Limits: at most 200
    characters.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class EntitlementWithdrawn(Event):
    """NFZ withdrew an entitlement (utrata prawa do świadczeń). Topic nfz.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    ground: Literal[
        "insured",
        "family_member",
        "under_18",
        "pregnancy",
        "pension",
        "unemployed",
        "student",
        "social_assistance",
        "agricultural",
        "uniformed_service",
        "special_act",
        "coordinated",
        "other",
    ]
    """Ground of the entitlement (podstawa prawa do świadczeń, NFZ)."""

    as_of: date
    """Day from which it no longer holds (na dzień); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    reason: str | None = None
    """Why it was withdrawn (powód utraty); null: not stated. Limits: at most 1000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PrimaryCareChosen(Event):
    """A patient chose a primary care practitioner (deklaracja wyboru POZ). Topic nfz.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    role: Literal["physician", "nurse", "midwife"]
    """Who was chosen (rodzaj deklaracji): physician, nurse or midwife."""

    practitioner: str
    """Licence number of the one chosen (numer prawa wykonywania zawodu, PWZ), form by profession. Limits: at most 20
    characters.
    """

    provider: str
    """Where (miejsce udzielania świadczeń, placówka): book number in the register of providers RPWDL, 12 digits.
    Limits: form ^[0-9]{12}$.
    """

    valid_from: date
    """First day of the choice (od); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ServiceSettled(Event):
    """NFZ paid a provider for a service to the patient (rozliczono świadczenie). Topic nfz.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    settlement: str
    """Number of the settled service (numer pozycji rozliczeniowej, NFZ). Limits: at most 64 characters."""

    visit: str | None = None
    """Number of the visit in the provider's system (numer wizyty); null: not stated. Limits: at most 64 characters."""

    provider: str
    """Provider that was paid (placówka): book number in the register of providers RPWDL, 12 digits. Limits: form
    ^[0-9]{12}$.
    """

    provided_on: date
    """Day of the service (data udzielenia świadczenia); calendar date in Europe/Warsaw. Limits: from 1900-01-01."""

    service: str
    """Service (nazwa świadczenia), as the patient reads it. Limits: at most 300 characters."""

    amount: int
    """Amount paid (kwota); grosz. Limits: from 0, up to 1000000000000."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeviceOrderFulfilled(Event):
    """A shop handed out an ordered device, in full or in part (realizacja e-zlecenia). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    device_order: str
    """Number of the order for medical devices (numer e-zlecenia na wyroby medyczne, NFZ). Limits: at most 64
    characters.
    """

    fulfilment: str
    """The shop's own number of this fulfilment (numer realizacji); a later statement with the same number corrects
    it. Limits: at most 64 characters.
    """

    item: int
    """Number of the item on the order (numer pozycji), from 1. Limits: from 1, up to 999."""

    quantity: int
    """Quantity handed out (wydana liczba sztuk). Limits: from 0, up to 9999."""

    shop: str
    """Shop or pharmacy (realizator zlecenia): its number in the contract with NFZ. Limits: at most 40 characters."""

    fulfilled_at: datetime
    """When it was handed out (data realizacji); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeviceItem(Part):
    """One device of the order (pozycja zlecenia)."""

    item: int
    """Number of the item (numer pozycji), from 1. Limits: from 1, up to 999."""

    device: str
    """Device (wyrób medyczny), as the patient reads it. Limits: at most 300 characters."""

    device_code: str | None = None
    """Code of the device (kod wyrobu, NFZ); null: not stated. Limits: at most 40 characters."""

    quantity: int
    """Ordered quantity (liczba sztuk). Limits: from 1, up to 9999."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DeviceOrderIssued(Event):
    """A practitioner ordered medical devices (wystawiono e-zlecenie na wyroby medyczne). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    device_order: str
    """Number of the order for medical devices (numer e-zlecenia na wyroby medyczne, NFZ). Limits: at most 64
    characters.
    """

    practitioner: str
    """Licence number of the practitioner (numer prawa wykonywania zawodu, PWZ), form by profession. Limits: at most
    20 characters.
    """

    profession: Literal["physician", "dentist", "nurse", "midwife", "pharmacist", "feldsher"]
    """Profession of the practitioner (zawód): physician, dentist, nurse, midwife, pharmacist or feldsher."""

    provider: str
    """Provider where it was issued (placówka): book number in the register of providers RPWDL, 12 digits. Limits:
    form ^[0-9]{12}$.
    """

    issued_at: datetime
    """When it was issued (data wystawienia); UTC, microseconds."""

    valid_until: date | None = None
    """First day on which it can no longer be fulfilled (ważne do, wyłącznie); calendar date in Europe/Warsaw; null:
    no end. Limits: from 1900-01-01.
    """

    items: tuple[DeviceItem, ...]
    """Ordered devices (pozycje zlecenia), at least one, each number once. Limits: at least 1, at most 20."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DispensingReversed(Event):
    """A pharmacy took a dispensing back (wycofano realizację e-recepty). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    prescription: str
    """Key of the e-prescription (klucz e-recepty, P1), 44 digits. Limits: form ^[0-9]{44}$."""

    dispensing: str
    """The pharmacy's own number of the dispensing that is reversed (numer realizacji, DRR). Limits: at most 64
    characters.
    """

    reason: str | None = None
    """Why it was reversed (powód wycofania); null: not stated. Limits: at most 1000 characters."""

    pharmacy: str
    """Pharmacy (apteka): number in the register of pharmacies or, abroad, the number its country gives it. Limits:
    at most 40 characters.
    """

    reversed_at: datetime
    """When it was reversed (data wycofania); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DocumentIndexed(Event):
    """A provider entered a medical document into the index (zaindeksowano elektroniczną dokumentację medyczną); the
    document stays where it is. Topic clinic.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    document: str
    """Number of the document in the provider's repository (identyfikator dokumentu, P1). Limits: at most 128
    characters.
    """

    document_kind: Literal[
        "hospital_discharge",
        "referring_doctor_information",
        "admission_refusal",
        "laboratory_result",
        "imaging_description",
        "care_plan",
        "other",
    ]
    """Kind of document (rodzaj dokumentu)."""

    issued_at: datetime
    """When it was made (data wystawienia); UTC, microseconds."""

    provider: str
    """Provider that keeps it (placówka): book number in the register of providers RPWDL, 12 digits. Limits: form
    ^[0-9]{12}$.
    """

    practitioner: str | None = None
    """Licence number of the practitioner (numer prawa wykonywania zawodu, PWZ), form by profession; null: not
    stated. Limits: at most 20 characters.
    """

    profession: Literal["physician", "dentist", "nurse", "midwife", "pharmacist", "feldsher"] | None = None
    """Profession of the practitioner (zawód): physician, dentist, nurse, midwife, pharmacist or feldsher; null: not
    stated.
    """

    visit: str | None = None
    """Number of the visit in the provider's system (numer wizyty); null: not stated. Limits: at most 64 characters."""

    title: str | None = None
    """Title (tytuł dokumentu), as the patient reads it; null: not stated. Limits: at most 300 characters."""

    content_type: str
    """Media type of the document (typ zawartości): such as application/pdf. Limits: form
    ^[a-z0-9][a-z0-9.+-]*/[a-z0-9][a-z0-9.+-]*$.
    """

    digest: str
    """Digest of the document (skrót dokumentu): SHA-256, 64 hexadecimal digits. Limits: form ^[0-9a-f]{64}$."""

    place: str
    """Where to fetch it (adres w repozytorium): a URI. Limits: at most 1000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class DocumentWithdrawn(Event):
    """A provider took a document out of the index (wycofano dokument z indeksu). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    document: str
    """Number of the document in the provider's repository (identyfikator dokumentu, P1). Limits: at most 128
    characters.
    """

    reason: str | None = None
    """Why it was withdrawn (powód wycofania); null: not stated. Limits: at most 1000 characters."""

    withdrawn_at: datetime
    """When it was withdrawn (data wycofania); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PrescriptionCancelled(Event):
    """An e-prescription was cancelled (anulowano e-receptę). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    prescription: str
    """Key of the e-prescription (klucz e-recepty, P1), 44 digits. Limits: form ^[0-9]{44}$."""

    reason: str | None = None
    """Why it was cancelled (powód anulowania); null: not stated. Limits: at most 1000 characters."""

    cancelled_at: datetime
    """When it was cancelled (data anulowania); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PrescriptionDispensed(Event):
    """A pharmacy dispensed an item of an e-prescription, in full or in part (realizacja e-recepty). Topic
    clinic.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    prescription: str
    """Key of the e-prescription (klucz e-recepty, P1), 44 digits. Limits: form ^[0-9]{44}$."""

    dispensing: str
    """The pharmacy's own number of this dispensing (numer realizacji, DRR); a later statement with the same number
    corrects it. Limits: at most 64 characters.
    """

    item: int
    """Number of the item on the prescription (numer pozycji), from 1. Limits: from 1, up to 99."""

    quantity: int
    """Dispensed quantity (wydana ilość); packages. Limits: from 0, up to 9999."""

    pharmacy: str
    """Pharmacy (apteka): number in the register of pharmacies or, abroad, the number its country gives it. Limits:
    at most 40 characters.
    """

    country: str
    """Country of dispensing (kraj realizacji): ISO 3166-1 alpha-2. Limits: form ^[A-Z]{2}$."""

    dispensed_at: datetime
    """When it was dispensed (data realizacji); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PrescriptionItem(Part):
    """One medicine on the prescription (pozycja recepty)."""

    item: int
    """Number of the item on the prescription (numer pozycji), from 1. Limits: from 1, up to 99."""

    medicine: str
    """Medicine (lek): name on the Polish register of medicinal products, RPL. Limits: at most 300 characters."""

    strength: str | None = None
    """Strength and form (dawka i postać); null: not stated. Limits: at most 200 characters."""

    quantity: int
    """Prescribed quantity (ilość); packages. Limits: from 1, up to 9999."""

    dosage: str | None = None
    """How to take it (dawkowanie), as the patient reads it; null: not stated. Limits: at most 1000 characters."""

    payment_level: str | None = None
    """Level of payment (poziom odpłatności, NFZ), such as R, 30%, 50%, 100%; null: not stated. Limits: at most 20
    characters.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class PrescriptionIssued(Event):
    """A practitioner issued an e-prescription (wystawiono e-receptę). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    prescription: str
    """Key of the e-prescription (klucz e-recepty, P1), 44 digits. Limits: form ^[0-9]{44}$."""

    access_code: str
    """Access code (kod dostępu) that the patient tells the pharmacy with the PESEL; 4 digits. Limits: form
    ^[0-9]{4}$.
    """

    practitioner: str
    """Licence number of the practitioner (numer prawa wykonywania zawodu, PWZ), form by profession. Limits: at most
    20 characters.
    """

    profession: Literal["physician", "dentist", "nurse", "midwife", "pharmacist", "feldsher"]
    """Profession of the practitioner (zawód): physician, dentist, nurse, midwife, pharmacist or feldsher."""

    provider: str
    """Provider where it was issued (placówka): book number in the register of providers RPWDL, 12 digits. Limits:
    form ^[0-9]{12}$.
    """

    issued_at: datetime
    """When it was issued (data wystawienia); UTC, microseconds."""

    valid_until: date
    """First day on which it can no longer be dispensed (ważna do, wyłącznie); calendar date in Europe/Warsaw.
    Limits: from 1900-01-01.
    """

    chronic: bool
    """Whether it is for a chronic illness (choroba przewlekła)."""

    items: tuple[PrescriptionItem, ...]
    """Prescribed medicines (pozycje recepty), at least one, each number once. Limits: at least 1, at most 20."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReferralCancelled(Event):
    """An e-referral was cancelled (anulowano e-skierowanie). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    referral: str
    """Key of the e-referral (klucz e-skierowania, P1), 44 digits. Limits: form ^[0-9]{44}$."""

    reason: str | None = None
    """Why it was cancelled (powód anulowania); null: not stated. Limits: at most 1000 characters."""

    cancelled_at: datetime
    """When it was cancelled (data anulowania); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReferralIssued(Event):
    """A practitioner issued an e-referral (wystawiono e-skierowanie). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    referral: str
    """Key of the e-referral (klucz e-skierowania, P1), 44 digits. Limits: form ^[0-9]{44}$."""

    access_code: str
    """Access code (kod dostępu) that the patient tells where the referral is used; 4 digits. Limits: form
    ^[0-9]{4}$.
    """

    practitioner: str
    """Licence number of the practitioner (numer prawa wykonywania zawodu, PWZ), form by profession. Limits: at most
    20 characters.
    """

    profession: Literal["physician", "dentist", "nurse", "midwife", "pharmacist", "feldsher"]
    """Profession of the practitioner (zawód): physician, dentist, nurse, midwife, pharmacist or feldsher."""

    provider: str
    """Provider where it was issued (placówka): book number in the register of providers RPWDL, 12 digits. Limits:
    form ^[0-9]{12}$.
    """

    issued_at: datetime
    """When it was issued (data wystawienia); UTC, microseconds."""

    referral_kind: Literal["specialist", "hospital", "examination", "rehabilitation", "spa", "nursing_care"]
    """Kind of referral (rodzaj skierowania)."""

    target: str
    """Where it leads to (komórka, do której kieruje się pacjenta): clinic, ward or examination. Limits: at most 300
    characters.
    """

    urgency: Literal["urgent", "stable"]
    """Urgency (tryb): urgent or stable."""

    diagnosis: str | None = None
    """Diagnosis (rozpoznanie, ICD-10), code or words; null: not stated. Limits: at most 300 characters."""

    valid_until: date | None = None
    """First day on which it can no longer be used (ważne do, wyłącznie); calendar date in Europe/Warsaw; null: no
    end. Limits: from 1900-01-01.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ReferralUsed(Event):
    """A provider took a patient on by an e-referral (zarejestrowano e-skierowanie). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    referral: str
    """Key of the e-referral (klucz e-skierowania, P1), 44 digits. Limits: form ^[0-9]{44}$."""

    provider: str
    """Provider that took it (placówka): book number in the register of providers RPWDL, 12 digits. Limits: form
    ^[0-9]{12}$.
    """

    visit: str | None = None
    """Number of the visit in the provider's system (numer wizyty); null: not stated. Limits: at most 64 characters."""

    used_at: datetime
    """When it was used (data realizacji); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TestResultItem(Part):
    """One value of the examination (pozycja wyniku)."""

    item: int
    """Number of the item (numer pozycji), from 1. Limits: from 1, up to 999."""

    name: str
    """What was measured (parametr). Limits: at most 300 characters."""

    test_code: str | None = None
    """Its code (kod badania, LOINC); null: not stated. Limits: at most 40 characters."""

    result_value: str
    """Value in digits or words (wartość). Limits: at most 2000 characters."""

    unit: str | None = None
    """Unit (jednostka, UCUM); null: none. Limits: at most 60 characters."""

    reference_range: str | None = None
    """Range of reference (zakres referencyjny); null: not stated. Limits: at most 200 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class TestResultPublished(Event):
    """A laboratory published results of one examination (wynik badania), COVID-19 tests among them. Topic
    clinic.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    result: str
    """Number of the result in the provider's system (numer wyniku). Limits: at most 128 characters."""

    test: str
    """Examination (badanie), as the patient reads it. Limits: at most 300 characters."""

    sampled_at: datetime
    """When the sample was taken (data pobrania); UTC, microseconds."""

    issued_at: datetime | None = None
    """When the result was issued (data wystawienia); UTC, microseconds; null: not stated."""

    provider: str
    """Laboratory or provider (placówka): book number in the register of providers RPWDL, 12 digits. Limits: form
    ^[0-9]{12}$.
    """

    visit: str | None = None
    """Number of the visit in the provider's system (numer wizyty); null: not stated. Limits: at most 64 characters."""

    items: tuple[TestResultItem, ...]
    """Values (pozycje wyniku), at least one, each number once. Limits: at least 1, at most 200."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class VaccinationDoseClosed(Event):
    """The vaccination visit was finished properly in the provider's system (zakończono wizytę szczepienia): only
    this makes the next dose bookable. Topic clinic.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    vaccination: str
    """Number of the vaccination entry in the provider's system (numer szczepienia, e-Karta Szczepień). Limits: at
    most 64 characters.
    """

    visit: str | None = None
    """Number of the visit in the provider's system (numer wizyty); null: not stated. Limits: at most 64 characters."""

    closed_at: datetime
    """When the visit was closed (data zakończenia); UTC, microseconds."""

    provider: str
    """Provider that closed the visit (placówka): book number in the register of providers RPWDL, 12 digits. Limits:
    form ^[0-9]{12}$.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class VaccinationDoseRecorded(Event):
    """A vaccination dose was given and entered (wpis o podaniu dawki szczepionki). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    vaccination: str
    """Number of the vaccination entry in the provider's system (numer szczepienia, e-Karta Szczepień). Limits: at
    most 64 characters.
    """

    target_disease: str
    """Disease that the vaccine protects from (choroba): code such as HPV, COVID-19, MMR. Limits: form
    ^[A-Z0-9][A-Z0-9-]{0,29}$.
    """

    product: str
    """Vaccine (szczepionka): name of the product. Limits: at most 300 characters."""

    dose_number: int
    """Number of the dose in the schedule (numer dawki), from 1. Limits: from 1, up to 99."""

    visit: str | None = None
    """Number of the visit in the provider's system (numer wizyty); null: not stated. Limits: at most 64 characters."""

    given_at: datetime
    """When the dose was given (data podania); UTC, microseconds."""

    provider: str
    """Provider where it was given (placówka): book number in the register of providers RPWDL, 12 digits. Limits:
    form ^[0-9]{12}$.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class VaccinationDoseWithdrawn(Event):
    """A vaccination dose had been entered by mistake (wycofano wpis o szczepieniu). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    vaccination: str
    """Number of the vaccination entry in the provider's system (numer szczepienia, e-Karta Szczepień). Limits: at
    most 64 characters.
    """

    reason: str | None = None
    """Why it was withdrawn (powód wycofania); null: not stated. Limits: at most 1000 characters."""

    withdrawn_at: datetime
    """When it was withdrawn (data wycofania); UTC, microseconds."""

    provider: str
    """Provider that withdrew it (placówka): book number in the register of providers RPWDL, 12 digits. Limits: form
    ^[0-9]{12}$.
    """


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class VisitCorrected(Event):
    """A provider corrected what it had recorded of a visit (korekta zdarzenia medycznego); null changes nothing.
    Topic clinic.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    visit: str
    """Number of the visit in the provider's system (numer wizyty). Limits: at most 64 characters."""

    visit_kind: Literal["visit", "teleconsultation", "home_visit", "stay", "emergency", "admission_refused"] | None = (
        None
    )
    """Kind of visit (rodzaj wizyty); null: as before."""

    started_at: datetime | None = None
    """When it began (początek wizyty); UTC, microseconds; null: not stated."""

    ended_at: datetime | None = None
    """When it ended (koniec wizyty); UTC, microseconds; null: not stated."""

    provider: str | None = None
    """Provider where it took place (placówka): book number in the register of providers RPWDL, 12 digits; null: not
    stated. Limits: form ^[0-9]{12}$.
    """

    practitioner: str | None = None
    """Licence number of the practitioner (numer prawa wykonywania zawodu, PWZ), form by profession; null: not
    stated. Limits: at most 20 characters.
    """

    profession: Literal["physician", "dentist", "nurse", "midwife", "pharmacist", "feldsher"] | None = None
    """Profession of the practitioner (zawód): physician, dentist, nurse, midwife, pharmacist or feldsher; null: not
    stated.
    """

    diagnosis: str | None = None
    """What it was about (rozpoznanie, ICD-10), code or words; null: as before. Limits: at most 1000 characters."""

    reason: str | None = None
    """Why it was corrected (powód korekty); null: not stated. Limits: at most 1000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class VisitRecorded(Event):
    """A provider recorded a visit or a stay (zdarzenie medyczne: wizyta lub pobyt). Topic clinic.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    visit: str
    """Number of the visit in the provider's system (numer wizyty). Limits: at most 64 characters."""

    visit_kind: Literal["visit", "teleconsultation", "home_visit", "stay", "emergency", "admission_refused"]
    """Kind of visit (rodzaj wizyty)."""

    started_at: datetime
    """When it began (początek wizyty); UTC, microseconds."""

    ended_at: datetime | None = None
    """When it ended (koniec wizyty); UTC, microseconds; null: not stated."""

    provider: str
    """Provider where it took place (placówka): book number in the register of providers RPWDL, 12 digits. Limits:
    form ^[0-9]{12}$.
    """

    practitioner: str | None = None
    """Licence number of the practitioner (numer prawa wykonywania zawodu, PWZ), form by profession; null: not
    stated. Limits: at most 20 characters.
    """

    profession: Literal["physician", "dentist", "nurse", "midwife", "pharmacist", "feldsher"] | None = None
    """Profession of the practitioner (zawód): physician, dentist, nurse, midwife, pharmacist or feldsher; null: not
    stated.
    """

    diagnosis: str | None = None
    """What it was about (rozpoznanie, ICD-10), code or words; null: not stated. Limits: at most 1000 characters."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class ContactDataConfirmed(Event):
    """The patient confirmed an address by the code that was sent there (potwierdzono dane kontaktowe). Topic
    patient.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    phone: str | None = None
    """Mobile number (numer telefonu) with country code; null: as before. Limits: form ^[+][1-9][0-9]{6,14}$."""

    email: str | None = None
    """E-mail address (adres e-mail); null: as before. Limits: form ^[^@ ]{1,64}@[^@ ]{1,185}$."""

    confirmed_at: datetime
    """When it was confirmed (data potwierdzenia); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IrregularityAnswered(Event):
    """An institution answered the report of an irregularity (odpowiedź na zgłoszenie nieprawidłowości). Topic
    patient.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    irregularity: str
    """Number of the report (numer zgłoszenia nieprawidłowości), chosen by the portal. Limits: at most 64 characters."""

    answer: Literal["confirmed", "rejected", "being_examined"]
    """Answer (rozstrzygnięcie): the patient was right, the entry stands, or it is being examined."""

    answered_by: str
    """Who answered (instytucja). Limits: at most 200 characters."""

    explanation: str | None = None
    """In words (wyjaśnienie), as the patient reads it; null: none. Limits: at most 4000 characters."""

    answered_at: datetime
    """When it was answered (data odpowiedzi); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class IrregularityReported(Event):
    """The patient says that an entry is wrong (zgłoszono nieprawidłowość); the entry stays, marked as disputed.
    Topic patient.events.v1.
    """

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    irregularity: str
    """Number of the report (numer zgłoszenia nieprawidłowości), chosen by the portal. Limits: at most 64 characters."""

    disputed_entry: UUID
    """The entry that is disputed (kwestionowany wpis): its id in the record; UUID."""

    disputed_kind: Literal[
        "person",
        "title",
        "registration",
        "prescription",
        "referral",
        "device-order",
        "visit",
        "document",
        "test-result",
        "vaccination",
        "sick-leave",
        "contribution",
        "entitlement",
        "settled-service",
        "primary-care",
        "ekuz",
        "parental-rights",
        "guardianship",
    ]
    """Kind of the disputed entry (rodzaj wpisu)."""

    wrong: Literal["not_mine", "did_not_take_place", "wrong_data"]
    """What is wrong (rodzaj nieprawidłowości): not mine, did not take place, or wrong data."""

    description: str | None = None
    """In the patient's words (opis); null: none. Limits: at most 2000 characters."""

    reported_at: datetime
    """When it was reported (data zgłoszenia); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class LanguageChosen(Event):
    """The patient chose the language of pages and messages (wybrano język). Topic patient.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    language: Literal["pl", "uk", "en"]
    """Language (język): ISO 639-1."""

    chosen_at: datetime
    """When it was chosen (data wyboru); UTC, microseconds."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Wish(Part):
    """One wish (ustawienie powiadomienia)."""

    message: Literal["prescription", "referral", "access", "vaccination", "document", "irregularity", "viewing"]
    """Kind of message (rodzaj powiadomienia)."""

    channel: Literal["sms", "email", "none"]
    """How it goes out (kanał): sms, email or none."""


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class NotificationWishesChanged(Event):
    """The patient said which messages to get, and how (zmieniono ustawienia powiadomień). Topic patient.events.v1."""

    patient: str
    """The patient (pacjent), whose record this enters; PESEL, 11 digits."""

    wishes: tuple[Wish, ...]
    """Wishes (ustawienia powiadomień), each kind of message once; what is not named stays as it is by default.
    Limits: at least 0, at most 20.
    """

    changed_at: datetime
    """When it was changed (data zmiany); UTC, microseconds."""
