"""Which rules these are: a digest of the source that makes periods from facts."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Final

SERVICE: Final = Path(__file__).parents[1]
# How facts are read, kept and decided about, and the rules; neither commands nor texts.
FOLDERS: Final = (SERVICE, SERVICE / "rules")
DIGITS: Final = 16
# What a version is called before anybody has worked at it.
NOBODYS: Final = "first"
_MIXED: Final = "mixed:"


@cache
def build() -> str:
    """The digest of every module and statement in these folders: other rules, another build."""
    digest = hashlib.sha256()
    paths = [path for folder in FOLDERS for path in folder.iterdir() if path.suffix in {".py", ".sql"}]
    for path in sorted(paths):
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:DIGITS]


def worked_at_by(before: str, mine: str) -> str:
    """What a version's build is once these rules have worked at it: their own only if no others have."""
    return mine if before in {NOBODYS, mine} else f"{_MIXED}{mine}"


def newest_of(kept: str) -> str:
    """The rules that worked at a version last."""
    return kept.removeprefix(_MIXED)
