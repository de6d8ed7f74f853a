"""What a rebuild is going to do: said before it does anything."""

import asyncio
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from services.kernel.command_line import BadInput
from services.kernel.database import Link, connect
from services.kernel.ledger_topic import TOPIC, TOPIC_HEAD, header_of
from services.kernel.named_sql import queries_beside
from services.kernel.replaying import active, newer
from services.kernel.settings import Settings
from services.kernel.tails import Edges, edges_of
from services.records.replay.ranges import range_of
from services.records.replay.versions import PRUNE, REBUILD, Version, loader_name, reader_name, versions

SQL: Final = queries_beside(__file__, "rebuild.sql")
KAFKA: Final = "kafka"
LEDGER: Final = "ledger"
# For the estimate, on two busy cores; docs/performance.md has what was measured.
EVENTS_PER_SECOND: Final = {KAFKA: 100_000, LEDGER: 60_000}
# Where nothing has been loaded yet: a row of the simulated mix with its key.
BYTES_PER_EVENT: Final = 600
UNTOUCHED: Final = (
    "the ledger and its topic",
    "the version that is read, its process, and whoever reads",
    "permissions and notifications: nothing is published, nobody is told",
    "patients' keys: none is needed",
)


class Plan(msgspec.Struct, frozen=True):
    """What a rebuild is going to do; ``ends`` are the offsets up to which the topic's partitions are loaded."""

    source: str
    active: str
    version: str | None
    begun_at: datetime | None
    full: bool
    events: int
    left: int
    first_at: datetime | None
    last_at: datetime | None
    estimated_seconds: int
    estimated_bytes: int
    free_bytes: int | None
    ends: Mapping[int, int]
    untouched: tuple[str, ...] = UNTOUCHED


class Holds(NamedTuple):
    """What a source holds: how many events, recorded from when to when."""

    events: int
    first_at: datetime | None
    last_at: datetime | None


def plan(settings: Settings, link: Link, source: str, ledger_url: str) -> Plan:
    """What there is to load, and into which version; BadInput where the one that was begun is loaded otherwise.

    ``ledger_url`` is by whom the ledger may be read.
    """
    found = versions(link.get())
    begun = newer(found)
    refuse_other_source(link, begun, source)
    edges = asyncio.run(edges_of(settings.kafka, TOPIC, also_first=True))
    holds = _topic_holds(edges) if source == KAFKA else _ledger_holds(ledger_url, begun)
    full = begun is not None and begun.filled_at is not None
    left = 0 if full else max(0, holds.events - _loaded(link, begun))
    return Plan(
        source=source,
        active=active(found).name,
        version=None if begun is None else begun.name,
        begun_at=None if begun is None else begun.made_at,
        full=full,
        events=holds.events,
        left=left,
        first_at=holds.first_at,
        last_at=holds.last_at,
        estimated_seconds=-(-left // EVENTS_PER_SECOND[source]),
        estimated_bytes=left * _bytes_per_event(link, active(found)),
        free_bytes=_free_bytes(settings.data_dir),
        ends={number: edge.end for number, edge in edges.items()},
    )


def _topic_holds(edges: Mapping[int, Edges]) -> Holds:
    firsts, lasts = ([getattr(edge, name) for edge in edges.values()] for name in ("first", "last"))
    return Holds(
        events=sum(edge.end for edge in edges.values()),
        first_at=min((_recorded_at(record) for record in firsts if record), default=None),
        last_at=max((_recorded_at(record) for record in lasts if record), default=None),
    )


def _ledger_holds(ledger_url: str, begun: Version | None) -> Holds:
    """All that there is, or what there was when the version was begun."""
    up_to = None if begun is None else begun.ledger_to
    with connect(ledger_url, "kartoteka rebuild records") as connection:
        return Holds(*connection.execute(SQL["ledger_holds"], {"up_to": up_to}).fetchall()[0])


def _loaded(link: Link, begun: Version | None) -> int:
    """How many events of the source a version has that was begun."""
    if begun is None:
        return 0
    reader = reader_name(begun.name) if begun.ledger_to is None else loader_name(begun.name)
    at = dict(link.get().execute(SQL["read_to"], (reader,)).fetchall())
    if begun.ledger_to is None:
        return sum(at.values())
    return sum(position - range_of(number, begun.ledger_to)[0] for number, position in at.items())


def refuse_other_source(link: Link, begun: Version | None, source: str) -> None:
    """BadInput where a version was begun from the other source; one without bookmarks was begun from none."""
    if begun is None or begun.filled_at is not None:
        return
    was = LEDGER if begun.ledger_to is not None else KAFKA
    if was != source and link.get().execute(SQL["read_to"], (reader_name(begun.name),)).fetchone() is not None:
        raise BadInput(f"{begun.name} was begun from {was}: go on with '{REBUILD} --from {was}', or prune it first")


def refuse_if_full(begun: Version | None) -> None:
    """BadInput where there is a full version that nobody has decided about."""
    if begun is not None and begun.filled_at is not None:
        raise BadInput(
            f"{begun.name} is full and follows the topic; 'kartoteka verify records' and 'kartoteka switch records' go "
            f"on with it, '{PRUNE}' drops it"
        )


def refuse_full_disk(planned: Plan) -> None:
    """BadInput where the disk that is known has no room for what is estimated."""
    if planned.free_bytes is not None and planned.estimated_bytes > planned.free_bytes:
        raise BadInput(
            f"some {gigabytes(planned.estimated_bytes)} of disk are needed, and {gigabytes(planned.free_bytes)} are "
            "free where the database is; make room, or prune a version"
        )


def gigabytes(count: int) -> str:
    """For people."""
    return f"{count / 1e9:,.1f} GB"


def _bytes_per_event(link: Link, version: Version) -> int:
    """As the version that is read takes them, tables and keys."""
    ((size, events),) = link.get().execute(SQL["size_of"], {"version": version.name}).fetchall()
    return int(size / events) if events else BYTES_PER_EVENT


def _free_bytes(data_dir: Path) -> int | None:
    """Room on the disk of the embedded database; nobody here knows that of another one."""
    folder = data_dir / "postgres"
    return shutil.disk_usage(folder).free if folder.exists() else None


def _recorded_at(record: Any) -> datetime:
    return datetime.fromtimestamp(TOPIC_HEAD.unpack(header_of(record))[2] / 1_000_000, UTC)
