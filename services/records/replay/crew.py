"""Several connections that look at the same time, each at something else; what they find comes in the order asked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeVar

from psycopg import Connection

# What is looked at, at how many of them, and how many there are.
Say = Callable[[str, int, int], None]
Asked = TypeVar("Asked")
Found = TypeVar("Found")


class Crew:
    """As many at work as there are connections."""

    def __init__(self, connections: Sequence[Connection[Any]]) -> None:
        self.first = connections[0]
        self._size = len(connections)
        self._free: SimpleQueue[Connection[Any]] = SimpleQueue()
        for connection in connections:
            self._free.put(connection)

    def look(self, at: Callable[[Connection[Any], Asked], Found], everything: Iterable[Asked]) -> Iterator[Found]:
        """What is found at each; an error ends the others' work too."""

        def one(asked: Asked) -> Found:
            connection = self._free.get()
            try:
                return at(connection, asked)
            finally:
                self._free.put(connection)

        with ThreadPoolExecutor(self._size) as pool:
            try:
                yield from pool.map(one, everything)
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def said(found: Iterable[Found], what: str, of: int, say: Say) -> Iterator[Found]:
    """The same, and after each a word of how many there were."""
    for number, one in enumerate(found, start=1):
        say(what, number, of)
        yield one


def silent(what: str, number: int, of: int) -> None:
    """No word."""
