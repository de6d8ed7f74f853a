"""One run over bundles: everything is read, resolved, mapped and checked before anything is sent.

Bundles are read three times (to know what may be pointed to, to check, to send) rather than kept:
a folder of any number of them fits into memory.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson

from kartoteka.publishing.fhir.bundles import BrokenInput, Bundle, Entry, Unmappable, load
from kartoteka.publishing.fhir.identifiers import Identifiers, WithoutNumber
from kartoteka.publishing.fhir.mapping import Context, Mapping, NotMapped
from kartoteka.publishing.fhir.persons import person_registered
from kartoteka.publishing.fhir.prescriptions import prescription_issued
from kartoteka.publishing.fhir.references import KEPT, Index, References
from kartoteka.publishing.fhir.vaccinations import vaccination_dose
from kartoteka.publishing.reading import Read
from kartoteka.publishing.statement import Statement
from kartoteka.publishing.validation import Checks
from schemas.shape import broken_text

# A type of resource with a counterpart among our events: one line here, one module beside.
MAPPINGS: Final[dict[str, Mapping]] = {
    "Patient": person_registered,
    "Immunization": vaccination_dose,
    "MedicationRequest": prescription_issued,
}
_READ: Final = MAPPINGS.keys() | KEPT.keys()


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
    counts: Counts = field(default_factory=Counts)
    _index: Index = field(default_factory=Index)
    _identifiers: Identifiers = field(init=False)
    _checks: Checks = field(init=False)
    _told: set[str] = field(default_factory=set)
    _versions: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._identifiers = Identifiers(self.synthetic)
        self._checks = Checks(self.now)

    def check(self) -> Iterator[BrokenInput]:
        """Everything that is wrong; also counts."""
        for file in self.files:
            bundle, wrong = load(file, _READ)
            yield from wrong
            if bundle is not None:
                self._index.add(bundle)
        for bundle in self._bundles():
            self.counts.bundles += 1
            yield from self._check_bundle(bundle)

    def statements(self) -> Iterator[Statement]:
        """The statements of bundles that were found in order, persons before what is said about them."""
        for bundle in self._bundles():
            context = self._context(bundle)
            for entry in _mappable(bundle):
                try:
                    yield from MAPPINGS[entry.type](entry, context)
                except NotMapped:
                    continue

    def _bundles(self) -> Iterator[Bundle]:
        for file in self.files:
            bundle, _ = load(file, _READ)
            if bundle is not None:
                yield bundle

    def _context(self, bundle: Bundle) -> Context:
        return Context(bundle, References(bundle, self._index), self._identifiers, self.stated_at, self.now)

    def _check_bundle(self, bundle: Bundle) -> Iterator[BrokenInput]:
        self.counts.resources += len(bundle.entries)
        self.counts.no_counterpart_yet.update(e.type for e in bundle.entries if e.type not in MAPPINGS)
        context = self._context(bundle)
        for entry in _mappable(bundle):
            for says in self._check_resource(entry, context):
                yield BrokenInput(bundle.file, entry.place, says)

    def _check_resource(self, entry: Entry, context: Context) -> Iterator[str]:
        if not isinstance(entry.resource.get("id"), str):
            yield "has no id: give it one that stays the same"
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
        for statement in statements:
            self.counts.events[statement.type] += 1
            yield from self._check_statement(entry, statement, context)

    def _check_statement(self, entry: Entry, statement: Statement, context: Context) -> Iterator[str]:
        value = dict(statement.value)
        for problem in self._checks.problems(statement.type, Read(value)):
            yield f"{problem.path} of its {statement.type} {problem.says}"
        if broken_text(value):
            yield f"its {statement.type} would hold the character NUL: take it out"
        if self._ties(f"{statement.type} {context.named(entry.resource).identity}", value):
            yield "stands here in two versions of one time: publish them one by one, each with its --stated-at"

    def _ties(self, what: str, value: dict[str, object]) -> bool:
        """Whether another version of this statement would claim the same moment."""
        digest = sha256(orjson.dumps(value["event_id"])).digest()[:8]
        occurred_at = value["occurred_at"]
        assert isinstance(occurred_at, datetime)
        first, at = self._versions.setdefault(what, (digest, occurred_at))
        return first != digest and at == occurred_at


def _mappable(bundle: Bundle) -> list[Entry]:
    """The resources with a mapping, persons first."""
    found = [entry for entry in bundle.entries if entry.type in MAPPINGS]
    return sorted(found, key=lambda entry: entry.type != "Patient")
