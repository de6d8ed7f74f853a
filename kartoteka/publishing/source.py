"""The file to publish: read from the start as often as needed, wherever it comes from."""

import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import BinaryIO, Final

from kartoteka.publishing.examples import render

STANDARD_INPUT: Final = "-"
_IN_MEMORY_BYTES: Final = 1024 * 1024


@contextmanager
def opened(name: str, today: date | None = None) -> Iterator[BinaryIO]:
    """The file, seekable; OSError when it cannot be read.

    What comes through a pipe is kept in a temporary file without a name, which nobody else can
    open and which is gone with this process. With ``today`` the file is a template (see examples).
    """
    if today is not None:
        with io.BytesIO("".join(line + "\n" for line in render(Path(name), today)).encode()) as rendered:
            yield rendered
        return
    with sys.stdin.buffer if name == STANDARD_INPUT else Path(name).open("rb") as file:
        if file.seekable():
            yield file
            return
        with tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as copy:
            shutil.copyfileobj(file, copy)
            copy.seek(0)
            yield copy  # type: ignore[misc]
