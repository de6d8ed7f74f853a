"""How often each type of event occurs: once for each person, and yearly for each; where a figure has a source, which.

It is what the simulation aims at; tests count what it says. 521 million prescriptions a year are 13.7 a person.
All in all some 50 statements a person and year: more than the 1.2 billion a year for which the house is planned,
because each month's contribution, each answer of eWUŚ and each settled service counts here.
"""

from typing import Final, NamedTuple


class Often(NamedTuple):
    """Statements for one person in a whole simulation, and in each year besides."""

    once: float
    yearly: float
    source: str = "ours"


PRESCRIPTIONS: Final = "521 million a year for 38 million people (e-zdrowie, public)"
PORTAL: Final = "19.5 million of 38 million people use the portal (public)"
SICK_LEAVES: Final = "75,000 a day for 38 million people (public)"
DEATHS: Final = "412,000 in twelve months up to November 2023 for 37.7 million people (GUS)"
CARDS: Final = "2.8 million cards in 2016 (NFZ), each with three statements: submitted, approved, issued"
MONTHLY: Final = "monthly for each title; ours: 45 of 100 people have one"
MORE_OFTEN: Final = "ours: more often than in life, so that a small population shows it"

PROPORTIONS: Final = {
    "PersonRegistered": Often(1, 0),
    "NameChanged": Often(0, 0.009, MORE_OFTEN),
    "PersonDied": Often(0, 0.011, DEATHS),
    "PersonNumberChanged": Often(0, 0.002, MORE_OFTEN),
    "ParentalRightsChanged": Often(0, 0.004, MORE_OFTEN),
    "GuardianshipEstablished": Often(0, 0.005, MORE_OFTEN),
    "GuardianshipEnded": Often(0, 0.002, MORE_OFTEN),
    "InsuranceTitleOpened": Often(0.48, 0.1),
    "InsuranceTitleClosed": Often(0, 0.075),
    "FamilyMemberRegistered": Often(0.36, 0.06),
    "FamilyMemberDeregistered": Often(0, 0.05),
    "ContributionPosted": Often(0, 5.4, MONTHLY),
    "SickLeaveIssued": Often(0, 0.72, SICK_LEAVES),
    "SickLeaveCancelled": Often(0, 0.014),
    "EntitlementConfirmed": Often(0, 1.75, "ours: NFZ is asked at every second visit"),
    "EntitlementWithdrawn": Often(0, 0.035),
    "ServiceSettled": Often(0, 3.3, "ours: three of four visits are paid for by NFZ"),
    "PrimaryCareChosen": Often(1.96, 0.08, "ours: a physician, mostly a nurse, a midwife for half of the women"),
    "EkuzStatusChanged": Often(0, 0.2, CARDS),
    "ContactDataConfirmed": Often(0.5, 0.01, PORTAL),
    "LanguageChosen": Often(0.5, 0.01, PORTAL),
    "NotificationWishesChanged": Often(0, 0.05),
    "IrregularityReported": Often(0, 0.0055, MORE_OFTEN),
    "IrregularityAnswered": Often(0, 0.0043, MORE_OFTEN),
    "PrescriptionIssued": Often(0, 13.7, PRESCRIPTIONS),
    "PrescriptionDispensed": Often(0, 14.6),
    "PrescriptionCancelled": Often(0, 0.35),
    "DispensingReversed": Often(0, 0.058),
    "ReferralIssued": Often(0, 0.94),
    "ReferralUsed": Often(0, 0.55),
    "ReferralCancelled": Often(0, 0.027),
    "DeviceOrderIssued": Often(0, 0.073),
    "DeviceOrderFulfilled": Often(0, 0.062),
    "VisitRecorded": Often(0, 4.5, "ours: a few a person"),
    "VisitCorrected": Often(0, 0.066),
    "DocumentIndexed": Often(0, 0.89),
    "DocumentWithdrawn": Often(0, 0.0075),
    "TestResultPublished": Often(0, 1.0),
    "VaccinationDoseRecorded": Often(0, 0.3),
    "VaccinationDoseClosed": Often(0, 0.27),
    "VaccinationDoseWithdrawn": Often(0, 0.006),
}


def expected_statements(years: int) -> float:
    """How many statements one person causes in so many years, roughly."""
    return sum(often.once + often.yearly * years for often in PROPORTIONS.values())
