"""Who was on the processors, and for how long: the command and its workers, the database, the broker."""

import resource
from collections.abc import Mapping

import psutil

from infra.servers import EmbeddedServers
from services.operations.house import House


def processor_seconds(house: House) -> Mapping[str, float]:
    """Seconds so far; of the commands, those that have ended."""
    servers = EmbeddedServers(house.data_dir)
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "command and workers": ended.ru_utime + ended.ru_stime,
        "database": _seconds(servers.pid("postgres")),
        "broker": _seconds(servers.pid("kafka")),
    }


def since(before: Mapping[str, float], now: Mapping[str, float]) -> Mapping[str, float]:
    return {name: now[name] - seconds for name, seconds in before.items()}


def _seconds(pid: int | None) -> float:
    """Of a process, of its children, and of those that it had."""
    if pid is None:
        return 0.0
    process = psutil.Process(pid)
    times = [process.cpu_times(), *(child.cpu_times() for child in process.children())]
    return float(sum(sum(one[:2]) for one in times) + sum(times[0][2:4]))
