"""Facts that were decided by command ↔ their bytes in our own stream; a refusal is no fact, and has bytes only."""

from typing import Any, Final
from uuid import UUID

import msgspec

from services.permissions.asking.requests import PUBLISHER, Code
from services.permissions.rules.facts import DECIDED, KINDS, Fact
from services.permissions.stream import decode, encode

_OF_THE_STREAM: Final = ("subject", "publisher", "recorded_at", "position")


def written(fact: Fact) -> bytes:
    """The value of a decision, as stream and topic have it."""
    fields = msgspec.structs.asdict(fact)
    return encode(type(fact).__name__, {name: said for name, said in fields.items() if name not in _OF_THE_STREAM})


def read(subject: UUID, position: int, recorded_at: int, value: bytes) -> Fact | None:
    """The fact that a decision of the stream states; None where it is no command's."""
    name, said = decode(value)
    if name not in DECIDED:
        return None
    kind = KINDS[name]
    fields = {field: said[field] for field in kind.__struct_fields__ if field not in _OF_THE_STREAM}
    return kind(subject=subject, publisher=PUBLISHER, recorded_at=recorded_at, position=position, **fields)


def refusal(event_id: UUID, at: int, command: str, code: Code, about: UUID | None) -> bytes:
    """What the asker's stream keeps of a refusal: nothing of whom they named."""
    fields: dict[str, Any] = {"event_id": event_id, "occurred_at": at, "command": command, "reason": code.value}
    return encode("CommandRefused", {**fields, "about": about})
