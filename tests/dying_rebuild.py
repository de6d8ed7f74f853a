"""A rebuild that kills itself: ``python -m tests.dying_rebuild DATA_DIR 3`` dies within its third batch, ``kill -9``.

It is the product's own command with small batches; the transaction of that batch is open when it dies.
"""

import os
import signal
import sys
from typing import Any

from services.kernel.bookmarks import Bookmarks
from services.operations import main
from services.permissions.replay import rebuild


def die_in_batch(number: int) -> None:
    original, batches = Bookmarks.move, iter(range(1, number + 1))

    def move(self: Bookmarks, connection: Any, moves: Any) -> None:
        original(self, connection, moves)
        if next(batches) == number:
            os.kill(os.getpid(), signal.SIGKILL)

    Bookmarks.move = move  # type: ignore[method-assign]


if __name__ == "__main__":
    rebuild.REBUILD_RECORDS = 200  # type: ignore[misc]
    die_in_batch(int(sys.argv[2]))
    sys.argv = ["kartoteka", "--data-dir", sys.argv[1], "rebuild", "permissions", "--json"]
    main.main()
