"""Which ports on 127.0.0.1 the servers take."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from contextlib import ExitStack

from infra.processes import ServerDidNotStart

HOST = "127.0.0.1"


def choose_ports(names: Sequence[str], *, given: Mapping[str, int], last: Mapping[str, int]) -> dict[str, int]:
    """For each server the port that was given, else the one it had last, else any that is free."""
    for name in names:
        if name in given and not is_free(given[name]):
            raise ServerDidNotStart(
                f"{name} did not start: port {given[name]} is taken by another process. "
                "End that process, or choose another port."
            )
    known = {**last, **given}
    kept = {name: known[name] for name in names if name in known and is_free(known[name])}
    others = [name for name in names if name not in kept]
    return kept | dict(zip(others, _free_ports(len(others)), strict=True))


def is_free(port: int) -> bool:
    """Whether nobody listens there; connections that just ended do not count."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    return _free_ports(1)[0]


def _free_ports(count: int) -> list[int]:
    """Held open until all are chosen, so that no two are the same."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind((HOST, 0))
        return [each.getsockname()[1] for each in sockets]
