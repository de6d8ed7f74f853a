"""A receipt: what became of a statement, told to its publisher without any content."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Final, Literal
from uuid import UUID

import msgspec

from schemas.reasons import SENTENCES

# Key: the publisher's name; delivery may repeat.
RECEIPTS: Final = "ledger.outcomes.v1"

Outcome = Literal["appended", "repeated", "quarantined", "discarded"]
_SAYS: Final[dict[Outcome, str]] = {
    "appended": "it stands in the ledger",
    "repeated": "the same was said before under this event id; nothing changed",
    "quarantined": "it waits in quarantine",
    "discarded": "an operator gave it up; a correction needs a new event id",
}
_REASONS: Final = {str(reason): sentence for reason, sentence in SENTENCES.items()}


class ReceiptUnreadable(ValueError):
    """A record on the topic of receipts that is none."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """How one record ended; ``event_id`` is None where not even that could be read.

    ``place`` (topic/partition/offset) is the record's own, ``position`` the one that the ledger gave,
    ``publisher_name`` what the reference data call the publisher, where they know it.
    """

    publisher: str
    event_id: UUID | None
    outcome: Outcome
    reason: str | None
    place: str | None
    position: int | None
    at: Annotated[datetime, msgspec.Meta(tz=True)]
    publisher_name: str | None = None

    @property
    def says(self) -> str:
        """The outcome in words, with what to do."""
        if self.reason is None or self.outcome != "quarantined":
            return _SAYS[self.outcome]
        sentence = _REASONS.get(
            self.reason, "the reason is one that this version does not know; install the present one"
        )
        return f"{_SAYS[self.outcome]}: {sentence}"

    def as_json(self) -> dict[str, Any]:
        """As on the topic, with the outcome in words."""
        stated: dict[str, Any] = msgspec.to_builtins(self)
        return stated | {"says": self.says}


def read_receipt(value: bytes | None) -> Receipt:
    """The receipt that a record's value holds; ReceiptUnreadable when it holds none."""
    try:
        return msgspec.json.decode(value or b"", type=Receipt)
    except msgspec.DecodeError as error:
        raise ReceiptUnreadable(f"it is no receipt, or one of a newer version ({type(error).__name__})") from error
