"""A partition of a topic."""

from typing import Final, NamedTuple

# What one request to a partition may hold; every producer that sends batches is made with it.
BATCH_BYTES: Final = 512 * 1024


class Partition(NamedTuple):
    """Topic and number, as Kafka counts them."""

    topic: str
    number: int
