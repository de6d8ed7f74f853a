"""The breaker's windows in the database: loaded with a batch, saved in its transaction."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from psycopg import Connection

from services.kernel.partition import Partition
from services.records.breaker import Breaker, Window

_LOAD: Final = """
    SELECT topic, partition, publisher, seen, bad FROM records.breaker
    JOIN unnest(%s::text[], %s::int[]) AS p (topic, partition) USING (topic, partition)
    WHERE bad <> '{}'
"""
_SAVE: Final = """
    INSERT INTO records.breaker (topic, partition, publisher, seen, bad) VALUES (%s, %s, %s, %s, %s)
    ON CONFLICT (topic, partition, publisher) DO UPDATE SET seen = excluded.seen, bad = excluded.bad
"""
_EMPTY: Final = """
    UPDATE records.breaker SET bad = '{}'
    WHERE publisher = %(publisher)s OR (topic = %(topic)s AND partition = %(partition)s)
"""


def load_breakers(connection: Connection[Any], partitions: Iterable[Partition]) -> dict[Partition, Breaker]:
    """The breakers of these partitions, in the state that the last committed batch left."""
    breakers = {partition: Breaker() for partition in partitions}
    columns = ([p.topic for p in breakers], [p.number for p in breakers])
    for topic, number, publisher, seen, bad in connection.execute(_LOAD, columns):
        breakers[Partition(topic, number)].windows[publisher] = Window(seen, bad)
    return breakers


def save_breakers(connection: Connection[Any], breakers: Mapping[Partition, Breaker]) -> None:
    """Keep what the batch changed."""
    rows = [
        (partition.topic, partition.number, name, breaker.windows[name].seen, breaker.windows[name].bad)
        for partition, breaker in breakers.items()
        for name in sorted(breaker.changed)
    ]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(_SAVE, rows)


def empty_windows(connection: Connection[Any], publisher: str | None, partition: Partition | None) -> None:
    """Forget what was bad, of one publisher everywhere or of one partition."""
    topic, number = partition or (None, None)
    connection.execute(_EMPTY, {"publisher": publisher, "topic": topic, "partition": number})
