"""A rotation of the master key that kills itself at a named moment: ``python -m tests.chaos.dying_rotation``.

Where and when stands in ``ROTATION_PLAN`` as JSON. It is the product's own code, a few rows at once.
"""

import json
import os
import signal
from pathlib import Path
from typing import Any, Final

from services.kernel import key_rotation
from services.kernel.database import connect
from tests.chaos.moments import Moment, after, before, said

ROWS: Final = 7
_ROTATION: Final = "services.kernel.key_rotation:Rotation"

# The moment, and at which of its comings.
MOMENTS: Final[dict[str, tuple[Moment, int]]] = {
    "the file made, the database not told": (Moment(True, after("services.kernel.key_rotation:ensure_key_file")), 1),
    "the new key named, not committed": (Moment(True, said("INSERT INTO keys.master_key")), 1),
    "the new key committed": (Moment(False, after(f"{_ROTATION}._begin")), 1),
    "in the middle of a chunk": (Moment(True, said("UPDATE keys.patient_key")), 2),
    "between two chunks": (Moment(False, after(f"{_ROTATION}._rewrap_chunk")), 2),
    "all wrapped anew": (Moment(False, after(f"{_ROTATION}._rewrap_all")), 1),
    "the old key off the list, not committed": (Moment(True, said("DELETE FROM keys.master_key")), 1),
    "the old key off the list": (Moment(False, before(f"{_ROTATION}._remove_files")), 1),
    "the old file removed": (Moment(False, after(f"{_ROTATION}._remove_files")), 1),
}


def rotate_and_die(plan: dict[str, Any]) -> None:
    """Rotate until the moment has come."""
    key_rotation.AT_ONCE = ROWS  # type: ignore[misc]
    moment, wanted = MOMENTS[plan["moment"]]
    comings = 0

    def deed() -> None:
        nonlocal comings
        comings += 1
        if comings == wanted:
            os.kill(os.getpid(), signal.SIGKILL)

    moment.hook(deed)
    with connect(plan["url"], "test") as keys:
        key_rotation.Rotation(keys, Path(plan["folder"])).run(lambda *_: None)


if __name__ == "__main__":
    rotate_and_die(json.loads(os.environ["ROTATION_PLAN"]))
