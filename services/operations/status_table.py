"""``kartoteka status`` for people."""

from collections.abc import Sequence

from rich.console import Group
from rich.table import Column, Table

from services.operations.status import ProcessStatus, Status, VersionStatus


def status_table(status: Status) -> Group:
    """Where everything is, one line per process, one per partition that has something to say."""
    partition = Column("partition", no_wrap=True)
    table = Table("process", partition, "offset", "lag", "seconds behind", "events/s", "last error", box=None)
    for service, processes in status.services.items():
        for name, process in processes.items():
            _add(table, f"{service}.{name}", process)
    quarantine = f"quarantine: {status.quarantine['waiting']} waiting"
    places = f"kafka {status.kafka} · database {status.database} · schema registry {status.registry or 'none yet'}"
    health = " · ".join(f"{name} {address}" for name, address in status.health.items())
    asked = f"health and metrics: {health or 'not started here'}"
    versions = [_versions_line(service, found) for service, found in status.versions.items()]
    return Group(places, table, counters_line(status), quarantine, *versions, *status.hints, asked)


def counters_line(status: Status) -> str:
    """First outcomes in one line, and who is missing."""
    counters = status.counters
    missing = f" · not running: {', '.join(status.not_running)}" if status.not_running else ""
    return (
        f"in {counters.received:,} · appended {counters.appended:,} · repeated {counters.repeated:,} · "
        f"quarantined {counters.quarantined:,} · projected {counters.projected:,} · lag {counters.lag:,}{missing}"
    )


def _versions_line(service: str, found: Sequence[VersionStatus]) -> str:
    """Every version of one service: what it is there for, since when, and by which build."""
    return f"versions of {service}: " + " · ".join(map(_version, found))


def _version(one: VersionStatus) -> str:
    since = f", full since {one.filled_at:%F %H:%M}" if one.filled_at else ""
    stands = f"{one.there_as}, loading" if one.loading else f"{one.there_as}{since}"
    return f"{one.version} ({stands}, build {one.build})"


def _add(table: Table, title: str, process: ProcessStatus) -> None:
    state = title if process.running else f"{title} (not running)"
    table.add_row(
        state, "all", "", f"{process.lag_events:,}", f"{process.lag_seconds:.1f}",
        f"{process.rate_per_second:,.0f}", process.last_error or "",
    )  # fmt: skip
    for one in process.partitions:
        if one.offset or one.lag_events or one.stopped:
            where = f"{one.topic}/{one.partition}" + (" STOPPED" if one.stopped else "")
            table.add_row(
                "", where, f"{one.offset:,}", f"{one.lag_events:,}", f"{one.lag_seconds:.1f}",
                f"{one.rate_per_second:,.0f}", one.last_error or "",
            )  # fmt: skip
