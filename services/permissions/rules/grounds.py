"""The grounds A1 to A6 of one viewer over one subject, each for as long as it lasts by itself."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final
from uuid import UUID

from msgspec.structs import replace

from services.permissions.rules.childhood import comes_of_age, parents
from services.permissions.rules.facts import (
    OWN_CHILD,
    AccessConfirmed,
    ConfirmationWithdrawn,
    DelegateAuthorised,
    DelegateRemoved,
    Fact,
    FamilyMemberRegistered,
    GuardianDesignated,
    GuardianRemoved,
    GuardianshipEnded,
    GuardianshipEstablished,
    PersonRegistered,
    Record,
)
from services.permissions.rules.instants import Span, end_of, start_of
from services.permissions.rules.insurance import registrations
from services.permissions.rules.masks import rights_lost
from services.permissions.rules.standing import Ground, GroundCode, Mask, Scope
from services.permissions.rules.stretches import stretches, turns


def candidates(subject: Record) -> set[UUID]:
    """Everybody who has, had or will have a ground over this subject."""
    found = {made.insured for made in subject.all(FamilyMemberRegistered) if made.kinship == OWN_CHILD}
    found |= {made.guardian for made in subject.all(GuardianshipEstablished)}
    found |= {given.viewer for given in subject.all(GuardianDesignated)}
    found |= {given.viewer for given in subject.all(AccessConfirmed)}
    return found | {given.viewer for given in subject.all(DelegateAuthorised) if given.viewer is not None}


def grounds(viewer: UUID, subject: Record, own: Record) -> list[Ground]:
    """All grounds of this viewer; ``own`` is the viewer's record."""
    return [ground for kind, read in RULES.items() if subject.all(kind) for ground in read(viewer, subject, own)]


def insuring(viewer: UUID, subject: Record, own: Record) -> Iterator[Ground]:
    """A1: the viewer's running registrations as own child, unless the register names other parents."""
    known = parents(subject)
    if known and viewer not in known:
        return
    for stretch in registrations(subject, viewer, own):
        if stretch.made.kinship == OWN_CHILD:
            span = Span(start_of(stretch.begins), end_of(stretch.ends))
            yield Ground(GroundCode.INSURES, span, stretch.made, stretch.ended_by)


def _designations(viewer: UUID, subject: Record, own: Record) -> Iterator[Ground]:
    """A3: each designator's last one, until anybody removes it, or until it is lost with rights, once and for all."""
    given = [g for g in subject.all(GuardianDesignated) if g.viewer == viewer]
    removed = [r for r in subject.all(GuardianRemoved) if r.viewer == viewer]
    lost = rights_lost(viewer, subject) if given else []
    for designator in {g.designator for g in given}:
        for designation, until, removal in turns([g for g in given if g.designator == designator], removed):
            yield _until_lost(
                Ground(GroundCode.DESIGNATED, Span(designation.occurred_at, until), designation, removal), lost
            )


def _until_lost(ground: Ground, lost: Sequence[Mask]) -> Ground:
    """A designation until rights are lost for the first time; one made while they are lost never runs."""
    begins, ends = ground.span
    loss = min((mask for mask in lost if mask.span.ends > begins), key=lambda mask: mask.span.begins, default=None)
    if loss is None or loss.span.begins >= ends:
        return ground
    return replace(ground, span=Span(begins, max(begins, loss.span.begins)), ended_by=loss.fact)


def _guardianships(viewer: UUID, subject: Record, own: Record) -> Iterator[Ground]:
    """A4: until the court ended it; a child's ends with childhood, unless it was renewed from then on."""
    made = [e for e in subject.all(GuardianshipEstablished) if e.guardian == viewer]
    ended = [e for e in subject.all(GuardianshipEnded) if e.guardian == viewer]
    of_age = comes_of_age(subject)
    for stretch in stretches(made, ended):
        span = Span(start_of(stretch.begins), end_of(stretch.ends))
        if span.begins < of_age < span.ends:
            yield Ground(
                GroundCode.COURT_GUARDIAN, Span(span.begins, of_age), stretch.made, subject.newest(PersonRegistered)
            )
        else:
            yield Ground(GroundCode.COURT_GUARDIAN, span, stretch.made, stretch.ended_by)


def _delegations(viewer: UUID, subject: Record, own: Record) -> Iterator[Ground]:
    """A5: as last authorised, until its end or until it is removed."""
    given = [g for g in subject.all(DelegateAuthorised) if g.viewer == viewer]
    removed = [r for r in subject.all(DelegateRemoved) if r.viewer == viewer]
    for said, until, removal in turns(given, removed):
        span, ended_by = _limited(said, until, removal)
        yield Ground(GroundCode.DELEGATED, span, said, ended_by, Scope(said.scope))


def _confirmations(viewer: UUID, subject: Record, own: Record) -> Iterator[Ground]:
    """A6: as last confirmed, until its end or until it is withdrawn."""
    given = [g for g in subject.all(AccessConfirmed) if g.viewer == viewer]
    withdrawn = [w for w in subject.all(ConfirmationWithdrawn) if w.viewer == viewer]
    for said, until, withdrawal in turns(given, withdrawn):
        span, ended_by = _limited(said, until, withdrawal)
        yield Ground(GroundCode.CONFIRMED, span, said, ended_by)


def _limited(given: DelegateAuthorised | AccessConfirmed, until: int, ending: Fact | None) -> tuple[Span, Fact | None]:
    """Until the end that it was given, or an earlier one."""
    if given.valid_until is not None and given.valid_until <= until:
        return Span(given.occurred_at, max(given.valid_until, given.occurred_at)), given
    return Span(given.occurred_at, until), ending


# By the kind of fact without which there is no such ground: most children have one or two of them.
RULES: Final[Mapping[type[Fact], Callable[[UUID, Record, Record], Iterator[Ground]]]] = {
    FamilyMemberRegistered: insuring,
    GuardianDesignated: _designations,
    GuardianshipEstablished: _guardianships,
    DelegateAuthorised: _delegations,
    AccessConfirmed: _confirmations,
}
