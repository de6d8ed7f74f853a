"""A partition of a topic."""

from typing import NamedTuple


class Partition(NamedTuple):
    """Topic and number, as Kafka counts them."""

    topic: str
    number: int
