"""Run-time SQL lives in ``.sql`` files: each statement under ``-- name:`` with a sentence above it."""

import re
from functools import cache
from pathlib import Path
from typing import LiteralString, cast

_NAME = re.compile(r"(?:^-- .*\n)*^-- name: (\w+)\n", re.MULTILINE)


@cache
def named_queries(path: Path) -> dict[str, LiteralString]:
    """The statements of a file by name; KeyError on use of one that is not there."""
    parts = _NAME.split(path.read_text())
    names, bodies = parts[1::2], parts[2::2]
    if len(set(names)) < len(names):
        raise ValueError(f"{path.name} has two statements of one name")
    # What stands in our own files is as fixed as a literal in the code.
    return {name: cast(LiteralString, body.strip().removesuffix(";")) for name, body in zip(names, bodies, strict=True)}


def queries_beside(module_file: str, name: str = "queries.sql") -> dict[str, LiteralString]:
    """The statements of the ``.sql`` file in the folder of a module."""
    return named_queries(Path(module_file).with_name(name))
