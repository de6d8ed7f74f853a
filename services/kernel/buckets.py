"""The buckets in which two versions are compared: persons whose ids begin with one byte."""

from typing import Final, NamedTuple
from uuid import UUID

BUCKETS: Final = 256


class Bucket(NamedTuple):
    """The first and the last id that may be in it."""

    first: UUID
    last: UUID


def bucket(number: int) -> Bucket:
    """One of the 256 buckets."""
    return Bucket(UUID(int=number << 120), UUID(int=((number + 1) << 120) - 1))
