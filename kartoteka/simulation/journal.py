"""What the publishers say about one family."""

from collections.abc import Container
from datetime import datetime, timedelta
from typing import Any

from kartoteka.publishing.statement import Statement
from kartoteka.simulation.stream import Stream
from kartoteka.simulation.world import Period


class Journal:
    """Collects the statements about one family; what would be said after the period has not been said yet."""

    def __init__(self, period: Period, chance: Stream) -> None:
        self._statements: list[Statement] = []
        self._end = period.time(period.days - 1, 0) + timedelta(days=1)
        self._chance = chance

    def say(self, kind: str, publisher: str, at: datetime, value: dict[str, Any]) -> None:
        """Adds a statement; the publisher's system gives it its id and time."""
        if at < self._end:
            value["event_id"] = self._chance.uuid()
            value["occurred_at"] = at
            self._statements.append(Statement(kind, value, publisher))

    def about(self, pesel: str, types: Container[str]) -> list[Statement]:
        """What was said of these types about somebody, in the order in which it was told here."""
        return [one for one in self._statements if one.type in types and one.value["patient"] == pesel]

    def statements(self) -> list[Statement]:
        return self._statements


def stated_at(statement: Statement) -> datetime:
    """When the statement was made."""
    at: datetime = statement.value["occurred_at"]
    return at
