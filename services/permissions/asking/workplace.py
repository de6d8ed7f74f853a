"""Where the server's threads carry commands out: a desk, two pools of connections, and whether they answer."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

from services.kernel.checks import OK, Checks, Moment
from services.kernel.database import pool
from services.kernel.operators import keys_url
from services.kernel.settings import Settings
from services.kernel.viewing import Viewer, record_viewing
from services.permissions.asking.desk import Place
from services.permissions.asking.forms import AnyForm, ExplainForm, FormWrong
from services.permissions.asking.idempotency import Answer
from services.permissions.asking.lists import who_sees, whose_accounts
from services.permissions.asking.wiring import desk_of
from services.permissions.why.explaining import Asked, BeingChecked, answer
from services.permissions.why.texts import to_json

MOST: Final = 8
PATIENCE_SECONDS: Final = 35.0
PURPOSE: Final = "own access list"
OWN: Final = "own"


class Workplace:
    """Everything behind the HTTP server that waits for a database."""

    def __init__(self, settings: Settings, process: str) -> None:
        self.desk = desk_of(settings)
        self._main = pool(settings.database_url, process, MOST)
        self._keys = pool(keys_url(settings), process, MOST)
        self._answered = {"database": Moment(), "keys": Moment()}

    def open(self) -> None:
        """Begin to connect; nobody waits for it."""
        self._main.open(wait=False)
        self._keys.open(wait=False)

    def close(self) -> None:
        self._main.close()
        self._keys.close()

    def look(self) -> None:
        """See whether both databases answer."""
        with self._place() as place:
            for name, connection in (("database", place.main), ("keys", place.keys)):
                connection.execute("SELECT")
                self._answered[name].now()

    def checks(self) -> Checks:
        """By name: ok, or since when it does not answer; from memory."""
        return {name: moment.check(PATIENCE_SECONDS) for name, moment in self._answered.items()}

    def ready(self) -> bool:
        return all(says == OK for says in self.checks().values())

    def carry_out(self, form: AnyForm, key: str) -> Answer:
        with self._place() as place:
            return self.desk.carry_out(place, form, key)

    def whose(self, viewer: str) -> list[dict[str, Any]]:
        """The accounts of others that the person may see who asks; the id stands in a URL, so it is no PESEL."""
        with self._main.connection() as main:
            if self.desk.being_checked(main):
                raise BeingChecked
            asker = self._known(main, viewer, "viewer", secret=False)
            return whose_accounts(main, asker, _own(asker))

    def who(self, subject: str) -> dict[str, list[dict[str, Any]]]:
        """Who may see the account of the person who asks, and who has looked at it."""
        with self._main.connection() as main:
            asker = self._known(main, subject, "subject", secret=True)
            return who_sees(main, asker, _own(asker))

    def explain(self, form: ExplainForm, language: str) -> bytes:
        """Why somebody may see an account, or not, as JSON; an operator's look is recorded first."""
        with self._main.connection() as main:
            viewer, subject = (self.desk.meant(main, getattr(form, field), field) for field in ("viewer", "subject"))
            if form.operator is not None:
                looks = Viewer(f"operator:{form.operator}", "access", "operator", form.reason)
                record_viewing(main, looks, subject, "access explanation")
            asked = Asked(viewer, subject, form.moment("at"), form.moment("known_at"), form.depth)
            return to_json(answer(main, asked), language)

    def _known(self, main: Any, text: str, field: str, *, secret: bool) -> UUID:
        found = self.desk.meant(main, text, field, secret=secret)
        if found is None:
            raise FormWrong("nobody is known under this number", field)
        return found

    @contextmanager
    def _place(self) -> Iterator[Place]:
        with self._main.connection() as main, self._keys.connection() as keys:
            yield Place(main, keys)


def _own(person: UUID) -> Viewer:
    return Viewer(f"patient:{person}", PURPOSE, OWN, None)
