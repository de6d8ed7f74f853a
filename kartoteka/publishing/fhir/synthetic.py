"""Polish numbers for resources that have none: derived from source system and id alone.

The same resource has the same number in every run and next to any other resources, because nothing
else goes into it. That is why a collision is refused: to give one of the two "the next number"
would make it depend on which others happen to be published beside it, and a number that changes
from run to run makes one person into two. A PESEL has 5,000 serials a day and sex; among twenty
thousand people of all ages one collision is to be expected. Who meets one gives one of the two
resources a number of its own.
"""

from datetime import date
from hashlib import sha256

from kartoteka.publishing.numbers import PESEL_SERIALS, PWZ_NUMBERS, pesel_of, pwz_of


def synthetic_pesel(identity: str, born: date, sex: str) -> str:
    """A PESEL that fits the birth date and the sex."""
    return pesel_of(born, sex, _number("PESEL", identity) % PESEL_SERIALS)


def synthetic_pwz(identity: str) -> str:
    """A physician's licence number."""
    return pwz_of(_number("PWZ", identity) % PWZ_NUMBERS)


def synthetic_rpwdl(identity: str) -> str:
    """A provider's book number, 12 digits."""
    return f"{_number('RPWDL', identity) % 10**12:012}"


def synthetic_prescription_key(identity: str) -> str:
    """A prescription's key, 44 digits."""
    return f"{_number('prescription', identity) % 10**44:044}"


def synthetic_access_code(identity: str) -> str:
    """A prescription's access code, 4 digits."""
    return f"{_number('access code', identity) % 10**4:04}"


def _number(kind: str, identity: str) -> int:
    return int.from_bytes(sha256(f"{kind}\0{identity}".encode()).digest())
