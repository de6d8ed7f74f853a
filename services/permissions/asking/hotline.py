"""Commands of operators, who have seen papers: access is confirmed, or somebody is shut out."""

from uuid import UUID

from services.permissions.asking.people import has_lost_rights, is_blocked, is_child, is_living_adult, is_same
from services.permissions.asking.requests import (
    REPEATED,
    UNKNOWN,
    Block,
    Code,
    Confirm,
    Decision,
    Done,
    Known,
    Refused,
    Unblock,
    Unconfirm,
    standing_of,
)
from services.permissions.rules.facts import (
    AccessBlocked,
    AccessConfirmed,
    AccessUnblocked,
    ConfirmationWithdrawn,
    Decided,
)
from services.permissions.rules.masks import numbers_of


def confirm(asked: Confirm, known: Known) -> Decision:
    """For whom ZUS does not know: papers were checked, and say until when."""
    if (code := _unfit_for_confirmation(asked, known)) is not None:
        return Refused(code)
    stands = _confirmation(asked, asked.viewer, known)
    if stands is not None and stands.valid_until == asked.until:
        return REPEATED
    said = {"viewer": asked.viewer, "operator": asked.operator, "valid_until": asked.until, "sealed": b""}
    return Done((known.fact(AccessConfirmed, asked.subject, **said),))


def _unfit_for_confirmation(asked: Confirm, known: Known) -> Code | None:
    """Whatever would leave a confirmation without effect is said at once; operators may know it."""
    unfit = {
        Code.NO_DOCUMENT: not asked.has_document,
        Code.UNKNOWN_PERSON: UNKNOWN in (asked.subject, asked.viewer),
        Code.ONESELF: is_same(asked.viewer, asked.subject, known),
        Code.END_IN_THE_PAST: asked.until is not None and asked.until <= known.at,
        Code.VIEWER_NOT_AN_ADULT: not is_living_adult(asked.viewer, known),
        Code.NOT_A_CHILD: not is_child(asked.subject, known),
        Code.BLOCKED: is_blocked(asked.viewer, asked.subject, known),
        Code.RIGHTS_LOST: has_lost_rights(asked.viewer, asked.subject, known),
    }
    return next((code for code, holds in unfit.items() if holds), None)


def unconfirm(asked: Unconfirm, known: Known) -> Decision:
    """Of every number of this person; what is not there is withdrawn already."""
    there = [one for one in sorted(numbers_of(asked.viewer, known.records)) if _confirmation(asked, one, known)]
    said = {"operator": asked.operator, "sealed": b""}
    facts: list[Decided] = [
        known.fact(ConfirmationWithdrawn, asked.subject, number, viewer=viewer, **said)
        for number, viewer in enumerate(there)
    ]
    return Done(tuple(facts)) if facts else REPEATED


def block(asked: Block, known: Known) -> Decision:
    """Anybody who is known may be shut out, with or without a tie."""
    if not asked.has_document:
        return Refused(Code.NO_DOCUMENT)
    if UNKNOWN in (asked.subject, asked.viewer):
        return Refused(Code.UNKNOWN_PERSON)
    if is_same(asked.viewer, asked.subject, known):
        return Refused(Code.ONESELF)
    if is_blocked(asked.viewer, asked.subject, known):
        return REPEATED
    said = {"viewer": asked.viewer, "operator": asked.operator, "sealed": b""}
    return Done((known.fact(AccessBlocked, asked.subject, **said),))


def unblock(asked: Unblock, known: Known) -> Decision:
    """Every block of these two is lifted, under whichever numbers it was set."""
    if not asked.has_document:
        return Refused(Code.NO_DOCUMENT)
    pairs = [
        (subject, viewer)
        for subject in sorted(numbers_of(asked.subject, known.records))
        for viewer in sorted(numbers_of(asked.viewer, known.records))
        if _block_stands(subject, viewer, known)
    ]
    said = {"operator": asked.operator, "sealed": b""}
    facts: list[Decided] = [
        known.fact(AccessUnblocked, subject, number, viewer=viewer, **said)
        for number, (subject, viewer) in enumerate(pairs)
    ]
    return Done(tuple(facts)) if facts else REPEATED


def _confirmation(asked: Confirm | Unconfirm, viewer: UUID, known: Known) -> AccessConfirmed | None:
    record = known.record(asked.subject)
    given = (said for said in record.all(AccessConfirmed) if said.viewer == viewer)
    withdrawn = (said for said in record.all(ConfirmationWithdrawn) if said.viewer == viewer)
    stands = standing_of(given, withdrawn)
    ended = stands is None or (stands.valid_until is not None and stands.valid_until <= known.at)
    return None if ended else stands


def _block_stands(subject: UUID, viewer: UUID, known: Known) -> bool:
    record = known.record(subject)
    set_ = (said for said in record.all(AccessBlocked) if said.viewer == viewer)
    lifted = (said for said in record.all(AccessUnblocked) if said.viewer == viewer)
    return standing_of(set_, lifted) is not None
