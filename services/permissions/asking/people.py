"""What the rules of commands ask about a person: of age, alive, named so, blocked, entitled to designate."""

import hmac
from uuid import UUID

from services.permissions.asking.requests import Known
from services.permissions.rules.access import standing
from services.permissions.rules.age import OF_AGE, reaches
from services.permissions.rules.facts import NameChanged, PersonDied, PersonRegistered
from services.permissions.rules.instants import start_of
from services.permissions.rules.masks import LOST, blocks, numbers_of, rights
from services.permissions.rules.standing import GroundCode
from services.permissions.rules.stretches import newest

LIMITED = "limited"


def is_of_age(person: UUID, known: Known) -> bool:
    """Whether the register has announced the person, and 18 years ago."""
    told = known.record(person).newest(PersonRegistered)
    return told is not None and start_of(reaches(OF_AGE, told.birth_date)) <= known.at


def is_child(person: UUID, known: Known) -> bool:
    """Whether the register has announced a person who is alive and not of age."""
    told = known.record(person).newest(PersonRegistered)
    return told is not None and not is_of_age(person, known) and is_alive(person, known)


def is_alive(person: UUID, known: Known) -> bool:
    died = known.record(person).newest(PersonDied)
    return died is None or known.at < start_of(died.died_on)


def is_living_adult(person: UUID, known: Known) -> bool:
    return is_of_age(person, known) and is_alive(person, known)


def is_named(person: UUID, surname_check: bytes, known: Known) -> bool:
    """Whether the surname that was given is the one that the register has now."""
    record = known.record(person)
    said: list[PersonRegistered | NameChanged] = [*record.all(PersonRegistered), *record.all(NameChanged)]
    named = newest(said)
    return hmac.compare_digest(b"" if named is None else named.surname_check, surname_check)


def is_blocked(viewer: UUID, subject: UUID, known: Known) -> bool:
    return any(mask.span.covers(known.at) for mask in blocks(viewer, subject, known.records))


def has_lost_rights(parent: UUID, child: UUID, known: Known) -> bool:
    return _rights(parent, child, known) in LOST


def is_same(person: UUID, other: UUID, known: Known) -> bool:
    """Whether two numbers are one person's."""
    return other in numbers_of(person, known.records) or person in numbers_of(other, known.records)


def may_designate(by: UUID, subject: UUID, known: Known) -> bool:
    """Whether somebody has access by insurance now, and no court has limited the rights."""
    held = standing(by, subject, known.records).held(known.at)
    return any(ground.code == GroundCode.INSURES for ground in held) and _rights(by, subject, known) != LIMITED


def _rights(parent: UUID, child: UUID, known: Known) -> str | None:
    """What a court has last said about a parent's rights, as it holds now."""
    for said, until in rights(parent, known.record(child)):
        if start_of(said.valid_from) <= known.at < until:
            return said.rights
    return None
