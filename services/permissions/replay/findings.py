"""What a verify found, for people and as JSON. Pure."""

from collections.abc import Iterator
from typing import Any

from services.kernel.moments import moment
from services.permissions.replay.comparing import AccessDifference, FactDifference, Stand
from services.permissions.replay.verify import Report
from services.permissions.rules.instants import FOREVER
from services.permissions.rules.standing import Period


def as_json(report: Report) -> dict[str, Any]:
    """Everything that was found, and the first differences."""
    tallies = {"facts": report.facts_differing, "access": report.access_differing}
    return {
        "equal": report.equal,
        "active": report.active,
        "other": report.other,
        "build": report.build,
        "position": report.position,
        "facts": report.facts,
        "accepted": report.accepted,
        "differing": {name: dict(tally.by_name) for name, tally in tallies.items()},
        "not_accepted": {name: tally.not_accepted for name, tally in tallies.items()},
        "first": {name: [_shown(one) for one in tally.first] for name, tally in tallies.items()},
    }


def _shown(found: FactDifference | AccessDifference) -> dict[str, Any]:
    if isinstance(found, FactDifference):
        return {
            "person": found.person,
            "position": found.position,
            "kind": found.kind,
            "in_active": found.in_active,
            "in_other": found.in_other,
        }
    return {
        "subject": found.subject,
        "viewer": found.viewer,
        "names": sorted(found.names),
        "active": _periods(found.active),
        "other": _periods(found.other),
        "positions": found.positions,
        "commands": found.commands,
    }


def _periods(stand: Stand) -> dict[str, Any]:
    """By both tables where they differ, else once."""
    tables = {"by_subject": stand.by_subject, "by_viewer": stand.by_viewer}
    shown = {name: [_period(period) for period in periods] for name, periods in tables.items()}
    return shown if stand.torn else {"periods": shown["by_subject"]}


def _period(period: Period) -> dict[str, Any]:
    return {
        "from": moment(period.begins),
        "until": None if period.ends == FOREVER else moment(period.ends),
        "scope": period.scope,
        "grounds": list(period.grounds),
    }


def sentences(report: Report) -> Iterator[str]:
    """What differs, a line each, then the verdict."""
    for found in (*report.facts_differing.first, *report.access_differing.first):
        yield _sentence(report, found)
    for what, tally in (("facts", report.facts_differing), ("accesses", report.access_differing)):
        if tally.by_name:
            names = ", ".join(f"{name} {count:,}" for name, count in sorted(tally.by_name.items()))
            yield f"{what} that differ: {names}; {tally.not_accepted:,} not accepted"
    yield _verdict(report)


def _verdict(report: Report) -> str:
    verdict = "equal" if report.equal else "NOT equal"
    but = f" but for {', '.join(report.accepted)}" if report.accepted and report.equal else ""
    return (
        f"version {report.other} and version {report.active}, which is read, are {verdict}{but}: "
        f"{report.facts:,} rows of facts up to position {report.position}, and all accesses"
    )


def _sentence(report: Report, found: FactDifference | AccessDifference) -> str:
    if isinstance(found, FactDifference):
        lacks = report.active if found.in_other else report.other
        how = "is kept otherwise" if found.in_active and found.in_other else f"is missing in version {lacks}"
        return f"{found.kind} at position {found.position}, for person {found.person}: {how}"
    stands = f"version {report.active}: {_line(found.active)}; version {report.other}: {_line(found.other)}"
    where = f"positions {', '.join(map(str, found.positions)) or 'none'}"
    commands = f", decisions {', '.join(map(str, found.commands))}" if found.commands else ""
    return (
        f"{', '.join(sorted(found.names))}: viewer {found.viewer} of the account of {found.subject}; "
        f"{stands}; {where}{commands}"
    )


def _line(stand: Stand) -> str:
    said = "; ".join(map(_stretch, stand.by_subject))
    return (said or "nothing") + (" (its two tables differ)" if stand.torn else "")


def _stretch(period: Period) -> str:
    until = "open" if period.ends == FOREVER else f"{moment(period.ends):%F %T}"
    return f"{moment(period.begins):%F %T} to {until} {period.scope} {'+'.join(period.grounds)}"
