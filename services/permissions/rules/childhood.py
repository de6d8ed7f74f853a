"""What the register knows of a child: who its parents are, and when childhood ends."""

from uuid import UUID

from services.permissions.rules.age import OF_AGE, reaches
from services.permissions.rules.facts import PersonRegistered, Record
from services.permissions.rules.instants import FOREVER, start_of
from services.permissions.rules.stretches import newest


def parents(child: Record) -> set[UUID]:
    """The parents whom the register names; a later statement that leaves one out takes none back."""
    said = child.all(PersonRegistered)
    of_mother = newest([known for known in said if known.mother is not None])
    of_father = newest([known for known in said if known.father is not None])
    named = (of_mother.mother if of_mother else None, of_father.father if of_father else None)
    return {parent for parent in named if parent is not None}


def comes_of_age(child: Record) -> int:
    """The moment at which childhood ends; a birth date that nobody has stated puts it off for ever."""
    known = child.newest(PersonRegistered)
    return FOREVER if known is None else start_of(reaches(OF_AGE, known.birth_date))
