"""Commands of an adult about the own account: another adult, or a practitioner, may look."""

from uuid import UUID

from kartoteka.publishing.licences import possible_licence
from services.permissions.asking.people import is_blocked, is_living_adult, is_named, is_same
from services.permissions.asking.requests import (
    REPEATED,
    Authorise,
    Code,
    Decision,
    Delegate,
    Done,
    Known,
    Refused,
    Unauthorise,
    standing_of,
)
from services.permissions.rules.facts import Decided, DelegateAuthorised, DelegateRemoved
from services.permissions.rules.masks import numbers_of

PHARMACIST = "pharmacist"


def delegate(asked: Delegate, known: Known) -> Decision:
    """To see or to manage, with or without an end; asked again, it is as asked last."""
    if not is_living_adult(asked.by, known):
        return Refused(Code.NOT_AN_ADULT)
    if is_same(asked.by, asked.viewer, known):
        return Refused(Code.ONESELF)
    if _has_passed(asked.until, known):
        return Refused(Code.END_IN_THE_PAST)
    if not _can_be_delegate(asked, known):
        return Refused(Code.NO_MATCH)
    stands = _delegation(asked.by, asked.viewer, known)
    if stands is not None and (stands.scope, stands.valid_until) == (asked.scope, asked.until):
        return REPEATED
    said = {"viewer": asked.viewer, "profession": None, "licence": None}
    scope = asked.scope.value
    return Done((known.fact(DelegateAuthorised, asked.by, **said, scope=scope, valid_until=asked.until),))


def authorise(asked: Authorise, known: Known) -> Decision:
    """Pharmacists see prescriptions, all others the record."""
    if not is_living_adult(asked.by, known):
        return Refused(Code.NOT_AN_ADULT)
    if not possible_licence(asked.profession, asked.licence):
        return Refused(Code.IMPOSSIBLE_LICENCE)
    if _has_passed(asked.until, known):
        return Refused(Code.END_IN_THE_PAST)
    stands = _authorisation(asked, known)
    if stands is not None and stands.valid_until == asked.until:
        return REPEATED
    said = {"viewer": None, "profession": asked.profession, "licence": asked.licence}
    scope = "prescriptions" if asked.profession == PHARMACIST else "record"
    return Done((known.fact(DelegateAuthorised, asked.by, **said, scope=scope, valid_until=asked.until),))


def unauthorise(asked: Unauthorise, known: Known) -> Decision:
    """What is not there is taken back already."""
    if _authorisation(asked, known) is None:
        return REPEATED
    said = {"viewer": None, "profession": asked.profession, "licence": asked.licence}
    return Done((known.fact(DelegateRemoved, asked.by, **said),))


def delegations_removed(subject: UUID, viewer: UUID, known: Known, first: int = 0) -> list[Decided]:
    """The end of every delegation to this person, under any number."""
    there = [one for one in sorted(numbers_of(viewer, known.records)) if _delegation(subject, one, known)]
    return [
        known.fact(DelegateRemoved, subject, number, viewer=one, profession=None, licence=None)
        for number, one in enumerate(there, first)
    ]


def _can_be_delegate(asked: Delegate, known: Known) -> bool:
    named = asked.surname_check is None or is_named(asked.viewer, asked.surname_check, known)
    return named and is_living_adult(asked.viewer, known) and not is_blocked(asked.viewer, asked.by, known)


def _delegation(subject: UUID, viewer: UUID, known: Known) -> DelegateAuthorised | None:
    record = known.record(subject)
    given = (said for said in record.all(DelegateAuthorised) if said.viewer == viewer)
    removed = (said for said in record.all(DelegateRemoved) if said.viewer == viewer)
    return _running(standing_of(given, removed), known)


def _authorisation(asked: Authorise | Unauthorise, known: Known) -> DelegateAuthorised | None:
    record, who = known.record(asked.by), (asked.profession, asked.licence)
    given = (said for said in record.all(DelegateAuthorised) if (said.profession, said.licence) == who)
    removed = (said for said in record.all(DelegateRemoved) if (said.profession, said.licence) == who)
    return _running(standing_of(given, removed), known)


def _running(given: DelegateAuthorised | None, known: Known) -> DelegateAuthorised | None:
    return None if given is None or _has_passed(given.valid_until, known) else given


def _has_passed(until: int | None, known: Known) -> bool:
    return until is not None and until <= known.at
