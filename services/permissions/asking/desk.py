"""The desk that carries commands out: locks, instant, decision, fact, periods and answer, in one transaction."""

import time
from collections.abc import Mapping
from typing import Any, Final, NamedTuple
from uuid import UUID, uuid4, uuid5

import msgspec
from psycopg import Connection
from psycopg.errors import DeadlockDetected, SerializationFailure

from schemas.catalogue import access_papers
from services.kernel.index_key import IndexKey
from services.kernel.metrics import COMMANDS
from services.kernel.moments import moment
from services.kernel.named_sql import queries_beside
from services.kernel.patient_keys import PatientKeys
from services.kernel.sealing import PatientKey, seal
from services.kernel.who import NoSuchPatient, NotAnId, resolve
from services.permissions.asking.forms import WAIT, AnyForm, FormWrong, Papers, name_of
from services.permissions.asking.idempotency import Answer, Answers
from services.permissions.asking.judging import judge
from services.permissions.asking.requests import UNKNOWN, Code, Decision, Done, Known, Refused, Request
from services.permissions.deciding import Decider, time_of
from services.permissions.decisions import refusal
from services.permissions.recorder import DecisionRecorder, Draft
from services.permissions.rules.facts import DECIDED, Decided, Records
from services.permissions.rules.masks import numbers_of
from services.permissions.store import SQL as STORE_SQL
from services.permissions.why.explaining import BeingChecked

SQL: Final = queries_beside(__file__, "desk.sql")
ROLE: Final = "permissions_commands"
# Whose stream an operator's refusals enter: an id that follows from the name.
OPERATORS: Final = UUID("8b0b1d5e-6c0f-4f57-9a53-0d4a7d0f2c11")
ATTEMPTS: Final = 5
# Longer than reading what is known of somebody takes, shorter than anybody minds.
SAME_FOR_ALL_SECONDS: Final = 0.1
Db = Connection[Any]


class Place(NamedTuple):
    """Where a command is carried out: the main database and that of the keys."""

    main: Db
    keys: Db


