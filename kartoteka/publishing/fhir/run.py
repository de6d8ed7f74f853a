"""One run over bundles: everything is read, resolved, mapped and checked before anything is sent.

Bundles are read three times (to know what may be pointed to, to check, to send) rather than kept:
a folder of any number of them fits into memory.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Final

from kartoteka.publishing.fhir.bundles import Bundle, Entry, load
from kartoteka.publishing.fhir.documents import document_indexed
from kartoteka.publishing.fhir.entitlements import entitlement_confirmed
from kartoteka.publishing.fhir.identifiers import Identifiers
from kartoteka.publishing.fhir.mapping import Context, Mapping
from kartoteka.publishing.fhir.persons import person_registered
from kartoteka.publishing.fhir.prescriptions import prescription_issued
from kartoteka.publishing.fhir.references import REFERRED_TO, Index, References, pointed_to_elsewhere
from kartoteka.publishing.fhir.refusals import BrokenInput, NotMapped, Unmappable, WithoutNumber
from kartoteka.publishing.fhir.reports import report
from kartoteka.publishing.fhir.vaccinations import vaccination_dose
from kartoteka.publishing.fhir.versions import Journal, Versions
from kartoteka.publishing.fhir.visits import visit_recorded
from kartoteka.publishing.reading import Read
from kartoteka.publishing.statement import Statement
from kartoteka.publishing.validation import Checks
from schemas.shape import Problem, broken_text

# A type of resource with a counterpart among our events: one line here, one module beside.
MAPPINGS: Final[dict[str, Mapping]] = {
    "Patient": person_registered,
    "Encounter": visit_recorded,
    "Immunization": vaccination_dose,
    "MedicationRequest": prescription_issued,
    "DiagnosticReport": report,
    "DocumentReference": document_indexed,
    "Coverage": entitlement_confirmed,
}
_READ: Final = MAPPINGS.keys() | REFERRED_TO


@dataclass(slots=True)
class Counts:
    """What became of the resources."""

    bundles: int = 0
    resources: int = 0
    mapped: Counter[str] = field(default_factory=Counter)
    events: Counter[str] = field(default_factory=Counter)
    no_counterpart_yet: Counter[str] = field(default_factory=Counter)
    not_mapped: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(slots=True)
class Run:
    """The files of one command, mapped as often as asked, each time to the same statements."""

    files: list[Path]
    synthetic: bool
    stated_at: datetime | None
    now: datetime
    journal: Journal = field(default_factory=lambda: Journal(None, ""))
    counts: Counts = field(default_factory=Counts)
    _index: Index = field(default_factory=Index)
    _identifiers: Identifiers = field(init=False)
    _checks: Checks = field(init=False)
    _versions: Versions = field(init=False)
    _told: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._identifiers = Identifiers(self.synthetic)
        self._checks = Checks(self.now)
        self._versions = Versions(self.journal)

    def check(self) -> Iterator[BrokenInput]:
        """Everything that is wrong; also counts."""
        for broken in chain(self._get_to_know(), self._check()):
            yield broken.without_numbers()

    def statements(self) -> Iterator[Statement]:
        """The statements of bundles that were found in order, persons before what is said about them."""
        for bundle in self._bundles():
            context = self._context(bundle)
            for entry in _mappable(bundle):
                try:
                    for statement in MAPPINGS[entry.type](entry, context):
                        value = statement.value
                        self.journal.note(_what(entry, statement, context), value["event_id"], value["occurred_at"])
                        yield statement
                except NotMapped:
                    continue

    def _get_to_know(self) -> Iterator[BrokenInput]:
        """Fill the index: what may be pointed to from other bundles; of Observations only what is."""
        elsewhere: set[str] = set()
        wrong: list[BrokenInput] = []
        for bundle in self._bundles(wrong):
            self._index.add(bundle)
            elsewhere |= pointed_to_elsewhere(bundle)
        yield from wrong
        for bundle in self._bundles() if elsewhere else ():
            self._index.add_pointed_to(bundle, elsewhere)

    def _check(self) -> Iterator[BrokenInput]:
        for bundle in self._bundles():
            self.counts.bundles += 1
            yield from self._check_bundle(bundle)

    def _bundles(self, problems: list[BrokenInput] | None = None) -> Iterator[Bundle]:
        """One after the other; nobody holds on to the last while the next is read, for each may be large."""
        for file in self.files:
            bundle, wrong = load(file, _READ)
            if problems is not None:
                problems += wrong
            if bundle is not None:
                yield bundle
            del bundle

    def _context(self, bundle: Bundle) -> Context:
        return Context(bundle, References(bundle, self._index), self._identifiers, self.stated_at, self.now)

    def _check_bundle(self, bundle: Bundle) -> Iterator[BrokenInput]:
        self.counts.resources += len(bundle.entries)
        self.counts.no_counterpart_yet.update(e.type for e in bundle.entries if e.type not in MAPPINGS)
        malformed: set[int] = set()
        for entry in bundle.entries:
            for problem in entry.problems() if entry.type in _READ else ():
                malformed.add(entry.index)
                yield BrokenInput(bundle.file, f"{entry.place} {problem.path}".rstrip(), problem.says)
        context = self._context(bundle)
        for entry in _mappable(bundle):
            for says in self._check_resource(entry, context) if entry.index not in malformed else ():
                yield BrokenInput(bundle.file, entry.place, says)

    def _check_resource(self, entry: Entry, context: Context) -> Iterator[str]:
        if entry.id is None:
            yield "has no id, and its entry no fullUrl that ends with one: give it an id that stays the same"
            return
        try:
            statements = list(MAPPINGS[entry.type](entry, context))
        except NotMapped as reason:
            self.counts.not_mapped[entry.type, str(reason)] += 1
            return
        except Unmappable as error:
            if not isinstance(error, WithoutNumber) or str(error) not in self._told:
                yield str(error)
            self._told.add(str(error))
            return
        self.counts.mapped[entry.type] += 1
        self.counts.events.update(statement.type for statement in statements)
        # What is wrong with the resource is wrong with each of its statements, and told once.
        yield from dict.fromkeys(says for one in statements for says in self._check_statement(entry, one, context))

    def _check_statement(self, entry: Entry, statement: Statement, context: Context) -> Iterator[str]:
        value = dict(statement.value)
        stated = context.stated(entry.resource) is not None
        for problem in self._checks.problems(statement.type, Read(value)):
            yield f"{problem.path} of its {statement.type} {problem.says}{_remedy(problem, stated)}"
        if broken_text(value):
            yield f"its {statement.type} would hold the character NUL: take it out"
        what = _what(entry, statement, context)
        if self._versions.tie(what, value["event_id"], value["occurred_at"], stated):
            yield (
                "is another version of what was published, or stands here too, with the same time or a later one, and "
                "would only tie: state a later meta.lastUpdated in it; where neither it nor its bundle states a time, "
                "publish it in a run of its own with a later --stated-at TIME"
            )


def _what(entry: Entry, statement: Statement, context: Context) -> str:
    """What two versions have in common."""
    return f"{statement.type} {context.named(entry.resource).identity}"


def _remedy(problem: Problem, stated: bool) -> str:
    """What to do about a problem that does not say it itself."""
    if problem.path == "occurred_at" and not stated:
        return "; it is a clinical date, for nothing states when this was said: publish it with --stated-at TIME"
    return "" if ": " in problem.says else ": correct it in the resource, or take the resource out"


def _mappable(bundle: Bundle) -> list[Entry]:
    """The resources with a mapping, persons first."""
    found = [entry for entry in bundle.entries if entry.type in MAPPINGS]
    return sorted(found, key=lambda entry: entry.type != "Patient")
