"""Example decisions of permissions: a valid one of every type."""

from typing import Any
from uuid import UUID, uuid4

from services.kernel.moments import micros
from services.permissions.asking.requests import PUBLISHER
from services.permissions.rules.facts import DECIDED, KINDS, Fact
from services.permissions.stream import decode
from tests.statements import NOW

OF_THE_STREAM = ("subject", "publisher", "recorded_at", "position")
SUBJECT, VIEWER, OTHER = (UUID(int=number) for number in (10, 11, 12))
AT = micros(NOW)
DAY = 24 * 3600 * 1_000_000
HOTLINE = {"viewer": VIEWER, "operator": "hotline-3", "sealed": b"\x01sealed"}

DECISIONS: dict[str, dict[str, Any]] = {
    "AccessChanged": {
        "viewer": VIEWER,
        "periods": [
            {"valid_from": AT - 9 * DAY, "valid_until": AT, "scope": "see", "grounds": ["insures", "confirmed"]},
            {"valid_from": AT + DAY, "valid_until": None, "scope": "manage", "grounds": ["delegated"]},
        ],
    },
    "GuardianDesignated": {"viewer": VIEWER, "designator": OTHER, "sealed": b"\x01sealed"},
    "GuardianRemoved": {"viewer": VIEWER, "removed_by": OTHER},
    "DelegateAuthorised": {
        "viewer": None, "profession": "physician", "licence": "5425740", "scope": "record", "valid_until": AT + DAY,
    },
    "DelegateRemoved": {"viewer": VIEWER, "profession": None, "licence": None},
    "AccessConfirmed": {**HOTLINE, "valid_until": None},
    "ConfirmationWithdrawn": HOTLINE,
    "AccessBlocked": HOTLINE,
    "AccessUnblocked": HOTLINE,
    "CommandRefused": {"command": "designate", "reason": "minor", "about": None},
    "AccessEndAnnounced": {"viewer": VIEWER, "ends_at": AT + 7 * DAY, "days": 7, "cause": "age", "told": [VIEWER]},
    "AccessEnded": {"viewer": VIEWER, "ended_at": AT, "cause": "insures", "told": []},
}  # fmt: skip


def decision(name: str, event_id: UUID | None = None, **changes: Any) -> dict[str, Any]:
    """A valid decision of a type, with some fields changed."""
    return {"event_id": event_id or uuid4(), "occurred_at": AT, **DECISIONS[name], **changes}


def read(subject: UUID, position: int, recorded_at: int, value: bytes) -> Fact | None:
    """The fact that a decision of the stream states; None where it is no command's."""
    name, said = decode(value)
    if name not in DECIDED:
        return None
    kind = KINDS[name]
    own = [field for field in kind.__struct_fields__ if field not in OF_THE_STREAM]
    fields = {field: said[field] for field in own}
    return kind(subject=subject, publisher=PUBLISHER, recorded_at=recorded_at, position=position, **fields)
