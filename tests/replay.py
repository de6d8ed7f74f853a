"""Two versions of permissions on real databases: what the ledger said, what was decided here, and who may see whom."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import msgspec
from psycopg import Connection

from infra.read_model import OWNER
from services.kernel.database import NO_LIMITS, connect
from services.kernel.ledger_topic import TOPIC
from services.permissions.consumer import follow_next
from services.permissions.deciding import Decider
from services.permissions.recorder import DecisionRecorder, Draft
from services.permissions.replay import versions
from services.permissions.rules.facts import KINDS, Fact, persons
from services.permissions.store import SQL
from services.permissions.stream import decode, encode, split_state
from tests.access import Facts
from tests.conftest import Databases
from tests.decisions import decision

Rows = list[tuple[Any, ...]]
PERIODS = """
    SELECT subject_id, viewer_id, valid_from, valid_until, scope, grounds FROM permissions.{} WHERE version = %s
    ORDER BY 1, 2, 3
"""
FACTS = """
    SELECT person_id, position, subject_id, kind, recorded_at, content::text FROM permissions.fact WHERE version = %s
    ORDER BY 1, 2
"""


@contextmanager
def owner(admin_url: str) -> Iterator[Connection[Any]]:
    """A connection as the commands have it."""
    with connect(admin_url, "test") as connection:
        connection.execute(NO_LIMITS)
        connection.execute(f"SET ROLE {OWNER}".encode())
        yield connection


def second_version(databases: Databases) -> Facts:
    """A new version, not yet read into."""
    with owner(databases.admin_url) as connection:
        return begun(databases, versions.create(connection))


def begun(databases: Databases, version: int) -> Facts:
    """The worker of a version, moved by hand."""
    facts = Facts(databases, version)
    versions.take_up(facts.link.get(), version)
    return facts


def relayed(admin: Connection[Any]) -> None:
    """As if the relay had sent the whole ledger to its topic, which has one partition here."""
    end = admin.execute("SELECT coalesce(max(notification_id), 0) FROM records.event").fetchall()[0][0]
    admin.execute(
        "INSERT INTO kernel.bookmark (reader, topic, partition, position) VALUES ('records.relay', %s, -1, %s)"
        " ON CONFLICT (reader, topic, partition) DO UPDATE SET position = excluded.position",
        (TOPIC, end),
    )
    admin.execute(
        "INSERT INTO records.relay_sent VALUES (0, %s) ON CONFLICT (partition) DO UPDATE SET position = %s", (end, end)
    )


def follow(facts: Facts) -> None:
    """Follow every command."""
    connection, more = facts.link.get(), True
    while more:
        with connection.transaction():
            more = bool(follow_next(connection, facts.decider))


def carry_out(connection: Connection[Any], recorder: DecisionRecorder, kind: str, subject: UUID, **said: Any) -> None:
    """What a command decided, as the desk carries it out for the version that is read."""
    fields = decision(kind, occurred_at=time.time_ns() // 1000, **said)
    own = {name: value for name, value in fields.items() if name in KINDS[kind].__struct_fields__}
    fact: Fact = KINDS[kind](
        **{"subject": subject, "publisher": "permissions", "recorded_at": 0, "position": 0, "event_id": uuid4(), **own}
    )
    with connection.transaction():
        connection.execute(SQL["no_switch"])
        ((version,),) = connection.execute(SQL["active_version"]).fetchall()
        decider = Decider(version, recorder)
        everybody = decider.store.lock_persons(connection, persons(fact))
        appended = recorder.append(connection, [Draft(subject, kind, encode(kind, fields))])
        placed = msgspec.structs.replace(fact, position=appended.last_position, recorded_at=appended.recorded_at)
        decider.store.keep_command_facts(connection, [placed])
        decider.decide(connection, decider.store.lock_subjects(connection, everybody))


def periods(connection: Connection[Any], version: int) -> Rows:
    """The periods of a version, which its two tables agree on."""
    by_subject, by_viewer = (
        connection.execute(PERIODS.format(table).encode(), (version,)).fetchall()
        for table in ("access_by_subject", "access_by_viewer")
    )
    assert by_subject == by_viewer
    return by_subject


def facts_of(connection: Connection[Any], version: int) -> Rows:
    """The facts of a version."""
    return connection.execute(FACTS.encode(), (version,)).fetchall()


def published(connection: Connection[Any], kind: str) -> list[tuple[UUID, dict[str, Any]]]:
    """What was published of one kind: subject and fields."""
    rows = connection.execute(
        "SELECT originator_id, state FROM permissions.event WHERE topic = %s ORDER BY notification_id", (kind,)
    ).fetchall()
    return [(subject, decode(split_state(state)[1])[1]) for subject, state in rows]
