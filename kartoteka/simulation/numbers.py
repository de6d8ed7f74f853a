"""Valid synthetic numbers: PESEL, NIP, PWZ and the keys of prescriptions and referrals."""

from datetime import date, timedelta
from math import ceil
from typing import Final

from kartoteka.simulation.stream import Stream

SLOTS: Final = 5000
"""Serial numbers that one day of birth has for each sex."""

TURNS_LIMIT: Final = 366
FAMILIES_LIMIT: Final = SLOTS * TURNS_LIMIT

_PESEL_WEIGHTS: Final = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
_NIP_WEIGHTS: Final = (6, 5, 7, 2, 3, 4, 5, 6, 7)
_CENTURY: Final = {1800: 80, 1900: 0, 2000: 20, 2100: 40}
# Prime to SLOTS: every family of one turn gets a slot of its own, far from its neighbours'.
_SPREAD: Final = 1237


class FamilyNumbers:
    """Gives the PESELs of one family, which no other family of the same population can be given.

    5,000 families share the calendar, each with a serial number of its own. Beyond that the calendar
    is divided too: of ``turns`` groups of families each has every ``turns``-th day.
    """

    def __init__(self, family: int, families: int, offset: int) -> None:
        if families > FAMILIES_LIMIT:
            raise ValueError(f"at most {FAMILIES_LIMIT:,} families have numbers of their own")
        self._turn, slot = divmod(family, SLOTS)
        self._turns = ceil(families / SLOTS)
        self._serial = (slot * _SPREAD + offset) % SLOTS
        self._given: set[str] = set()

    def give(self, born: date, male: bool) -> tuple[date, str]:
        """A new number, and the day of birth that it says: the one asked for or shortly before."""
        born -= timedelta(days=(born.toordinal() - self._turn) % self._turns)
        while (number := pesel(born, 2 * self._serial + male)) in self._given:
            born -= timedelta(days=self._turns)
        self._given.add(number)
        return born, number


def pesel(born: date, serial: int) -> str:
    """The PESEL of a day of birth and a serial number below 10,000, odd for men."""
    month = born.month + _CENTURY[born.year // 100 * 100]
    body = f"{born.year % 100:02d}{month:02d}{born.day:02d}{serial:04d}"
    return body + str(-sum(w * int(d) for w, d in zip(_PESEL_WEIGHTS, body, strict=True)) % 10)


def nip(stream: Stream) -> str:
    """A tax number with a right check digit; its first three digits say a tax office."""
    while True:
        body = f"{stream.between(1, 9)}{stream.between(1, 9)}{stream.between(1, 9)}{stream.digits(6)}"
        check = sum(w * int(d) for w, d in zip(_NIP_WEIGHTS, body, strict=True)) % 11
        if check < 10:
            return f"{body}{check}"


def pwz(stream: Stream) -> str:
    """A physician's licence number: the first of its seven digits checks the others and is not 0."""
    while True:
        body = stream.digits(6)
        check = sum(place * int(d) for place, d in enumerate(body, 1)) % 11
        if 0 < check < 10:
            return f"{check}{body}"


def p1_key(stream: Stream) -> str:
    """The 44-digit key of a prescription or a referral; the random bits are as many as 44 digits can hold."""
    return f"{stream.getrandbits(146):044d}"
