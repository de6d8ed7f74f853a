"""Which rules these are: a digest of this service's own source."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

HERE: Final = Path(__file__).parent
DIGITS: Final = 16
# What a version is called before anybody has worked at it.
NOBODYS: Final = "first"
_MIXED: Final = "mixed:"


@cache
def build() -> str:
    """The digest of every module and statement in this folder: other rules, another build."""
    digest = hashlib.sha256()
    for path in sorted(path for path in HERE.iterdir() if path.suffix in {".py", ".sql"}):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:DIGITS]


def worked_at_by(before: str, mine: str) -> str:
    """What a version's build is once these rules have worked at it: their own only if no others have."""
    return mine if before in {NOBODYS, mine} else f"{_MIXED}{mine}"


def newest_of(kept: str) -> str:
    """The rules that worked at a version last."""
    return kept.removeprefix(_MIXED)
