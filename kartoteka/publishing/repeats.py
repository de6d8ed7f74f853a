"""What each event id stood for first: one id is one statement, however often it is sent."""

from dataclasses import dataclass, field
from typing import Generic, TypeVar

import orjson

from kartoteka.publishing.statement import Statement

Place = TypeVar("Place")


@dataclass(slots=True)
class FirstSaid(Generic[Place]):
    """Remembers the content of every event id by a digest, for each publisher apart."""

    _said: dict[str, dict[int, tuple[Place, int]]] = field(default_factory=dict)

    def otherwise(self, place: Place, statement: Statement) -> Place | None:
        """Where the same id stands with other content; a repetition may differ in when it was made, in nothing else."""
        said = self._said.setdefault(statement.publisher or "", {})
        content = dict(statement.value, occurred_at=None, type=statement.type)
        digest = hash(orjson.dumps(content))
        first_place, first = said.setdefault(content["event_id"].int, (place, digest))
        return None if first == digest else first_place
