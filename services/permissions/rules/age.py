"""The one function of age."""

from datetime import MAXYEAR, date
from typing import Final

OF_AGE: Final = 18


def reaches(age: int, birth_date: date) -> date:
    """The day at whose start an age in years is reached (Civil Code, art. 112).

    Whoever was born on 29 February reaches it, in a common year, at the start of 28 February.
    """
    year = min(birth_date.year + age, MAXYEAR)
    try:
        return birth_date.replace(year=year)
    except ValueError:
        return date(year, 2, 28)
