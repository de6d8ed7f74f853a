"""What a rebuild is going to do: said before it does anything."""

import asyncio
import shutil
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from services.kernel.command_line import BadInput
from services.kernel.database import Link
from services.kernel.ledger_topic import TOPIC, TOPIC_HEAD, header_of
from services.kernel.named_sql import queries_beside
from services.kernel.settings import Settings
from services.kernel.tails import edges_of
from services.records.replay.versions import REBUILD, Version, active, newer, reader_name, versions

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
    partitions: int
    events: int
    left: int
    first_at: datetime | None
    last_at: datetime | None
    estimated_seconds: int
    estimated_bytes: int
    free_bytes: int | None
    ends: Mapping[int, int]
    untouched: tuple[str, ...] = UNTOUCHED


def plan(settings: Settings, link: Link, source: str) -> Plan:
    """What there is to load, and into which version; BadInput where the one that was begun is loaded otherwise."""
    found = versions(link.get())
    begun = newer(found)
    refuse_other_source(begun, source)
    edges = asyncio.run(edges_of(settings.kafka, TOPIC, also_first=True))
    at = read_to(link, begun)
    events = sum(edge.end - edge.begin for edge in edges.values())
    left = sum(max(0, edge.end - at.get(number, edge.begin)) for number, edge in edges.items())
    return Plan(
        source=TOPIC if source == KAFKA else "the ledger's own table",
        active=active(found).name,
        version=None if begun is None else begun.name,
        begun_at=None if begun is None else begun.made_at,
        partitions=len(edges),
        events=events,
        left=left,
        first_at=min((_recorded_at(edge.first) for edge in edges.values() if edge.first), default=None),
        last_at=max((_recorded_at(edge.last) for edge in edges.values() if edge.last), default=None),
        estimated_seconds=-(-left // EVENTS_PER_SECOND[source]),
        estimated_bytes=left * _bytes_per_event(link, active(found)),
        free_bytes=_free_bytes(settings.data_dir),
        ends={number: edge.end for number, edge in edges.items()},
    )


def refuse_other_source(begun: Version | None, source: str) -> None:
    """BadInput where a version was begun from the other source."""
    if begun is None or begun.filled_at is not None:
        return
    was = LEDGER if begun.ledger_to is not None else KAFKA
    if was != source:
        raise BadInput(f"{begun.name} was begun from {was}: go on with '{REBUILD} --from {was}', or prune it first")


def refuse_full_disk(planned: Plan) -> None:
    """BadInput where the disk that is known has no room for what is estimated."""
    if planned.free_bytes is not None and planned.estimated_bytes > planned.free_bytes:
        raise BadInput(
            f"some {gigabytes(planned.estimated_bytes)} of disk are needed, and {gigabytes(planned.free_bytes)} are "
            "free where the database is; make room, or prune a version"
        )


def read_to(link: Link, version: Version | None) -> dict[int, int]:
    """Up to which offset each partition is in a version."""
    if version is None:
        return {}
    return dict(link.get().execute(SQL["read_to"], (reader_name(version.name),)).fetchall())


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
