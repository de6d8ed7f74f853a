"""Example decisions of permissions: a valid one of every type."""

from typing import Any
from uuid import UUID, uuid4

from services.kernel.moments import micros
from tests.statements import NOW

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
