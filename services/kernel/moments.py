"""Times as µs since 1970, UTC: how ledger, topics and rules count them."""

from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def micros(moment: datetime) -> int:
    """µs since 1970 of an aware time, without rounding."""
    return (moment - _EPOCH) // timedelta(microseconds=1)


def moment(value: int) -> datetime:
    """The aware time (UTC) of µs since 1970."""
    return _EPOCH + timedelta(microseconds=value)
