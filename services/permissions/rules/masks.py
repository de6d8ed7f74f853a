"""The masks M1 to M5 over one viewer's grounds; nothing is deleted, and what still holds counts again afterwards."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from services.permissions.rules.childhood import comes_of_age, parents
from services.permissions.rules.facts import (
    AccessBlocked,
    AccessUnblocked,
    GuardianDesignated,
    GuardianshipEnded,
    ParentalRightsChanged,
    PersonDied,
    PersonNumberChanged,
    PersonNumberShared,
    PersonRegistered,
    Record,
    Records,
)
from services.permissions.rules.instants import ALWAYS, FOREVER, Span, end_of, start_of
from services.permissions.rules.insurance import titles
from services.permissions.rules.standing import GroundCode, Mask, MaskCode
from services.permissions.rules.stretches import stretches

EVERYTHING: Final = frozenset(GroundCode)
OF_CHILDHOOD: Final = frozenset({GroundCode.INSURES, GroundCode.DESIGNATED, GroundCode.CONFIRMED})
LOST: Final = ("suspended", "removed")
NOBODY: Final = Record()
NO_ENDS: Final[tuple[GuardianshipEnded, ...]] = ()


def masks(viewer: UUID, subject: UUID, records: Records) -> list[Mask]:
    """Everything that hides grounds of this viewer over this subject."""
    return [*masks_for_all(records.get(subject, NOBODY)), *masks_for_one(viewer, subject, records)]


def masks_for_all(child: Record) -> list[Mask]:
    """What hides grounds of everybody: the child's own title, age and death."""
    return [*_own_titles(child), _of_age(child), *_death(child)]


def masks_for_one(viewer: UUID, subject: UUID, records: Records) -> list[Mask]:
    """What hides grounds of this viewer only: a court's or the hotline's decision, the viewer's death."""
    return [
        *rights_lost(viewer, records.get(subject, NOBODY)),
        *blocks(viewer, subject, records),
        *_designators_blocked(viewer, subject, records),
        *_death(records.get(viewer, NOBODY)),
    ]


def _own_titles(child: Record) -> Iterator[Mask]:
    """M1: a title of the child's own, for as long as it runs."""
    for title in titles(child):
        span = Span(start_of(title.begins), end_of(title.ends))
        if span.begins < span.ends:
            yield Mask(MaskCode.OWN_TITLE, span, frozenset({GroundCode.INSURES}), title.said)


def rights_lost(parent: UUID, child: Record) -> list[Mask]:
    """M2: rights suspended or removed, until a later decision, and no longer than there are parental rights."""
    lost = [(said, start_of(said.valid_from), ends) for said, ends in rights(parent, child) if said.rights in LOST]
    until = comes_of_age(child) if lost else FOREVER
    return [
        Mask(MaskCode.RIGHTS, Span(begins, min(ends, until)), EVERYTHING, said)
        for said, begins, ends in lost
        if begins < until
    ]


def rights(parent: UUID, child: Record) -> Iterator[tuple[ParentalRightsChanged, int]]:
    """What courts decided about a parent's rights, each decision until the next one's first day."""
    of_parent = [said for said in child.all(ParentalRightsChanged) if said.parent == parent]
    for stretch in stretches(of_parent, NO_ENDS):
        yield stretch.made, end_of(stretch.ends)


def blocks(viewer: UUID, subject: UUID, records: Records) -> Iterator[Mask]:
    """M3: from its block until it is lifted later; blocks of every number of either person count."""
    for record in (records.get(number, NOBODY) for number in numbers_of(subject, records)):
        for said in record.all(AccessBlocked):
            if said.viewer in numbers_of(viewer, records):
                yield Mask(MaskCode.BLOCK, Span(said.occurred_at, _lifted(said, record)), EVERYTHING, said)


def _lifted(block: AccessBlocked, record: Record) -> int:
    lifted = (said.occurred_at for said in record.all(AccessUnblocked) if said.viewer == block.viewer)
    return min((moment for moment in lifted if moment > block.occurred_at), default=FOREVER)


def numbers_of(person: UUID, records: Records) -> set[UUID]:
    """The records of one person whose number was changed into one that was known already, this one among them."""
    found, to_ask = {person}, [person]
    while to_ask:
        record = records.get(to_ask.pop(), NOBODY)
        named = {said.new_number for said in record.all(PersonNumberChanged)}
        named |= {said.other_record for said in record.all(PersonNumberShared)}
        to_ask += named - found
        found |= named
    return found


def _designators_blocked(viewer: UUID, subject: UUID, records: Records) -> Iterator[Mask]:
    """M3: what a blocked person designated counts no more either, unless the register names that parent."""
    child = records.get(subject, NOBODY)
    designators = {g.designator for g in child.all(GuardianDesignated) if g.viewer == viewer}
    if not designators or viewer in parents(child):
        return
    for designator in designators:
        for block in blocks(designator, subject, records):
            hides = frozenset({GroundCode.DESIGNATED})
            yield Mask(MaskCode.DESIGNATOR_BLOCKED, block.span, hides, block.fact, designator)


def _of_age(child: Record) -> Mask:
    """M4: of age, or nobody has told us when that will be: in doubt no."""
    known = child.newest(PersonRegistered)
    if known is None:
        return Mask(MaskCode.AGE_UNKNOWN, Span(ALWAYS, FOREVER), OF_CHILDHOOD)
    return Mask(MaskCode.OF_AGE, Span(comes_of_age(child), FOREVER), OF_CHILDHOOD, known)


def _death(person: Record) -> Iterator[Mask]:
    """M5: the death of either ends it."""
    died = person.newest(PersonDied)
    if died is not None:
        yield Mask(MaskCode.DEATH, Span(start_of(died.died_on), FOREVER), EVERYTHING, died)
