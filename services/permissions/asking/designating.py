"""Commands about guardians: who insures a child names another one, and takes that back."""

from uuid import UUID

from services.permissions.asking.delegating import delegations_removed
from services.permissions.asking.people import (
    has_lost_rights,
    is_blocked,
    is_living_adult,
    is_named,
    is_of_age,
    is_same,
    may_designate,
)
from services.permissions.asking.requests import (
    REPEATED,
    Code,
    Decision,
    Designate,
    Done,
    Known,
    Refused,
    Remove,
    standing_of,
)
from services.permissions.rules.access import standing
from services.permissions.rules.facts import Decided, GuardianDesignated, GuardianRemoved
from services.permissions.rules.masks import numbers_of


def designate(asked: Designate, known: Known) -> Decision:
    """One answer for everybody who cannot be named: unknown, called otherwise, a minor, dead, blocked."""
    if not may_designate(asked.by, asked.subject, known):
        return Refused(Code.MAY_NOT_DESIGNATE)
    if is_same(asked.by, asked.viewer, known):
        return Refused(Code.ONESELF)
    if not asked.declares_guardian:
        return Refused(Code.NOT_DECLARED)
    if not _can_be_designated(asked, known):
        return Refused(Code.NO_MATCH)
    held = standing(asked.viewer, asked.subject, known.records).held(known.at)
    if any(isinstance(ground.fact, GuardianDesignated) and ground.fact.designator == asked.by for ground in held):
        return REPEATED
    return Done((known.fact(GuardianDesignated, asked.subject, viewer=asked.viewer, designator=asked.by),))


def _can_be_designated(asked: Designate, known: Known) -> bool:
    """A block and lost rights would leave a designation without effect, and why is not the asker's business."""
    return (
        is_living_adult(asked.viewer, known)
        and is_named(asked.viewer, asked.surname_check, known)
        and not is_blocked(asked.viewer, asked.subject, known)
        and not has_lost_rights(asked.viewer, asked.subject, known)
    )


def remove(asked: Remove, known: Known) -> Decision:
    """What is not there is removed already; nobody learns so who is known here."""
    if asked.by == asked.subject:
        if not is_of_age(asked.by, known):
            return Refused(Code.MAY_NOT_REMOVE)
        facts = delegations_removed(asked.subject, asked.viewer, known)
    elif is_same(asked.by, asked.viewer, known):
        designations = _designations_removed(asked, known)
        facts = [*designations, *delegations_removed(asked.subject, asked.viewer, known, len(designations))]
    elif may_designate(asked.by, asked.subject, known) or _has_designated(asked, known):
        facts = _designations_removed(asked, known)
    else:
        return Refused(Code.MAY_NOT_REMOVE)
    return Done(tuple(facts)) if facts else REPEATED


def _has_designated(asked: Remove, known: Known) -> bool:
    """Whoever named a guardian can take that back, insured or not; a block ends that too, as for a stranger."""
    given = known.record(asked.subject).all(GuardianDesignated)
    named = numbers_of(asked.viewer, known.records)
    mine = any(said.designator == asked.by and said.viewer in named for said in given)
    return mine and not is_blocked(asked.by, asked.subject, known)


def _designations_removed(asked: Remove, known: Known) -> list[Decided]:
    """Of every number of this person, masked or not: what is hidden now must not come back."""
    there = [viewer for viewer in sorted(numbers_of(asked.viewer, known.records)) if _stands(asked, viewer, known)]
    return [
        known.fact(GuardianRemoved, asked.subject, number, viewer=viewer, removed_by=asked.by)
        for number, viewer in enumerate(there)
    ]


def _stands(asked: Remove, viewer: UUID, known: Known) -> bool:
    record = known.record(asked.subject)
    given = (said for said in record.all(GuardianDesignated) if said.viewer == viewer)
    removed = (said for said in record.all(GuardianRemoved) if said.viewer == viewer)
    return standing_of(given, removed) is not None
