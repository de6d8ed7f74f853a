"""Facts → who may see whose account, since when, until when: the same for any order of arrival."""

from uuid import UUID

from services.permissions.rules.facts import Records
from services.permissions.rules.grounds import candidates, grounds
from services.permissions.rules.masks import NOBODY, masks, masks_for_all, masks_for_one
from services.permissions.rules.standing import Period, Standing


def standing(viewer: UUID, subject: UUID, records: Records) -> Standing:
    """All that speaks for and against this viewer; ``records`` are those of both and of everybody they are tied to."""
    if viewer == subject:
        return Standing()
    held = grounds(viewer, records.get(subject, NOBODY), records.get(viewer, NOBODY))
    return Standing(held, masks(viewer, subject, records))


def viewers(subject: UUID, records: Records) -> dict[UUID, tuple[Period, ...]]:
    """Everybody who ever may see this subject, with the periods."""
    child = records.get(subject, NOBODY)
    for_all = masks_for_all(child)
    found = {}
    for viewer in candidates(child) - {subject}:
        if held := grounds(viewer, child, records.get(viewer, NOBODY)):
            over = [*for_all, *masks_for_one(viewer, subject, records)]
            if periods := Standing(held, over).periods():
                found[viewer] = periods
    return found
