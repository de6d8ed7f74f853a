"""The ledger up to a position, cut into ranges that workers share by leases as they share partitions.

Where the live process goes on in the topic is kept before anything is read: behind the ends that the topic had, and
above the position that the ledger had after that.
"""

from collections.abc import Mapping
from typing import Any, Final

from psycopg import Connection

from services.kernel.ledger_topic import TOPIC
from services.kernel.named_sql import queries_beside
from services.records.replay.versions import loader_name, reader_name

SQL: Final = queries_beside(__file__, "ranges.sql")
TABLE: Final = "records.event"
RANGES: Final = 8


def range_of(number: int, ledger_to: int) -> tuple[int, int]:
    """The first position of a range, and the last one."""
    begin, end = (ledger_to * cut // RANGES for cut in (number, number + 1))
    return begin + 1, end


def begin(connection: Connection[Any], version: str, ends: Mapping[int, int], ledger_to: int) -> None:
    """Keep where the version's own process goes on, and a bookmark for each range; what is kept already stays."""
    with connection.transaction():
        for number, end in ends.items():
            place = {"reader": reader_name(version), "topic": TOPIC, "partition": number}
            connection.execute(SQL["stand_at"], {**place, "next_offset": end, "position": ledger_to})
        for number in range(RANGES):
            place = {"reader": loader_name(version), "topic": TABLE, "partition": number}
            connection.execute(SQL["stand_at"], {**place, "next_offset": range_of(number, ledger_to)[0], "position": 0})
