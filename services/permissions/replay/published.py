"""A version that has begun anew keeps quiet until it has caught up, and then says what differs from what it last said.

It begins anew when the ledger's topic is written anew. On its way through all facts it passes what was the case years
ago: who would hear of that would be told once more of accesses that ended long since.
"""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from services.kernel.buckets import BUCKETS, Bucket, bucket
from services.permissions.deciding import Decider, time_of, told
from services.permissions.recorder import Draft
from services.permissions.replay.versions import SQL
from services.permissions.rules.instants import FOREVER
from services.permissions.rules.standing import GroundCode, Period, Scope
from services.permissions.store import SQL as STORED
from services.permissions.store import Change, Pair, Periods
from services.permissions.stream import decode, split_state


def begin_anew(connection: Connection[Any]) -> None:
    """Forget in the caller's transaction what every version has from the ledger's topic; decisions stay.

    The bookmarks on that topic are whoever's who writes it anew.
    """
    connection.execute(SQL["forget_all"])
    connection.execute(SQL["follow_all"])
    connection.execute(SQL["be_quiet"])


def speak_again(connection: Connection[Any], decider: Decider) -> bool:
    """Publish what differs from what was last published, once a quiet version has caught up; whether it has."""
    if not _caught_up(connection, decider):
        return False
    with connection.transaction():
        connection.execute(SQL["take_time"])
        connection.execute(STORED["switching"])
        if not _caught_up(connection, decider):
            return False
        drafts = [draft for number in range(BUCKETS) for draft in _unsaid(connection, decider, bucket(number))]
        if drafts:
            decider.recorder.append(connection, drafts)
        connection.execute(SQL["speak_again"])
    return True


def _caught_up(connection: Connection[Any], decider: Decider) -> bool:
    return connection.execute(SQL["caught_up"], (decider.store.version,)).fetchone() is not None


def _unsaid(connection: Connection[Any], decider: Decider, among: Bucket) -> list[Draft]:
    store, span = decider.store, among._asdict()
    rows = connection.execute(SQL["subjects_with_periods"], {"version": store.version, **span}, binary=True)
    said, now = dict(_said(connection, among)), store.periods(connection, [subject for (subject,) in rows])
    pairs = sorted(said.keys() | now.keys())
    changes = [Change(*pair, said.get(pair, ()), now.get(pair, ())) for pair in pairs]
    changes = [change for change in changes if change.before != change.now]
    records = store.records(connection, {change.subject for change in changes}) if changes else {}
    return told(changes, records, time_of(connection))


def _said(connection: Connection[Any], among: Bucket) -> Iterator[tuple[Pair, Periods]]:
    """What was published of each pair, the last word last."""
    for subject, state in connection.execute(SQL["published"], among._asdict(), binary=True):
        _, said = decode(split_state(state)[1])
        yield (subject, said["viewer"]), tuple(map(_period, said["periods"]))


def _period(said: dict[str, Any]) -> Period:
    ends = FOREVER if said["valid_until"] is None else said["valid_until"]
    return Period(said["valid_from"], ends, Scope(said["scope"]), tuple(map(GroundCode, said["grounds"])))
