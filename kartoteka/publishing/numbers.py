"""Polish numbers with their check digits: PESEL, PWZ, NIP. Made for examples, simulations and synthetic persons."""

from datetime import date
from typing import Final

from stdnum.pl import nip, pesel

from kartoteka.publishing.licences import pwz_check_digit

# Four digits tell apart who is born on one day; the last of them is even for women.
PESEL_SERIALS: Final = 5_000
PWZ_NUMBERS: Final = 1_000_000
NIP_NUMBERS: Final = 1_000_000_000
_CENTURY_MONTHS: Final = {18: 80, 19: 0, 20: 20, 21: 40, 22: 60}


def pesel_of(born: date, sex: str, serial: int) -> str:
    """The PESEL of somebody born that day (1800–2299); ``serial`` from 0 and below PESEL_SERIALS tells them apart."""
    if not 0 <= serial < PESEL_SERIALS:
        raise ValueError(f"a serial number is from 0 to {PESEL_SERIALS - 1}")
    month = born.month + _CENTURY_MONTHS[born.year // 100]
    digits = f"{born.year % 100:02}{month:02}{born.day:02}{serial * 2 + (sex == 'male'):04}"
    return digits + str(pesel.calc_check_digit(digits))


def pwz_of(number: int) -> str:
    """The first licence number (physician or dentist) at or after these six digits that can have been issued."""
    while (check := pwz_check_digit(f"{number % PWZ_NUMBERS:06}")) in (0, 10):
        number += 1
    return f"{check}{number % PWZ_NUMBERS:06}"


def nip_of(number: int) -> str:
    """The first tax number at or after these nine digits whose check digit exists."""
    while (check := nip.checksum(f"{number % NIP_NUMBERS:09}0")) == 10:
        number += 1
    return f"{number % NIP_NUMBERS:09}{check}"
