"""Why something is not published: it is wrong, or it is in order and says nothing that we publish."""

import re
from dataclasses import dataclass
from typing import Final

# Some systems make the PESEL the id of a person.
_PERSONAL: Final = re.compile(r"(?<!\d)\d{11}(?!\d)")


class Unmappable(ValueError):
    """Input that cannot be published as it is; says what to do about it."""


class WithoutNumber(Unmappable):
    """A resource has no Polish number; said once, however many others point to it."""


class NotMapped(Exception):
    """The resource is in order, but says nothing that is published; gives the reason it is counted under."""


@dataclass(frozen=True, slots=True)
class BrokenInput:
    """One thing that is wrong: the file, the place in it, and a sentence with the remedy."""

    file: str
    place: str
    says: str

    def without_numbers(self) -> "BrokenInput":
        """The same, fit to be shown: what looks like a PESEL is left out of ids and references."""
        return BrokenInput(self.file, _PERSONAL.sub("…", self.place), _PERSONAL.sub("…", self.says))
