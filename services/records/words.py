"""What codes of the read model say in words, and who would have to enter what is not there."""

from typing import Final

# An empty list says which institution would have to enter it.
WHO_ENTERS: Final = {
    "person": "personal data: the civil register (rejestr PESEL) announces them",
    "title": "insurance titles: ZUS announces them, once the payer has reported them",
    "registration": "registrations as a family member: ZUS announces them, once the insured person's payer has",
    "prescription": "prescriptions: the clinic that issued one has to enter it",
    "referral": "referrals: the clinic that issued one has to enter it",
    "device-order": "orders for medical devices: the clinic that issued one has to enter it",
    "visit": "visits or stays: the provider that you were at has to enter them",
    "document": "documents: the provider that keeps one has to index it",
    "test-result": "test results: the laboratory has to enter them",
    "vaccination": "vaccinations: the vaccination point that gave one has to enter it",
    "sick-leave": "sick leaves: ZUS announces them, a day or two after the practitioner has issued one",
    "contribution": "contributions: ZUS posts them, once the payer has paid",
    "entitlement": "entitlement to services: NFZ confirms it",
    "settled-service": "settled services: NFZ enters them when it has paid the provider",
    "primary-care": "choice of primary care: NFZ enters it from the declaration",
    "ekuz": "applications for EKUZ: NFZ enters them",
}
SAYS: Final = {
    "not_issued": "not yet issued here",
    "recorded": "visit not closed",
    "not_recorded": "not yet recorded here",
    "not_registered": "ended, its beginning not yet known here",
    "not_established": "ended, its beginning not yet known here",
    "not_reported": "answered, the report not yet known here",
    "being_examined": "being examined",
    "more_than_issued": "odd: more dispensed than prescribed",
    "dispensed_before_issued": "odd: dispensed before it was issued",
    "not_on_prescription": "odd: not on the prescription",
    "fulfilled_before_issued": "odd: handed out before it was ordered",
    "not_on_order": "odd: not on the order",
    "complete": "complete, both doses were given",
    "second_dose_not_closed": "both doses were given; provider {1} has to close the visit of dose 2",
    "first_dose_not_closed": "dose 2 waits for provider {1} to close the visit of dose 1",
    "too_old": "none is free any more, dose 1 was free until {0.latest_on}",
    "first_dose_too_late": "none is free, dose 1 was given after the age limit",
    "not_offered": "none is offered on this day",
    "birth_date_unknown": "unknown until the civil register has announced the person",
    "refused": "not later",
    "clinic": "later: ask the clinic",
}
