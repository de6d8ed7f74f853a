"""Which versions of permissions there are, as the supervisor and a container's process ask for them."""

import threading
from collections.abc import Callable
from typing import Final

import psycopg

from infra.database import role_url
from services.kernel.command_line import BadInput
from services.kernel.database import connect
from services.kernel.named_sql import queries_beside
from services.operations.house import FACTS, House, NotRunning

SQL: Final = queries_beside(__file__, "status.sql")
LOOK_SECONDS: Final = 2.0


class Versions:
    """The versions that there were when the database last answered; asked for every other second, on a thread."""

    def __init__(self, ask: Callable[[], set[int]], every_seconds: float = LOOK_SECONDS) -> None:
        self._ask = ask
        self._every_seconds = every_seconds
        self._found: set[int] = set()
        threading.Thread(target=self._look, daemon=True, name="versions").start()

    def now(self) -> set[int]:
        """Those of the last look; while the database is away they stay."""
        return self._found

    def _look(self) -> None:
        pause = threading.Event()
        while not pause.wait(0 if not self._found else self._every_seconds):
            try:
                self._found = self._ask()
            except (psycopg.Error, NotRunning):
                pause.wait(self._every_seconds)


def versions_of_permissions(house: House) -> set[int]:
    """Every version that there is."""
    with connect(_url(house), "kartoteka supervisor") as connection:
        return {version for (version,) in connection.execute(SQL["versions"])}


def version_to_work_at(house: House, given: str | None) -> int:
    """The version that the environment names, else the one that is read."""
    if given is not None:
        if not given.isdecimal():
            raise BadInput(f"the version of permissions must be a number, and is {given!r}")
        return int(given)
    with connect(_url(house), "kartoteka work") as connection:
        ((version,),) = connection.execute(SQL["active_version"]).fetchall()
    return int(version)


def _url(house: House) -> str:
    """As the role of the process itself: a container has no other password."""
    return role_url(house.addresses().database, FACTS.role, house.secrets)
