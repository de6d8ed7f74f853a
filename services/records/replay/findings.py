"""What a verify found, for people and as JSON. Pure."""

from collections.abc import Iterator
from typing import Any

import msgspec

from services.records.replay.comparing import Difference
from services.records.replay.verify import Report


def as_json(report: Report) -> dict[str, Any]:
    """Everything that was found, and the first differences."""
    return {
        "equal": report.equal,
        "active": report.active,
        "other": report.other,
        "build": report.build,
        "position": report.position,
        "recorded_at": report.recorded_at,
        "rows": report.rows,
        "views_differing": report.views_differing,
        "patients": report.patients,
        "accepted": report.accepted,
        "differing": dict(sorted(report.differing.by_name.items())),
        "not_accepted": report.differing.not_accepted,
        "first": [msgspec.to_builtins(found) for found in report.differing.first],
    }


def sentences(report: Report) -> Iterator[str]:
    """What differs, a line each, then the verdict."""
    yield from map(_sentence, report.differing.first)
    if report.differing.by_name:
        names = ", ".join(f"{name} {count:,}" for name, count in sorted(report.differing.by_name.items()))
        yield f"what differs: {names}; {report.differing.not_accepted:,} not accepted"
    yield _verdict(report)


def _sentence(found: Difference) -> str:
    where = {
        "patient": found.patient,
        "entry": found.entry,
        "event": found.event,
        "publisher": found.publisher,
        "position" if len(found.positions) == 1 else "positions": ", ".join(map(str, found.positions)),
        "as known at": found.known_at and f"{found.known_at:%F %T} UTC",
    }
    said = ", ".join(f"{what} {which}" for what, which in where.items() if which)
    return f"{', '.join(found.names)}: {found.says}" + (f"; {said}" if said else "")


def _verdict(report: Report) -> str:
    verdict = "equal" if report.equal else "NOT equal"
    but = f" but for {', '.join(report.accepted)}" if report.accepted and report.equal else ""
    return (
        f"{report.other} and {report.active}, which is read, are {verdict}{but}: {sum(report.rows.values()):,} rows of "
        f"{len(report.rows)} tables up to position {report.position}, and {_shown(report)}"
    )


def _shown(report: Report) -> str:
    if report.patients:
        return f"what is shown of {report.patients:,} patients"
    return f"{len(report.views_differing)} views that differ" if report.views_differing else "the same views over them"
