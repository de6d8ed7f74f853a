"""Facts that were decided by command → their bytes in our own stream; a refusal is no fact, and has bytes only."""

from typing import Any, Final
from uuid import UUID

import msgspec

from services.permissions.asking.requests import Code
from services.permissions.rules.facts import Fact
from services.permissions.stream import encode

_OF_THE_STREAM: Final = ("subject", "publisher", "recorded_at", "position")


def written(fact: Fact) -> bytes:
    """The value of a decision, as stream and topic have it."""
    fields = msgspec.structs.asdict(fact)
    return encode(type(fact).__name__, {name: said for name, said in fields.items() if name not in _OF_THE_STREAM})


def refusal(event_id: UUID, at: int, command: str, code: Code, about: UUID | None) -> bytes:
    """What the asker's stream keeps of a refusal: nothing of whom they named."""
    fields: dict[str, Any] = {"event_id": event_id, "occurred_at": at, "command": command, "reason": code.value}
    return encode("CommandRefused", {**fields, "about": about})
