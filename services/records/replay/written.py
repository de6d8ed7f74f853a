"""Rows as PostgreSQL writes them in binary, due and there, and what is wrong with those that are there. Pure."""

import re
import struct
from collections import Counter
from collections.abc import Iterator
from typing import Final, NamedTuple

SIGNATURE_BYTES: Final = 19
END: Final = -1
FIELDS: Final = struct.Struct(">h")
LENGTH: Final = struct.Struct(">i")
# Behind every field that an event has come recorded_at, position and version, each with its length.
POSITION: Final = slice(-20, -12)
# Length, dimensions, flags and type of the elements, and of each dimension how many and from where. An empty array is
# one dimension of no elements as pgpq writes it, and has no dimension as PostgreSQL does.
EMPTY_ARRAY: Final = re.compile(rb"\x00{3}\x14\x00{3}\x01(\x00{4}.{4})\x00{7}\x01", re.DOTALL)
NO_DIMENSION: Final = struct.pack(">ii", 12, 0)


class Wrong(NamedTuple):
    """How many rows are wrong in one table; stray ones are there and should not be."""

    missing: int = 0
    doubled: int = 0
    different: int = 0
    stray: int = 0


def compared(due: bytes, there: bytes) -> Wrong:
    """What is wrong with the rows that are there. The ledger's position says which row is which."""
    if due == there:
        return Wrong()
    should, found = (Counter(_rows(content)) for content in (due, there))
    wanted, stand = ({row[POSITION] for row in rows} for rows in (should, found))
    others = [row[POSITION] for row in found if row not in should and row[POSITION] in wanted]
    in_place = sum(count for row, count in found.items() if row[POSITION] in wanted)
    return Wrong(
        missing=len(wanted - stand),
        doubled=in_place - len(wanted & stand),
        different=len(set(others)),
        stray=found.total() - in_place,
    )


def _rows(content: bytes) -> Iterator[bytes]:
    """Each row of a binary COPY, empty arrays as PostgreSQL writes them."""
    at = SIGNATURE_BYTES
    while (fields := FIELDS.unpack_from(content, at)[0]) != END:
        begin, at = at, at + FIELDS.size
        for _ in range(fields):
            at += LENGTH.size + max(LENGTH.unpack_from(content, at)[0], 0)
        yield EMPTY_ARRAY.sub(lambda found: NO_DIMENSION + found[1], content[begin:at])
