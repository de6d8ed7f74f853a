"""When people are born, marry, part and die."""

from typing import Final

from kartoteka.simulation.household import NEVER, YEAR_DAYS
from kartoteka.simulation.stream import Stream

SIZES: Final = (1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 6)
YOUNGER_THAN_DAYS: Final = 19 * 365
TWINS: Final = 0.03
NEVER_MARRY: Final = 0.12
PARTINGS_YEARLY: Final = 0.03
# Deaths a year by age; together about one among a hundred people.
DEATHS_YEARLY: Final = ((1, 0.004), (40, 0.001), (65, 0.009), (80, 0.045), (200, 0.14))


def births(chance: Stream, count: int, latest: int) -> list[int]:
    """Days of birth, the eldest first; at the end of the period the eldest is under 20."""
    gaps = [0 if chance.chance(TWINS) else chance.between(400, 1500) for _ in range(count - 1)]
    for n in range(1, len(gaps)):
        gaps[n] = gaps[n] or (0 if gaps[n - 1] else 500)
    day = latest - chance.between(min(sum(gaps), YOUNGER_THAN_DAYS), YOUNGER_THAN_DAYS)
    return [min(day + sum(gaps[:n]), latest) for n in range(count)]


def wedding_and_parting(chance: Stream, bride_born_day: int, last_birth: int) -> tuple[int, int]:
    """The day of the wedding, perhaps before the period, and the day on which the couple parts."""
    wedding = bride_born_day + chance.between(int(20 * YEAR_DAYS), int(34 * YEAR_DAYS))
    parting = max(wedding + 365, last_birth + 30, 0) + int(chance.wait_days(PARTINGS_YEARLY))
    return (NEVER, NEVER) if chance.chance(NEVER_MARRY) else (wedding, parting)


def day_of_death(chance: Stream, born_day: int, first: int, days: int) -> int:
    """A day from ``first`` on and within the period, or never."""
    for start in range(max(first, 1), days, 365):
        age = (start - born_day) / YEAR_DAYS
        if chance.chance(next(rate for below, rate in DEATHS_YEARLY if age < below)):
            day = start + chance.between(0, 364)
            return day if day < days else NEVER
    return NEVER
