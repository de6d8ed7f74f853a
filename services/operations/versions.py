"""Which versions there are of what is made from the topic, as the supervisor and a container's process ask for them."""

import os
import re
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Final

import psycopg

from services.kernel.command_line import BadInput
from services.kernel.database import connect
from services.kernel.named_sql import queries_beside
from services.operations.house import House, NotRunning
from services.operations.processes import PER_VERSION, Process

SQL: Final = queries_beside(__file__, "status.sql")
LOOK_SECONDS: Final = 2.0


class Versions:
    """Processes of versions as the database last told; asked for every other second, on a thread."""

    def __init__(self, ask: Callable[[], set[Process]], every_seconds: float = LOOK_SECONDS) -> None:
        self._ask = ask
        self._every_seconds = every_seconds
        self._found: set[Process] = set()
        threading.Thread(target=self._look, daemon=True, name="versions").start()

    def now(self) -> set[Process]:
        """Those of the last look; while the database is away they stay."""
        return self._found

    def _look(self) -> None:
        pause = threading.Event()
        while not pause.wait(0 if not self._found else self._every_seconds):
            try:
                self._found = self._ask()
            except (psycopg.Error, NotRunning):
                pause.wait(self._every_seconds)


def processes_of_versions(house: House) -> set[Process]:
    """A process for each version, but for one that is being loaded: whoever loads it reads for it."""
    with connect(house.settings("operator").database_url, "kartoteka supervisor") as connection:
        versions = connection.execute(SQL["versions_at_work"]).fetchall()
    return {replace(PER_VERSION[service], version=version) for service, version in versions}


def at_its_version(house: House, process: Process) -> Process:
    """The process at the version that the environment names, else at the one that is read."""
    if process.per_version is None:
        return process
    variable, given = process.per_version.variable, os.environ.get(process.per_version.variable)
    if given and not re.fullmatch(process.per_version.form, given):
        raise BadInput(f"{variable} is {given!r}, which is no version; 'kartoteka status' says which there are")
    return replace(process, version=given or _version_read(house, process))


def _version_read(house: House, process: Process) -> str:
    """Asked as the process itself: a container has no other password."""
    with connect(house.settings(process.role).database_url, "kartoteka work") as connection:
        ((version,),) = connection.execute(SQL[f"{process.service}_read"]).fetchall()
    return str(version)
