"""What all typed events share; the events themselves stand in ``events``, generated from the schemas."""

from dataclasses import dataclass, field, fields
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from kartoteka.publishing.statement import Statement


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Part:
    """One element of a repeated group, such as a medicine on a prescription."""

    # pytest takes a class whose name begins with Test for a test.
    __test__: ClassVar[bool] = False

    def __repr__(self) -> str:
        """Without its content, which is about somebody's health: a repr ends up in logs and tracebacks."""
        return f"{type(self).__name__}(…)"


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Event:
    """Something that happened; each new object is a new event unless it is given an id."""

    __test__: ClassVar[bool] = False

    event_id: UUID = field(default_factory=uuid4)
    """Identifier of this statement; keep it for every re-send, choose a new one for every correction."""

    occurred_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    """When your system made this statement; with a time zone."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}(event_id={self.event_id}, …)"

    def to_statement(self, publisher: str | None = None, traceparent: str | None = None) -> Statement:
        """The statement that carries this event; ``publisher`` None: whoever sends it."""
        return Statement(type(self).__name__, _values(self), publisher, traceparent)


def _values(one: Part | Event) -> dict[str, Any]:
    return {part.name: _plain(getattr(one, part.name)) for part in fields(one)}


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return _values(value) if isinstance(value, Part) else value
