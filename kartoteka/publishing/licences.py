"""Licence numbers of the medical professions, each in the form that its chamber gives."""

import re
from collections.abc import Callable
from functools import lru_cache
from typing import Final

PWZ_DIGITS: Final = 7


def pwz_check_digit(digits: str) -> int:
    """Check digit of a physician's or dentist's licence from its other six digits (NIL): 10 = never issued."""
    return sum(weight * int(digit) for weight, digit in enumerate(digits, start=1)) % 11


@lru_cache(maxsize=100_000)
def possible_pwz(number: str) -> bool:
    """Whether the number is one that the chamber of physicians and dentists can have issued."""
    if len(number) != PWZ_DIGITS or not (number.isascii() and number.isdigit()) or number[0] == "0":
        return False
    return int(number[0]) == pwz_check_digit(number[1:])


def possible_licence(profession: str, number: str) -> bool:
    """Whether a number has the form of the profession's licences; a profession that nobody knows excludes nothing."""
    return profession not in _FORMS or _FORMS[profession][0](number)


def licence_form(profession: str) -> str:
    """What a licence number of the profession looks like, in words."""
    return _FORMS[profession][1]


def _of(pattern: str) -> Callable[[str], bool]:
    compiled = re.compile(pattern, re.ASCII)
    return lambda number: compiled.fullmatch(number) is not None


# As issued by the chambers: NIL (physicians, dentists, feldshers), NIPiP (nurses, midwives), NIA (pharmacists).
_FORMS: Final[dict[str, tuple[Callable[[str], bool], str]]] = {
    "physician": (possible_pwz, "7 digits, the first is the check digit"),
    "dentist": (possible_pwz, "7 digits, the first is the check digit"),
    "nurse": (_of("[0-9]{7}P"), "7 digits and the letter P"),
    "midwife": (_of("[0-9]{7}[AP]"), "7 digits and the letter A or P"),
    "pharmacist": (_of("[0-9]{8}"), "8 digits"),
    "feldsher": (_of("[0-9]{7}"), "7 digits"),
}
PROFESSIONS: Final = tuple(_FORMS)
