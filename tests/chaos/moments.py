"""The named moments at which a worker can die: each is a function of the product, or a statement that it runs.

Nothing of this is in the product. A hook wraps what it names in the worker's own process; at the n-th coming
of the moment it does its deed.
"""

import importlib
import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final

import psycopg
from psycopg.transaction import Transaction

Deed = Callable[[], None]
Hook = Callable[[Deed], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """Whether a transaction is open then for sure, and how to be there."""

    inside: bool
    hook: Hook


def before(place: str) -> Hook:
    """Just before a function of the product begins."""
    return lambda deed: _wrap(place, first=deed)


def after(place: str) -> Hook:
    """Just after a function of the product has returned."""
    return lambda deed: _wrap(place, then=deed)


def said(statement: str) -> Hook:
    """When PostgreSQL has answered a statement that begins like this."""

    def hook(deed: Deed) -> None:
        for name in ("execute", "executemany"):
            _wrap(f"psycopg:Cursor.{name}", then=deed, when=lambda _, query, *__, **___: _begins(query, statement))

    return hook


def copying(statement: str, row: int) -> Hook:
    """When so many rows of a COPY are under way."""

    def hook(deed: Deed) -> None:
        original = psycopg.Cursor.copy

        @contextmanager
        def copy(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            with original(cursor, query, *args, **kwargs) as whole:
                yield _Counted(whole, row, deed) if _begins(query, statement) else whole

        psycopg.Cursor.copy = copy  # type: ignore[method-assign,assignment]

    return hook


class _Counted:
    """A copy that counts its rows or blocks; everything else is the copy's own."""

    def __init__(self, copy: psycopg.Copy, row: int, deed: Deed) -> None:
        self._copy, self._left, self._deed = copy, row, deed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._copy, name)

    def write_row(self, row: Any) -> None:
        self._copy.write_row(row)
        self._count()

    def write(self, block: Any) -> None:
        self._copy.write(block)
        self._count()

    def _count(self) -> None:
        self._left -= 1
        if self._left == 0:
            self._deed()


def copied(statement: str) -> Hook:
    """When a COPY has ended."""

    def hook(deed: Deed) -> None:
        original = psycopg.Cursor.copy

        @contextmanager
        def copy(cursor: Any, query: Any, *args: Any, **kwargs: Any) -> Iterator[Any]:
            with original(cursor, query, *args, **kwargs) as whole:
                yield whole
            if _begins(query, statement):
                deed()

        psycopg.Cursor.copy = copy  # type: ignore[method-assign,assignment]

    return hook


def committing(place: str) -> Hook:
    """When COMMIT is on its way, after a function was called in the transaction, and its answer is never read."""

    def hook(deed: Deed) -> None:
        armed = False

        def arm() -> None:
            nonlocal armed
            armed = True

        def commit(transaction: Transaction, kind: object, *_: Any) -> bool:
            if armed and kind is None:
                transaction.pgconn.send_query(b"COMMIT")
                transaction.pgconn.flush()
                deed()
            return False

        _wrap(place, then=arm)
        _wrap("psycopg.transaction:Transaction.__exit__", when=commit)

    return hook


def _wrap(place: str, *, first: Deed | None = None, then: Deed | None = None, when: Any = None) -> None:
    module_name, _, path = place.partition(":")
    owner: Any = importlib.import_module(module_name)
    *parents, name = path.split(".")
    for parent in parents:
        owner = getattr(owner, parent)
    original = getattr(owner, name)

    def come(deed: Deed | None, *args: Any, **kwargs: Any) -> None:
        if deed is not None and (when is None or when(*args, **kwargs)):
            deed()

    @wraps(original)
    def plain(*args: Any, **kwargs: Any) -> Any:
        if first is None and then is None:
            when(*args, **kwargs)
        come(first, *args, **kwargs)
        result = original(*args, **kwargs)
        come(then, *args, **kwargs)
        return result

    @wraps(original)
    async def waiting(*args: Any, **kwargs: Any) -> Any:
        come(first, *args, **kwargs)
        result = await original(*args, **kwargs)
        come(then, *args, **kwargs)
        return result

    setattr(owner, name, waiting if inspect.iscoroutinefunction(original) else plain)


def _begins(query: Any, statement: str) -> bool:
    text = query.decode() if isinstance(query, bytes) else query if isinstance(query, str) else query.as_string()
    return " ".join(text.split()).startswith(statement)


_INTAKE: Final = "services.records.intake:Intake"
_PEOPLE: Final = "services.records.people:People"
_BOOKMARKS: Final = "services.kernel.bookmarks:Bookmarks"
_QUARANTINE: Final = "services.records.quarantine:Quarantine"

INGEST: Final[dict[str, Moment]] = {
    "at some statement": Moment(False, said("")),
    "after the leases were shared": Moment(False, after(f"{_BOOKMARKS}.share")),
    "before a person is born": Moment(False, before(f"{_PEOPLE}.bear")),
    "the person inserted, not committed": Moment(True, said("INSERT INTO records.person")),
    "after the person was committed": Moment(False, after(f"{_PEOPLE}.bear")),
    "the key inserted, not committed": Moment(True, said("INSERT INTO keys.patient_key")),
    "after the key was committed": Moment(False, after("services.kernel.patient_keys:PatientKeys.make")),
    "after sealing": Moment(False, after(f"{_INTAKE}.prepare")),
    "after the breakers were loaded": Moment(True, after("services.records.intake:load_breakers")),
    "after the table lock": Moment(True, after("services.records.ledger:LedgerRecorder.lock")),
    "after the inbox was asked": Moment(True, after("services.records.intake:_inbox")),
    "after every outcome was decided": Moment(True, after("services.records.intake:judge")),
    "before the bookmark moves": Moment(True, before(f"{_BOOKMARKS}.move")),
    "after the bookmark moved, before its effects": Moment(True, after(f"{_BOOKMARKS}.move")),
    "after the bad ones were put into quarantine": Moment(True, after(f"{_QUARANTINE}.put")),
    "after a gap was opened": Moment(True, said("INSERT INTO records.gap ")),
    "after the stream heads were read": Moment(True, after("services.records.ledger:stream_heads")),
    "in the middle of COPY of events": Moment(True, copying("COPY records.event", 20)),
    "after COPY of events": Moment(True, copied("COPY records.event")),
    "after the seal": Moment(True, said("INSERT INTO records.seal")),
    "in the middle of COPY of the inbox": Moment(True, copying("COPY records.inbox", 20)),
    "after COPY of the inbox": Moment(True, copied("COPY records.inbox")),
    "after the breakers were saved": Moment(True, after("services.records.intake:save_breakers")),
    "COMMIT sent, its answer never read": Moment(True, committing(f"{_BOOKMARKS}.move")),
    "after COMMIT, before anybody heard of it": Moment(False, after(f"{_INTAKE}.append")),
    "after the batch was handed back": Moment(False, after("services.records.consumer:Ingest.apply")),
}
REDRIVE: Final[dict[str, Moment]] = {
    "re-drive: the bytes taken": Moment(False, after(f"{_QUARANTINE}.take")),
    "re-drive: the record closed": Moment(True, after(f"{_QUARANTINE}.close")),
    "re-drive: the gap closed": Moment(True, said("INSERT INTO records.gap_closing")),
    "re-drive: COPY of the inbox": Moment(True, copied("COPY records.inbox")),
    "re-drive: after COMMIT": Moment(False, after(f"{_INTAKE}.redrive")),
}
RELAY: Final[dict[str, Moment]] = {
    "relay: read, not sent": Moment(False, before("services.records.relay:Relay._send")),
    "relay: sent, not noted": Moment(False, after("services.records.relay:Relay._send")),
    "relay: noted, not committed": Moment(True, said("INSERT INTO records.relay_sent")),
    "relay: the seal sent, not noted": Moment(False, after("services.records.relay:Relay._send_seal")),
    "relay: committed": Moment(False, after("services.records.relay:Relay._record_sent")),
    "relay: receipts read, not sent": Moment(False, before("services.records.receipts_relay:ReceiptsRelay._send")),
    "relay: receipts sent, not noted": Moment(False, after("services.records.receipts_relay:ReceiptsRelay._send")),
    "relay: receipts noted": Moment(False, after("services.records.receipts_relay:ReceiptsRelay._keep")),
}
PROJECTION: Final[dict[str, Moment]] = {
    "projection: in the middle of COPY": Moment(True, copying('COPY "records_v1"', 2)),
    "projection: one table copied": Moment(True, after("services.records.projection:copy_in")),
    "projection: bookmark moved, before COMMIT": Moment(True, after(f"{_BOOKMARKS}.move")),
    "projection: COMMIT sent, its answer never read": Moment(True, committing(f"{_BOOKMARKS}.move")),
    "projection: after COMMIT": Moment(False, after("services.records.projection:Projection.apply")),
}
ALL: Final = {**INGEST, **REDRIVE, **RELAY, **PROJECTION}