class Desk:
    """Carries commands out, for the command line and over HTTP alike."""

    def __init__(self, recorder: DecisionRecorder, index: IndexKey, patient_keys: PatientKeys) -> None:
        self.recorder = recorder
        self.index = index
        self.patient_keys = patient_keys

    def carry_out(self, place: Place, form: AnyForm, key: str | None = None) -> Answer:
        """The answer, which is on the disk; FormWrong, KeyUsed or BeingChecked where nothing was decided."""
        form.check()
        begun = time.monotonic()
        answer = self._with_patience(place, form, key)
        if answer.code == Code.NO_MATCH:
            time.sleep(max(0.0, begun + SAME_FOR_ALL_SECONDS - time.monotonic()))
        COMMANDS.labels(name_of(form), answer.outcome).inc()
        return answer

    def being_checked(self, main: Db) -> bool:
        """Whether permissions is so far behind the ledger that accounts of others are closed."""
        return main.execute(SQL["being_checked"]).fetchone() == (True,)

    def meant(self, main: Db, text: str, field: str, *, secret: bool = True) -> UUID | None:
        """The patient meant by what stands in a field; None where nobody is known under it."""
        try:
            return resolve(main, self.index, text, secret=secret)
        except NotAnId as wrong:
            raise FormWrong(str(wrong), field) from None
        except NoSuchPatient:
            return None

    def _with_patience(self, place: Place, form: AnyForm, key: str | None) -> Answer:
        """Two who want the same rows in another order: the server picks one, who begins anew."""
        for _ in range(ATTEMPTS - 1):
            try:
                return self._transaction(place, form, key)
            except (DeadlockDetected, SerializationFailure):
                continue
        return self._transaction(place, form, key)

    def _transaction(self, place: Place, form: AnyForm, key: str | None) -> Answer:
        with place.main.transaction():
            place.main.execute(SQL["durable"])
            if key is None:
                return self._decided(place, form)
            answers = Answers(place.main, key, self.index.derived_id("command", msgspec.json.encode(form)).bytes)
            answer = answers.given()
            if answer is None:
                answer = self._decided(place, form)
                answers.keep(answer)
            return answer

    def _decided(self, place: Place, form: AnyForm) -> Answer:
        """Lock, read, decide, write."""
        main, stale = place.main, self.being_checked(place.main)
        if stale and isinstance(form, WAIT):
            raise BeingChecked
        asked = self._request(main, form)
        main.execute(STORE_SQL["no_switch"])
        decider = self._decider(main)
        everybody = decider.store.lock_persons(main, _persons(asked))
        subjects = decider.store.lock_these(main, decider.store.other_numbers(main, {asked.subject}))
        records = decider.store.records(main, subjects, also=everybody)
        known = Known(records, self._instant(main, asked, records, subjects), uuid4())
        decision = self._sealed(place.keys, judge(asked, known), form.papers)
        if stale and isinstance(decision, Refused):
            # What is missing may be just what would allow it.
            raise BeingChecked
        if isinstance(decision, Done):
            decider.decide(main, subjects, decision.facts)
        elif isinstance(decision, Refused):
            self.recorder.append(main, [_refused(form, asked, known, decision.code)])
        return _answer(form, decision, known.at)

    def _request(self, main: Db, form: AnyForm) -> Request:
        """Who is meant; whoever asks must be known."""
        # Whoever is not known is one and the same for all that follows.
        asked = form.request(
            lambda field: self.meant(main, getattr(form, field), field) or UNKNOWN, self.index.surname_check
        )
        if getattr(asked, "by", None) == UNKNOWN:
            raise FormWrong("nobody is known under this number", "by")
        return asked

    def _decider(self, main: Db) -> Decider:
        """For the version that is read now; it cannot be switched before this transaction ends."""
        row = main.execute(STORE_SQL["active_version"]).fetchone()
        assert row is not None
        return Decider(row[0], self.recorder)

    def _instant(self, main: Db, asked: Request, records: Records, subjects: list[UUID]) -> int:
        """The database's time, and later than whatever was decided before about the same viewer: clocks can go back.

        What was decided about others in a future that the clock has left must not put a revocation off.
        """
        viewer = getattr(asked, "viewer", None)
        same = {None} if viewer is None else numbers_of(viewer, records)
        before = [fact for one in subjects for fact in records[one] if type(fact).__name__ in DECIDED]
        last = max((fact.occurred_at for fact in before if getattr(fact, "viewer", None) in same), default=0)
        return max(time_of(main), last + 1)

    def _sealed(self, keys: Db, decision: Decision, papers: Papers | None) -> Decision:
        """The decision with its papers, each under the key of whose account it is about."""
        if not isinstance(decision, Done) or papers is None:
            return decision
        found = self.patient_keys.find(keys, {fact.subject for fact in decision.facts}).keys
        if papers != Papers(None, None) and any(fact.subject not in found for fact in decision.facts):
            return Refused(Code.NO_KEY)
        return Done(tuple(_with_papers(fact, papers, found) for fact in decision.facts))


def _with_papers(fact: Decided, papers: Papers, keys: Mapping[UUID, PatientKey]) -> Decided:
    if fact.subject not in keys:
        return fact
    place = fact.subject.bytes * 2 + fact.event_id.bytes
    sealed = seal(keys[fact.subject], access_papers(), msgspec.structs.asdict(papers), place)
    return msgspec.structs.replace(fact, sealed=sealed)


def _persons(asked: Request) -> set[UUID]:
    """Everybody whom a request names, the unknown among them."""
    return {getattr(asked, name) for name in ("by", "subject", "viewer") if hasattr(asked, name)}


def _refused(form: AnyForm, asked: Request, known: Known, code: Code) -> Draft:
    """In the asker's stream; whom they named is not in it."""
    operator = getattr(asked, "operator", None)
    asker: UUID = getattr(asked, "by", UNKNOWN) if operator is None else uuid5(OPERATORS, operator)
    about = None if asked.subject == UNKNOWN else asked.subject
    return Draft(asker, "CommandRefused", refusal(known.event_id, known.at, name_of(form), code, about))


def _answer(form: AnyForm, decision: Decision, at: int) -> Answer:
    outcome = type(decision).__name__.lower()
    code = decision.code.value if isinstance(decision, Refused) else None
    return Answer(name_of(form), outcome, code, moment(at) if isinstance(decision, Done) else None)
